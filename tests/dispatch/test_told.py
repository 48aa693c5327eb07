"""Everybody is told until they have taken it, whatever breaks; and who is untold is said aloud."""

import asyncio
import base64
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from shapely.geometry import box
from standardwebhooks.webhooks import Webhook

from dispatch.cap import MEDIA_TYPE, NAMESPACE
from dispatch.plan import DEFAULT
from geo.area import Area
from lights.broker_address import BrokerAddress
from tests.conftest import Pair
from tests.dispatch.receiver import PATH, Received, Receiver
from tests.house import (
    DEADLINE_S,
    DispatcherProcess,
    House,
    ack_of,
    assert_problem,
    environment_for,
    eventually,
    fill,
    running,
    settings_for,
    street_of,
)
from tests.parts import PostgresServer, free_port

SECRET = "whsec_" + base64.b64encode(b"shared with the police..").decode()
AREAS = [Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7))]
ALARM = replace(DEFAULT, untold_after=timedelta(seconds=0.3))
SHORT_LIVED = replace(ALARM, give_up_after=timedelta(seconds=2))


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One to kill."""
    with PostgresServer() as server:
        yield server


def nobody() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}{PATH}"


async def letters(house: House, state: str) -> list[dict[str, Any]]:
    """The list of letters in that state."""
    answer = await house.client.get(f"/v1/outbox?state={state}&limit=500")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["letters"]
    return found


async def entries(house: House, incident_id: str) -> dict[str, dict[str, Any]]:
    """The journal's lines by their event."""
    answer = (await house.client.get(f"/v1/incidents/{incident_id}/journal")).json()
    return {entry["event"]: entry for entry in answer["entries"]}


# ---- until taken


async def test_a_webhook_is_signed_with_both_secrets_and_verified_by_its_receiver(
    pair: Pair, tmp_path: Path
) -> None:
    other = "whsec_" + base64.b64encode(b"the one that comes next.").decode()
    async with (
        Receiver().open() as desk,
        running(
            pair,
            tmp_path,
            LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}",
            LAMPLIGHTER_WEBHOOK_SECRETS=f"control_room={SECRET},{other}",
        ) as house,
    ):
        taken = await house.press()
        (received,) = await desk.has_taken(1)
    for secret in (SECRET, other):
        told = Webhook(secret).verify(received.body, received.headers)
        assert told["incident"]["incident_id"] == taken["incident_id"]


async def test_one_slow_letter_holds_up_no_other_incident_and_no_more_than_a_few_go_at_once(
    pair: Pair, tmp_path: Path
) -> None:
    slow: list[str] = []

    def answer(received: Received) -> float:
        slow[:] = slow or [received.incident_id]
        return -1 if received.incident_id == slow[0] else 0.05

    async with (
        Receiver(answer).open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
    ):
        first = (await house.press(place=None))["incident_id"]
        await desk.has_been_tried(1)
        others = [(await house.press(place=None))["incident_id"] for _ in range(20)]
        told = await desk.has_taken(20)
        assert slow == [first]
        assert [one.incident_id for one in desk.tried].count(first) == 1, "it still waits"
    assert sorted(one.incident_id for one in told) == sorted(others)
    assert 2 <= desk.most_at_once <= 8


async def test_the_letters_about_one_incident_come_in_their_order_whatever_is_refused(
    pair: Pair, tmp_path: Path
) -> None:
    refused: set[str] = set()

    def answer(received: Received) -> int:
        again = received.letter_id in refused
        refused.add(received.letter_id)
        return 204 if again else 500

    async with (
        Receiver(answer).open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
    ):
        incident_id = (await house.press(place=None))["incident_id"]
        await house.move(incident_id, "close", disposition="false")
        await house.move(incident_id, "reopen")
        await house.move(incident_id, "close", disposition="genuine")
        told = await desk.has_taken(3)
    assert [one.json["event"] for one in told] == ["opened", "closed", "closed"]
    assert [one.json["seq"] for one in told] == sorted(one.json["seq"] for one in told)
    assert [one.json["incident"]["disposition"] for one in told] == [None, "false", "genuine"]


async def test_after_a_silence_the_urgent_letters_go_first_and_drills_last(
    pair: Pair, tmp_path: Path
) -> None:
    loud = replace(DEFAULT, louder_after=timedelta(seconds=0.2))
    is_open = False
    desk = Receiver(lambda _: 204 if is_open else 503)
    async with (
        desk.open(),
        running(
            pair, tmp_path, plan=loud, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}"
        ) as house,
        house.feed() as feed,
    ):
        drill = (await house.press(place=None, drill=True))["incident_id"]
        calm = (await house.press(place=None))["incident_id"]
        await house.move(calm, "acknowledge")
        urgent = (await house.press(place=None))["incident_id"]
        await feed.until(
            lambda frame: (
                frame.get("event") == "escalated" and frame["incident"]["incident_id"] == urgent
            )
        )
        await desk.has_been_tried(4)  # silent now: one at a time, until one is taken
        await eventually(lambda: desk.at_once == 0)
        is_open = True
        await desk.until(lambda: {drill, calm, urgent} <= {o.incident_id for o in desk.taken})
        waiting = [one.incident_id for one in desk.taken]
    assert waiting.index(drill) > waiting.index(urgent)


# ---- said aloud


async def test_who_has_not_taken_it_is_named_until_they_have(pair: Pair, tmp_path: Path) -> None:
    is_open = False
    desk = Receiver(lambda _: 204 if is_open else 500)
    async with (
        desk.open(),
        running(
            pair,
            tmp_path,
            plan=ALARM,
            LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}",
        ) as house,
        house.feed() as feed,
    ):
        incident_id = (await house.press(place=None))["incident_id"]
        (untold,) = (await feed.event("untold"))["incident"]["untold"]
        assert (untold["target"], untold["last_error"]) == (
            "control_room",
            "answered with status 500",
        )
        assert untold["attempts"] >= 1
        assert untold["since"] == (await house.incident(incident_id))["opened_at"]
        line = (await entries(house, incident_id))["untold"]
        assert re.fullmatch(r"control_room has not taken this for \d+ s: telephone", line["reason"])
        assert line["actor"] == "outbox"
        is_open = True
        assert (await feed.event("taken"))["incident"]["untold"] == []
        assert (await house.incident(incident_id))["untold"] == []
        assert await letters(house, "waiting") == []
        assert len({one.letter_id for one in desk.tried}) == 1


async def test_a_letter_whose_time_is_over_is_on_a_list_that_a_person_works_off(
    pair: Pair, tmp_path: Path
) -> None:
    is_open = False
    desk = Receiver(lambda _: 204 if is_open else 500)
    async with (
        desk.open(),
        running(
            pair,
            tmp_path,
            plan=SHORT_LIVED,
            LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}",
        ) as house,
        house.feed() as feed,
    ):
        told, retried = [(await house.press(place=None))["incident_id"] for _ in range(2)]
        for _ in range(2):
            assert (await feed.event("given_up"))["incident"]["untold"]
        dead = {one["incident_id"]: one for one in await letters(house, "dead")}
        assert set(dead) == {told, retried}
        assert {one["state"] for one in dead.values()} == {"dead"}

        path = f"/v1/outbox/{dead[told]['outbox_id']}/told"
        words = {"text": "전화로 알림: 김 경장"}
        assert (await house.client.post(path, json=words)).status_code == 200
        heard = await feed.event("told_by_voice")
        assert heard["incident"]["untold"] == []
        line = (await entries(house, told))["told_by_voice"]
        assert (line["reason"], line["actor"]) == ("전화로 알림: 김 경장", "operator")
        assert_problem(await house.client.post(path, json=words), 409)

        is_open = True
        path = f"/v1/outbox/{dead[retried]['outbox_id']}/retry"
        assert (await house.client.post(path)).json()["state"] == "waiting"
        assert (await feed.event("retried"))["incident"]["untold"]
        assert (await feed.event("taken"))["incident"]["untold"] == []
        assert [one.incident_id for one in desk.taken] == [retried]
        assert await letters(house, "dead") == []


async def test_nothing_secret_is_in_logs_journal_feed_or_answers(
    pair: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "aiosqlite")
    redirect = Receiver(lambda _: 302)
    unknown = f"http://no-such-host.invalid{PATH}"
    async with (
        redirect.open(),
        running(
            pair,
            tmp_path,
            plan=replace(
                SHORT_LIVED,
                louder_after=timedelta(seconds=0.1),
                supervisor_after=timedelta(seconds=0.2),
            ),
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=(
                f"control_room={redirect.url};supervisor={nobody()};"
                f"unit:쌍문파출소={unknown};control_room=cap+{nobody()}"
            ),
            LAMPLIGHTER_WEBHOOK_SECRETS=f"control_room={SECRET};supervisor={SECRET}",
        ) as house,
        house.feed() as feed,
    ):
        incident_id = (await house.press())["incident_id"]
        wanted = {"control_room", "supervisor", "unit:쌍문파출소", "cap:control_room"}
        await feed.until(
            lambda frame: (
                frame["type"] == "incident"
                and {one["target"] for one in frame["incident"]["untold"]} == wanted
            )
        )
        shown = [
            (await house.client.get(path)).text
            for path in (
                f"/v1/incidents/{incident_id}",
                f"/v1/incidents/{incident_id}/journal",
                "/v1/outbox?state=waiting",
                "/v1/outbox?state=dead",
                "/metrics",
            )
        ]
    said = "\n".join([*shown, str(feed.frames), caplog.text])
    assert "has not taken" in caplog.text
    assert PATH.rpartition("/")[2] not in said
    assert SECRET.removeprefix("whsec_")[:16] not in said


# ---- whatever breaks


async def test_lamps_are_lit_while_a_target_is_down(pair: Pair, tmp_path: Path) -> None:
    async with (
        Receiver(lambda _: -1).open() as stuck,
        running(
            pair,
            tmp_path,
            lamps=street_of(4),
            LAMPLIGHTER_WEBHOOKS=f"control_room={stuck.url};supervisor={nobody()}",
        ) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        await house.press()
        await stuck.has_been_tried(1)
        answered = (await feed.event("lamps_answered"))["incident"]
        assert [lamp["seen"] for lamp in answered["lamps"]] == [True] * 4
        assert {street.shows(lamp.lamp_id).scene.name for lamp in house.lamps} == {"blink"}
        assert stuck.taken == []


@asynccontextmanager
async def _dispatcher(pair: Pair, folder: Path, webhooks: str) -> AsyncIterator[DispatcherProcess]:
    await fill(settings_for(pair, folder), [])
    environment = environment_for(pair, folder) | {"LAMPLIGHTER_WEBHOOKS": webhooks}
    process = DispatcherProcess(environment, free_port())
    process.start()
    try:
        await process.ready()
        yield process
    finally:
        process.kill()


async def test_what_was_on_its_way_when_the_dispatcher_was_killed_is_told_by_the_next_one(
    pair: Pair, tmp_path: Path
) -> None:
    is_up = asyncio.Event()
    desk = Receiver(lambda _: 204 if is_up.is_set() else -1)
    async with desk.open(), _dispatcher(pair, tmp_path, f"control_room={desk.url}") as dispatcher:
        house = _from_outside(dispatcher)
        async with house.client:
            pressed = [(await house.press(place=None))["incident_id"] for _ in range(5)]
        await desk.has_been_tried(5)
        dispatcher.kill()
        is_up.set()
        dispatcher.start()
        told = await desk.has_taken(5)
    assert {one.incident_id for one in told} == set(pressed)
    tried = {one.incident_id: one.letter_id for one in desk.tried[:5]}
    assert {one.incident_id: one.letter_id for one in told} == tried, "known again by their ids"


def _from_outside(dispatcher: DispatcherProcess) -> House:
    client = httpx.AsyncClient(base_url=dispatcher.url)
    return House(dispatcher.url, BrokerAddress("127.0.0.1", 0), (), client)


async def test_a_desk_that_took_it_while_the_database_was_away_is_told_once(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    pair = Pair("production", own_postgres.create_database(), None)

    async with (
        Receiver(lambda _: 2.0).open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room={desk.url}") as house,
    ):
        await house.press(place=None)
        await desk.has_been_tried(1)
        await asyncio.to_thread(own_postgres.kill)  # before the desk's answer is written down
        await desk.has_taken(1)
        await asyncio.to_thread(own_postgres.start)
        async with asyncio.timeout(DEADLINE_S):
            while await _some_wait(house):  # noqa: ASYNC110 - this sends no event
                await asyncio.sleep(0.05)
        assert len(desk.tried) == 1


async def _some_wait(house: House) -> bool:
    answer = await house.client.get("/v1/outbox")
    return answer.status_code != 200 or bool(answer.json()["letters"])


# ---- in CAP


def read(body: bytes, name: str) -> str:
    return etree.fromstring(body).findtext(f"{{{NAMESPACE}}}{name}") or ""


async def test_a_target_in_cap_is_told_alert_updates_and_cancel_and_its_ack_is_heard(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        Receiver().open() as desk,
        running(
            pair,
            tmp_path,
            areas=AREAS,
            LAMPLIGHTER_CAP_SENDER="lamplighter.example",
            LAMPLIGHTER_WEBHOOKS=f"unit:쌍문파출소=cap+{desk.url}",
            LAMPLIGHTER_WEBHOOK_SECRETS=f"unit:쌍문파출소={SECRET}",
        ) as house,
    ):
        incident_id = (await house.press())["incident_id"]
        await house.move(incident_id, "note", text="not told")
        await house.move(incident_id, "assign", unit="순21")
        await house.move(incident_id, "close", disposition="genuine")
        told = await desk.has_taken(3)
        assert [read(one.body, "msgType") for one in told] == ["Alert", "Update", "Cancel"]
        assert {one.headers["content-type"] for one in told} == {MEDIA_TYPE}
        for one in told:
            Webhook(SECRET).verify(one.body, one.headers, json_parse=False)
        path = f"/v1/incidents/{incident_id}.cap"
        newest = await house.client.get(path)
        assert newest.headers["content-type"] == MEDIA_TYPE
        assert newest.content == told[-1].body
        names = [read(told[-1].body, name) for name in ("sender", "identifier", "sent")]
        ack = ack_of(",".join(names))
        headers = signed_by(SECRET, ack)
        unsigned = {key: headers[key] for key in headers if key != "webhook-signature"}
        assert_problem(await house.client.post(path, content=ack, headers=unsigned), 401)
        assert_problem(await house.client.post(path, content=ack + b" ", headers=headers), 401)
        for _ in range(2):
            answer = await house.client.post(path, content=ack, headers=headers)
            assert (answer.status_code, answer.content) == (204, b""), answer.text
        lines = await house.journal(incident_id)
        assert lines.count("taken_by") == 1
        line = (await entries(house, incident_id))["taken_by"]
        target = "cap:unit:쌍문파출소"  # as it is set, not as it calls itself
        assert line["actor"] == target
        assert line["detail"] == {"target": target, "message": f"{incident_id}.3"}
        plain = {"Content-Type": "text/plain"}
        assert_problem(await house.client.post(path, content=ack, headers=plain), 415)


async def test_a_receiver_of_cap_acknowledges_only_what_it_was_told_of(
    pair: Pair, tmp_path: Path
) -> None:
    other = "whsec_" + base64.b64encode(b"shared with other police").decode()
    async with (
        Receiver().open() as desk,
        running(
            pair,
            tmp_path,
            areas=AREAS,
            LAMPLIGHTER_WEBHOOKS=f"unit:쌍문파출소=cap+{desk.url};unit:창동지구대=cap+{desk.url}",
            LAMPLIGHTER_WEBHOOK_SECRETS=f"unit:쌍문파출소={SECRET};unit:창동지구대={other}",
        ) as house,
    ):
        key = (await house.press())["incident_id"]
        await desk.has_taken(1)
        ack = ack_of(f"lamplighter,{key}.1,2026-11-22T12:00:30-00:00", "쌍문파출소")
        path = f"/v1/incidents/{key}.cap"
        refused = [
            await house.client.post(path, content=ack, headers=signed_by(other, ack)),
            await house.client.post(
                "/v1/incidents/none.cap", content=ack, headers=signed_by(other, ack)
            ),
        ]
        words = [assert_problem(one, 404)["detail"] for one in refused]
        assert words[0] == words[1].replace("none", key)  # nobody learns which there are
        assert "taken_by" not in await house.journal(key)
        answer = await house.client.post(path, content=ack, headers=signed_by(SECRET, ack))
        assert answer.status_code == 204


def signed_by(secret: str, body: bytes) -> dict[str, str]:
    """The headers of an Ack whose sender knows the secret."""
    now = datetime.now(UTC)
    return {
        "Content-Type": MEDIA_TYPE,
        "webhook-id": "ack-1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("ack-1", now, body.decode()),
    }
