"""Results and summaries as PDF documents."""

from app.api.reports.letterhead import Letterhead
from app.api.reports.result import result_report
from app.api.reports.unit import unit_report

__all__ = ["Letterhead", "result_report", "unit_report"]
