"""Whoever has two roles sees no more than the two see alone: over every route and every frame."""

import asyncio
import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import httpx

from dispatch.access import ANYBODY, ROUTES, SIGNED_IN, STAFF, VISITOR, allows
from lights.wire import rfc3339
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.dispatch.test_access_walk import NO_WALK
from tests.dispatch.test_border import AREAS, EAST, SENT
from tests.house import HERE, House, running, street_of
from tests.patience import eventually

Roles = tuple[str, ...]
Facts = frozenset[tuple[str, str]]

ALONE: Final[list[Roles]] = [(role,) for role in sorted(STAFF)]
TWO: Final[list[Roles]] = list(combinations(sorted(STAFF), 2))
READ: Final = [
    action
    for action, who in ROUTES.items()
    if action.startswith("GET ") and who & STAFF and not who & (ANYBODY | VISITOR | SIGNED_IN)
]
CHANGES_BY_ITSELF: Final = {"GET /v1/sessions", "GET /v1/audit/chains"}
HEARD_LAST: Final = {"seen_at", "last heard (KST)"}
"""To the minute, which may pass between two questions."""
NAMES: Final = ("incident_id", "lamp_id", "id", "outbox_id", "seq")


def facts(said: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Everything that an answer says, and of whom."""
    if isinstance(said, dict):
        whose = next((str(said[name]) for name in NAMES if name in said), "")
        for key in said.keys() - HEARD_LAST:
            yield from facts(said[key], f"{at}/{whose}.{key}")
    elif isinstance(said, list):
        for one in said:
            yield from facts(one, f"{at}[]")
    else:
        yield at, repr(said)


def test_a_fact_is_what_is_said_and_of_whom() -> None:
    said = {"lamps": [{"lamp_id": "L1", "scene": "blink", "seen_at": "now"}]}
    assert set(facts(said)) == {("/.lamps[]/L1.lamp_id", "'L1'"), ("/.lamps[]/L1.scene", "'blink'")}


async def asked(browser: httpx.AsyncClient, path: str) -> Facts:
    """What somebody is told there; nothing where it is not theirs to read."""
    answer = await browser.get(path)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        return frozenset()
    if answer.headers["content-type"].startswith("text/csv"):
        return frozenset(facts(list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))))
    if path.endswith(".cap"):
        return frozenset({(path, answer.text)})
    return frozenset(facts(answer.json()))


def paths(action: str, incidents: list[str]) -> Iterator[str]:
    """Where an action is asked for: of each incident, of a lamp on each side of the border."""
    path = action.removeprefix("GET ").replace("{walk_id}", NO_WALK)
    name = re.search(r"\{(\w+)\}", path)
    known = {"incident_id": incidents, "lamp_id": ["L0000", "L0018"]}
    for value in known.get(name[1], ["none"]) if name else [""]:
        yield re.sub(r"\{\w+\}", value, path)


async def listened(feed: Any, since: str) -> Facts:
    """All that a feed has told until it has nothing more to tell."""
    await feed.until(lambda frame: frame["type"] == "tick" and frame["at"] > since)
    told = [frame for frame in feed.frames if frame["type"] != "tick"]
    return frozenset(fact for frame in told for fact in facts(frame, frame["type"]))


def beyond(seen: Mapping[Roles, Facts]) -> dict[Roles, Facts]:
    """What people of two roles see that neither alone does."""
    nothing: Facts = frozenset()
    more = {
        two: seen.get(two, nothing).difference(*(seen.get((one,), nothing) for one in two))
        for two in TWO
    }
    return {two: found for two, found in more.items() if found}


async def two_cries(house: House) -> list[str]:
    """One here, one beyond the border, with words; every lamp of theirs is seen lit."""
    assert house.dispatcher is not None
    shows = house.dispatcher.fleet.shows_its_claim
    taken = [await house.press(place, note=f"말 {place.lon}") for place in (HERE, EAST)]
    lamps = [one["lamp_id"] for cry in taken for one in cry["lamps"]]
    assert len(lamps) > 1
    await eventually(lambda: all(shows(lamp_id) for lamp_id in lamps))
    return [cry["incident_id"] for cry in taken]


async def test_who_has_two_roles_sees_no_more_than_the_two_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with (
        running(pair, tmp_path, LOCAL, lamps=street_of(24), areas=AREAS) as house,
        house.street(),
        AsyncExitStack() as stack,
    ):
        assert house.dispatcher is not None
        everybody = {
            roles: await stack.enter_async_context(
                signed_in(house, " ".join(roles), *roles, jurisdictions=(SENT,))
            )
            for roles in (*TWO, *ALONE)  # in this order: what is logged of a question only grows
        }
        listeners = [roles for roles in everybody if allows("WS /v1/feed", roles)]
        live = {
            roles: await stack.enter_async_context(feed_of(house, everybody[roles], "&tick=1"))
            for roles in listeners
        }
        incidents = await two_cries(house)
        for _ in incidents:  # else some are told of it before they are asked, and some after
            await live["operator",].event("lamps_answered")
        since = rfc3339(house.dispatcher.clock())

        async def again(roles: Roles) -> Facts:
            async with feed_of(house, everybody[roles], "&tick=1&after=0") as feed:
                return await listened(feed, since)

        told = await asyncio.gather(*(listened(live[roles], since) for roles in listeners))
        wrong = {"live": beyond(dict(zip(listeners, told, strict=True)))}
        assert all(told)
        told = await asyncio.gather(*(again(roles) for roles in listeners))
        wrong["missed"] = beyond(dict(zip(listeners, told, strict=True)))
        for action in sorted(set(READ) - CHANGES_BY_ITSELF):
            able = [roles for roles in everybody if allows(action, roles)]
            for path in paths(action, incidents):
                read = {roles: await asked(everybody[roles], path) for roles in able}
                wrong[path] = beyond(read)
        assert {where: found for where, found in wrong.items() if found} == {}
