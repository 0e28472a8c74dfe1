"""Imports as the contract shows them."""

from typing import Annotated, Any, Final

from pydantic import Field

from app.api.languages import Language
from app.api.schemas.common import Bool, Id, Moment, Out, Problem, ProblemItem
from app.api.texts import VIOLATIONS, say
from app.domain.imports.report import MOST_LISTED, ImportKind, ImportStatus, RowError
from app.domain.imports.report import ImportReport as DomainReport

_MOST_ROWS: Final = 1_000_000
_ROW: Final[dict[str, Any]] = {
    "ge": 1,
    "le": 1_048_577,
    "description": "Row as a spreadsheet counts, the header included.",
    "examples": [12],
}
_COLUMN: Final[dict[str, Any]] = {
    "max_length": 40,
    "description": "English name of the column, or its letter where the header itself is faulty; null for the whole row.",
    "examples": ["nip"],
}
ErrorCount = Annotated[int, Field(ge=0, description="How many faults there are, listed or not.", examples=[3])]


def _count(what: str, example: int) -> Any:
    return Field(ge=0, le=_MOST_ROWS, description=what, examples=[example])


class ImportFault(Out):
    """One faulty place of a file."""

    row: Annotated[int, Field(**_ROW)]
    column: Annotated[str | None, Field(**_COLUMN)]
    code: Annotated[str, Field(max_length=60, description="Stable code of the fault.", examples=["nip_damaged"])]
    message: Annotated[
        str,
        Field(
            max_length=1000, description="What is wrong, in the reader's language.", examples=["Pegawai ini tidak ada."]
        ),
    ]

    @classmethod
    def of(cls, error: RowError, language: Language) -> "ImportFault":
        """From the domain."""
        message = say(VIOLATIONS[error.code], language, dict(error.params))
        return cls(row=error.row, column=error.column, code=error.code, message=message)


class ImportedCode(Out):
    """A one-time activation code of a new account."""

    username: Annotated[str, Field(max_length=60, description="Account name.", examples=["siti.aminah"])]
    code: Annotated[
        str,
        Field(max_length=512, description="Good once, for seven days.", examples=["kX0c2wQm3Jt5r8vB1nD4fG6hL9pS7yZ0"]),
    ]


class ImportReport(Out):
    """What came of an import."""

    id: Annotated[Id, Field(description="Id of the import.")]
    kind: Annotated[ImportKind, Field(description="What the rows are.", examples=["employees"])]
    dry_run: Annotated[Bool, Field(description="Whether nothing was to be changed.", examples=[False])]
    cycle_id: Annotated[Id | None, Field(description="The cycle, where the rows belong to one.")]
    status: Annotated[
        ImportStatus, Field(description="A failed import changed nothing; its counts are zero.", examples=["succeeded"])
    ]
    rows: Annotated[int, _count("Rows below the header that hold anything.", 400)]
    created: Annotated[int, _count("Rows that made something new (in a dry run: would make).", 390)]
    updated: Annotated[int, _count("Rows that changed what was there.", 8)]
    unchanged: Annotated[int, _count("Rows that say what is so already.", 2)]
    error_count: ErrorCount
    errors: Annotated[list[ImportFault], Field(max_length=MOST_LISTED, description="The first 1,000 faults, by row.")]
    codes: Annotated[
        list[ImportedCode] | None,
        Field(
            max_length=_MOST_ROWS,
            description="With `with_codes`: activation codes of new accounts, in this one answer. Never stored.",
        ),
    ]
    created_at: Annotated[Moment, Field(description="When it was done.")]

    @classmethod
    def of(cls, report: DomainReport, language: Language) -> "ImportReport":
        """From the domain; codes are added for the one answer that shows them."""
        same = cls.model_fields.keys() - {"errors", "codes"}
        return cls(
            **{name: getattr(report, name) for name in same},
            errors=[ImportFault.of(error, language) for error in report.errors],
            codes=None,
        )


class ImportProblemItem(ProblemItem):
    """One faulty place of a request to import; row and column where it is one of the file."""

    row: Annotated[int | None, Field(**_ROW)] = None
    column: Annotated[str | None, Field(**_COLUMN)] = None

    @classmethod
    def at(cls, fault: ImportFault) -> "ImportProblemItem":
        """The same place, with a pointer as other problems have it."""
        pointer = f"/rows/{fault.row}" + (f"/{fault.column}" if fault.column else "")
        return cls(pointer=pointer, code=fault.code, message=fault.message, row=fault.row, column=fault.column)


class ImportProblem(Problem):
    """Why an import changed nothing. A file that cannot be read at all has no report."""

    import_id: Annotated[Id | None, Field(description="The report, which stays: getImport.")] = None
    error_count: ErrorCount = 0
    errors: Annotated[  # type: ignore[assignment]  # these items say more
        list[ImportProblemItem],
        Field(default_factory=list, max_length=MOST_LISTED, description="The first 1,000 faults."),
    ]
