"""Days as documents write them: 30 September 2026."""

from datetime import date

from app.api.texts.reports import MONTHS
from app.api.words import Words


def day_in_words(words: Words, day: date) -> str:
    """With the month's name."""
    return f"{day.day} {MONTHS[words.language][day.month - 1]} {day.year}"
