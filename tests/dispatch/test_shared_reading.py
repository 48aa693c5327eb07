"""A thousand who ask the same at once are answered with one reading, and never with an old one."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.shared_reading import SharedReading


class Well:
    """Tells how often it was drawn from; each drawing lasts until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def read(self, question: str) -> int:
        self.begun += 1
        mine = self.begun
        self.has_begun.set()
        await self.may_end.wait()
        if question == "dry":
            raise LookupError(question)
        return mine


async def test_a_thousand_who_ask_before_it_begins_share_one_reading() -> None:
    well = Well()
    crowd = SharedReading(well.read, 1)
    asking = [asyncio.ensure_future(crowd.answer("map")) for _ in range(1_000)]
    well.may_end.set()
    assert await asyncio.gather(*asking) == [1] * 1_000
    assert well.begun == 1


async def test_whoever_asks_while_one_is_being_read_gets_the_next() -> None:
    well = Well()
    crowd = SharedReading(well.read, 2)
    first = asyncio.ensure_future(crowd.answer("map"))
    await well.has_begun.wait()
    late = [asyncio.ensure_future(crowd.answer("map")) for _ in range(3)]
    well.may_end.set()
    assert (await first, await asyncio.gather(*late)) == (1, [2, 2, 2])


async def test_a_reading_that_fails_fails_for_all_who_wait_and_for_nobody_after() -> None:
    well = Well()
    crowd = SharedReading(well.read, 1)
    well.may_end.set()
    asking = [asyncio.ensure_future(crowd.answer("dry")) for _ in range(3)]
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in told] == [LookupError] * 3
    assert await crowd.answer("map") == 2


async def test_one_who_goes_away_takes_the_answer_from_nobody() -> None:
    well = Well()
    crowd = SharedReading(well.read, 1)
    asking = [asyncio.ensure_future(crowd.answer("map")) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    well.may_end.set()
    assert await asyncio.gather(*asking[1:]) == [1, 1]
    with pytest.raises(asyncio.CancelledError):
        await asking[0]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), max_size=30), st.integers(1, 3)
)
def test_whatever_the_order_nobody_is_given_what_was_read_before_they_asked(
    asks: list[tuple[str, int]], at_once: int
) -> None:
    now, reading, most = 0, 0, 0

    async def read(question: str) -> int:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        begun = now
        await asyncio.sleep(0)
        reading -= 1
        return begun

    async def ask(crowd: SharedReading[str, int], question: str, asked: int) -> None:
        assert await crowd.answer(question) >= asked

    async def live() -> None:
        nonlocal now
        crowd, asking = SharedReading(read, at_once), []
        for question, pause in asks:
            now += 1
            asking.append(asyncio.ensure_future(ask(crowd, question, now)))
            for _ in range(pause):
                await asyncio.sleep(0)
        await asyncio.gather(*asking)

    asyncio.run(live())
    assert most <= at_once
