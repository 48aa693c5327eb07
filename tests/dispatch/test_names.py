"""Names of other machines: one that nobody knows any more keeps nobody else from being told."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch.names import Answer, Loop, Names
from dispatch.outbox_rows import Letter
from dispatch.push.addresses import read_addresses
from dispatch.push.webhook import client, webhooks
from tests.dispatch.receiver import Receiver

HERE: Answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]


class Machine:
    """What a machine says of names: of `dead` ones nothing, until the test is over."""

    def __init__(self) -> None:
        self.dead: set[str] = set()
        self.unknown: set[str] = set()
        self.asked: list[str] = []
        self.over = threading.Event()

    def __call__(self, name: str | bytes, *more: Any) -> Answer:
        host = name if isinstance(name, str) else name.decode()
        self.asked.append(host)
        if host in self.dead:
            self.over.wait()
        if host in self.unknown or host in self.dead:
            raise socket.gaierror(socket.EAI_AGAIN, "nobody knows")
        return HERE if host == "desk.example" else socket.getaddrinfo(host, *more)


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine()
    yield made
    made.over.set()


async def test_a_name_that_gets_no_answer_is_asked_for_once_and_keeps_nobody_else_waiting(
    machine: Machine,
) -> None:
    names = Names(machine)
    machine.dead.add("dead.example")
    waiting = [asyncio.create_task(names.answer(("dead.example", 443))) for _ in range(40)]
    assert await names.answer(("desk.example", 443)) == HERE
    assert machine.asked.count("dead.example") == 1
    machine.over.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, socket.gaierror) for one in answers)


@pytest.mark.parametrize("how", ["unknown", "dead"])
async def test_the_last_answer_is_good_while_there_is_no_other(machine: Machine, how: str) -> None:
    names = Names(machine)
    assert await names.answer(("desk.example", 443)) == HERE
    getattr(machine, how).add("desk.example")
    assert await names.answer(("desk.example", 443)) == HERE
    assert machine.asked == ["desk.example"] * 2


def test_a_target_whose_name_gets_no_answer_delays_no_other(machine: Machine) -> None:
    machine.dead.add("dead.example")

    async def told() -> None:
        async with Receiver().open() as desk, client() as http:
            live = desk.url.replace("127.0.0.1", "localhost")
            text = f"control_room={live};supervisor=http://dead.example/"
            deliver = webhooks(http, read_addresses(text, "", "supervisor"), now)
            dead = [asyncio.ensure_future(deliver["supervisor"](LETTER)) for _ in range(8)]
            await asyncio.gather(*(deliver["control_room"](LETTER) for _ in range(8)))
            assert len(desk.taken) == 8
            assert not any(one.done() for one in dead)
            for one in dead:
                one.cancel()
            await asyncio.gather(*dead, return_exceptions=True)

    with asyncio.Runner(loop_factory=lambda: Loop(machine)) as runner:
        runner.run(told())


def now() -> datetime:
    return datetime.now(UTC)


LETTER = Letter("one", "", "", 1, now(), now(), None, 0, None, None, None, None, None, "{}")
