"""How often somebody may call who has not said who he is (issue: limits per address and account).

A whole city sits behind one address, so an address may do much; one name may do little. Everything is counted in windows
of one minute, so that nobody is refused for longer than what is left of one, whatever others do in his name.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

WINDOW_SECONDS: Final = 60
#: Sessions are prolonged every quarter of an hour by everybody who works; a log-in happens once a day.
_SESSION_CALLS: Final = 10


class Door(StrEnum):
    """What a call without an access token wants."""

    #: A password, a client's secret, an activation code, an invitation code.
    ENTRY = "entry"
    #: A refresh token shown or given back: 256 random bits, of which nobody guesses one.
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Allowance:
    """Calls per minute; 0 is no limit.

    ``address`` for all calls from one address (ten times as many for sessions), ``failures`` for those among them that
    were refused because of what they showed, ``name`` for all calls with one name, code or token.
    """

    address: int
    failures: int
    name: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One such call: from where, and with which name, code or token."""

    door: Door
    address: str
    name: str

    @property
    def address_key(self) -> str:
        """Under which all calls from the address are counted."""
        return f"{self.door} address {self.address}"

    @property
    def name_key(self) -> str:
        """Under which all calls with the name are counted, whether or not it is anybody's."""
        return f"{self.door} name {self.name}"

    @property
    def failure_key(self) -> str:
        """Under which failed calls from the address are counted."""
        return f"failure address {self.address}"

    def limits(self, allowance: Allowance) -> dict[str, int]:
        """How high each counter may be that this call adds to; what is not limited is left out."""
        per_address = allowance.address * (_SESSION_CALLS if self.door is Door.SESSION else 1)
        limits = {self.address_key: per_address, self.name_key: allowance.name}
        return {key: most for key, most in limits.items() if most > 0}

    def failure_limits(self, allowance: Allowance) -> dict[str, int]:
        """How many failures there may have been before this call. Sessions that began well go on whatever others try."""
        limited = self.door is Door.ENTRY and allowance.failures > 0
        return {self.failure_key: allowance.failures - 1} if limited else {}
