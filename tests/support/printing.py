"""Results to be printed, made without a database: as many criteria, groups and remarks as a test wants."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from app.domain.actions.results import Shown
from app.domain.actions.results.reporting import Reported
from app.domain.cycles import Cycle, Policy, RubricUse
from app.domain.decisions import Decision
from app.domain.people import Employee
from app.domain.ports.results import Ratee, Version
from app.domain.values import (
    Cause,
    Completeness,
    CycleState,
    Dimension,
    Employment,
    Expectation,
    PositionKind,
    Predicate,
    RaterType,
    ResultStatus,
    Scheme,
)

MOMENT = datetime(2026, 9, 30, 20, 0, tzinfo=UTC)
BERAKHLAK = ("Berorientasi Pelayanan", "Akuntabel", "Kompeten", "Harmonis", "Loyal", "Adaptif", "Kolaboratif")
#: Sixty characters each, as long as names with academic titles become.
LONG_NAME = "Prof. Dr. drg. Hj. Siti Nurhasanah Wulandari, M.Kes., Sp.KGA"
LONG_CHIEF = "Dr. Ir. H. Muhammad Abdurrahman Wahid Prawiranegara, M.Si.CA"
LONG_TITLE = "Mampu menyesuaikan diri dengan perubahan dan menggerakkan orang"
_SHOWN = {RaterType.SUPERIOR: 87.5, RaterType.PEER: 79.17, RaterType.SUBORDINATE: 91.25, RaterType.SELF: 95.0}


def printed(
    titles: Sequence[str] = BERAKHLAK,
    *,
    name: str = "Siti Aminah, S.Kep.",
    chief: str = "drg. Rina",
    withheld: Sequence[RaterType] = (RaterType.SERVICE_RECIPIENT,),
    reasons: Sequence[dict[str, Any]] = (),
    decided: bool = True,
    complete: bool = True,
) -> Reported:
    """What a report is made of."""
    ids = [uuid4() for _ in titles]
    ratee, appraiser = _employee(name, "198609262015052011"), _employee(chief, "197403122000031002")
    figures = {
        "completeness": "complete" if complete else "incomplete",
        "overall": 84.21 if complete else None,
        "dimensions": [_dimension("work_behaviour", 84.21), *([] if complete else [_dimension("work_result", None)])],
        "criteria": [_criterion(place, str(one)) for place, one in enumerate(ids)],
        "indicators": [],
        "by_rater_type": {kind.value: _cell(kind, withheld) for kind in RaterType},
        "strengths": ["k0"],
        "improvements": [f"k{len(titles) - 1}"],
    }
    who = Ratee(uuid4(), ratee.id, name, "Perawat Ahli Muda", PositionKind.FUNCTIONAL, uuid4(), "Puskesmas Singandaru")
    shown = Shown(who, _version(decided, complete, appraiser.id), json.dumps(figures), json.dumps(list(reasons)))
    return Reported(shown, _cycle(), ratee, appraiser, None, dict(zip(ids, titles, strict=True)))


def renamed(facts: Reported, text: str) -> Reported:
    """The same with this text wherever a person or an office names something."""
    ratee = replace(facts.shown.ratee, name=text, position=text, unit_name=text)
    version = facts.shown.version
    assert version.decision is not None
    version = replace(version, decision=replace(version.decision, reason=text))
    return replace(
        facts,
        shown=replace(facts.shown, ratee=ratee, version=version),
        cycle=replace(facts.cycle, title=text),
        appraiser=None if facts.appraiser is None else replace(facts.appraiser, name=text, position=text),
        titles=dict.fromkeys(facts.titles, text),
    )


def _dimension(name: str, value: float | None) -> dict[str, Any]:
    return {"dimension": name, "value": value, "expectation": None if value is None else "meets"}


def _criterion(place: int, one: str) -> dict[str, Any]:
    ours, theirs = 60.25 + 2 * place % 40, 95.5 - 3 * place % 50
    flag = {0: "hidden_strength", 2: "blind_spot"}.get(place)
    numbers = {"value": theirs, "others": theirs, "self": ours, "gap": ours - theirs}
    return {"criterion_id": one, "code": f"k{place}", **numbers, "flag": flag}


def _cell(kind: RaterType, withheld: Sequence[RaterType]) -> dict[str, Any]:
    if kind in withheld or kind not in _SHOWN:
        return {"value": None, "withheld": "below_min_raters"}
    return {"value": _SHOWN[kind]}


def _employee(name: str, nip: str) -> Employee:
    return Employee(
        id=uuid4(),
        nip=nip,
        name=name,
        employment=Employment.PNS,
        position="Kepala Puskesmas",
        position_kind=PositionKind.FUNCTIONAL,
        grade="III/c",
        unit_id=uuid4(),
        superior_id=None,
        appraiser_id=None,
        email=None,
        phone=None,
        active=True,
    )


def _version(decided: bool, complete: bool, appraiser_id: UUID) -> Version:
    decision = Decision(
        {Dimension.WORK_BEHAVIOUR: Expectation.MEETS}, "Sesuai dengan bukti dukung.", appraiser_id, MOMENT
    )
    return Version(
        cycle_id=uuid4(),
        version=1,
        status=ResultStatus.PUBLISHED,
        completeness=Completeness.COMPLETE if complete else Completeness.INCOMPLETE,
        scheme=Scheme.PERMENPANRB_6_2022,
        overall=Decimal("84.21") if complete else None,
        value=None,
        recommended=Predicate.GOOD if complete else None,
        decided=Predicate.GOOD if decided else None,
        expectations={Dimension.WORK_BEHAVIOUR: Expectation.MEETS},
        decision=decision if decided else None,
        receipt="73c03213741458e72ad27215df6b71cb365397959f83966aeaf8dccb3fd098d3",
        cause=Cause.RATING_CLOSED,
        computed_at=MOMENT,
        published_at=MOMENT,
        acknowledged_at=None,
        group_lost=False,
    )


def _cycle() -> Cycle:
    return Cycle(
        id=uuid4(),
        code="2026-TW3",
        title="Triwulan III 2026",
        state=CycleState.PUBLISHED,
        period_start=date(2026, 7, 1),
        period_end=date(2026, 9, 30),
        rubrics=(RubricUse(uuid4()),),
        policy=Policy(rater_weights={RaterType.SUPERIOR: 60, RaterType.PEER: 40}),
        rating_opens_at=MOMENT,
        rating_closes_at=MOMENT,
        appeal_days=14,
        created_at=MOMENT,
        opened_at=MOMENT,
        published_at=MOMENT,
    )
