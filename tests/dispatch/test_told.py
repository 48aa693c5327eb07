"""Everybody is told until they have taken it, whatever breaks; and who is untold is said aloud."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from shapely.geometry import box
from standardwebhooks.webhooks import Webhook

from dispatch.cap import MEDIA_TYPE, NAMESPACE
from dispatch.plan import DEFAULT
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.receiver import Received, Receiver
from tests.dispatch.told import ack_of, entries
from tests.house import assert_problem, running
from tests.patience import DEADLINE_S, eventually

SECRET = "whsec_" + base64.b64encode(b"shared with the police..").decode()
AREAS = [Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7))]


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
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is waited for to the end of the test, however busy the machine.
    monkeypatch.setattr("dispatch.push.webhook._TIMEOUT_S", 10 * DEADLINE_S)
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
