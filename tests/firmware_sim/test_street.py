"""The street on real brokers: it connects, obeys, dies, returns, and says so each time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiomqtt
import orjson
import pytest
from gmqtt.mqtt.constants import DEFAULT_CONFIG

from firmware_sim.lamp import Heard
from firmware_sim.places import LampSpec, grid
from firmware_sim.street import Street
from tests.firmware_sim.desk import PATIENCE_S, Desk, order
from tests.firmware_sim.streets import L1, street_on
from tests.parts import MosquittoServer

L2 = LampSpec("L2", 127.0473, 37.6688)


async def test_on_every_broker_a_lamp_says_online_obeys_and_its_will_says_offline(
    broker: Any,
) -> None:
    async with (
        Desk.at(broker.host, broker.port) as desk,
        Street([L1], broker.host, broker.port) as street,
    ):
        await desk.is_told("L1", b"online")
        first = await desk.sees("L1", seq=0, scene="schedule")
        assert set(first) == {"v", "seq", "scene", "level", "faults", "at"}
        await desk.order("L1", order(41))
        await desk.sees("L1", seq=41, scene="blink")
        street.kill(["L1"])
        await desk.is_told("L1", b"offline")
        street.revive(["L1"])
        await desk.is_told("L1", b"online")
        await desk.sees("L1", seq=0, scene="schedule")


async def test_the_status_is_retained_for_those_who_come_later(mosquitto: MosquittoServer) -> None:
    async with street_on(mosquitto) as street:
        await street.all_connected()
        async with Desk.at(mosquitto.host, mosquitto.port) as desk:
            await desk.is_told("L1", b"online")
    async with Desk.at(mosquitto.host, mosquitto.port) as desk:
        await desk.is_told("L1", b"offline")


async def test_the_will_is_retained_for_those_who_come_later(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto) as street:
        await desk.is_told("L1", b"online")
        street.kill(["L1"])
        await desk.is_told("L1", b"offline")
        async with Desk.at(mosquitto.host, mosquitto.port) as late:
            assert await late.hears("lamps/L1/status") == b"offline"


async def test_a_sighting_answers_an_order_byte_for_byte(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto) as street:
        await street.all_connected()
        until = datetime.now(UTC) + timedelta(minutes=1)
        text = until.isoformat(timespec="milliseconds")[:-6] + "Z"
        common = (
            '{"v":1,"seq":7,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
            f'"until":"{text}"'
        )
        await desk.order("L1", f"{common}}}".encode())
        answer = await desk.hears("lamps/L1/sighting", lambda payload: b'"seq":7' in payload)
        assert answer.startswith(f'{common},"faults":[],"at":"'.encode())
        assert street.shows("L1").scene.name == "blink"
        assert street.light("L1", until - timedelta(seconds=30)) in (30, 100)


async def test_when_until_passes_the_lamp_goes_back_and_says_so_unasked(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto) as street:
        await street.all_connected()
        await desk.order("L1", order(7, seconds=0.3))
        await desk.sees("L1", seq=7, scene="blink")
        async with asyncio.timeout(7):  # this seed's first beat would come after eight
            await desk.sees("L1", seq=7, scene="schedule")


async def test_a_lamp_that_reboots_forgets_its_order_and_connects_again(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto) as street:
        await street.all_connected()
        await desk.order("L1", order(7))
        await desk.sees("L1", seq=7)
        street.reboot(["L1"])
        await desk.is_told("L1", b"offline")
        await desk.is_told("L1", b"online")
        await desk.sees("L1", seq=0, scene="schedule")
        await street.all_connected()
        await desk.order("L1", order(7))
        await desk.sees("L1", seq=7, scene="blink")


async def test_a_lamp_whose_connection_drops_keeps_its_scene_and_connects_once(
    mosquitto: MosquittoServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DEFAULT_CONFIG, "reconnect_delay", 0)  # gmqtt's own way back must not run
    async with street_on(mosquitto) as street:
        await desk.is_told("L1", b"online")
        await desk.order("L1", order(7))
        await desk.sees("L1", seq=7)
        street.drop(["L1"])
        assert street.connected == 0
        for status in (b"offline", b"online"):
            assert await desk.hears("lamps/L1/status") == status
        await desk.sees("L1", seq=7, scene="blink")
        street.kill(["L1"])
        assert await desk.hears("lamps/L1/status") == b"offline"
        street.revive(["L1"])
        assert await desk.hears("lamps/L1/status") == b"online"


async def test_junk_and_unsafe_orders_are_answered_and_change_nothing(
    mosquitto: MosquittoServer, desk: Desk
) -> None:
    async with street_on(mosquitto) as street:
        await street.all_connected()
        await desk.order("L1", order(7, "bright"))
        before = await desk.sees("L1", seq=7)
        junk = [b"", b"\xff", b"[" * 5000, b"x" * 100_000, order(8, low=10), order(9, v=3)]
        for payload in junk:
            await desk.order("L1", payload)
            now = await desk.sees("L1")
            assert now | {"at": None} == before | {"at": None}
        assert street.counters.refused == len(junk)


async def test_a_lamp_hears_only_its_own_orders(mosquitto: MosquittoServer, desk: Desk) -> None:
    async with street_on(mosquitto, L1, L2) as street:
        await street.all_connected()
        await desk.order("L2", order(7))
        await desk.sees("L2", seq=7)
        assert street.shows("L1").seq == 0
        assert street.counters.orders == 1


async def test_the_whole_street_comes_back_after_the_broker_was_killed() -> None:
    with MosquittoServer() as server:
        async with street_on(server, *grid(50)) as street, asyncio.timeout(PATIENCE_S):
            await street.all_connected()
            server.kill()
            server.start()  # it has forgotten who was there
            async with Desk.at(server.host, server.port) as desk:
                await desk.are_told([lamp.lamp_id for lamp in grid(50)], b"online")
            assert street.counters.connections == 100


async def test_a_street_waits_for_a_broker_that_is_not_there_yet() -> None:
    with MosquittoServer() as server:
        server.stop()
        async with street_on(server) as street, asyncio.timeout(PATIENCE_S):
            await asyncio.sleep(0)
            assert street.connected == 0
            server.start()
            await street.all_connected()


async def test_a_thousand_lamps_obey_an_order_each(mosquitto: MosquittoServer) -> None:
    lamps = grid(1000)
    async with (
        asyncio.timeout(60),
        street_on(mosquitto, *lamps) as street,
        aiomqtt.Client(mosquitto.host, mosquitto.port, max_queued_incoming_messages=0) as client,
    ):
        client.pending_calls_threshold = 100_000
        await street.all_connected()
        await client.subscribe("lamps/+/sighting", qos=0)
        for seq, lamp in enumerate(lamps, start=1):
            await client.publish(f"lamps/{lamp.lamp_id}/order", order(seq), qos=0)
        seen: dict[str, int] = {}
        async for message in client.messages:
            assert isinstance(message.payload, bytes)
            fields = orjson.loads(message.payload)
            if fields["scene"] == "blink":
                seen[message.topic.value.split("/")[1]] = fields["seq"]
            if len(seen) == len(lamps):
                break
        assert seen == {lamp.lamp_id: seq for seq, lamp in enumerate(lamps, start=1)}
        assert street.counters.heard[Heard.OBEYED] == len(lamps)
        assert all(street.light(lamp.lamp_id) >= 30 for lamp in lamps)
