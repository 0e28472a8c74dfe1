"""Enumerations as the database knows them: their words and no others, sent as plain text."""

from itertools import product

import asyncpg
import pytest
import sqlalchemy as sa

from app.repositories import actors, results_sql, submissions_sql, worklist
from app.repositories.tables import metadata
from app.repositories.tables.base import Word
from tests.support.world import World

pytestmark = pytest.mark.anyio
COLUMNS = [column for table in metadata.tables.values() for column in table.columns if isinstance(column.type, Word)]
WORDS = {column.type.name: column.type for column in COLUMNS if isinstance(column.type, Word)}
DIALECT = sa.make_url("postgresql+asyncpg://").get_dialect()
PARAMETERS = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = $1"
PARTS = ("remarks", "from_recipient", "announced", "kept")


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
async def test_the_app_can_write_every_word_and_no_other(world: World, word: Word) -> None:
    async with world.services.database.hot() as connection:
        for member in word.kind:
            assert await connection.fetchval(f"SELECT '{member}'::text::{word.name}") == member
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await connection.fetchval(f"SELECT 'nonsense'::text::{word.name}")
    assert refused.value.constraint_name == f"ck_{word.name}"


def test_no_two_enumerations_share_a_name() -> None:
    assert len({column.type.kind for column in COLUMNS if isinstance(column.type, Word)}) == len(WORDS)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_the_parameters_of_statements_are_text(column: sa.Column[str]) -> None:
    statement = sa.update(column.table).where(column == "a").values({column: sa.bindparam("b", type_=column.type)})
    text = str(statement.compile(dialect=DIALECT()))
    assert text.count("::VARCHAR") == text.count("::") == 2


async def test_the_driver_need_not_ask_about_parameters(world: World) -> None:
    submits = [
        submissions_sql.submit(**dict(zip(PARTS, chosen, strict=True))).text
        for chosen in product((False, True), repeat=len(PARTS))
    ]
    texts = [
        *submits,
        *(submissions_sql.SAVE_DRAFT.text, submissions_sql.TASK, submissions_sql.FACTS),
        *worklist._STATEMENTS.values(),  # noqa: SLF001 - the statements themselves are what is asked about
        *(actors.BY_ACCOUNT, actors.BY_NIP, actors.BY_USERNAME),
        *results_sql.DECIDE_ANEW,
    ]
    async with world.services.database.hot() as connection:
        for text in texts:
            prepared = await connection.prepare(text)
            types = await connection.fetchval(PARAMETERS, prepared.get_name())
            assert not WORDS.keys() & {one.removesuffix("[]") for one in types}, text
