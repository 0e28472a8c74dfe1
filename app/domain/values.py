"""The small words of the field: enumerations shared by every topic (contract.md, Enumerations)."""

from enum import StrEnum
from typing import Final


class Employment(StrEnum):
    """How a person is employed (UU 20/2023: ASN are PNS and PPPK); the mayor is neither."""

    PNS = "pns"
    PPPK = "pppk"
    NON_ASN = "non_asn"


class PositionKind(StrEnum):
    """Kind of position (UU 20/2023): high leadership, administrator, supervisor, functional, executor."""

    JPT = "jpt"
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    FUNCTIONAL = "functional"
    EXECUTOR = "executor"


class UnitKind(StrEnum):
    """Kind of organisational unit of the city."""

    AGENCY = "agency"
    SECRETARIAT = "secretariat"
    INSPECTORATE = "inspectorate"
    DEPARTMENT = "department"
    BOARD = "board"
    DISTRICT = "district"
    VILLAGE = "village"
    HEALTH_CENTRE = "health_centre"
    HOSPITAL = "hospital"
    SCHOOL = "school"
    OTHER = "other"


class Role(StrEnum):
    """What an account may do besides rating."""

    ADMIN = "admin"
    UNIT_ADMIN = "unit_admin"
    AUDITOR = "auditor"
    EMPLOYEE = "employee"
    INTEGRATION = "integration"
    RECIPIENT = "recipient"


class RaterType(StrEnum):
    """In which relation a rater stands to the ratee."""

    SUPERIOR = "superior"
    PEER = "peer"
    SUBORDINATE = "subordinate"
    SELF = "self"
    SERVICE_RECIPIENT = "service_recipient"

    @property
    def anonymous(self) -> bool:
        """Whether nobody may ever learn what a rater of this type answered (anonymity.md)."""
        return self in ANONYMOUS_TYPES


ANONYMOUS_TYPES: Final = frozenset({RaterType.PEER, RaterType.SUBORDINATE, RaterType.SERVICE_RECIPIENT})
#: The floor of anonymity.md rule 5: no policy can go below it.
MIN_GROUP: Final = 3


class Dimension(StrEnum):
    """Hasil kerja and perilaku kerja (PermenPANRB 6/2022)."""

    WORK_RESULT = "work_result"
    WORK_BEHAVIOUR = "work_behaviour"


class RubricState(StrEnum):
    """A rubric version can be changed only while it is a draft."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class CycleState(StrEnum):
    """The stations of a cycle, in order; nomination may be left out."""

    DRAFT = "draft"
    NOMINATION = "nomination"
    RATING = "rating"
    REVIEW = "review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class AssignmentState(StrEnum):
    """What became of one request to rate."""

    PENDING = "pending"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    EXCUSED = "excused"
    VOIDED = "voided"


class Scheme(StrEnum):
    """Which regulation turns figures into a predicate."""

    PERMENPANRB_6_2022 = "permenpanrb_6_2022"
    PP_30_2019 = "pp_30_2019"


class Expectation(StrEnum):
    """Di bawah, sesuai, di atas ekspektasi."""

    BELOW = "below"
    MEETS = "meets"
    ABOVE = "above"


class Predicate(StrEnum):
    """Predikat kinerja; `needs_improvement` belongs to PermenPANRB 6/2022, `fair` to PP 30/2019."""

    VERY_GOOD = "very_good"
    GOOD = "good"
    NEEDS_IMPROVEMENT = "needs_improvement"
    FAIR = "fair"
    POOR = "poor"
    VERY_POOR = "very_poor"


class OrgAchievement(StrEnum):
    """Capaian kinerja organisasi of a unit, best first (PermenPANRB 6/2022; domain.md 1.3)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    NEEDS_IMPROVEMENT = "needs_improvement"
    POOR = "poor"
    VERY_POOR = "very_poor"


class Completeness(StrEnum):
    """Whether a participant has all that the policy requires (scoring.md section 4)."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class Flag(StrEnum):
    """How a self rating stands to that of the others (scoring.md section 6)."""

    BLIND_SPOT = "blind_spot"
    HIDDEN_STRENGTH = "hidden_strength"


class Source(StrEnum):
    """Where a dimension's value comes from."""

    RATED = "rated"
    EXTERNAL = "external"


class Withheld(StrEnum):
    """Why a figure of a rater type is not shown (scoring.md section 3)."""

    NOT_ASKED = "not_asked"
    BELOW_MIN_RATERS = "below_min_raters"
    NO_ANSWERS = "no_answers"
    GROUP_SET_ASIDE = "group_set_aside"


class ReasonCode(StrEnum):
    """Why a result is incomplete or leaves something out (scoring.md section 4)."""

    MISSING_RATER_TYPE = "missing_rater_type"
    BELOW_MIN_RATERS = "below_min_raters"
    GROUP_LOST = "group_lost"
    INDICATOR_NOT_SCORED = "indicator_not_scored"
    DIMENSION_NOT_SCORED = "dimension_not_scored"
    EXTERNAL_SCORE_MISSING = "external_score_missing"
    GROUP_SET_ASIDE = "group_set_aside"


class ResultStatus(StrEnum):
    """The life of one version of a result."""

    COMPUTED = "computed"
    DECIDED = "decided"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Cause(StrEnum):
    """What made a version of a result."""

    RATING_CLOSED = "rating_closed"
    RECOMPUTATION = "recomputation"
    EXTERNAL_SCORE = "external_score"
    INNOVATION = "innovation"
    DECISION_AFTER_PUBLICATION = "decision_after_publication"


class VersionChange(StrEnum):
    """In what a version differs from the one that its reader was shown before it."""

    COMPLETENESS = "completeness"
    OVERALL = "overall"
    VALUE = "value"
    RECOMMENDED = "recommended"
    DECISION = "decision"
    #: Any figure, expectation or list of the result.
    FIGURES = "figures"
    REASONS = "reasons"


class CommentKind(StrEnum):
    """What a written remark is about."""

    STRENGTH = "strength"
    IMPROVEMENT = "improvement"
    GENERAL = "general"


class RaterKind(StrEnum):
    """Whether a rater's points are told with his name."""

    NAMED = "named"
    ANONYMOUS = "anonymous"


class Band(StrEnum):
    """All that is said of an anonymous rater."""

    USUAL = "usual"
    UNUSUAL = "unusual"
