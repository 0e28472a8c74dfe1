"""Making employee numbers (NIP) by their parts (PerKa BKN 22/2007).

Eighteen digits: birth date (8), year of appointment (4), then for PNS the month
of appointment (01-12) and for PPPK ``2`` with the number of the contract
(21-29), sex (1 male, 2 female), and a serial (001-999) among equal first 15.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """The fifteenth digit of a NIP."""

    MALE = "1"
    FEMALE = "2"


@dataclass(slots=True)
class NipIssuer:
    """Hands out numbers, counting the serial for each equal beginning."""

    _issued: dict[str, int] = field(default_factory=dict)

    def pns(self, born: date, year: int, month: int, sex: Sex) -> str:
        """The number of a PNS appointed in ``month`` (1..12) of ``year``."""
        return self._issue(f"{born:%Y%m%d}{year:04d}{month:02d}", sex)

    def pppk(self, born: date, year: int, contract: int, sex: Sex) -> str:
        """The number of a PPPK whose ``contract`` (1..9, how often appointed) began in ``year``."""
        return self._issue(f"{born:%Y%m%d}{year:04d}2{contract}", sex)

    def _issue(self, dates: str, sex: Sex) -> str:
        beginning = dates + sex.value
        serial = self._issued.get(beginning, 0) + 1
        self._issued[beginning] = serial
        return f"{beginning}{serial:03d}"
