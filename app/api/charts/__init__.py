"""Charts as SVG: readable in black and white, the same bytes for the same figures, with their text as text."""

from app.api.charts.criteria import Pair, criteria_chart, printed_radar
from app.api.charts.drawing import Caption
from app.api.charts.groups import Bar, groups_chart
from app.api.charts.heat import HeatRow, Panel, heat_map
from app.api.charts.history import Point, history_chart
from app.api.charts.of_result import bars_of, pairs_of
from app.api.charts.of_summary import panels_of, row_label

__all__ = [
    "Bar",
    "Caption",
    "HeatRow",
    "Pair",
    "Panel",
    "Point",
    "bars_of",
    "criteria_chart",
    "groups_chart",
    "heat_map",
    "history_chart",
    "pairs_of",
    "panels_of",
    "printed_radar",
    "row_label",
]
