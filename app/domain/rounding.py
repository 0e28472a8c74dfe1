"""The rounding of one exact figure (scoring.md, introduction); `scoring` has the same rule for many at a time."""

from fractions import Fraction


def round_half_up(figure: Fraction) -> int:
    """One non-negative figure in hundredths, by the same rule as `Ratios.hundredths`."""
    return (200 * figure.numerator + figure.denominator) // (2 * figure.denominator)
