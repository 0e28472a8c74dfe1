"""Numbers and lists as people read them, in Indonesian or English."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.api.languages import Language
from app.api.texts import say
from app.api.texts.types import Sentence
from app.domain.rounding import round_half_up

#: A fraction with more characters helps nobody who reads it.
_LONGEST_FRACTION: Final = 40
#: Decimals shown of a number that has more, enough to see how it is rounded to two.
_SHOWN_DECIMALS: Final = 4
#: Decimals of a number that is written out to its end.
_MOST_DECIMALS: Final = 6
_MINUS: Final = "\N{MINUS SIGN}"
_AND: Final[Sentence] = (" dan ", " and ")
_ABOUT: Final[Sentence] = ("{exact} (sekitar {rounded}%)", "{exact} (about {rounded}%)")


class Words:
    """One reader's language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def say(self, sentence: Sentence, **params: Any) -> str:
        """The sentence with its params filled in."""
        return say(sentence, self.language, params)

    def figure(self, hundredths: int | None) -> str:
        """A published figure given in hundredths, or the difference of two: 67.92; a dash for what there is not."""
        if hundredths is None:
            return "–"
        return self._mark(f"{_MINUS if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}")

    def number(self, value: float | None) -> str:
        """The same given as a number of at most two decimals."""
        return self.figure(None if value is None else round(value * 100))

    def decimal(self, value: Decimal | str) -> str:
        """A number as short as it is: 85, 84.995; negative ones in brackets, since they stand in formulas."""
        text = self._mark(format(Decimal(value).normalize(), "f"))
        return f"({_MINUS}{text[1:]})" if text.startswith("-") else text

    def fraction(self, exact: Fraction) -> str | None:
        """815/12, or ``None`` when it is too long to be read."""
        text = str(exact)
        return text if len(text) <= _LONGEST_FRACTION else None

    def expansion(self, exact: Fraction) -> str:
        """A non-negative number to its last decimal when it has six at most, otherwise cut off (67.9166…)."""
        for decimals in range(_MOST_DECIMALS + 1):
            if (exact * 10**decimals).denominator == 1:
                return self._mark(_cut(exact, decimals))
        return self._mark(_cut(exact, _SHOWN_DECIMALS)) + "…"

    def share(self, share: Fraction) -> str:
        """A part of a whole as a percentage, as a fraction too where two decimals cannot say it exactly."""
        percent = share * 100
        if (percent * 100).denominator == 1:
            return self.expansion(percent) + "%"
        rounded = self.figure(round_half_up(percent))
        return self.say(_ABOUT, exact=self.fraction(share) or "…", rounded=rounded)

    def several(self, items: Sequence[str]) -> str:
        """a, b and c."""
        if len(items) <= 1:
            return "".join(items)
        return ", ".join(items[:-1]) + self.say(_AND) + items[-1]

    def _mark(self, text: str) -> str:
        return text.replace(".", ",") if self.language == "id" else text


def _cut(exact: Fraction, decimals: int) -> str:
    whole, rest = divmod(exact.numerator * 10**decimals // exact.denominator, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
