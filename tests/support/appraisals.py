"""Short ways to write rubrics and sheets in tests of the arithmetic, and whole cycles drawn at random."""

import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from app.domain.cycles import ExternalRange, Policy
from app.domain.results import Appraisal, appraise
from app.domain.rubrics import Criterion, Indicator, Rubric, Scale, ScaleLabel
from app.domain.scoring import NO_ANSWER, TYPES, Circumstances, Plan, Scores, Sheets, compile_plan, score
from app.domain.values import ANONYMOUS_TYPES, Dimension, RaterType, RubricState, Scheme
from tests.support.oracle import Case

EVERYBODY = frozenset(RaterType)
DRAWN_AT = datetime(2026, 1, 5, tzinfo=UTC)


def scale(lowest: int, highest: int) -> Scale:
    points = range(lowest, highest + 1)
    return Scale(lowest, highest, tuple(ScaleLabel(p, f"point {p}") for p in points))


def indicator(code: str, weight: int = 1, asked: Iterable[RaterType] = EVERYBODY) -> Indicator:
    return Indicator(_id(code), code, f"Statement of {code}", weight, frozenset(asked))


def criterion(
    code: str,
    *indicators: Indicator,
    weight: int = 1,
    dimension: Dimension = Dimension.WORK_BEHAVIOUR,
    own_scale: Scale | None = None,
) -> Criterion:
    return Criterion(_id(code), code, f"Title of {code}", dimension, weight, own_scale, indicators)


def rubric(*criteria: Criterion, on: Scale | None = None) -> Rubric:
    return Rubric(
        id=_id("rubric"),
        code="test",
        version=1,
        title="Test",
        description=None,
        state=RubricState.PUBLISHED,
        scale=on or scale(1, 5),
        criteria=criteria,
        created_at=DRAWN_AT,
        published_at=DRAWN_AT,
        retired_at=None,
    )


def _id(name: str) -> UUID:
    return UUID(bytes=name.encode().ljust(16, b"\0")[:16])


def sheets_of(cases: Sequence[Case], columns: int) -> Sheets:
    """The sheets of all cases, one row each."""
    rows = [(p, t, points) for p, case in enumerate(cases) for t, points in case.sheets]
    points = [[NO_ANSWER if point is None else point for point in row] for _, _, row in rows]
    return Sheets(
        participant=np.array([p for p, _, _ in rows], dtype=np.int64),
        rater_type=np.array([TYPES.index(t) for _, t, _ in rows], dtype=np.int8),
        points=np.array(points, dtype=np.int16).reshape(len(rows), columns),
    )


def circumstances_of(cases: Sequence[Case], policy: Policy) -> Circumstances:
    def named(sets: Iterable[set[RaterType]]) -> np.ndarray:
        return np.array([[t in of_one for t in TYPES] for of_one in sets], dtype=np.bool_).reshape(-1, len(TYPES))

    return Circumstances(
        set_aside=named(case.set_aside for case in cases),
        assigned=named(case.assigned for case in cases),
        filled_at_opening=named(case.filled_at_opening for case in cases),
        innovation=np.array([case.innovation for case in cases], dtype=np.bool_),
        external={d: [case.external.get(d) for case in cases] for d in policy.external_dimensions},
    )


class Scored:
    """A batch of cases, scored and appraised."""

    def __init__(self, rubric: Rubric, policy: Policy, *cases: Case) -> None:
        self.plan: Plan = compile_plan(rubric, policy)
        self.sheets = sheets_of(cases, len(self.plan.indicators))
        self.circumstances = circumstances_of(cases, policy)
        self.scores: Scores = score(self.plan, self.sheets, self.circumstances)
        self.appraisals: list[Appraisal] = appraise(self.plan, self.scores, self.circumstances)

    @property
    def document(self) -> dict[str, Any]:
        """The document of the only participant."""
        (only,) = self.appraisals
        return document(only)


def document(appraisal: Appraisal) -> dict[str, Any]:
    """What every reader of the result gets."""
    return {**json.loads(appraisal.figures), "reasons": [reason.as_json() for reason in appraisal.reasons]}


# ---------------------------------------------------------------- at random


def random_cycle(seed: int) -> tuple[Rubric, Policy, list[Case]]:
    """A cycle that may open, with everything that the rules distinguish somewhere in it."""
    draw = random.Random(seed)
    policy = _random_policy(draw)
    rated = [d for d in Dimension if d not in policy.external_dimensions]
    if policy.scheme is Scheme.PERMENPANRB_6_2022 and draw.random() < 0.3:
        rated = [draw.choice(rated)]
    counting = [t for t in RaterType if policy.weight(t) > 0]
    drawn = rubric(*_random_criteria(draw, rated, counting), on=_random_scale(draw))
    cases = [_random_case(draw, drawn, policy) for _ in range(draw.randint(1, 8))]
    return drawn, policy, cases


def _random_policy(draw: random.Random) -> Policy:
    weights = {t: draw.choice([0, 1, 7, 20, 60, draw.randint(0, 1000)]) for t in RaterType if draw.random() < 0.8}
    if not any(weights.values()):
        weights[draw.choice(list(RaterType))] = draw.choice([1, 30])
    meets, above = sorted(draw.sample(range(1_000_000 if draw.random() < 0.5 else 100), 2))
    decimals = Decimal(10_000) if above >= 100 else Decimal(1)
    numeric = draw.random() < 0.3
    external = {}
    if numeric or draw.random() < 0.3:
        lowest = Decimal(draw.randint(-10_000, 500_000)) / 10_000
        external[Dimension.WORK_RESULT] = draw.choice(
            [
                ExternalRange(Decimal(0), Decimal(120)),
                ExternalRange(lowest, lowest + Decimal(draw.randint(1, 10**6)) / 10_000),
            ]
        )
    return Policy(
        rater_weights=weights,
        min_raters={t: draw.randint(3, 5) for t in sorted(ANONYMOUS_TYPES) if draw.random() < 0.5},
        dimension_weights={d: draw.randint(1, 100) for d in Dimension},
        required_rater_types=frozenset(t for t in RaterType if draw.random() < 0.25),
        meets=meets / decimals,
        above=above / decimals,
        gap_threshold=Decimal(draw.choice([0, 150_000, draw.randint(0, 400_000)])) / 10_000,
        external_dimensions=external,
        scheme=Scheme.PP_30_2019 if numeric else Scheme.PERMENPANRB_6_2022,
    )


def _random_scale(draw: random.Random) -> Scale:
    lowest = draw.choice([0, 1, 1, -3])
    return scale(lowest, lowest + draw.choice([1, 3, 4, 4, 6, 9, 100]))


def _random_criteria(draw: random.Random, rated: list[Dimension], counting: list[RaterType]) -> list[Criterion]:
    heaviest = draw.choice([1, 3, 1000])
    criteria = []
    for c in range(draw.randint(len(rated), 7)):
        indicators = [
            indicator(f"c{c}i{i}", draw.randint(1, heaviest), _random_asked(draw, counting))
            for i in range(draw.randint(1, 4))
        ]
        dimension = rated[c] if c < len(rated) else draw.choice(rated)
        own = _random_scale(draw) if draw.random() < 0.3 else None
        weight = draw.randint(1, heaviest)
        criteria.append(criterion(f"c{c}", *indicators, weight=weight, dimension=dimension, own_scale=own))
    return criteria


def _random_asked(draw: random.Random, counting: list[RaterType]) -> set[RaterType]:
    return {draw.choice(counting), *(t for t in RaterType if draw.random() < 0.8)}


def _random_case(draw: random.Random, rubric: Rubric, policy: Policy) -> Case:
    unseen = draw.choice([0, 0, 0.03, 0.3, 0.7])
    many = draw.random() < 0.1
    case = Case(innovation=draw.random() < 0.5)
    sheets: list[tuple[RaterType, list[int | None]]] = []
    for rater_type in RaterType:
        most = (60 if many else 6) if rater_type in ANONYMOUS_TYPES else 1
        number = draw.randint(0, most)
        sheets += [(rater_type, _random_sheet(draw, rubric, unseen)) for _ in range(number)]
    draw.shuffle(sheets)
    case.sheets = sheets
    case.assigned = {t for t, _ in case.sheets} | {t for t in RaterType if draw.random() < 0.3}
    case.filled_at_opening = {t for t in ANONYMOUS_TYPES if draw.random() < 0.5}
    case.set_aside = {t for t in ANONYMOUS_TYPES if draw.random() < 0.08}
    for dimension, bounds in policy.external_dimensions.items():
        if draw.random() < 0.85:
            steps = draw.randint(0, int((bounds.max - bounds.min) * 10_000))
            case.external[dimension] = bounds.min + Decimal(steps) / 10_000
    return case


def _random_sheet(draw: random.Random, rubric: Rubric, unseen: float) -> list[int | None]:
    """Points for every indicator, also for those not asked of the rater: they must be ignored."""
    favourable = draw.random() < 0.3
    sheet: list[int | None] = []
    for of, _ in rubric.indicators():
        bounds = rubric.scale_of(of)
        lowest = bounds.max - bounds.span // 4 if favourable else bounds.min
        sheet.append(None if draw.random() < unseen else draw.randint(lowest, bounds.max))
    return sheet
