"""`lamplighter lamps credentials`, and a dispatcher whose lamps have to say who they are."""

import asyncio
import csv
import itertools
from pathlib import Path

import aiomqtt

from firmware_sim.street import Street
from lights.keyring import DISPATCHER
from tests.conftest import Pair
from tests.dispatch.test_command_line import embedded, in_this_process, lamplighter
from tests.house import fill, running, settings_for, specs_of, street_of
from tests.patience import eventually

LAMPS = street_of(4)


def on(folder: Path) -> Pair:
    return Pair("embedded", f"sqlite+aiosqlite:///{folder}/lamplighter.sqlite3", None)


def passwords(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted((folder / "data" / "credentials").glob("passwords-*.csv")):
        with file.open(newline="") as lines:
            found |= {row["lamp_id"]: row["password"] for row in csv.DictReader(lines)}
    return found


async def test_passwords_are_made_for_every_lamp_and_shut_out_one_by_one(tmp_path: Path) -> None:
    await fill(settings_for(on(tmp_path), tmp_path), LAMPS)
    at = embedded(tmp_path)
    credentials = ("lamps", "credentials")
    made = await in_this_process(*credentials, "make", "--all", environment=at)
    assert made.exit_code == 0, made.output
    assert set(passwords(tmp_path)) == {lamp.lamp_id for lamp in LAMPS} | {DISPATCHER}
    again = await in_this_process(*credentials, "make", "--all", environment=at)
    assert again.exit_code == 2
    assert "every lamp has its password already" in again.output
    unknown = await in_this_process(*credentials, "revoke", "L9999", environment=at)
    assert (unknown.exit_code, "L9999: no such lamp" in unknown.output) == (1, True)
    assert (await in_this_process(*credentials, "revoke", "L0001", environment=at)).exit_code == 0
    listed = await in_this_process(*credentials, "list", environment=at)
    assert listed.stdout.split() == ["L0000", "L0002", "L0003"]


async def test_certificates_are_made_with_the_passwords(tmp_path: Path) -> None:
    await fill(settings_for(on(tmp_path), tmp_path), LAMPS)
    words = ("make", "L0000", "--certificates", "--host", "broker.example")
    made = await in_this_process("lamps", "credentials", *words, environment=embedded(tmp_path))
    assert made.exit_code == 0, made.output
    tls = tmp_path / "data" / "credentials" / "tls"
    assert {file.name for file in tls.rglob("*.crt")} == {
        *("ca.crt", "server.crt", "L0000.crt", f"{DISPATCHER}.crt")
    }
    before = (tls / "lamps" / "L0000.crt").read_bytes()
    at = embedded(tmp_path)
    assert (
        await in_this_process("lamps", "credentials", "rotate", "L0000", environment=at)
    ).exit_code == 0
    assert (tls / "lamps" / "L0000.crt").read_bytes() != before


async def test_a_broker_that_others_reach_is_not_opened_without_passwords(tmp_path: Path) -> None:
    at = embedded(tmp_path, LAMPLIGHTER_MQTT_LISTEN="0.0.0.0:0")
    told = await lamplighter("serve", environment=at)
    assert told.returncode == 1
    assert "no lamp has a password yet" in told.stderr
    assert "Traceback" not in told.stderr


async def test_lamps_with_passwords_answer_a_cry_and_strangers_are_not_let_in(
    tmp_path: Path,
) -> None:
    await fill(settings_for(on(tmp_path), tmp_path), LAMPS)
    made = await in_this_process(
        "lamps", "credentials", "make", "--all", environment=embedded(tmp_path)
    )
    assert made.exit_code == 0, made.output
    async with running(on(tmp_path), tmp_path, lamps=LAMPS) as house:
        host, port = house.broker.host, house.broker.port
        try:
            async with aiomqtt.Client(host, port, timeout=5):
                raise AssertionError("somebody without a password was let in")
        except aiomqtt.MqttError:
            pass
        known = passwords(tmp_path)
        async with Street(specs_of(LAMPS), host, port, passwords=known) as street:
            await street.all_connected()
            taken = await house.press()
            asked = [lamp["lamp_id"] for lamp in taken["lamps"]]
            await eventually(
                lambda: {street.shows(lamp_id).scene.name for lamp_id in asked} == {"blink"}
            )


async def test_a_lamp_gone_wild_keeps_nobody_from_being_heard(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=LAMPS) as house,
        house.street(lamps=LAMPS[1:]) as street,
        aiomqtt.Client(house.broker.host, house.broker.port) as wild,
    ):
        assert house.dispatcher is not None
        fleet = house.dispatcher.fleet
        flooding = asyncio.create_task(flood(wild, "lamps/L0000/sighting"))
        await eventually(lambda: fleet.ear.overheard > 1_000)
        await house.press()
        await eventually(lambda: street.shows("L0001").scene.name == "blink")
        await eventually(lambda: fleet.shows_its_claim("L0001"))
        assert not flooding.done()
        flooding.cancel()


async def flood(client: aiomqtt.Client, topic: str) -> None:
    """Say it as fast as the wire takes it."""
    for number in itertools.count():
        await client.publish(
            topic, b'{"v":1,"seq":0,"scene":"schedule","level":%d}' % (number % 100)
        )


async def test_whoever_makes_the_first_password_is_told_whom_it_locks_out(tmp_path: Path) -> None:
    await fill(settings_for(on(tmp_path), tmp_path), LAMPS)
    at = embedded(tmp_path)
    words = ("lamps", "credentials", "make")
    one = await in_this_process(*words, "L0000", environment=at)
    assert (one.exit_code, "3 of 4 lamps in service will have no password" in one.stderr) == (
        0,
        True,
    )
    assert "locked out from then on" in one.stderr
    two = await in_this_process(*words, "L0001", environment=at)
    assert "2 of 4" in two.stderr
    assert "locked out already" in two.stderr
    rest = await in_this_process(*words, "--all", environment=at)
    assert "locked out" not in rest.output


async def test_the_name_of_a_broker_is_for_its_certificate_and_makes_none_by_itself(
    tmp_path: Path,
) -> None:
    await fill(settings_for(on(tmp_path), tmp_path), LAMPS)
    at, host = embedded(tmp_path), ("--host", "broker.example")
    folder = tmp_path / "data" / "credentials"
    for words in (("make", "--all", *host), ("make", *host)):
        refused = await in_this_process("lamps", "credentials", *words, environment=at)
        assert (refused.exit_code, "say --certificates too" in refused.output) == (2, True)
        assert not folder.exists(), "nothing was made before it was refused"
    made = await in_this_process(
        "lamps", "credentials", "make", "--all", "--certificates", *host, environment=at
    )
    assert made.exit_code == 0, made.output
    before = (folder / "tls" / "server.crt").read_bytes()
    renewed = await in_this_process("lamps", "credentials", "make", *host, environment=at)
    assert renewed.exit_code == 0, renewed.output
    assert (folder / "tls" / "server.crt").read_bytes() != before
