"""What a run says: JSON lines for machines, a table for people."""

import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import asyncpg
import orjson
from rich.console import Console
from rich.table import Table

from app.settings import Settings

_CPU_INFO = Path("/proc/cpuinfo")
_PACKAGES = ("fastapi", "starlette", "pydantic", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "numpy")


@dataclass(frozen=True, slots=True)
class Line:
    """One measured path. ``ratio`` is product over floor; ``better`` says in which direction it is good.

    ``target`` is ``None`` where a figure is given for information. ``spread`` is the lowest and highest ratio of the rounds.
    """

    path: str
    unit: str
    product: float
    floor: float | None
    ratio: float | None
    target: float | None
    better: Literal["higher", "lower"]
    n: int
    rounds: int
    spread: tuple[float, float] | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; of a figure without a target nothing is said."""
        if self.target is None:
            return None
        value = self.product if self.ratio is None else self.ratio
        return value >= self.target if self.better == "higher" else value <= self.target

    def as_json(self) -> bytes:
        """One line."""
        return orjson.dumps({**asdict(self), "met": self.met})


def compared(
    path: str,
    unit: str,
    pairs: Sequence[tuple[float, float]],
    *,
    target: float | None,
    better: Literal["higher", "lower"],
    n: int,
) -> Line:
    """A line from interleaved rounds of (product, floor); the ratio is the median of the rounds' ratios."""
    ratios = sorted(product / floor for product, floor in pairs)
    product, floor = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(ratios)
    return Line(path, unit, product, floor, ratio, target, better, n, len(pairs), (ratios[0], ratios[-1]))


def absolute(
    path: str, unit: str, values: Sequence[float], *, target: float | None, better: Literal["higher", "lower"], n: int
) -> Line:
    """A line for a figure that has a limit of its own."""
    return Line(path, unit, statistics.median(values), None, None, target, better, n, len(values))


async def surroundings(dsn: str, settings: Settings) -> dict[str, Any]:
    """The machine, the versions and the settings that matter."""
    connection = await asyncpg.connect(dsn)
    try:
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
        postgres = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in names}
    finally:
        await connection.close()
    return {
        "cpu": _cpu(),
        "python": platform.python_version(),
        "postgresql": postgres,
        "packages": {name: version(name) for name in _PACKAGES},
        "pools": {"engine": settings.pool_size, "hot": settings.hot_pool_size},
        "server_processes": 1,
    }


def _cpu() -> str:
    text = _CPU_INFO.read_text() if _CPU_INFO.exists() else ""
    models = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return f"{len(models)} x {models[0]}" if models else platform.processor()


def show(lines: Sequence[Line]) -> None:
    """The table."""
    table = Table("Path", "Unit", "Product", "Floor", "Ratio", "Spread", "Target", "Met", "n")
    for line in lines:
        sign = "≥" if line.better == "higher" else "≤"
        table.add_row(
            line.path,
            line.unit,
            _number(line.product),
            _number(line.floor),
            _number(line.ratio),
            "" if line.spread is None else f"{line.spread[0]:.2f}-{line.spread[1]:.2f}",
            "" if line.target is None else f"{sign} {line.target:g}",
            {None: "", True: "yes", False: "NO"}[line.met],
            f"{line.n:,} x {line.rounds}",
        )
    Console(width=140).print(table)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
