"""The policy of a cycle as the contract shows it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, Field

from app.api.schemas.common import NEVER_NULL, In, Int, NotNull, Number, Out, Patch, distinct
from app.domain import cycles as domain
from app.domain.values import Dimension, RaterType, Scheme

#: What scoring.md gives where a policy says nothing.
_DEFAULT: Final = domain.Policy({})
K = TypeVar("K")
V = TypeVar("V")

RaterWeight = Annotated[Int, Field(ge=0, le=1000, examples=[60])]
MinRaters = Annotated[Int, Field(ge=3, le=1000, examples=[3])]
DimensionWeight = Annotated[Int, Field(ge=1, le=1000, examples=[60])]
RaterWeights = Annotated[
    dict[RaterType, RaterWeight],
    Field(
        max_length=5,
        description="Whole weight per rater type; a type that is not named has 0.",
        examples=[{"superior": 60, "peer": 20, "subordinate": 20}],
    ),
]
MinRatersMap = Annotated[
    dict[RaterType, MinRaters],
    Field(
        max_length=3,
        description="How many of an anonymous type must answer before it counts or is shown; 3 where not named.",
        examples=[{"peer": 3}],
    ),
]
DimensionWeights = Annotated[
    dict[Dimension, DimensionWeight],
    Field(
        max_length=2,
        description="Whole weight per dimension.",
        examples=[{"work_result": 60, "work_behaviour": 40}],
    ),
]
MinCommenters = Annotated[
    Int, Field(ge=3, le=1000, description="How many must have submitted before comments are shown.", examples=[3])
]
MaxInvitations = Annotated[
    Int, Field(ge=1, le=1000, description="Most service recipients invited per participant.", examples=[50])
]
RequiredTypes = Annotated[
    list[RaterType],
    Field(max_length=5, description="Without these a result is incomplete.", examples=[["superior"]]),
]
Percentage = Annotated[Decimal, Number(0, 100)]
Meets = Annotated[Percentage, Field(description="From here on an expectation is met.", examples=[60])]
Above = Annotated[Percentage, Field(description="From here on an expectation is exceeded.", examples=[85])]
GapThreshold = Annotated[
    Percentage, Field(description="A larger gap between self and others is flagged.", examples=[15])
]
Bound = Annotated[Decimal, Number(-1_000_000, 1_000_000)]
Lowest = Annotated[Bound, Field(description="The lowest value.", examples=[0])]
Highest = Annotated[Bound, Field(description="The highest value.", examples=[120])]
SchemeName = Annotated[
    Scheme, Field(description="The regulation that turns figures into a predicate.", examples=["permenpanrb_6_2022"])
]


def _default(value: Decimal) -> Any:
    """A default that the contract shows as a number; Pydantic would write a `Decimal` as text."""
    return Field(default_factory=lambda: value, json_schema_extra={"default": int(value)})


class ThresholdsCreate(In):
    """Where an expectation is met and exceeded: 0 ≤ meets < above ≤ 100."""

    meets: Meets = _default(_DEFAULT.meets)
    above: Above = _default(_DEFAULT.above)


class ThresholdsUpdate(Patch):
    """A change of the thresholds; what is absent stays."""

    meets: Annotated[
        Percentage | None, NotNull, Field(description="From here on an expectation is met.", examples=[60]), NEVER_NULL
    ] = None
    above: Annotated[
        Percentage | None,
        NotNull,
        Field(description="From here on an expectation is exceeded.", examples=[85]),
        NEVER_NULL,
    ] = None


class ExternalRangeCreate(In):
    """The values another system may send."""

    min: Lowest
    max: Highest

    def to_domain(self) -> domain.ExternalRange:
        """For the domain."""
        return domain.ExternalRange(self.min, self.max)


class PolicyCreate(In):
    """How answers become a result. Frozen when rating opens."""

    rater_weights: RaterWeights
    min_raters: MinRatersMap = Field(default_factory=dict)
    min_commenters: MinCommenters = _DEFAULT.min_commenters
    max_invitations: MaxInvitations = _DEFAULT.max_invitations
    dimension_weights: DimensionWeights = Field(default_factory=lambda: dict(_DEFAULT.dimension_weights))
    required_rater_types: Annotated[RequiredTypes, AfterValidator(distinct)] = Field(
        default_factory=lambda: sorted(_DEFAULT.required_rater_types)
    )
    expectation_thresholds: Annotated[
        ThresholdsCreate, Field(description="Where an expectation is met and exceeded.")
    ] = ThresholdsCreate()
    gap_threshold: GapThreshold = _default(_DEFAULT.gap_threshold)
    external_dimensions: Annotated[
        dict[Dimension, ExternalRangeCreate],
        Field(
            max_length=2,
            description="Dimensions that another system measures, with their range.",
            examples=[{"work_result": {"min": 0, "max": 120}}],
        ),
    ] = Field(default_factory=dict)
    scheme: SchemeName = _DEFAULT.scheme

    def to_domain(self) -> domain.Policy:
        """For the domain."""
        return domain.Policy(
            rater_weights=self.rater_weights,
            min_raters=self.min_raters,
            min_commenters=self.min_commenters,
            max_invitations=self.max_invitations,
            dimension_weights=self.dimension_weights,
            required_rater_types=frozenset(self.required_rater_types),
            meets=self.expectation_thresholds.meets,
            above=self.expectation_thresholds.above,
            gap_threshold=self.gap_threshold,
            external_dimensions={name: bounds.to_domain() for name, bounds in self.external_dimensions.items()},
            scheme=self.scheme,
        )


RaterWeightChanges = Annotated[
    dict[RaterType, RaterWeight | None],
    Field(max_length=5, description="Weights to change; null removes one.", examples=[{"peer": 30}]),
]
MinRatersChanges = Annotated[
    dict[RaterType, MinRaters | None],
    Field(max_length=3, description="Minima to change; null removes one.", examples=[{"peer": 4}]),
]
DimensionWeightChanges = Annotated[
    dict[Dimension, DimensionWeight | None],
    Field(max_length=2, description="Weights to change; null removes one.", examples=[{"work_result": 70}]),
]
ExternalDimensionChanges = Annotated[
    dict[Dimension, ExternalRangeCreate | None],
    Field(
        max_length=2,
        description="External dimensions to change; null removes one.",
        examples=[{"work_result": {"min": 0, "max": 120}}],
    ),
]


class PolicyUpdate(Patch):
    """A change of the policy: what is absent stays, also inside the maps, from which `null` removes an entry."""

    rater_weights: Annotated[RaterWeightChanges | None, NotNull, NEVER_NULL] = None
    min_raters: Annotated[MinRatersChanges | None, NotNull, NEVER_NULL] = None
    min_commenters: Annotated[MinCommenters | None, NotNull, NEVER_NULL] = None
    max_invitations: Annotated[MaxInvitations | None, NotNull, NEVER_NULL] = None
    dimension_weights: Annotated[DimensionWeightChanges | None, NotNull, NEVER_NULL] = None
    required_rater_types: Annotated[
        RequiredTypes | None, NotNull, AfterValidator(lambda types: types and distinct(types)), NEVER_NULL
    ] = None
    expectation_thresholds: Annotated[
        ThresholdsUpdate | None, NotNull, Field(description="Thresholds to change."), NEVER_NULL
    ] = None
    gap_threshold: Annotated[
        Percentage | None,
        NotNull,
        Field(description="A larger gap between self and others is flagged.", examples=[15]),
        NEVER_NULL,
    ] = None
    external_dimensions: Annotated[ExternalDimensionChanges | None, NotNull, NEVER_NULL] = None
    scheme: Annotated[SchemeName | None, NotNull, NEVER_NULL] = None

    def changes_of(self, before: domain.Policy) -> dict[str, Any]:
        """The properties of the domain's policy that become others."""
        changes = self.changes()
        thresholds = changes.pop("expectation_thresholds", None)
        changes |= thresholds.changes() if thresholds else {}
        for name in ("rater_weights", "min_raters", "dimension_weights"):
            if name in changes:
                changes[name] = _merged(getattr(before, name), changes[name])
        if "external_dimensions" in changes:
            sent = {name: bounds and bounds.to_domain() for name, bounds in changes["external_dimensions"].items()}
            changes["external_dimensions"] = _merged(before.external_dimensions, sent)
        if "required_rater_types" in changes:
            changes["required_rater_types"] = frozenset(changes["required_rater_types"])
        return changes


def _merged(before: Mapping[K, V], sent: Mapping[K, V | None]) -> dict[K, V]:
    return {name: value for name, value in {**before, **sent}.items() if value is not None}


class ExpectationThresholds(Out):
    """Where an expectation is met and exceeded."""

    meets: Meets
    above: Above


class ExternalRange(Out):
    """The values another system may send."""

    min: Lowest
    max: Highest


class Policy(Out):
    """How answers become a result."""

    rater_weights: RaterWeights
    min_raters: MinRatersMap
    min_commenters: MinCommenters
    max_invitations: MaxInvitations
    dimension_weights: DimensionWeights
    required_rater_types: RequiredTypes
    expectation_thresholds: Annotated[
        ExpectationThresholds, Field(description="Where an expectation is met and exceeded.")
    ]
    gap_threshold: GapThreshold
    external_dimensions: Annotated[
        dict[Dimension, ExternalRange],
        Field(max_length=2, description="Dimensions that another system measures, with their range."),
    ]
    scheme: SchemeName

    @classmethod
    def of(cls, policy: domain.Policy) -> "Policy":
        """From the domain; maps and lists in the order of their enumerations."""
        return cls(
            rater_weights=_ordered(RaterType, policy.rater_weights),
            min_raters=_ordered(RaterType, policy.min_raters),
            min_commenters=policy.min_commenters,
            max_invitations=policy.max_invitations,
            dimension_weights=_ordered(Dimension, policy.dimension_weights),
            required_rater_types=[one for one in RaterType if one in policy.required_rater_types],
            expectation_thresholds=ExpectationThresholds(meets=policy.meets, above=policy.above),
            gap_threshold=policy.gap_threshold,
            external_dimensions={
                name: ExternalRange(min=bounds.min, max=bounds.max)
                for name, bounds in _ordered(Dimension, policy.external_dimensions).items()
            },
            scheme=policy.scheme,
        )


def _ordered(order: Iterable[K], values: Mapping[K, V]) -> dict[K, V]:
    return {name: values[name] for name in order if name in values}
