"""Imports over HTTP."""

import asyncio
from dataclasses import replace
from email.message import Message
from typing import Annotated, Any, Final

from fastapi import Query, Response
from pydantic import Field

from app.api import contract_responses
from app.api.answers import answer, in_language
from app.api.deps import Context, Ctx
from app.api.jobs import Job, answer_or_job
from app.api.operations import Operation
from app.api.passwords import new_secret
from app.api.problems import render
from app.api.routing import TopicRouter, media_type
from app.api.schemas.common import NEVER_NULL, Id, Out
from app.api.schemas.imports import ImportedCode, ImportProblemItem, ImportReport
from app.api.spreadsheets import CSV, XLSX, read_lines
from app.domain.actions import imports as actions
from app.domain.errors import Invalid
from app.domain.imports.report import ImportKind, ImportStatus
from app.domain.imports.table import Line
from app.domain.jobs import JobKind, Phase, Progress
from app.domain.unit_of_work import UnitOfWork

router = TopicRouter("Organisation")

_EXAMPLE: Final = (
    "kode,nama,jenis,kode_induk\nDINKES,Dinas Kesehatan,dinas,KOTA\nPKM-UNYUR,Puskesmas Unyur,puskesmas,DINKES\n"
)
_OTHERS: Final[dict[int | str, dict[str, Any]]] = {
    202: {"model": Job, "description": "It takes longer than ten seconds: see `Location`."},
    404: contract_responses.problem(404),
    422: contract_responses.problem(422, ("import_failed", "invalid_input"), "ImportProblem"),
}
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii"})


@router.operation(
    "POST",
    "/v1/imports",
    name="createImport",
    summary="Import a spreadsheet",
    answers=ImportReport,
    others=_OTHERS,
    promise=Operation(
        raw_body={CSV: _EXAMPLE, XLSX: None},
        conflicts=(
            "cycle_state_forbids",
            "unit_code_taken",
            "nip_taken",
            "employee_administers",
            "username_taken",
            "employee_has_account",
            "assignment_duplicate",
        ),
    ),
)
async def create_import(
    ctx: Ctx,
    kind: Annotated[ImportKind, Query(description="What the rows are.")],
    dry_run: Annotated[bool, Query(description="Only tell what would be; change nothing.")] = False,
    cycle_id: Annotated[
        Id | None,
        Query(description="Required for `assignments` and `external_scores`; 404 when there is none."),
        NEVER_NULL,
    ] = None,
    with_codes: Annotated[
        bool, Query(description="For `accounts`: issue activation codes to new accounts and answer them once.")
    ] = False,
) -> Response:
    """Import a CSV or XLSX file: all rows or none. Importing it again changes nothing.

    The first row names the columns, in English or Indonesian, in any order. CSV is UTF-8 with commas or semicolons; of an
    XLSX file the first visible sheet is read, formulas by their saved value. A column left out leaves what is stored; an
    empty cell clears it. At most 100,000 rows and 20 MB.

    - `units`: `code` (kode), `name` (nama), `kind` (jenis), `parent_code` (kode_induk). Known by the code.
    - `employees`: `nip`, `name` (nama), `employment` (status_kepegawaian), `position` (jabatan), `position_kind`
      (jenis_jabatan), `grade` (golongan), `unit_code` (kode_unit), `superior_nip` (nip_atasan), `appraiser_nip`
      (nip_penilai), `email` (surel), `phone` (telepon), `active` (aktif). Known by the NIP. Superiors may stand anywhere in
      the file. Officials outside the ASN, who have no NIP, are created with createEmployee; where such a person is
      somebody's superior, an empty cell leaves him.
    - `accounts`: `nip` or `username` (nama_akun), `roles` (peran), `rater_types` (jenis_penilai), `unit_code` (kode_unit).
      Accounts are made without password.
    - `assignments`: `nip_ratee` (nip_pegawai), `rater_type` (jenis_penilai), `nip_rater` (nip_penilai). Faults are those of
      createAssignments; what it only warns of (an unusual place in the hierarchy) is taken as it stands.
    - `external_scores`: `nip`, `dimension` (dimensi), `value` (nilai), `source` (sumber), `measured_at` (tanggal_ukur).

    A long import answers 202: its job tells the phase and the number of rows.

    A dry run answers 200 with its report, whatever it found. An import with faults answers 422, lists them by row and
    column and changes nothing; its report stays. Administrators import everything, unit administrators employees of their
    subtree, machines what their scopes allow: `imports:write` for units and employees, with `external_scores:write` also
    external scores.
    """
    order = _order(kind, dry_run, cycle_id, with_codes)
    actions.require_importer(ctx.actor, kind)
    lines = await _lines(ctx)
    codes: list[actions.IssuedCode] = []
    progress = Progress(Phase.READING, max(len(lines) - 1, 0))

    def tell(phase: Phase) -> None:
        nonlocal progress
        progress = replace(progress, phase=phase)

    async def work(uow: UnitOfWork) -> ImportReport:
        new_code = _new_code if with_codes else None
        outcome = await actions.run_import(uow, ctx.actor, order, lines, new_code=new_code, tell=tell)
        codes.extend(outcome.codes)
        return ImportReport.of(outcome.report, ctx.language)

    def finish(report: Out) -> Response:
        assert isinstance(report, ImportReport)
        return _finished(ctx, report, tuple(codes) if with_codes else None)

    return await answer_or_job(ctx, JobKind.IMPORT, cycle_id, work, finish, lambda: progress)


def _order(kind: ImportKind, dry_run: bool, cycle_id: Id | None, with_codes: bool) -> actions.Order:
    if kind.of_cycle and cycle_id is None:
        raise Invalid.at("/query/cycle_id", "required")
    if not kind.of_cycle and cycle_id is not None:
        raise Invalid.at("/query/cycle_id", "not_with_this_kind")
    if with_codes and kind is not ImportKind.ACCOUNTS:
        raise Invalid.at("/query/with_codes", "not_with_this_kind")
    return actions.Order(kind, dry_run, cycle_id)


async def _lines(ctx: Context) -> list[Line]:
    body, most = await ctx.request.body(), ctx.services.settings.max_import_rows
    header = Message()
    header["content-type"] = ctx.request.headers["content-type"]
    if (header.get_content_charset() or "utf-8") not in _UTF_8:
        raise Invalid.at("", "encoding_not_utf8")
    return await asyncio.to_thread(read_lines, media_type(ctx.request), body, most)


def _new_code() -> tuple[str, bytes]:
    secret = new_secret()
    return secret.text, secret.hash


def _finished(ctx: Context, report: ImportReport, codes: tuple[actions.IssuedCode, ...] | None) -> Response:
    """The report with the codes, which nothing else ever holds; or the problem that an import with faults is."""
    headers = in_language(ctx) | {"Location": f"/v1/imports/{report.id}"}
    if report.status is ImportStatus.SUCCEEDED or report.dry_run:
        told = None if codes is None else [ImportedCode(username=one.username, code=one.code) for one in codes]
        return answer(ctx, report.model_copy(update={"codes": told}), headers=headers, secrets=("codes",))
    more = {
        "import_id": str(report.id),
        "error_count": report.error_count,
        "errors": [ImportProblemItem.at(fault).model_dump() for fault in report.errors],
    }
    params = {"error_count": report.error_count}
    return render(ctx.request, 422, "import_failed", params, headers=headers, more=more)


@router.operation(
    "GET",
    "/v1/imports/{import_id}",
    name="getImport",
    summary="Read what came of an import",
    answers=ImportReport,
)
async def get_import(ctx: Ctx, import_id: Annotated[Id, Field(description="Id of the import.")]) -> Response:
    """The report of an import or a dry run, for whoever sent the file and for administrators. Codes are not in it."""
    report = await actions.get_import(ctx.uow, ctx.actor, import_id)
    return answer(ctx, ImportReport.of(report, ctx.language), headers=in_language(ctx))
