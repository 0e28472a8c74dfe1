"""Three cycles for the demo: one published, one half rated, one in preparation, made by the actions users use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from app.demo.city import City
from app.demo.places import CITY_CODE
from app.demo.sheets import fill_cycle
from app.demo.staffing import SHOWCASE_UNIT
from app.domain.actions.cycles import NewCycle, create_cycle
from app.domain.actions.generation import generate_assignments
from app.domain.actions.invitations import create_invitation_batch
from app.domain.actions.participants import add_participants
from app.domain.actions.results import Ruling, decide_many
from app.domain.actions.rubrics import PresetNames, create_from_preset, publish_rubric
from app.domain.actions.transitions import transition_cycle
from app.domain.auth import Actor
from app.domain.cycles import Policy, RubricUse, Transition
from app.domain.generation import PeerRule, PeerScope, Rules
from app.domain.participants import Selection
from app.domain.rubrics import Rubric
from app.domain.values import CycleState, RaterType
from app.repositories import tables as t
from app.repositories.session import Session
from app.services import AppServices

_INVITATIONS_EACH: Final = 6
_DECIDING_APPRAISERS: Final = 40
_HALF: Final = 0.5
_NEARLY_ALL: Final = 0.94
_RULES: Final = Rules(superior=True, own=True, subordinates=5, peers=PeerRule(5, PeerScope.SUPERIOR, 10))
_POLICY: Final = Policy(
    rater_weights={
        RaterType.SUPERIOR: 60,
        RaterType.PEER: 25,
        RaterType.SUBORDINATE: 10,
        RaterType.SERVICE_RECIPIENT: 5,
        RaterType.SELF: 0,
    }
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter of a year: the period of a demo cycle."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime) -> "Quarter":
        """The quarter a moment lies in."""
        return cls(moment.year, (moment.month - 1) // 3 + 1)

    def before(self) -> "Quarter":
        """The quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def after(self) -> "Quarter":
        """The quarter after."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def starts(self, like: datetime) -> datetime:
        """Its first moment, in the zone of ``like``."""
        return like.replace(year=self.year, month=self.number * 3 - 2, day=1, hour=0, minute=0, second=0, microsecond=0)

    def ends(self, like: datetime) -> datetime:
        """Its last day."""
        return self.after().starts(like) - timedelta(days=1)


class CycleMaker:
    """Makes the demo's cycles in a city that was written before."""

    def __init__(self, services: AppServices, actor: Actor, city: City, seed: int) -> None:
        self._services = services
        self._actor = actor
        self._city = city
        self._rng = Random(seed)  # noqa: S311 - invented ratings guard no secret

    async def rubrics(self) -> dict[str, Rubric]:
        """The three presets, published."""
        names = {
            "berakhlak": "BerAKHLAK",
            "technical_and_behaviour": "Kemampuan teknis dan perilaku",
            "service_recipient": "Suara penerima layanan",
        }
        made = {}
        async with self._services.unit_of_work("demo") as uow:
            for preset, title in names.items():
                draft = await create_from_preset(uow, self._actor, PresetNames(preset, preset, title))
                made[preset] = await publish_rubric(uow, self._actor, draft.id)
            await uow.commit()
        return made

    async def published(self, rubric: Rubric, now: datetime) -> None:
        """Last quarter's cycle: nearly everybody rated, some appraisers decided, published."""
        quarter = Quarter.of(now).before()
        cycle_id = await self._opened(rubric, quarter, now)
        await self._rate(cycle_id, rubric, _NEARLY_ALL)
        await self._move(cycle_id, CycleState.REVIEW)
        await self._decide(cycle_id)
        await self._move(cycle_id, CycleState.PUBLISHED, reason="Keputusan lain menyusul.", allow_undecided=True)
        await self._backdate(cycle_id, quarter.ends(now))

    async def in_rating(self, rubric: Rubric, now: datetime) -> None:
        """This quarter's cycle: rating is open, half of the forms are in."""
        cycle_id = await self._opened(rubric, Quarter.of(now), now)
        await self._rate(cycle_id, rubric, _HALF)

    async def in_preparation(self, rubric: Rubric, now: datetime) -> None:
        """Next quarter's cycle, still a draft."""
        await self._created(rubric, Quarter.of(now).after(), now + timedelta(days=90))

    async def _opened(self, rubric: Rubric, quarter: Quarter, now: datetime) -> UUID:
        cycle_id = await self._created(rubric, quarter, now)
        async with self._services.unit_of_work("demo") as uow:
            everybody = Selection(unit_ids=(self._city.units[CITY_CODE],), include_descendants=True)
            await add_participants(uow, self._actor, cycle_id, everybody)
            await uow.commit()
        async with self._services.unit_of_work("demo") as uow:
            await generate_assignments(uow, self._actor, cycle_id, _RULES, dry_run=False)
            await uow.commit()
        await self._invite(cycle_id)
        await self._move(cycle_id, CycleState.RATING)
        return cycle_id

    async def _created(self, rubric: Rubric, quarter: Quarter, now: datetime) -> UUID:
        new = NewCycle(
            code=f"{quarter.year}-TW{quarter.number}",
            title=f"Triwulan {quarter.number} {quarter.year}",
            period_start=quarter.starts(now).date(),
            period_end=quarter.ends(now).date(),
            rating_opens_at=now - timedelta(days=7),
            rating_closes_at=now + timedelta(days=30),
            rubrics=(RubricUse(rubric.id),),
            policy=_POLICY,
        )
        async with self._services.unit_of_work("demo") as uow:
            cycle = await create_cycle(uow, self._actor, new)
            await uow.commit()
        return cycle.id

    async def _invite(self, cycle_id: UUID) -> None:
        """Patients of one puskesmas are asked about everybody who works there."""
        async with self._services.unit_of_work("demo") as uow:
            session = Session(self._services.database)
            p = t.participants.c
            unit = self._city.units[SHOWCASE_UNIT]
            rows = await session.all(sa.select(p.id).where(p.cycle_id == cycle_id, p.unit_id == unit))
            await session.close()
            for row in rows:
                await create_invitation_batch(uow, self._actor, cycle_id, row.id, _INVITATIONS_EACH)
            await uow.commit()

    async def _rate(self, cycle_id: UUID, rubric: Rubric, share: float) -> None:
        session = Session(self._services.database)
        try:
            key = self._services.settings.sheet_key
            await fill_cycle(session, key, cycle_id, [rubric], self._rng, share)
            await session.commit()
        finally:
            await session.close()

    async def _move(
        self, cycle_id: UUID, to: CycleState, *, reason: str | None = None, allow_undecided: bool = False
    ) -> None:
        async with self._services.unit_of_work("demo") as uow:
            wish = Transition(to, reason=reason, allow_undecided=allow_undecided)
            await transition_cycle(uow, self._actor, cycle_id, wish)
            await uow.commit()

    async def _decide(self, cycle_id: UUID) -> None:
        """The first appraisers follow the recommendation for all their people."""
        session = Session(self._services.database)
        p, r = t.participants.c, t.results.c
        rows = await session.all(
            sa.select(p.appraiser_id, p.id, t.accounts.c.id.label("account_id"))
            .join_from(t.participants, t.results, (r.participant_id == p.id) & r.current)
            .join(t.accounts, t.accounts.c.employee_id == p.appraiser_id)
            .where(p.cycle_id == cycle_id, r.completeness == "complete")
            .order_by(p.appraiser_id)
        )
        await session.close()
        by_appraiser = [(account, list(group)) for account, group in groupby(rows, lambda row: row.account_id)]
        for account_id, group in by_appraiser[:_DECIDING_APPRAISERS]:
            appraiser = await self._services.actor(account_id)
            if appraiser is not None:
                await self._decide_for(cycle_id, appraiser, [row.id for row in group])

    async def _decide_for(self, cycle_id: UUID, appraiser: Actor, participants: list[UUID]) -> None:
        rulings = [Ruling(participant, None, "Sesuai rekomendasi.") for participant in participants]
        async with self._services.unit_of_work("demo") as uow:
            await decide_many(uow, appraiser, cycle_id, rulings)
            await uow.commit()

    async def _backdate(self, cycle_id: UUID, end: datetime) -> None:
        """As if it had all happened in its time."""
        session = Session(self._services.database)
        c, r = t.cycles, t.results
        window = {"rating_opens_at": end - timedelta(days=21), "rating_closes_at": end - timedelta(days=7)}
        await session.execute(sa.update(c).where(c.c.id == cycle_id).values(published_at=end, **window))
        await session.execute(
            sa.update(r).where(r.c.cycle_id == cycle_id).values(computed_at=end - timedelta(days=6), published_at=end)
        )
        await session.commit()
        await session.close()
