"""What all charts share: the sheet they are drawn on, its words for those who cannot see it, numbers and wrapped labels.

matplotlib is imported where something is drawn, since it takes half a second. Its settings belong to the whole process,
so only one chart is drawn at a time.
"""

import io
import textwrap
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from app.api.languages import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LOCK: Final = threading.Lock()
_NO_METADATA: Final = dict.fromkeys(("Creator", "Date", "Format", "Type"))
#: Shades of grey that stay apart on a bad printer; line styles, markers and hatches say the same again.
DARK, MIDDLE, LIGHT = "#1a1a1a", "#707070", "#d0d0d0"
SCALE: Final = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Caption:
    """A chart in words: what it is (``title``) and the figures it shows (``description``)."""

    title: str
    description: str
    language: Language


def wrapped(text: str, width: int, lines: int = 4) -> str:
    """The text in at most so many lines of ``width`` characters; the description has what is cut off."""
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))


def draw(paint: Callable[["Figure"], None], size: tuple[float, float], caption: Caption) -> bytes:
    """The SVG of what ``paint`` puts on a figure of ``size`` inches."""
    with _LOCK:
        import matplotlib as mpl  # noqa: PLC0415
        from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415

        with mpl.rc_context(), io.StringIO() as file:
            mpl.rc("svg", fonttype="none", hashsalt="kinerja")
            mpl.rc("font", family=["DejaVu Sans", "sans-serif"], size=9)
            mpl.rc("hatch", linewidth=0.6)
            figure = Figure(figsize=size)
            FigureCanvasSVG(figure)
            paint(figure)
            figure.savefig(file, format="svg", metadata=_NO_METADATA)
            text = file.getvalue()
    return _with_caption(text, caption).encode()


def _with_caption(text: str, caption: Caption) -> str:
    """Without the document type, which names an address elsewhere; with title, description, role and language."""
    start = text.index("<svg") + len("<svg")
    inside = text.index(">", start) + 1
    about = f' role="img" lang={quoteattr(caption.language)} aria-labelledby="chart-title chart-description"'
    words = (
        f'\n <title id="chart-title">{escape(caption.title)}</title>'
        f'\n <desc id="chart-description">{escape(caption.description)}</desc>'
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<svg{about}{text[start:inside]}{words}{text[inside:]}'
