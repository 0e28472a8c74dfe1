"""Days of the city: Serang lives in western Indonesian time (UTC+7, without summer time)."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

WIB: Final = timezone(timedelta(hours=7), "WIB")


def local_day(moment: datetime) -> date:
    """The day that it is in Serang at this moment."""
    return moment.astimezone(WIB).date()
