"""How a result is read: gaps, strengths and areas to improve (scoring.md section 6).

All figures here are published ones, in hundredths of a point, in rubric order; `MISSING` where there is none.
"""

from collections.abc import Iterable, Sequence

from app.domain.scoring import MISSING


def gap(own: int, others: int) -> int | None:
    """Published self minus published others in hundredths, or ``None`` when either is missing."""
    return None if MISSING in (own, others) else own - others


def strengths(figures: Sequence[int], above: int) -> list[int]:
    """Positions of the criteria that reach ``above``, highest first, ties in rubric order."""
    return sorted((c for c in _scored(figures) if figures[c] >= above), key=lambda c: -figures[c])


def improvements(figures: Sequence[int], meets: int) -> list[int]:
    """Positions of the criteria below ``meets``, lowest first, ties in rubric order.

    When none is below, exactly the lowest one, even if it is also a strength; none when nothing was scored.
    """
    lowest_first = sorted(_scored(figures), key=figures.__getitem__)
    return [c for c in lowest_first if figures[c] < meets] or lowest_first[:1]


def _scored(figures: Sequence[int]) -> Iterable[int]:
    return (c for c, figure in enumerate(figures) if figure != MISSING)
