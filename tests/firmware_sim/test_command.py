"""Where the lamps of a street come from, and the command that starts one."""

import asyncio
import signal
import sys
from pathlib import Path
from random import Random

import click
import orjson
import pytest

from firmware_sim.__main__ import Shares, broker_of, lamps_from, troubles
from firmware_sim.places import LampSpec, grid, lamps_of
from firmware_sim.radio import Broker
from firmware_sim.trouble import NO_TROUBLE, Trouble, junk
from firmware_sim.wire import Refused, order_of
from tests.firmware_sim.desk import PATIENCE_S, Desk, order
from tests.parts import MosquittoServer


def feature(feature_id: object, /, *position: object, **properties: object) -> dict[str, object]:
    geometry = {"type": "Point", "coordinates": position or (127.0471, 37.6688)}
    return {"type": "Feature", "id": feature_id, "geometry": geometry, "properties": properties}


def collection(*features: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


def test_lamps_are_read_from_geojson_by_feature_id_or_property() -> None:
    lamps = lamps_of(collection(feature("L1"), feature(None, 127.1, 37.7, 30.0, lamp_id="L2")))
    assert lamps == [LampSpec("L1", 127.0471, 37.6688), LampSpec("L2", 127.1, 37.7)]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "FeatureCollection"),
        ([], "FeatureCollection"),
        (collection(feature("a/b")), r"features\[0\]"),
        (collection(feature("L1"), feature("")), r"features\[1\]"),
        (collection(feature("L1", 37.6688, 127.0471)), "longitude first"),
        (collection({"id": "L1", "geometry": None}), r"features\[0\]"),
        (collection(7), r"features\[0\]"),
        (collection(feature("L1"), feature("L1")), "1 lamps carry the id of another"),
    ],
)
def test_a_document_that_is_no_list_of_lamps_is_refused_with_the_place(
    document: object, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        lamps_of(document)


def test_an_invented_street_has_as_many_lamps_as_asked_for_each_in_its_own_place() -> None:
    lamps = grid(10)
    assert [lamp.lamp_id for lamp in lamps][:2] == ["SIM-000001", "SIM-000002"]
    assert len({(lamp.lon, lamp.lat) for lamp in lamps}) == 10


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("mqtt://127.0.0.1:1884", Broker("127.0.0.1", 1884)),
        ("mqtt://broker", Broker("broker", 1883)),
        ("mqtts://broker", Broker("broker", 8883, tls=True)),
        ("mqtt://{lamp_id}:p%40ss@broker", Broker("broker", 1883, "{lamp_id}", "p@ss")),
    ],
)
def test_the_broker_is_read_from_its_address(url: str, broker: Broker) -> None:
    assert broker_of(url) == broker


@pytest.mark.parametrize("url", ["http://broker", "broker:1883", "mqtt://", ""])
def test_an_address_that_is_no_brokers_is_refused(url: str) -> None:
    with pytest.raises(click.BadParameter):
        broker_of(url)


def test_troubles_are_dealt_to_shares_of_the_street_and_the_same_seed_deals_the_same() -> None:
    lamps, shares = grid(100), Shares(dead=0.02, junk=0.03, clock_off=0.04, faulty=0.05)
    dealt = troubles(lamps, Trouble(order_loss=0.5), shares, Random(1))
    assert dealt == troubles(lamps, Trouble(order_loss=0.5), shares, Random(1))
    assert sum(trouble.dead for trouble in dealt.values()) == 2
    assert sum(trouble.junk > 0 for trouble in dealt.values()) == 3
    assert sum(trouble.clock_off != NO_TROUBLE.clock_off for trouble in dealt.values()) == 4
    assert sum(bool(trouble.faults) for trouble in dealt.values()) == 5
    assert {trouble.order_loss for trouble in dealt.values()} == {0.5}


def test_delays_have_the_median_that_was_asked_for_and_a_long_tail() -> None:
    dice = Random(1)
    delays = sorted(Trouble(delay_s=1.5).delay(dice) for _ in range(1001))
    assert 1.3 < delays[500] < 1.7
    assert delays[-1] > 4
    assert Trouble().delay(dice) == 0


def test_junk_is_never_an_order() -> None:
    dice = Random(1)
    for _ in range(500):
        with pytest.raises(Refused):
            order_of(junk(dice))


async def test_a_dispatcher_that_is_not_ready_yet_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("firmware_sim.__main__.ASK_AGAIN_S", 0.01)
    body = orjson.dumps(collection(feature("L1")))
    answers = [(503, b"{}"), (503, b"{}"), (200, body)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        status, text = answers.pop(0)
        head = f"HTTP/1.1 {status} x\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + text)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        lamps = await lamps_from(f"http://127.0.0.1:{port}/v1/lamps?limit=10")
    assert [lamp.lamp_id for lamp in lamps] == ["L1"]
    assert not answers


async def test_a_file_that_is_no_geojson_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "lamps.geojson").write_text("<html>")
    with pytest.raises(click.ClickException, match=r"lamps\.geojson"):
        await lamps_from(str(tmp_path / "lamps.geojson"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_runs_a_street_until_it_is_told_to_end_and_leaves_politely(
    mosquitto: MosquittoServer, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "lamps.geojson").write_bytes(orjson.dumps(collection(feature("L1"))))
    async with Desk.at(mosquitto.host, mosquitto.port) as desk, asyncio.timeout(PATIENCE_S):
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "firmware_sim", "--mqtt", mosquitto.url),
            *("--lamps", str(tmp_path / "lamps.geojson"), "--delay", "0.01", "--seed", "1"),
            stdout=asyncio.subprocess.PIPE,
        )
        await desk.is_told("L1", b"online")
        await desk.order("L1", order(7))
        await desk.sees("L1", seq=7)
        command.send_signal(number)
        await desk.is_told("L1", b"offline")
        said, _ = await command.communicate()
    assert command.returncode == 0
    assert b"1 connections are up" in said
