"""How long things are kept.

Appraisals of the last two years count for promotion, so results stay for some years and then go (UU 27/2022 article 16,
archives law UU 43/2009). The trail stays: it holds no result and no personal data beyond who did what.
"""

from datetime import datetime, timedelta
from typing import Final

#: Answers are replayed, and failed log-ins remembered, for so long.
TECHNICAL: Final = timedelta(hours=24)


def years_before(moment: datetime, years: int) -> datetime:
    """The same day so many years ago; of 29 February, the 28th."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)
