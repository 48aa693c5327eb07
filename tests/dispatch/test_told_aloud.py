"""Who has not taken what they were told is said aloud, and nothing secret is."""

import base64
import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from dispatch.plan import DEFAULT
from geo.area import Area
from tests.conftest import Pair
from tests.dispatch.receiver import PATH, Receiver
from tests.dispatch.told import entries, nobody
from tests.house import (
    House,
    assert_problem,
    running,
)

SECRET = "whsec_" + base64.b64encode(b"shared with the police..").decode()
AREAS = [Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7))]
ALARM = replace(DEFAULT, untold_after=timedelta(seconds=1.5))
"""Nobody is told of before they could be tried at all."""
SHORT_LIVED = replace(
    ALARM, untold_after=timedelta(seconds=0.3), give_up_after=timedelta(seconds=4)
)


async def letters(house: House, state: str) -> list[dict[str, Any]]:
    """The list of letters in that state."""
    answer = await house.client.get(f"/v1/outbox?state={state}&limit=500")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["letters"]
    return found


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


async def test_of_letters_to_a_target_that_is_named_no_more_the_desk_is_told_just_that(
    pair: Pair, tmp_path: Path
) -> None:
    named = {"LAMPLIGHTER_WEBHOOKS": f"control_room={nobody()}"}
    quiet = replace(ALARM, untold_after=timedelta(hours=1))
    async with running(pair, tmp_path, named, plan=quiet) as house:
        key = (await house.press(place=None))["incident_id"]
    async with running(pair, tmp_path, plan=ALARM) as house, house.feed(after=0) as feed:
        await feed.event("untold")
        (untold,) = (await house.incident(key))["untold"]
        assert "names no such target any more" in untold["last_error"]
        (letter,) = await letters(house, "untold")
        told = await house.client.post(
            f"/v1/outbox/{letter['outbox_id']}/told", json={"text": "전화로 알림"}
        )
        assert told.status_code == 200
        assert (await house.incident(key))["untold"] == []


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
            LAMPLIGHTER_WEBHOOKS_UNPROTECTED="unit:쌍문파출소",
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
