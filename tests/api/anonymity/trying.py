"""Writes that people try on the assignments of others to find out what became of them: what they are told."""

from collections.abc import Collection
from typing import Final

from tests.api.anonymity.reading import Seen, Sight
from tests.support.city import City, Setting
from tests.support.requests import Target, ask

#: Everything that is done to one assignment.
ON_ASSIGNMENTS: Final = (
    *("deleteAssignment", "declineAssignment", "undoDecline", "excuseAssignment", "reassignAssignment"),
    *("voidAssignment", "createInvitation", "putSubmission", "reopenSubmission"),
)
#: Full administrators know the state, so what they do to a submitted sheet works, or begins to.
BY_ADMINS: Final = frozenset(ON_ASSIGNMENTS) - {"voidAssignment", "reopenSubmission"}
#: One of each kind of person who could have a reason to try.
TRYING: Final = frozenset(
    {"stranger", "ratee", "peer", "superior", "appraiser", "unit_admin", "foreign_admin", "admin", "auditor", "machine"}
)
SUSPECTS: Final = ("peer", "other_peer")


async def try_everything(
    city: City, setting: Setting, actors: Collection[str], suspects: Collection[str] = SUSPECTS
) -> Sight:
    """What everybody is told who tries to change, replace or repeat the assignments of these raters."""
    sight: Sight = {}
    for actor in actors:
        for suspect in suspects:
            if actor == suspect or actor not in TRYING:
                continue
            for name in BY_ADMINS if actor == "admin" else ON_ASSIGNMENTS:
                answer = await ask(name, Target(city, setting, suspect), city.headers(actor, setting))
                sight[f"{name} {suspect} as {actor}"] = Seen.told(answer)
            if suspect in SUSPECTS:
                sight |= await _try_around(city, setting, actor, suspect)
    return sight


async def _try_around(city: City, setting: Setting, actor: str, suspect: str) -> Sight:
    """Assign the peer once more, make him the appraiser, take the ratee out."""
    headers = city.headers(actor, setting)
    person = str(city.people[suspect].id)
    row = {"participant_id": setting.participant_id, "rater_type": "peer", "rater_id": person}
    ratee = f"{setting.path}/participants/{setting.participant_id}"
    tried = {
        "assign again": await city.api.post(f"{setting.path}/assignments", json={"items": [row]}, headers=headers),
        "make appraiser": await city.api.patch(
            ratee,
            json={"appraiser_id": person, "reason": "Mutasi pejabat."},
            headers=headers | {"If-Match": "*"},
        ),
        "remove the ratee": await city.api.delete(ratee, headers=headers | {"If-Match": "*"}),
    }
    return {f"{name} {suspect} as {actor}": Seen.told(answer) for name, answer in tried.items()}
