"""Whose document it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Lines from the name of the government down to the address, a logo (SVG or PNG), and the place of signing."""

    lines: tuple[str, ...]
    logo: Path | None
    place: str

    @classmethod
    def of(cls, settings: Settings) -> "Letterhead":
        """The installation's own."""
        return cls(settings.letterhead, settings.letterhead_logo, settings.letterhead_place)

    def files(self) -> dict[str, bytes]:
        """What a template may open, by name."""
        return {} if self.logo is None else {f"logo{self.logo.suffix.lower()}": self.logo.read_bytes()}

    def content(self) -> dict[str, Any]:
        """What a template sets of it."""
        logo = None if self.logo is None else f"logo{self.logo.suffix.lower()}"
        return {"letterhead": list(self.lines), "logo": logo, "place": self.place}
