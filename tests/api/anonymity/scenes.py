"""What raters do in two copies of one city, and what is then seen in each."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.api.anonymity.reading import RELATED, Seen, Sight, differences, read_everything
from tests.api.anonymity.trying import SUSPECTS, try_everything
from tests.support.city import ACTORS, City, Setting

Another = Callable[[], Awaitable[City]]
STAGES: Final = ("rating", "review", "published")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody answers."""

    points: tuple[int | None, ...]
    texts: tuple[str, ...] = ()

    def comments(self) -> list[dict[str, str]]:
        return [{"kind": "improvement", "text": text} for text in self.texts]


KIND: Final = Sheet((5, 4, None), ("Sangat sabar.", "Rajin menolong."))
STERN: Final = Sheet((1, 3, 2), ("Sering terlambat.",))


@dataclass(frozen=True, slots=True)
class Scene:
    """Who submits what, in this order."""

    sheets: tuple[tuple[str, Sheet], ...] = ()
    then: Callable[[City, Setting], Awaitable[None]] | None = None

    async def play(self, city: City) -> None:
        setting = city.settings["rating"]
        for rater, sheet in self.sheets:
            more: dict[str, Any] = {"comments": sheet.comments(), "key": f"kunci-{rater}"}
            await city.submit(setting, rater, sheet.points, **more)
        if self.then is not None:
            await self.then(city, setting)


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at what, and when."""

    readers: Collection[str] = ACTORS
    stages: Sequence[str] = STAGES
    #: Whether everything is read at the last of the stages; otherwise what could hang on a sheet.
    thorough: bool = False
    suspects: Collection[str] = SUSPECTS
    #: Every answer to somebody who tried to change something, in all copies.
    told: list[Seen] = field(default_factory=list)

    async def compare(self, another: Another, one: Scene, other: Scene) -> list[str]:
        """Play both scenes, each in a copy of its own, and find what anybody sees differently at any stage."""
        cities = [await another(), await another()]
        found: list[str] = []
        for city, scene in zip(cities, (one, other), strict=True):
            await scene.play(city)
        for stage in STAGES[: STAGES.index(self.stages[-1]) + 1]:
            for city in cities:
                if city.settings["rating"].state != stage:
                    await city.move(city.settings["rating"], stage)
            if stage in self.stages:
                topics = None if self.thorough and stage == self.stages[-1] else RELATED
                found += [f"{stage}: {one}" for one in differences(*[await self._see(city, topics) for city in cities])]
        return found

    async def _see(self, city: City, topics: Collection[str] | None) -> Sight:
        setting = city.settings["rating"]
        tried = await try_everything(city, setting, self.readers, self.suspects)
        self.told.extend(tried.values())
        return await read_everything(city, setting, self.readers, topics) | tried
