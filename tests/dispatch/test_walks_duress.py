"""Whatever can be seen on a phone is the same after the PIN and after the duress PIN."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.conftest import Pair
from tests.dispatch.test_walks_live import Talk, talk
from tests.dispatch.walking import Phone, east, fix, starts
from tests.dispatch.walks_home import the_incident_of, walks_of
from tests.house import HERE, House, running, street_of
from tests.patience import eventually

PINS = {"pin": "4821", "duress_pin": "1190"}


def shape(frame: Any) -> Any:
    """A frame but for what differs between any two walks: ids, tokens and times."""
    if isinstance(frame, dict):
        frame = {name: value for name, value in frame.items() if name != "incident_id"}
        return {name: shape(value) for name, value in frame.items()}
    if isinstance(frame, list):
        return [shape(value) for value in frame]
    is_own = isinstance(frame, str) and (len(frame) > 35 or frame[:2] == "20")
    return len(frame) if is_own and " " not in frame else frame


class Watched:
    """A phone, and every frame that it is sent."""

    def __init__(self, phone: Phone, talking: Talk) -> None:
        self.phone = phone
        self.talking = talking
        self.frames: list[Any] = []

    async def says(self, kind: str, **words: Any) -> None:
        """Say something and hear the answer."""
        await self.talking.says(kind, **words)
        self.frames.append(shape(await self.talking.hears()))

    async def hears_all(self) -> list[Any]:
        """All that it was sent until now: the refusal of nonsense is the last of it."""
        await self.talking.says("answer", answer="perhaps")
        while (frame := await self.talking.hears())["type"] != "refused":
            self.frames.append(shape(frame))
        return self.frames


@asynccontextmanager
async def watched(house: House) -> AsyncIterator[Watched]:
    phone = await starts(house.client, **PINS)
    await phone.moves(fix(HERE, 10), fix(east(20), 1))
    async with talk(house, phone) as talking:
        walker = Watched(phone, talking)
        walker.frames.append(shape(await talking.hears()))
        yield walker


async def test_a_phone_hears_and_reads_the_same_after_the_pin_and_after_the_duress_pin(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(5)) as house,
        watched(house) as free,
        watched(house) as forced,
    ):
        assert house.dispatcher is not None
        record = house.dispatcher.walks.get(forced.phone.walk["walk_id"])
        await free.says("answer", answer="fine", pin="4821")
        await forced.says("answer", answer="fine", pin="1190")
        hidden = (await the_incident_of(house, "sos"))["incident_id"]
        await eventually(lambda: all(one.incident_id for one in record.walk.alarms), "its incident")
        (seen,) = (await walks_of(house))["attention"]
        assert seen["position"] is not None, "the desk is shown where the walker is"
        await house.move(hidden, "close", disposition="genuine", text="")
        await eventually(lambda: record.walk.hidden is None, "the end of the hidden incident")
        for walker in (free, forced):
            await walker.says("positions", positions=[])
        assert await free.hears_all() == await forced.hears_all()
        read = [
            await house.client.get(f"{one.phone.path}/showings", headers=one.phone.headers)
            for one in (free, forced)
        ]
        assert [(one.status_code, one.json()) for one in read] == [(200, {"showings": []})] * 2


async def test_help_that_is_wanted_after_a_duress_pin_looks_like_the_first(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(5)) as house:
        reports = []
        for pin in ("4821", "1190"):
            phone = await starts(house.client, **PINS)
            await phone.moves(fix(HERE, 1))
            await phone.does("answer", answer="fine", pin=pin)
            if pin == "1190":
                await the_incident_of(house, "sos")
            await phone.does("answer", answer="help")
            report = await phone.reported()
            headers = {"Authorization": f"Bearer {report['reporter_token']}"}
            state = await house.client.get(f"/v1/reports/{report['report_id']}", headers=headers)
            reports.append(shape({"report": report, "state": state.json() | {"lamps": None}}))
        assert reports[0] == reports[1]
