"""Come here for phones that walk home: `python -m firmware_sim.pedestrians --help`.

Each is an HTTP client that knows only the published wire; who walks how is in `walkers.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from uuid import UUID

import click
import httpx
import uvloop

from firmware_sim.__main__ import lamps_from
from firmware_sim.streets import Streets
from firmware_sim.walkers import GO_WRONG, STORIES, Fix, Story, Walk, a_walk

EVERY_S: Final = 3.0
_ANSWERS_AFTER_S: Final = (5.0, 25.0)
"""The phone is in a bag, gloves are on."""
_RESTS_S: Final = (5.0, 40.0)
"""Between two walks of the demonstration."""
_OVER: Final = frozenset({"arrived", "ended"})
_NOT_NOW: Final = frozenset({429, 502, 503, 504})
_TRY_AGAIN_S: Final = 2.0
_LATE_AT_MOST: Final = 100
"""Fixes that are kept while there is no network: five minutes."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass
class Counters:
    """What all pedestrians together have done."""

    started: int = 0
    said: int = 0
    lost: int = 0
    asked: int = 0
    answered: int = 0
    home: int = 0


class Pedestrian:
    """One phone on one walk. `haste`: times faster than life, by the clock of the world."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        walk: Walk,
        counters: Counters,
        *,
        haste: float = 1.0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._client = client
        self._walk = walk
        self._counters = counters
        self._haste = haste
        self._sleep = sleep
        self._dice = Random(walk.seed + 2)  # noqa: S311 - chance, not secrets
        self._id = str(UUID(int=self._dice.getrandbits(128), version=4))
        self._token = ""
        self._answers_at: float | None = None
        self._kept: list[dict[str, Any]] = []

    async def go(self) -> None:
        """Walk until home, until the phone falls silent, or until nobody follows any more."""
        state = await self._start()
        at = 0.0
        for fix in self._walk.fixes(EVERY_S):
            await self._sleep((fix.seconds - at) / self._haste)
            at = fix.seconds
            state = await self._say(fix) or state
            if state["state"] in _OVER:
                self._counters.home += state["state"] == "arrived"
                return
            await self._mind(state, at)
        if self._walk.story not in GO_WRONG and await self._post("arrive", {}):
            self._counters.home += 1

    async def _start(self) -> dict[str, Any]:
        lon, lat = self._walk.destination
        body = {
            "walk_id": self._id,
            "expected_minutes": max(1.0, self._walk.expected_s / 60 / self._haste),
            "destination": {"lon": lon, "lat": lat, "accuracy_m": 10.0},
        }
        while True:
            with suppress(httpx.TransportError):
                answer = await self._client.post("/v1/walks", json=body)
                if answer.status_code not in _NOT_NOW:
                    answer.raise_for_status()
                    begun: dict[str, Any] = answer.json()
                    self._token = begun["walker_token"]
                    self._counters.started += 1
                    return begun
            await self._sleep(_TRY_AGAIN_S)

    async def _say(self, fix: Fix) -> dict[str, Any] | None:
        """A fix, and those that could not be said before."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251 - a phone's clock
        self._kept.append(
            {"lon": fix.lon, "lat": fix.lat, "accuracy_m": fix.accuracy_m, "fixed_at": now}
        )
        self._kept = self._kept[-_LATE_AT_MOST:]
        said = await self._post(
            "positions", {"positions": self._kept, "battery": fix.battery, "sent_at": now}
        )
        if said is None:
            self._counters.lost += 1
            return None
        self._counters.said += len(self._kept)
        self._kept = []
        return said

    async def _mind(self, state: dict[str, Any], at: float) -> None:
        """Whoever is well answers after a while; whoever is not, does not."""
        if state.get("question") is None:
            self._answers_at = None
            return
        if self._answers_at is None:
            self._counters.asked += 1
            self._answers_at = at + self._dice.uniform(*_ANSWERS_AFTER_S)
        wrong_at = self._walk.wrong_at_s
        well = wrong_at is None or at < wrong_at
        if well and at >= self._answers_at and await self._post("answer", {"answer": "fine"}):
            self._counters.answered += 1

    async def _post(self, call: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The state after a call; None where there is no network, or nothing more to say."""
        with suppress(httpx.TransportError):
            answer = await self._client.post(
                f"/v1/walks/{self._id}/{call}",
                json=body,
                headers={"Authorization": f"Bearer {self._token}"},
            )
            if answer.is_success:
                state: dict[str, Any] = answer.json()
                return state
        return None


async def stroll(
    client: httpx.AsyncClient,
    streets: Streets,
    walkers: int,
    *,
    wrong: float = 0.0,
    seed: int = 0,
    metres: float = 600.0,
    haste: float = 1.0,
    counters: Counters | None = None,
) -> None:
    """So many people walk home again and again; `wrong` is the share that goes wrong."""
    counted = counters or Counters()

    async def always(number: int) -> None:
        dice = Random(seed * 100_003 + number)  # noqa: S311 - chance, not secrets
        await asyncio.sleep(dice.uniform(0, min(EVERY_S, 0.05 * walkers)))
        while True:
            story = _story(dice, wrong)
            walk = a_walk(streets, dice.randrange(2**31), story, metres)
            await Pedestrian(client, walk, counted, haste=haste).go()
            await asyncio.sleep(dice.uniform(*_RESTS_S) / haste)

    async with asyncio.TaskGroup() as group:
        for number in range(walkers):
            group.create_task(always(number))


def _story(dice: Random, wrong: float) -> Story:
    well = [story for story in STORIES if story not in GO_WRONG]
    return dice.choice(GO_WRONG if dice.random() < wrong else well)


@click.command(context_settings={"show_default": True})
@click.option("--url", default="http://127.0.0.1:8080", help="The dispatcher.")
@click.option(
    "--lamps",
    "source",
    metavar="FILE",
    help="Where the lamps stand: GeoJSON, or a dispatcher's http://…/v1/lamps, which is usual.",
)
@click.option("--walkers", default=5, type=click.IntRange(min=1), help="How many walk at once.")
@click.option(
    "--wrong", default=0.0, type=click.FloatRange(0, 1), help="Share of walks that go wrong."
)
@click.option("--metres", default=600.0, type=click.FloatRange(min=50), help="How far they walk.")
@click.option(
    "--haste", default=1.0, type=click.FloatRange(min=1), help="Times faster than people walk."
)
@click.option("--seed", default=0, help="The same seed walks the same ways.")
def main(
    url: str,
    source: str | None,
    walkers: int,
    wrong: float,
    metres: float,
    haste: float,
    seed: int,
) -> None:
    """People who walk home along the lamps of a dispatcher, until Ctrl-C."""

    async def live() -> None:
        streets = Streets(await lamps_from(source or f"{url}/v1/lamps?limit=100000"))
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx.AsyncClient(base_url=url, timeout=20, limits=limits) as client:
            click.echo(f"{walkers} people walk home between {len(streets)} lamps")
            await stroll(
                client, streets, walkers, wrong=wrong, seed=seed, metres=metres, haste=haste
            )

    with suppress(KeyboardInterrupt):
        uvloop.run(live())


if __name__ == "__main__":
    main()
