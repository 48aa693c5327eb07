"""Who guesses fills no queue alone; the night shift signs in meanwhile."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from dispatch.sign_in.turns import AT_ONCE, PLACES, PLACES_OF_ONE, Busy, Turns
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, PAGE
from tests.house import assert_problem, running
from tests.patience import DEADLINE_S, eventually

PROXY = LOCAL | {"LAMPLIGHTER_TRUSTED_PROXIES": "127.0.0.1"}


class Queue:
    """Tries that are never over until the test says so."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.tried: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._over = asyncio.Semaphore(0)

    async def comes(self, name: str, source: str, device: str | None = None) -> asyncio.Task[None]:
        """Somebody comes, and has a turn, waits or is sent away."""

        async def one() -> None:
            async with self.turns.turn(source, device):
                self.tried.append(name)
                await self._over.acquire()

        task = asyncio.create_task(one())
        self.tasks.append(task)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return task

    async def ends(self) -> list[str]:
        """All of them are tried; the order in which they were."""
        for _ in self.tasks:
            self._over.release()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return self.tried


async def test_of_one_source_few_wait_and_the_rest_are_sent_away() -> None:
    queue = Queue()
    for number in range(100):
        await queue.comes(str(number), "guesser")
    assert queue.turns.waiting == PLACES_OF_ONE
    await queue.comes("kim", "home")
    wanted = [str(number) for number in range(AT_ONCE + PLACES_OF_ONE)]
    assert await queue.ends() == [*wanted, "kim"]
    assert queue.turns.waiting == 0


async def test_who_has_none_of_the_places_has_one_of_those_who_have_most() -> None:
    queue = Queue()
    for number in range(AT_ONCE + PLACES):
        await queue.comes(str(number), f"guesser {number // 2}")
    late = await queue.comes("kim", "home")
    assert not late.done()
    assert queue.turns.waiting == PLACES
    tried = await queue.ends()
    assert tried[-1] == "kim"
    assert len(tried) == AT_ONCE + PLACES


async def test_where_everybody_has_one_place_the_next_is_sent_away() -> None:
    queue = Queue()
    for number in range(AT_ONCE + PLACES):
        await queue.comes(str(number), f"source {number}")
    late = await queue.comes("late", "home")
    assert isinstance(late.exception(), Busy)
    assert "late" not in await queue.ends()


async def test_known_browsers_have_places_of_their_own_and_go_first() -> None:
    queue = Queue()
    for number in range(200):
        await queue.comes(str(number), f"source {number}")
    await queue.comes("kim", "source 7", device="mark")
    tried = await queue.ends()
    assert tried[AT_ONCE] == "kim"
    assert len(tried) == AT_ONCE + PLACES + 1


async def test_who_goes_away_while_waiting_takes_no_turn_with_them() -> None:
    queue = Queue()
    for name in ("a", "b", "c", "d"):
        await queue.comes(name, name)
    queue.tasks[2].cancel()
    await asyncio.sleep(0)
    assert queue.turns.waiting == 1
    assert await queue.ends() == ["a", "b", "d"]
    again = Queue()
    again.turns = queue.turns
    for number in range(AT_ONCE):
        await again.comes(str(number), "home")
    assert len(again.tried) == AT_ONCE


async def test_the_night_shift_signs_in_while_one_subscriber_guesses(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        running(Pair("embedded", sqlite_url, None), tmp_path, PROXY) as house,
        AsyncExitStack() as stack,
    ):
        assert house.dispatcher is not None
        accounts = house.dispatcher.accounts
        _, once = await accounts.add("kim", ["operator"], [])

        async def sign_in(address: str, name: str, password: str) -> httpx.Response:
            shown = PAGE | {"X-Forwarded-For": address}
            body = {"name": name, "password": password}
            return await house.client.post("/v1/sign-in", json=body, headers=shown)

        # A new address and a new name each time: no allowance but their source's ever ends.
        guesses = [
            asyncio.create_task(sign_in(f"2001:db8:1:2::{number:x}", f"name {number}", "guess"))
            for number in range(1, 61)
        ]
        stack.callback(lambda: [one.cancel() for one in guesses])
        await eventually(lambda: any(one.done() for one in guesses))
        assert (await sign_in("2001:db8:9:9::1", "kim", once)).status_code == 200
        answers = await asyncio.wait_for(asyncio.gather(*guesses), DEADLINE_S)
        refused = [one for one in answers if one.status_code == 429]
        assert {one.status_code for one in answers} == {401, 429}
        for one in refused:
            assert_problem(one, 429)
            assert int(one.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("address", ["2001:db8:1:2::7", "2001:db8:1:2:ffff::1"])
async def test_one_subscriber_is_one_source_whatever_address_they_use(
    address: str, sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path, LOCAL) as house:
        assert house.dispatcher is not None
        accounts = house.dispatcher.accounts
        for _ in range(5):
            with pytest.raises(Exception, match="do not belong together"):
                await accounts.sign_in("kim", "guess", "2001:db8:1:2::1", None)
        with pytest.raises(Exception, match="wait"):
            await accounts.sign_in("kim", "guess", address, None)
