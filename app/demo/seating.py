"""Filling a unit's plan with a given number of people."""

from dataclasses import dataclass
from typing import Final

from app.demo.plans import UnitPlan
from app.demo.positions import Post

#: How many people one leader leads before a team leader is named beside.
TEAM_SIZE: Final = 12


@dataclass(frozen=True, slots=True)
class Seat:
    """One filled post.

    ``superior``: place of the leader in the same list, null when outside the unit;
    ``number``: counts the team leaders of a branch, 0 for everybody else.
    """

    post: Post
    superior: int | None
    number: int = 0


def seats(plan: UnitPlan, people: int) -> list[Seat]:
    """``people`` seats: leaders first, each seat after its superior's."""
    filled = _leaders(plan, people)
    leaders = list(filled)
    by_branch: dict[str, list[Post]] = {}
    for number in range(people - len(leaders)):
        post = plan.staff[number % len(plan.staff)]
        by_branch.setdefault(post.branch, []).append(post)
    for branch, posts in by_branch.items():
        filled += _branch(plan, leaders, branch, posts, len(filled))
    return filled


def _leaders(plan: UnitPlan, people: int) -> list[Seat]:
    count = min(len(plan.leaders), 1 + (people - 1) // plan.span) if people else 0
    return [Seat(post, superior) for post, superior in plan.leaders[:count]]


def _branch(plan: UnitPlan, leaders: list[Seat], branch: str, posts: list[Post], offset: int) -> list[Seat]:
    """The staff of one branch, dealt out in turn to its lowest leaders and team leaders.

    Team leaders take the first seats of the branch, so its number stays the same.
    """
    lowest = _lowest_leaders(leaders, branch)
    team = plan.teams.get(branch)
    teams = max(0, -(-len(posts) // TEAM_SIZE) - len(lowest)) if team and lowest else 0
    team_seats = [Seat(team, lowest[i % len(lowest)], i + 1) for i in range(teams)] if team else []
    superiors: list[int | None] = [*lowest, *range(offset, offset + teams)]
    if not superiors:
        superiors = [None]
    staff = [Seat(post, superiors[i % len(superiors)]) for i, post in enumerate(posts[teams:])]
    return [*team_seats, *staff]


def _lowest_leaders(leaders: list[Seat], branch: str) -> list[int]:
    """Leaders of the branch with no leader below; the head when the branch has none yet."""
    above = {seat.superior for seat in leaders}
    lowest = [i for i, seat in enumerate(leaders) if seat.post.branch == branch and i not in above]
    return lowest or [0] * bool(leaders)
