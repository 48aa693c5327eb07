"""What befalls lamps of the street: no power, faults, junk, delay, loss, gateways, bad brokers."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from firmware_sim.places import LampSpec, grid
from firmware_sim.radio import CANNOT_CONNECT, Broker, Radio
from firmware_sim.radio import PATIENCE_S as RADIO_PATIENCE_S
from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault
from tests.firmware_sim.desk import PATIENCE_S, Desk, order
from tests.firmware_sim.streets import L1, street_on
from tests.parts import MosquittoServer

L2 = LampSpec("L2", 127.0473, 37.6688)


async def test_a_lamp_that_lost_its_power_does_not_connect_again(
    mosquitto: MosquittoServer,
) -> None:
    async with street_on(mosquitto, L1, L2) as street, asyncio.timeout(PATIENCE_S):
        await street.all_connected()
        street.kill(["L1"])
        for _ in range(5):
            street.reboot(["L2"])
            await street.all_connected()
        assert street.connected == 1
        assert street.counters.connections == 2 + 5


async def test_a_dead_lamp_is_dark_and_silent_until_it_gets_power(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto, L1, L2, trouble={"L1": Trouble(dead=True)}) as street:
        await street.all_connected()
        assert street.connected == 1
        assert street.light("L1") == 0
        street.revive(["L1"])
        await desk.is_told("L1", b"online")
        await street.all_connected()
        assert street.connected == 2


async def test_faults_are_reported_as_soon_as_they_come_and_go(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto) as street:
        await street.all_connected()
        street.afflict(["L1"], Trouble(faults=frozenset({Fault.LAMP_FAILURE})))
        await desk.sees("L1", faults=["lamp_failure"])
        assert street.light("L1") == 0
        street.afflict(["L1"], Trouble())
        await desk.sees("L1", faults=[])


async def test_a_lamp_whose_clock_is_wrong_does_not_obey_and_its_sighting_shows_why(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    wrong = Trouble(clock_off=timedelta(hours=1))
    async with street_on(mosquitto, trouble=wrong) as street:
        await street.all_connected()
        await desk.order("L1", order(7))
        answer = await desk.sees("L1", seq=0)
        assert datetime.fromisoformat(answer["at"]) > datetime.now(UTC) + timedelta(minutes=59)


async def test_a_lamp_that_talks_junk_still_obeys(mosquitto: MosquittoServer, desk: Desk) -> None:
    async with street_on(mosquitto, trouble=Trouble(junk=1.0)) as street:
        await street.all_connected()
        said = [await desk.hears("lamps/L1/sighting")]
        for seq in range(1, 30):
            await desk.order("L1", order(seq))
            said.append(await desk.hears("lamps/L1/sighting"))
        assert street.shows("L1").seq == 29
        assert street.counters.junk >= len(said)
        assert len(set(said)) > 5


async def test_late_messages_arrive_late_and_lost_ones_never(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    late, deaf, mute = Trouble(delay_s=0.1, delay_spread=0), Trouble(1.0), Trouble(0, 1.0)
    lamps = [L1, L2, LampSpec("L3", L1.lon, L1.lat)]
    async with street_on(mosquitto, *lamps, trouble={"L1": late, "L2": deaf, "L3": mute}) as street:
        await street.all_connected()
        loop = asyncio.get_running_loop()
        began = loop.time()
        for lamp in ("L2", "L3", "L1"):
            await desk.order(lamp, order(7))
        await desk.sees("L1", seq=7)
        assert loop.time() - began >= 0.2
        assert (street.shows("L2").seq, street.shows("L3").seq) == (0, 7)
        assert street.counters.lost_orders == 1
        assert street.counters.lost_sightings >= 1


async def test_lamps_that_reboot_now_and_then_come_back_each_time(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto, trouble=Trouble(reboot_every_s=0.2)) as street:
        for _ in range(3):
            await desk.is_told("L1", b"online")
        street.afflict(["L1"], Trouble())
        await street.all_connected()
        assert street.counters.reboots >= 2


async def test_lamps_behind_one_gateway_share_its_connection(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto, *grid(50), lamps_per_radio=25) as street:
        await street.all_connected()
        assert street.connected == 2
        await desk.is_told("SIM-000050", b"online")
        await desk.order("SIM-000050", order(7))
        await desk.sees("SIM-000050", seq=7)
        street.kill(["SIM-000050"])
        await desk.is_told("SIM-000050", b"offline")
        await desk.order("SIM-000049", order(7))
        await desk.sees("SIM-000049", seq=7)
        street.reboot(["SIM-000049"])
        await desk.sees("SIM-000049", seq=0)
        street.revive(["SIM-000050"])
        await desk.is_told("SIM-000050", b"online")
        assert street.connected == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"",  # closes without a word
        b"\x20\x02\x00\x00",  # lets it in, then closes
        b"\x20\x02\x00\x00\x90\x03\x00\x01\x80",  # lets it in, but not to its orders
        b"\x20\x02\x00\x03",  # not now
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
async def test_a_radio_that_gets_no_good_answer_gives_up_soon(answer: bytes) -> None:
    async def answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        if b"\x90" in answer:
            await reader.read()
        writer.close()

    async with (
        await asyncio.start_server(answers, "127.0.0.1", 0) as server,
        asyncio.timeout(0.7 * RADIO_PATIENCE_S),
    ):
        radio = Radio(Broker(*server.sockets[0].getsockname()), ["L1"], print, print)
        with pytest.raises(CANNOT_CONNECT):
            await radio.connect()
        assert not radio.up


class Locked(MosquittoServer):
    """A broker that lets nobody in."""

    def _config(self) -> str:
        return super()._config().replace("allow_anonymous true", "allow_anonymous false")


async def test_a_broker_that_lets_nobody_in_is_asked_again_until_it_does() -> None:
    with Locked() as locked:
        radio = Radio(Broker(locked.host, locked.port), ["L1"], print, print)
        with pytest.raises(CANNOT_CONNECT):
            await radio.connect()
        async with street_on(locked) as street, asyncio.timeout(PATIENCE_S):
            locked.kill()
            with MosquittoServer(locked.port):
                await street.all_connected()
