"""Predicates of a unit against the pattern of its organisational achievement (SE MenPANRB 3/2023).

It is a view for the people who decide: it warns, and no result changes because of it (scoring.md section 6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from app.domain.people import Unit
from app.domain.rounding import round_half_up
from app.domain.values import OrgAchievement, Predicate, Scheme

#: From so many people on the pattern's percentages hold as they stand; below, see `_whole`.
SMALLEST_EXACT: Final = 10
_HALF, _LARGEST_PART = 50, 70

#: The predicates that a scheme can give, best first.
PREDICATES: Final[Mapping[Scheme, tuple[Predicate, ...]]] = {
    Scheme.PERMENPANRB_6_2022: (
        *(Predicate.VERY_GOOD, Predicate.GOOD, Predicate.NEEDS_IMPROVEMENT, Predicate.POOR, Predicate.VERY_POOR),
    ),
    Scheme.PP_30_2019: (*(Predicate.VERY_GOOD, Predicate.GOOD, Predicate.FAIR, Predicate.POOR, Predicate.VERY_POOR),),
}


class WarningCode(StrEnum):
    """How a distribution leaves its pattern."""

    ABOVE_MAXIMUM = "above_maximum"
    BELOW_MINIMUM = "below_minimum"
    NOT_MOST = "not_most"
    NOBODY = "nobody"


class PatternStatus(StrEnum):
    """Whether a unit's distribution could be held against a pattern."""

    CHECKED = "checked"
    NO_ACHIEVEMENT = "no_achievement"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the pattern: ``predicates`` together, and the ``percent`` of people that bounds them."""

    code: WarningCode
    predicates: tuple[Predicate, ...]
    percent: int | None = None


def _most(predicate: Predicate) -> tuple[Rule, Rule]:
    return Rule(WarningCode.NOT_MOST, (predicate,), _HALF), _at_most(_LARGEST_PART, predicate)


def _at_most(percent: int, predicate: Predicate) -> Rule:
    return Rule(WarningCode.ABOVE_MAXIMUM, (predicate,), percent)


def _at_least(percent: int, *predicates: Predicate) -> Rule:
    return Rule(WarningCode.BELOW_MINIMUM, predicates, percent)


#: domain.md, "Distribution pattern by org achievement", row by row.
PATTERNS: Final[Mapping[OrgAchievement, tuple[Rule, ...]]] = {
    OrgAchievement.EXCELLENT: _most(Predicate.VERY_GOOD),
    OrgAchievement.GOOD: (
        *_most(Predicate.GOOD),
        Rule(WarningCode.NOBODY, (Predicate.NEEDS_IMPROVEMENT, Predicate.POOR)),
    ),
    OrgAchievement.NEEDS_IMPROVEMENT: (
        _at_least(60, Predicate.NEEDS_IMPROVEMENT),
        _at_most(10, Predicate.VERY_GOOD),
    ),
    OrgAchievement.POOR: (
        _at_least(60, Predicate.POOR),
        _at_least(10, Predicate.NEEDS_IMPROVEMENT),
        _at_most(10, Predicate.VERY_GOOD),
    ),
    OrgAchievement.VERY_POOR: (
        _at_least(60, Predicate.VERY_POOR),
        _at_least(10, Predicate.POOR, Predicate.NEEDS_IMPROVEMENT),
        _at_most(0, Predicate.VERY_GOOD),
    ),
}


@dataclass(frozen=True, slots=True)
class UnitAchievement:
    """The organisational achievement of a unit in a cycle."""

    cycle_id: UUID
    unit: Unit
    achievement: OrgAchievement
    reason: str | None
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """So many ``people`` with the same recommended and decided predicate; ``others``: without the reader himself.

    Without ``has_decision`` nobody decided yet; with it ``decided`` may still be ``None`` (a single dimension).
    """

    recommended: Predicate | None
    decided: Predicate | None
    has_decision: bool
    people: int
    others: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many people have each predicate; those without one stand apart and are in no share."""

    counts: Mapping[Predicate, int]
    without_predicate: int
    undecided: int = 0

    @property
    def people(self) -> int:
        """Who has a predicate: what shares are shares of."""
        return sum(self.counts.values())

    def share(self, predicate: Predicate) -> int | None:
        """In hundredths of a percent, half-up; ``None`` when nobody has a predicate."""
        people = self.people
        return round_half_up(Fraction(100 * self.counts[predicate], people)) if people else None


@dataclass(frozen=True, slots=True)
class PatternWarning:
    """A rule that a distribution does not keep: ``count`` of ``people``, where ``limit`` people would keep it."""

    rule: Rule
    count: int
    people: int
    limit: int


def distributions(scheme: Scheme, tallies: Iterable[Tally]) -> tuple[Distribution, Distribution]:
    """Predicates as recommended and as decided, over the same people."""
    rows = list(tallies)
    undecided = sum(row.people for row in rows if not row.has_decision)
    decided = [row for row in rows if row.has_decision]
    return (
        _distribution(scheme, [(row.recommended, row.people) for row in rows]),
        _distribution(scheme, [(row.decided, row.people) for row in decided], undecided),
    )


def _distribution(scheme: Scheme, rows: list[tuple[Predicate | None, int]], undecided: int = 0) -> Distribution:
    counts = {predicate: sum(people for one, people in rows if one is predicate) for predicate in PREDICATES[scheme]}
    return Distribution(counts, sum(people for one, people in rows if one is None), undecided)


def pattern_status(scheme: Scheme, achievement: OrgAchievement | None) -> PatternStatus:
    """PP 30/2019 has other predicates and no such pattern; the other scheme needs the unit's achievement."""
    if scheme is not Scheme.PERMENPANRB_6_2022:
        return PatternStatus.NOT_APPLICABLE
    return PatternStatus.NO_ACHIEVEMENT if achievement is None else PatternStatus.CHECKED


def warnings(achievement: OrgAchievement, distribution: Distribution) -> list[PatternWarning]:
    """Every rule of the achievement's pattern that the distribution does not keep; nobody breaks none."""
    people = distribution.people
    found = []
    for rule in PATTERNS[achievement]:
        count = sum(distribution.counts[predicate] for predicate in rule.predicates)
        limit = _limit(rule, people)
        if count > limit if rule.code is WarningCode.ABOVE_MAXIMUM else count < limit:
            found.append(PatternWarning(rule, count, people, limit))
    return found


def _limit(rule: Rule, people: int) -> int:
    """The bound in whole people: at most so many, or at least so many."""
    if rule.percent is None:  # somebody, wherever the largest part leaves a place
        return int(_whole(WarningCode.ABOVE_MAXIMUM, _LARGEST_PART, people) < people)
    return _whole(rule.code, rule.percent, people)


def _whole(code: WarningCode, percent: int, people: int) -> int:
    """A percentage of people as whole ones.

    Few people cannot meet percentages: below `SMALLEST_EXACT` a bound is missed only by a whole person or more, which
    rounds maxima up and minima down (own reading, docs/decisions.md).
    """
    whole, rest = divmod(percent * people, 100)
    few = people < SMALLEST_EXACT
    more = {
        WarningCode.ABOVE_MAXIMUM: few and rest > 0,
        WarningCode.BELOW_MINIMUM: not few and rest > 0,
        WarningCode.NOT_MOST: not few,
    }
    return whole + more[code]
