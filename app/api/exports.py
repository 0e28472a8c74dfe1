"""Results of a whole cycle as a file."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import Annotated, BinaryIO, Final, Literal

from fastapi import Query, Response
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from app.api.answers import attachment, in_language
from app.api.contract_responses import problem
from app.api.deps import Context, Ctx
from app.api.negotiation import negotiated
from app.api.operations import Operation
from app.api.routing import TopicRouter
from app.api.schemas.common import NEVER_NULL, Id
from app.api.schemas.exports import KEYS, Wording, line_of, rows_of
from app.api.spreadsheets import CSV, XLSX
from app.api.spreadsheets.writing import CsvWriter, JsonLinesWriter, TableWriter, XlsxWriter
from app.domain.actions import exports as actions
from app.domain.actions.exports import Exported, Shape
from app.domain.cycles import Cycle
from app.domain.errors import Unavailable
from app.domain.policies_results import Scope
from app.domain.ports.results import ResultFilter

router = TopicRouter("Results")

Decimals = Literal["point", "comma"]
_JSONL: Final = "application/jsonl"
_NDJSON: Final = "application/x-ndjson"
_EXAMPLES: Final = {
    CSV: "NIP,Nama,Jabatan,Unit kerja\r\n198609262015051001,Siti Aminah,Pengelola Data,Dinas Kesehatan\r\n",
    XLSX: None,
    _JSONL: '{"tahun":2026,"nip":"198609262015051001","nama":"Siti Aminah","kuadranKinerja":"Baik"}\n',
    _NDJSON: '{"tahun":2026,"nip":"198609262015051001","nama":"Siti Aminah","kuadranKinerja":"Baik"}\n',
}
_ENDINGS: Final = {CSV: "csv", XLSX: "xlsx", _JSONL: "jsonl", _NDJSON: "jsonl"}
_NAMES: Final = {Shape.RESULTS: "hasil", Shape.CRITERIA: "kriteria", Shape.EKINERJA: "ekinerja"}
_LINES: Final = frozenset({_JSONL, _NDJSON})
_CHUNK: Final = 65_536


@router.operation(
    "GET",
    "/v1/cycles/{cycle_id}/results/export",
    name="exportResults",
    summary="Export results",
    others={
        200: {"description": "The file, of the type that `Accept` prefers; CSV when it does not say."},
        404: problem(404, meaning="The cycle or the unit is unknown."),
    },
    promise=Operation(conflicts=("results_not_ready",), produces=_EXAMPLES),
)
async def export_results(
    ctx: Ctx,
    cycle_id: Id,
    shape: Annotated[Shape, Query(description="What a line is; see above.")] = Shape.RESULTS,
    decimal: Annotated[
        Decimals, Query(description="CSV only: decimals as 87.35 between commas, or as 87,35 between semicolons.")
    ] = "point",
    unit_id: Annotated[Id | None, Query(description="Only participants of this unit."), NEVER_NULL] = None,
    include_descendants: Annotated[bool, Query(description="With `unit_id`: also of all units below it.")] = False,
) -> Response:
    """The current results that you may export, by name, as CSV, XLSX or JSON lines.

    - `results`: one line per participant; as JSON lines each line is the object of getResult.
    - `criteria`: one line per participant and criterion; JSON lines name `flag` by its identifier, as getResult does.
    - `ekinerja`: the yearly record with the field names of e-Kinerja (SIASN), from `published`, of results with a decided
      predicate alone. Codes of expectations: 1 above, 2 meets, 3 below; of the quadrant: 1 very good, 2 good, 3 needs
      improvement, 4 poor, 5 very poor; of the appraiser's grade: 11 (`I/a`) to 45 (`IV/e`), null for PPPK. NIP and grade,
      and all about the appraiser, are the directory's of today. The ratee's id at SIASN (`pnsDinilaiOrang`) is SIASN's own.

    Administrators and auditors export everybody's from `review`; from `published` also superiors and appraisers their team,
    unit administrators their subtree, machines with `results:read`. A team's file holds its leader's own result no more
    than anybody's whom its reader rates anonymously; people without a team get 403. A unit that does not exist is 404; one
    of whom you may export nobody has a file without lines.

    Column names and words follow `Accept-Language`; CSV is UTF-8 with a byte order mark. Text that a spreadsheet would take
    for a formula has an apostrophe in front. Figures are numbers, NIPs text. All lines show one moment; the file is
    complete before the answer begins, and its making is recorded with the number of people. Few files are made at a time:
    503 says when to try again.
    """
    file_type = negotiated(ctx, *_EXAMPLES)
    wanted = ResultFilter(cycle_id, Scope(None), unit_id=unit_id, include_descendants=include_descendants)
    with ExitStack() as on_failure:
        file: BinaryIO = on_failure.enter_context(tempfile.TemporaryFile())
        with closing(_table(file, file_type, shape, Wording(ctx.language), decimal)) as table:
            making = _Making(ctx, file, table, shape, for_machines=file_type in _LINES)
            written = await actions.export_results(
                ctx.uow, ctx.actor, shape, wanted, making.write, file_type=_ENDINGS[file_type]
            )
            await asyncio.to_thread(table.finish)
        on_failure.pop_all()
    name = f"{_NAMES[shape]}-{written.cycle.code}.{_ENDINGS[file_type]}"
    return _FileAnswer(file, file_type, {**attachment(name), **_about(ctx)})


def _about(ctx: Context) -> dict[str, str]:
    return in_language(ctx) | {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}


class _Making:
    """A file under way. Its rows are written on a thread, so that the requests of others go on meanwhile."""

    def __init__(self, ctx: Context, file: BinaryIO, table: TableWriter, shape: Shape, *, for_machines: bool) -> None:
        self._request = ctx.request
        self._file = file
        self._table = table
        self._shape = shape
        self._wording = Wording(ctx.language, identifiers=for_machines)
        self._whole_results = for_machines and shape is Shape.RESULTS

    async def write(self, cycle: Cycle, batch: Sequence[Exported]) -> None:
        """Write one batch, unless nobody waits for the file any more."""
        if await self._request.is_disconnected():
            raise Unavailable
        await asyncio.to_thread(self._write, cycle, batch)

    def _write(self, cycle: Cycle, batch: Sequence[Exported]) -> None:
        if self._whole_results:
            self._file.writelines(line_of(one, self._wording.language) for one in batch)
        else:
            self._table.add([row for one in batch for row in rows_of(self._shape, cycle, one, self._wording)])


def _table(file: BinaryIO, file_type: str, shape: Shape, wording: Wording, decimal: Decimals) -> TableWriter:
    if file_type == CSV:
        return CsvWriter(file, wording.titles(shape), comma=decimal == "comma")
    if file_type == XLSX:
        return XlsxWriter(file, wording.titles(shape))
    return JsonLinesWriter(file, KEYS[shape])


class _FileAnswer(Response):
    """A file that is gone once it is sent. Its length goes ahead, so that one that was cut on the way is noticed."""

    def __init__(self, file: BinaryIO, media_type: str, headers: dict[str, str]) -> None:
        self._file = file
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        super().__init__(None, 200, {**headers, "Content-Length": str(size)}, media_type)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        del scope, receive
        with self._file:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while chunk := await asyncio.to_thread(self._file.read, _CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
