"""The versions of a result: what made each, and what it changed."""

from typing import Annotated, Self

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import NextCursor, Out, Score
from app.api.schemas.results import (
    Complete,
    ComputedAt,
    Figure,
    PredicateWord,
    PublishedAt,
    Receipt,
    ResultPredicate,
    Status,
    VersionNumber,
    result_predicate,
)
from app.api.texts import say
from app.api.texts.results import CAUSES
from app.domain.ports.results import Earlier, Revision
from app.domain.values import Cause, VersionChange


class EarlierVersion(Out):
    """What the version before said."""

    version: VersionNumber
    completeness: Complete
    overall: Figure
    value: Annotated[
        Annotated[Score, Field(le=120)] | None, Field(description="Value of PP 30/2019, 0 to 120.", examples=[None])
    ]
    recommended: PredicateWord
    decided: PredicateWord

    @classmethod
    def of(cls, earlier: Earlier) -> Self:
        """From the domain."""
        return cls(**{name: getattr(earlier, name) for name in cls.model_fields})


class ResultVersion(Out):
    """One version of a result, without its single figures."""

    version: VersionNumber
    status: Status
    completeness: Complete
    overall: Figure
    predicate: ResultPredicate
    cause: Annotated[Cause, Field(description="What made this version.", examples=["external_score"])]
    cause_label: Annotated[
        str, Field(max_length=200, description="The same in words.", examples=["Nilai dari sistem lain masuk"])
    ]
    before: Annotated[
        EarlierVersion | None,
        Field(description="The version that you were shown before this one; null for your first."),
    ]
    changed: Annotated[
        list[VersionChange],
        Field(max_length=10, description="In what it differs from `before`.", examples=[["overall", "figures"]]),
    ]
    receipt: Receipt
    computed_at: ComputedAt
    published_at: PublishedAt

    @classmethod
    def of(cls, revision: Revision, language: Language) -> Self:
        """From the domain."""
        version = revision.version
        return cls(
            version=version.version,
            status=version.status,
            completeness=version.completeness,
            overall=version.overall,
            predicate=ResultPredicate.model_validate(result_predicate(version, language)),
            cause=version.cause,
            cause_label=say(CAUSES[version.cause], language, {}),
            before=None if revision.before is None else EarlierVersion.of(revision.before),
            changed=list(revision.changed),
            receipt=version.receipt,
            computed_at=version.computed_at,
            published_at=version.published_at,
        )


class ResultVersionPage(Out):
    """A page of versions."""

    items: Annotated[list[ResultVersion], Field(max_length=200, description="Versions, newest first.")]
    next_cursor: NextCursor
