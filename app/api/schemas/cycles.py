"""Cycles as the contract shows them."""

from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from app.api.schemas.common import (
    NEVER_NULL,
    Bool,
    Code,
    Day,
    Id,
    In,
    Int,
    Moment,
    Name,
    NextCursor,
    NotNull,
    Out,
    Patch,
    Reason,
    distinct,
)
from app.api.schemas.policy import Policy, PolicyCreate, PolicyUpdate
from app.domain import cycles as domain
from app.domain.actions.cycles import DEFAULT_APPEAL_DAYS, NewCycle
from app.domain.values import CycleState, PositionKind

CycleCode = Annotated[Code, Field(description="Unique code of the cycle.", examples=["2026-TW4"])]
CycleTitle = Annotated[Name, Field(description="Title of the cycle.", examples=["Penilaian kinerja triwulan IV 2026"])]
AppealDays = Annotated[Int, Field(ge=1, le=365, description="Working days in which a ratee may appeal.", examples=[14])]
OpensAt = Annotated[Moment, Field(description="From when raters may submit.", examples=["2026-12-01T00:00:00Z"])]
ClosesAt = Annotated[
    Moment, Field(description="Until when raters may submit, exclusive.", examples=["2026-12-14T16:59:59Z"])
]
Start = Annotated[Day, Field(description="First day of what is appraised.", examples=["2026-10-01"])]
End = Annotated[Day, Field(description="Last day of what is appraised.", examples=["2026-12-31"])]
PositionKinds = Annotated[
    list[PositionKind],
    Field(min_length=1, max_length=5, description="Kinds of position.", examples=[["functional", "executor"]]),
]
_USES: Final = Field(min_length=1, max_length=6, description="Which published rubric versions are used for whom.")


class PeriodCreate(In):
    """What is appraised."""

    start: Start
    end: End


class PeriodUpdate(Patch):
    """A change of the period; what is absent stays."""

    start: Annotated[Start | None, NotNull, NEVER_NULL] = None
    end: Annotated[End | None, NotNull, NEVER_NULL] = None


class RubricUseCreate(In):
    """A published rubric version and for whom it is used."""

    rubric_id: Annotated[Id, Field(description="A published rubric version.")]
    position_kinds: Annotated[
        PositionKinds | None,
        AfterValidator(lambda kinds: kinds and distinct(kinds)),
        Field(description="For these kinds of position; null for all that are not named elsewhere."),
    ] = None

    def to_domain(self) -> domain.RubricUse:
        """For the domain."""
        return domain.RubricUse(self.rubric_id, None if self.position_kinds is None else frozenset(self.position_kinds))


RubricUses = Annotated[list[RubricUseCreate], _USES]


class CycleCreate(In):
    """A new cycle. With `copy_of`, rubrics, policy and appeal days that are absent are those of the other cycle."""

    code: CycleCode
    title: CycleTitle
    copy_of: Annotated[Id | None, NotNull, Field(description="A cycle to copy from."), NEVER_NULL] = None
    period: Annotated[PeriodCreate, Field(description="What is appraised.")]
    rubrics: Annotated[RubricUses | None, NotNull, NEVER_NULL] = None
    policy: Annotated[PolicyCreate | None, NotNull, Field(description="How answers become a result."), NEVER_NULL] = (
        None
    )
    rating_opens_at: OpensAt
    rating_closes_at: ClosesAt
    appeal_days: Annotated[
        AppealDays | None,
        NotNull,
        Field(description=f"Working days in which a ratee may appeal; {DEFAULT_APPEAL_DAYS} when nothing says else."),
        NEVER_NULL,
    ] = None

    def to_domain(self) -> NewCycle:
        """For the domain."""
        return NewCycle(
            code=self.code,
            title=self.title,
            period_start=self.period.start,
            period_end=self.period.end,
            rating_opens_at=self.rating_opens_at,
            rating_closes_at=self.rating_closes_at,
            rubrics=None if self.rubrics is None else tuple(use.to_domain() for use in self.rubrics),
            policy=None if self.policy is None else self.policy.to_domain(),
            appeal_days=self.appeal_days,
            copy_of=self.copy_of,
        )


class CycleUpdate(Patch):
    """Changes of a cycle: what is absent stays. Once rating was opened only the title can change."""

    code: Annotated[CycleCode | None, NotNull, NEVER_NULL] = None
    title: Annotated[CycleTitle | None, NotNull, NEVER_NULL] = None
    period: Annotated[PeriodUpdate | None, NotNull, Field(description="What is appraised."), NEVER_NULL] = None
    rubrics: Annotated[RubricUses | None, NotNull, NEVER_NULL] = None
    policy: Annotated[PolicyUpdate | None, NotNull, Field(description="How answers become a result."), NEVER_NULL] = (
        None
    )
    rating_opens_at: Annotated[OpensAt | None, NotNull, NEVER_NULL] = None
    rating_closes_at: Annotated[ClosesAt | None, NotNull, NEVER_NULL] = None
    appeal_days: Annotated[AppealDays | None, NotNull, NEVER_NULL] = None

    def changes_of(self, before: domain.Cycle) -> dict[str, Any]:
        """The properties of the domain's cycle that become others."""
        changes = self.changes()
        period = changes.pop("period", None)
        changes |= {f"period_{name}": day for name, day in period.changes().items()} if period else {}
        if self.rubrics is not None:
            changes["rubrics"] = tuple(use.to_domain() for use in self.rubrics)
        if self.policy is not None:
            changes["policy"] = replace(before.policy, **self.policy.changes_of(before.policy))
        return changes


class Period(Out):
    """What is appraised."""

    start: Start
    end: End


class RubricUse(Out):
    """A rubric version and for whom it is used."""

    rubric_id: Annotated[Id, Field(description="The rubric version.")]
    position_kinds: Annotated[
        PositionKinds | None, Field(description="For these kinds of position; null for all not named elsewhere.")
    ]

    @classmethod
    def of(cls, use: domain.RubricUse) -> "RubricUse":
        """From the domain."""
        kinds = use.position_kinds
        named = None if kinds is None else [kind for kind in PositionKind if kind in kinds]
        return cls(rubric_id=use.rubric_id, position_kinds=named)


class Cycle(Out):
    """One round of appraisal."""

    id: Annotated[Id, Field(description="Id of the cycle.")]
    code: CycleCode
    title: CycleTitle
    state: Annotated[CycleState, Field(description="Where the cycle stands.", examples=["rating"])]
    period: Annotated[Period, Field(description="What is appraised.")]
    rubrics: Annotated[list[RubricUse], _USES]
    policy: Annotated[Policy, Field(description="How answers become a result.")]
    rating_opens_at: OpensAt
    rating_closes_at: ClosesAt
    appeal_days: AppealDays
    created_at: Annotated[Moment, Field(description="When the cycle was set up.")]
    opened_at: Annotated[Moment | None, Field(description="When rating first opened; since then the policy is frozen.")]
    published_at: Annotated[Moment | None, Field(description="When the results were published.")]

    @classmethod
    def of(cls, cycle: domain.Cycle) -> "Cycle":
        """From the domain."""
        return cls(
            id=cycle.id,
            code=cycle.code,
            title=cycle.title,
            state=cycle.state,
            period=Period(start=cycle.period_start, end=cycle.period_end),
            rubrics=[RubricUse.of(use) for use in cycle.rubrics],
            policy=Policy.of(cycle.policy),
            rating_opens_at=cycle.rating_opens_at,
            rating_closes_at=cycle.rating_closes_at,
            appeal_days=cycle.appeal_days,
            created_at=cycle.created_at,
            opened_at=cycle.opened_at,
            published_at=cycle.published_at,
        )


class CyclePage(Out):
    """A page of cycles."""

    items: Annotated[list[Cycle], Field(max_length=200, description="The cycles of this page.")]
    next_cursor: NextCursor


class TransitionCreate(In):
    """A step: `draft → nomination → rating → review → published → archived`, nomination being optional.

    `review → rating` needs a reason and a new end of the window.
    """

    to: Annotated[CycleState, Field(description="The next state.", examples=["rating"])]
    reason: Annotated[Reason | None, NotNull, NEVER_NULL] = None
    rating_closes_at: Annotated[
        ClosesAt | None, NotNull, Field(description="The new end of the window, for `review → rating`."), NEVER_NULL
    ] = None
    allow_undecided: Annotated[
        Bool,
        Field(description="For `→ published`: also with complete participants that nobody decided on; needs a reason."),
    ] = False

    def to_domain(self) -> domain.Transition:
        """For the domain."""
        return domain.Transition(self.to, self.reason, self.rating_closes_at, self.allow_undecided)


class ExtensionCreate(In):
    """A later end of the rating window."""

    rating_closes_at: ClosesAt
    reason: Reason
