"""Come here for tests of lamps: light for the crew, with an end, below every cry for help.

A test is nothing but claims, so the claims' own rows are all that is kept of it: a restarted
dispatcher finds those that run again. How a test that is over went is remembered for an hour.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from dispatch.database import Database
from dispatch.incident import NotFound
from dispatch.plan import Plan
from lights.claim_store import add_claims, drop_claims
from lights.claims import Claim, winner
from lights.fleet import Fleet
from lights.lamp import BLINK, BRIGHT, Scene
from lights.pulse import IN_MEMORY_S, beginning

TestScene: TypeAlias = Literal["bright", "blink"]
Answer: TypeAlias = Literal["asked", "seen", "failed"]

_SCENES: Final[dict[TestScene, Scene]] = {"bright": BRIGHT, "blink": BLINK}
_PREFIX: Final = "test:"
_LOOK_EVERY_S: Final = 1.0
_REMEMBERED_FOR: Final = timedelta(hours=1)
"""As long as somebody stands in the street with a list in hand."""


def is_test(owner: str) -> bool:
    """Whether an owner of claims is a test of the crew's."""
    return owner.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class LampTest:
    """`seen` have shown the scene; `failed` have not, though their time to answer is over."""

    test_id: str
    lamp_ids: tuple[str, ...]
    scene: TestScene
    made_at: datetime
    until: datetime
    ended_at: datetime | None = None
    seen: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    outranked: frozenset[str] = frozenset()
    """Lamps that another test has. Of incidents a test says nothing: of a lamp that one has, it is
    seen that it answers."""

    @property
    def owner(self) -> str:
        """The name under which the test claims lamps."""
        return _PREFIX + self.test_id

    def claims(self, plan: Plan) -> tuple[Claim, ...]:
        """What the test wants of its lamps; nothing once it is over."""
        if self.ended_at is not None:
            return ()
        scene, rank = _SCENES[self.scene], plan.ranks.test
        return tuple(
            Claim(lamp_id, self.owner, rank, scene, self.made_at, self.until)
            for lamp_id in self.lamp_ids
        )

    def answer_of(self, lamp_id: str) -> Answer:
        """How one of its lamps has answered."""
        if lamp_id in self.seen:
            return "seen"
        return "failed" if lamp_id in self.failed else "asked"


class LampTests:
    """Every test that runs, and those of the last hour."""

    def __init__(
        self,
        database: Database,
        fleet: Fleet,
        plan: Plan,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._database = database
        self._fleet = fleet
        self._plan = plan
        self._clock = clock
        self._new_id = new_id
        self._tests: dict[str, LampTest] = {}

    def remember(self, owner: str, claims: Sequence[Claim]) -> None:
        """Take up a test where the last process left it; the fleet has its claims already."""
        if owner.startswith(_PREFIX):
            one, test_id = claims[0], owner.removeprefix(_PREFIX)
            lamp_ids = tuple(sorted(claim.lamp_id for claim in claims))
            scene: TestScene = "blink" if one.scene.name == "blink" else "bright"
            self._tests[test_id] = LampTest(test_id, lamp_ids, scene, one.made_at, one.until)

    async def start(self, lamp_ids: Iterable[str], scene: TestScene, lasts: timedelta) -> LampTest:
        """Ask lamps that are in service for light; it is on disk when this returns."""
        now = self._clock()
        test = LampTest(self._new_id(), tuple(dict.fromkeys(lamp_ids)), scene, now, now + lasts)
        claims = test.claims(self._plan)
        async with self._database.writing() as connection:
            await add_claims(connection, claims)
        self._tests[test.test_id] = test
        self._claims_are(test, claims)
        return self._judged(test)

    def get(self, test_id: str) -> LampTest:
        """A test as it goes now, or as it went."""
        test = self._tests.get(test_id)
        if test is None:
            raise NotFound(f"there is no test {test_id}, or it was over long ago")
        return self._judged(test)

    async def end(self, test_id: str) -> LampTest:
        """Give the lamps back at once; said twice, it changes nothing."""
        test = self.get(test_id)
        if test.ended_at is not None:
            return test
        async with self._database.writing() as connection:
            await drop_claims(connection, [test.owner])
        return self._finish(test_id)

    async def run(self) -> None:
        """Let go of tests whose time is over, for ever."""
        pulse = beginning("lamp tests", IN_MEMORY_S)
        while pulse.turns():
            await asyncio.sleep(_LOOK_EVERY_S)
            now = self._clock()
            for test_id, test in list(self._tests.items()):
                if test.ended_at is None and test.until <= now:
                    self._finish(test_id)
                elif test.ended_at is not None and now - test.ended_at > _REMEMBERED_FOR:
                    del self._tests[test_id]

    def _finish(self, test_id: str) -> LampTest:
        test = self.get(test_id)
        if test.ended_at is None:
            test = replace(test, ended_at=min(self._clock(), test.until), outranked=frozenset())
            self._tests[test_id] = test
            self._claims_are(test, ())
        return test

    def _claims_are(self, test: LampTest, claims: Sequence[Claim]) -> None:
        """Under the crew's veil a lamp that somebody else has looks different from now on."""
        self._fleet.claims_are(test.owner, claims)
        self._fleet.watch.changed.update(test.lamp_ids)

    def _test_of(self, lamp_id: str, now: datetime) -> str | None:
        """Which test would have the lamp, were there nothing but tests."""
        claims = self._fleet.watch[lamp_id].claims.values()
        claim = winner((one for one in claims if is_test(one.owner)), now)
        return None if claim is None else claim.owner

    def _judged(self, test: LampTest) -> LampTest:
        if test.ended_at is not None:
            return test
        now, awaited = self._clock(), self._fleet.awaited(test.owner)
        owners = {lamp_id: self._test_of(lamp_id, now) for lamp_id in test.lamp_ids}
        return replace(
            test,
            seen=frozenset(test.lamp_ids) - awaited.keys(),
            failed=frozenset(lamp_id for lamp_id, due in awaited.items() if due <= now),
            outranked=frozenset(key for key, who in owners.items() if who != test.owner),
        )
