"""Non-interference (anonymity.md rules 2 and 7): what others are told hangs on no single anonymous sheet or assignment.

The same city twice: in one of them two raters of a group gave what the other one gave, or in the other order, or only the
other one submitted. Then everybody reads everything, at every stage, and tries what he must not do. No answer may differ.
"""

from typing import Final

import pytest

from tests.api.anonymity import seeds
from tests.api.anonymity.scenes import KIND, STERN, Another, Look, Scene
from tests.support.city import ACTORS, City, Setting

pytestmark = pytest.mark.anyio
PLAIN: Final = Scene((("peer", KIND), ("other_peer", STERN)))
EXCHANGED: Final = Scene((("peer", STERN), ("other_peer", KIND)))
REVERSED: Final = Scene((("other_peer", STERN), ("peer", KIND)))
ONE: Final = Scene((("peer", KIND),))
OTHER: Final = Scene((("other_peer", KIND),))
A_FEW: Final = Scene((*PLAIN.sheets, ("sub0", KIND), ("sub1", STERN)))
#: A full administrator knows the state of an assignment, and so does its own rater; nobody else does.
NOT_TO_KNOW: Final = tuple(actor for actor in ACTORS if actor not in {"admin", "peer", "other_peer"})
NOT_ADMINS: Final = tuple(actor for actor in ACTORS if actor != "admin")


def none_of(found: list[str]) -> None:
    assert not found, f"{len(found)} differences\n" + "\n".join(found[:20])


@pytest.mark.thorough
async def test_the_sheets_of_two_raters_may_be_exchanged(another: Another) -> None:
    look = Look(thorough=True)
    none_of(await look.compare(another, PLAIN, EXCHANGED))
    assert {seen.status for seen in look.told} <= {401, 403, 404, 409, 412, 422}


@pytest.mark.thorough
async def test_the_order_of_two_submissions_may_be_exchanged(another: Another) -> None:
    none_of(await Look(stages=("published",)).compare(another, PLAIN, REVERSED))


@pytest.mark.thorough
async def test_nobody_learns_which_of_two_raters_submitted(another: Another) -> None:
    look = Look(NOT_TO_KNOW, ("rating", "published"))
    none_of(await look.compare(another, ONE, OTHER))
    assert {seen.status for seen in look.told} <= {401, 403, 404, 409, 422}


@pytest.mark.thorough
async def test_too_few_look_like_none(another: Another) -> None:
    """Two are assigned, which is below the minimum: whether both submitted or nobody did is told to nobody else."""
    look = Look(NOT_ADMINS, ("rating", "published"), suspects=("sub0", "sub1"))
    none_of(await look.compare(another, PLAIN, A_FEW))


async def _void(city: City, setting: Setting) -> None:
    await city.post(f"/v1/assignments/{setting.assignments['sub0']}/voidance", {"reason": "Salah pilih."}, status=200)


async def _delete(city: City, setting: Setting) -> None:
    path = f"/v1/assignments/{setting.assignments['sub0']}"
    answer = await city.api.delete(path, headers=city.admin | {"If-Match": "*"})
    assert answer.status_code == 204


async def test_a_voided_assignment_looks_like_a_deleted_one(another: Another) -> None:
    look = Look(NOT_ADMINS, ("rating",), suspects=("sub0",))
    none_of(await look.compare(another, Scene(then=_void), Scene(then=_delete)))


# ---------------------------------------------------------------- the comparison can fail

LEAKS: Final = {
    "the state is told to whoever sees the assignment": (seeds.tell_the_state, "who", "rating", ("unit_admin",)),
    "assignments can be filtered by a state one may not know": (seeds.filter_by_state, "who", "rating", ("auditor",)),
    "a refusal tells what became of it": (seeds.let_unit_administrators_try, "who", "rating", ("unit_admin",)),
    "the ETag digests what is stored": (seeds.digest_what_is_stored, "who", "rating", ("unit_admin",)),
    "a list comes in the order of writing": (seeds.list_as_last_written, "order", "rating", ("auditor",)),
    "a rater reads his sheet again": (seeds.show_submitted_sheets, "sheets", "rating", ("peer",)),
    "small groups are counted": (seeds.count_for_everybody, "few", "rating", ("auditor",)),
    "a rater is judged by one sheet": (seeds.judge_by_one_sheet, "sheets", "review", ("auditor",)),
    "two are enough": (seeds.show_two, "few", "review", ("appraiser",)),
}
SCENES: Final = {
    "who": (ONE, OTHER),
    "order": (PLAIN, REVERSED),
    "sheets": (PLAIN, EXCHANGED),
    "few": (PLAIN, A_FEW),
}


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_leak_is_found(another: Another, monkeypatch: pytest.MonkeyPatch, leak: str) -> None:
    seed, scene, stage, readers = LEAKS[leak]
    seed(monkeypatch)
    look = Look(readers, (stage,))
    assert await look.compare(another, *SCENES[scene])
