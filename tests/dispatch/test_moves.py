"""The moves of operators and units over HTTP, the journal they leave, and what the clock does."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from shapely.geometry import box

from dispatch.plan import DEFAULT
from geo.area import Area
from tests.conftest import Pair
from tests.house import HERE, House, assert_problem, eventually, running, street_of

SHORT = replace(
    DEFAULT, louder_after=timedelta(seconds=0.6), supervisor_after=timedelta(seconds=1.2)
)
AREAS = [Area("쌍문파출소 관할", "jurisdiction", "쌍문파출소", box(127.0, 37.6, 127.05, 37.7))]


async def make(
    house: House, incident_id: str, move: str, body: Any = None, **headers: str
) -> httpx.Response:
    """A move as it is; its answer whatever it is."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.client.post(
        f"/v1/incidents/{incident_id}/{move}", json={} if body is None else body, headers=names
    )


async def entries(house: House, incident_id: str) -> list[dict[str, Any]]:
    answer = await house.client.get(f"/v1/incidents/{incident_id}/journal")
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


async def test_an_incident_goes_the_whole_way_and_its_journal_tells_it_in_order(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(1)) as house:
        key = (await house.press(note="by the gate"))["incident_id"]
        way: list[tuple[str, dict[str, Any], str]] = [
            ("acknowledge", {}, "acknowledged"),
            ("assign", {"unit": "쌍문파출소 1호"}, "assigned"),
            ("assign", {"unit": "쌍문파출소 2호"}, "assigned"),
            ("note", {"text": "caller is at the gate"}, "assigned"),
            ("en-route", {}, "en_route"),
            ("arrive", {}, "on_scene"),
            ("scene", {"scene": "none"}, "on_scene"),
            ("close", {"disposition": "genuine", "text": "taken home"}, "closed"),
            ("note", {"text": "the camera has it"}, "closed"),
            ("reopen", {}, "open"),
        ]
        for move, body, state in way:
            incident = await house.move(key, move, **body)
            assert incident["state"] == state, move
            assert incident == await house.incident(key)
        told = await entries(house, key)
        assert [(one["event"], one["actor"], one["reason"], one["detail"]) for one in told] == [
            (
                "opened",
                "caller",
                "",
                {"kind": "sos", "source": "app", "note": "by the gate"},
            ),
            ("acknowledged", "operator", "", {}),
            ("assigned", "operator", "", {"unit": "쌍문파출소 1호"}),
            ("assigned", "operator", "", {"unit": "쌍문파출소 2호"}),
            ("noted", "operator", "caller is at the gate", {}),
            ("en_route", "operator", "", {}),
            ("arrived", "operator", "", {"scene": "bright"}),
            ("scene_changed", "operator", "", {"scene": "none"}),
            ("closed", "operator", "taken home", {"disposition": "genuine"}),
            ("noted", "operator", "the camera has it", {}),
            ("reopened", "operator", "", {}),
        ]
        seqs, times = [one["seq"] for one in told], [one["at"] for one in told]
        assert seqs == list(range(1, len(told) + 1))
        assert times == sorted(times)


async def test_a_move_that_the_state_does_not_allow_is_refused_with_those_that_it_does(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        key = (await house.press())["incident_id"]
        await house.move(key, "arrive")
        for move, body in (
            ("acknowledge", {}),
            ("assign", {"unit": "1호"}),
            ("en-route", {}),
            ("arrive", {}),
            ("reopen", {}),
        ):
            problem = assert_problem(await make(house, key, move, body), 409)
            possible = ["note", "scene", "close", "instruct", "link", "hold"]
            assert problem["allowed"] == possible, move
        await house.move(key, "close", disposition="duplicate")
        for move, body in (("close", {"disposition": "false"}), ("scene", {"scene": "bright"})):
            problem = assert_problem(await make(house, key, move, body), 409)
            assert problem["allowed"] == ["note", "reopen", "link", "hold", "erase"], move
        assert await house.journal(key) == ["opened", "arrived", "closed"]


async def test_two_operators_who_make_the_same_move_at_once_make_it_once(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        key = (await house.press())["incident_id"]
        answers = await asyncio.gather(*(make(house, key, "acknowledge") for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
        assert await house.journal(key) == ["opened", "acknowledged"]


async def test_the_same_idempotency_key_makes_a_move_once(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        one, two = [(await house.press(place=None))["incident_id"] for _ in range(2)]
        answers = await asyncio.gather(
            *(make(house, one, "note", {"text": "once"}, Idempotency_Key="k1") for _ in range(5)),
            make(house, one, "acknowledge", Idempotency_Key="k2"),
        )
        assert [answer.status_code for answer in answers] == [200] * 6
        again = await make(house, one, "acknowledge", Idempotency_Key="k2")
        assert (again.status_code, again.json()["state"]) == (200, "acknowledged")
        assert (await house.journal(one)).count("noted") == 1
        assert (await house.journal(one)).count("acknowledged") == 1
        # The key is the incident's: another incident has never seen it.
        assert (await make(house, two, "acknowledge", Idempotency_Key="k2")).status_code == 200
        assert await house.journal(two) == ["opened", "acknowledged"]
        # A refused move has not used its key up.
        refused = await make(house, two, "acknowledge", Idempotency_Key="k3")
        assert_problem(refused, 409)
        assert (await make(house, two, "arrive", Idempotency_Key="k3")).status_code == 200
        too_long = await make(house, two, "note", {"text": "x"}, Idempotency_Key="k" * 129)
        assert_problem(too_long, 422)


async def test_an_idempotency_key_that_is_used_again_for_something_else_is_refused(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        key = (await house.press(place=None))["incident_id"]
        other = (await house.press(place=None))["incident_id"]
        said: list[tuple[str, Any, list[tuple[str, Any]]]] = [
            ("note", {"text": "one"}, [("note", {"text": "two"}), ("acknowledge", {})]),
            ("assign", {"unit": "1호"}, [("assign", {"unit": "2호"})]),
            ("scene", {"scene": "bright"}, [("scene", {"scene": "none"})]),
            ("link", {"incident_id": other}, [("unlink", {"incident_id": other})]),
            (
                "close",
                {"disposition": "false", "text": "x"},
                [("close", {"disposition": "genuine", "text": "x"})],
            ),
        ]
        for number, (move, body, others) in enumerate(said):
            again = f"k{number}"
            assert (await make(house, key, move, body, Idempotency_Key=again)).is_success
            for other_move, other_body in others:
                answer = await make(house, key, other_move, other_body, Idempotency_Key=again)
                assert "Idempotency-Key" in assert_problem(answer, 409)["detail"]
            assert (await make(house, key, move, body, Idempotency_Key=again)).is_success
        assert await house.journal(key) == [
            *("opened", "noted", "assigned", "scene_changed", "linked", "closed")
        ]


async def test_two_incidents_that_a_person_links_are_one_event_on_both_screens(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        one, two = [(await house.press(place=None))["incident_id"] for _ in range(2)]
        await house.move(two, "close", disposition="duplicate")
        after = await house.move(one, "link", incident_id=two)
        assert (after["linked"], "unlink" in after["allowed"]) == ([two], True)
        assert (await house.incident(two))["linked"] == [one]
        told = [await feed.event("linked") for _ in range(2)]
        assert {(f["incident"]["incident_id"], *f["incident"]["linked"]) for f in told} == {
            (one, two),
            (two, one),
        }
        (line,) = [e for e in await entries(house, two) if e["event"] == "linked"]
        assert (line["actor"], line["detail"]) == ("operator", {"incident_id": one})
        await house.move(two, "unlink", incident_id=one)
        assert (await feed.event("unlinked"))["incident"]["linked"] == []
        assert (await house.incident(one))["linked"] == []


async def test_a_link_that_makes_no_sense_changes_neither_incident(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        one, two = [(await house.press(place=None))["incident_id"] for _ in range(2)]
        for move, other, status, words in (
            ("link", one, 409, "itself"),
            ("link", "nobody", 404, "nobody"),
            ("unlink", two, 409, "not linked"),
        ):
            answer = await make(house, one, move, {"incident_id": other})
            assert words in assert_problem(answer, status)["detail"]
        answers = await asyncio.gather(
            make(house, one, "link", {"incident_id": two}),
            make(house, two, "link", {"incident_id": one}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        for key in (one, two):
            assert await house.journal(key) == ["opened", "linked"]


async def test_instructions_reach_every_screen_and_can_be_taken_back(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house, house.feed() as feed:
        key = (await house.press(place=None))["incident_id"]
        words = "후문으로 조용히. " + "가" * 490
        await house.move(key, "instruct", text=words)
        told = await feed.event("instructed")
        assert told["incident"]["instructions"] == words
        await house.move(key, "instruct", text="")
        assert (await house.incident(key))["instructions"] == ""
        assert [one["reason"] for one in await entries(house, key)][1:] == [words, ""]
        assert_problem(await make(house, key, "instruct", {"text": words + "x"}), 422)
        await house.move(key, "close", disposition="test")
        assert_problem(await make(house, key, "instruct", {"text": "x"}), 409)


async def test_unknown_fields_and_junk_of_operators_are_refused_with_the_field(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        key = (await house.press())["incident_id"]
        refused: list[tuple[str, Any, str]] = [
            ("acknowledge", {"by": "me"}, "by"),
            ("assign", {"unit": "1호", "officer": "Kim"}, "officer"),
            ("en-route", {"eta": 5}, "eta"),
            ("arrive", {"at": "now"}, "at"),
            ("note", {"text": "x", "colour": "red"}, "colour"),
            ("scene", {"scene": "bright", "level": 50}, "level"),
            ("close", {"disposition": "genuine", "reason": "x"}, "reason"),
            ("reopen", {"why": "x"}, "why"),
            ("assign", {}, "unit"),
            ("assign", {"unit": ""}, "unit"),
            ("assign", {"unit": 7}, "unit"),
            ("note", {"text": ""}, "text"),
            ("note", {"text": "x" * 2_001}, "text"),
            ("scene", {"scene": "disco"}, "scene"),
            ("scene", {"scene": "dim"}, "scene"),
            ("close", {}, "disposition"),
            ("close", {"disposition": "boring"}, "disposition"),
            ("acknowledge", [], "body"),
            ("acknowledge", "now", "body"),
        ]
        for move, body, field in refused:
            problem = assert_problem(await make(house, key, move, body), 422)
            assert [error["field"] for error in problem["errors"]] == [field], (move, body)
        for content in (b"{", b'{"text": "\\ud800"}', b'{"\\ud800": 1}', b'{"text": "a\\u0000b"}'):
            answer = await house.client.post(
                f"/v1/incidents/{key}/note",
                content=content,
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code in (200, 422), (content, answer.text)
        assert set(await house.journal(key)) <= {"opened", "noted"}


async def test_what_does_not_exist_is_a_404_in_words(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        for path in ("v1/incidents/none", "v1/incidents/none/journal", "v1/lamps/none"):
            assert_problem(await house.client.get(path), 404)
        assert_problem(await house.client.get("v1/incidents?after=none"), 404)
        assert_problem(await house.client.get("v1/nothing-of-ours"), 404)
        for move, body in (("acknowledge", {}), ("close", {"disposition": "false"})):
            assert_problem(await make(house, "none", move, body), 404)
        for odd in ("%00", "a%00b", "%ff", "가", "x" * 300, "'; DROP TABLE incident; --"):
            for path in (f"v1/incidents/{odd}", f"v1/incidents/{odd}/journal", f"v1/lamps/{odd}"):
                answer = await house.client.get(path)
                assert answer.status_code in (404, 422), (path, answer.text)
            answer = await house.client.get(f"v1/incidents?after={odd}")
            assert answer.status_code in (404, 422), (odd, answer.text)


async def test_incidents_are_listed_newest_first_and_paged_without_a_gap(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        pressed = await asyncio.gather(*(house.press(place=None) for _ in range(25)))
        closed = {pressed[number]["incident_id"] for number in (0, 7, 24)}
        for key in closed:
            await house.move(key, "close", disposition="test")
        everything = {taken["incident_id"] for taken in pressed}

        async def pages(state: str, limit: int) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            after: str | None = ""
            while after is not None:
                query = f"state={state}&limit={limit}" + (f"&after={after}" if after else "")
                page = (await house.client.get(f"/v1/incidents?{query}")).json()
                assert len(page["incidents"]) <= limit
                found += page["incidents"]
                after = page["next"]
            return found

        for state, expected in (
            ("all", everything),
            ("open", everything - closed),
            ("closed", closed),
        ):
            for limit in (1, 7, 100):
                found = await pages(state, limit)
                assert len(found) == len(expected)
                assert {one["incident_id"] for one in found} == expected
                opened = [one["opened_at"] for one in found]
                assert opened == sorted(opened, reverse=True)
        for query in ("state=late", "limit=0", "limit=501", "limit=many"):
            assert_problem(await house.client.get(f"/v1/incidents?{query}"), 422)


# ---- light


async def test_the_light_follows_the_moves(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
    ):
        key = (await house.press())["incident_id"]

        async def shows(scene: str) -> None:
            await eventually(
                lambda: all(street.shows(f"L000{n}").scene.name == scene for n in range(4)), scene
            )

        await shows("blink")
        moves: list[tuple[str, dict[str, Any], str]] = [
            ("scene", {"scene": "none"}, "schedule"),
            ("scene", {"scene": "blink"}, "blink"),
            ("arrive", {}, "bright"),
            ("scene", {"scene": "blink"}, "blink"),
            ("close", {"disposition": "accidental"}, "schedule"),
            ("reopen", {}, "blink"),
            ("scene", {"scene": "bright"}, "bright"),
            ("close", {"disposition": "genuine"}, "schedule"),
        ]
        for move, body, scene in moves:
            incident = await house.move(key, move, **body)
            asked = "none" if scene == "schedule" else scene
            assert {lamp["asked"] for lamp in incident["lamps"]} == {asked}
            await shows(scene)


async def test_of_two_incidents_that_share_lamps_the_one_that_blinks_wins_until_it_ends(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
    ):
        one, two = [(await house.press())["incident_id"] for _ in range(2)]
        await house.move(one, "arrive")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        await house.move(two, "close", disposition="duplicate")
        await eventually(lambda: street.shows("L0000").scene.name == "bright")
        await house.move(one, "close", disposition="genuine")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")


async def test_the_light_ends_with_the_plan_s_time_and_the_incident_stays_open(
    pair: Pair, tmp_path: Path
) -> None:
    brief = replace(DEFAULT, light_for=timedelta(seconds=2))
    async with (
        running(pair, tmp_path, lamps=street_of(4), plan=brief) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        key = (await house.press())["incident_id"]
        await eventually(lambda: street.shows("L0000").scene.name == "blink")
        ended = (await feed.event("light_ended"))["incident"]
        assert (ended["state"], ended["scene"], ended["light_until"]) == ("open", "none", None)
        assert {lamp["asked"] for lamp in ended["lamps"]} == {"none"}
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")
        (line,) = [one for one in await entries(house, key) if one["event"] == "light_ended"]
        assert line["actor"] == "clock"
        await house.move(key, "scene", scene="blink")
        await eventually(lambda: street.shows("L0000").scene.name == "blink")


async def test_lamps_that_do_not_answer_are_replaced_and_the_shortfall_says_so(
    pair: Pair, tmp_path: Path
) -> None:
    impatient = replace(DEFAULT, patience=timedelta(seconds=0.5))
    lamps = street_of(10)
    async with (
        running(pair, tmp_path, lamps=lamps, plan=impatient) as house,
        house.street(lamps=lamps[2:]) as street,
        house.feed() as feed,
    ):
        taken = await house.press()
        assert [lamp["lamp_id"] for lamp in taken["lamps"]] == ["L0000", "L0001", "L0002", "L0003"]
        answered = await feed.until(lambda frame: frame.get("event") == "lamps_answered")
        assert answered["incident"]["shortfall"] == "2 of 6 silent"
        reasons = {lamp["lamp_id"]: lamp["reason"] for lamp in answered["incident"]["lamps"]}
        assert reasons["L0000"] == "within 50 m"  # still told: silent is no reason to give up
        assert [key for key, why in reasons.items() if "silent" in why] == ["L0004", "L0005"]
        await eventually(lambda: street.shows("L0005").scene.name == "blink")
        seen = (await house.incident(taken["incident_id"]))["lamps"]
        await eventually(lambda: street.shows("L0004").scene.name == "blink")
        assert [lamp["seen"] for lamp in seen][:2] == [False, False]
        (line,) = [
            one
            for one in await entries(house, taken["incident_id"])
            if one["event"] == "lamps_answered" and one["detail"]["silent"]
        ]
        assert line["actor"] == "lamps"
        assert line["detail"]["silent"] == ["L0000", "L0001"]


# ---- escalation


def told(line: dict[str, Any]) -> tuple[int, list[str]]:
    return line["detail"]["level"], line["detail"].get("told", []) + line["detail"].get(
        "not_told", []
    )


async def test_nobody_acknowledges_and_it_is_told_louder_then_to_supervisor_and_unit(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, plan=SHORT, areas=AREAS) as house, house.feed() as feed:
        key = (await house.press())["incident_id"]
        seen = (await house.press(place=None))["incident_id"]
        await house.move(seen, "acknowledge")
        for level in (1, 2):
            frame = await feed.event("escalated")
            assert (frame["incident"]["incident_id"], frame["incident"]["escalation"]) == (
                key,
                level,
            )
        lines = [one for one in await entries(house, key) if one["event"] == "escalated"]
        assert [told(line) for line in lines] == [
            (1, ["control_room"]),
            (2, ["supervisor", "unit:쌍문파출소"]),
        ]
        assert {(line["actor"], bool(line["reason"])) for line in lines} == {("clock", True)}
        assert "escalated" not in await house.journal(seen)


async def test_the_clock_of_an_escalation_survives_a_restart(pair: Pair, tmp_path: Path) -> None:
    plan = replace(
        DEFAULT, louder_after=timedelta(seconds=1.5), supervisor_after=timedelta(seconds=4)
    )
    async with running(pair, tmp_path, plan=plan) as house, house.feed() as feed:
        taken = await house.press(HERE)
        await feed.event("escalated")
    async with running(pair, tmp_path, plan=plan) as house, house.feed() as feed:
        begun = datetime.fromisoformat(
            (await house.press(place=None))["received_at"]
        )  # the second dispatcher's first moments
        key = taken["incident_id"]
        await eventually_escalated(house, feed, key, 2)
        lines = [one for one in await entries(house, key) if one["event"] == "escalated"]
        assert [told(line)[0] for line in lines] == [1, 2]
        opened = datetime.fromisoformat(taken["received_at"])
        supervisor = datetime.fromisoformat(lines[1]["at"])
        assert opened + plan.supervisor_after <= supervisor < begun + plan.supervisor_after


async def eventually_escalated(house: House, feed: Any, key: str, level: int) -> None:
    """Return when the incident has reached the level, wherever it stood."""
    if (await house.incident(key))["escalation"] < level:
        await feed.until(
            lambda frame: (
                frame.get("event") == "escalated"
                and frame["incident"]["incident_id"] == key
                and frame["incident"]["escalation"] == level
            )
        )


async def test_what_rang_while_the_dispatcher_was_away_is_made_up_for_at_once(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, plan=SHORT) as house:
        key = (await house.press())["incident_id"]
        pressed = json.dumps(await house.incident(key))
    late = datetime.fromisoformat(json.loads(pressed)["opened_at"]) + SHORT.supervisor_after
    await eventually(lambda: datetime.now(late.tzinfo) > late)
    async with running(pair, tmp_path, plan=SHORT) as house, house.feed() as feed:
        await eventually_escalated(house, feed, key, 2)
        assert await house.journal(key) == ["opened", "escalated", "escalated"]


async def test_a_lamp_that_dies_while_it_blinks_is_no_longer_seen_and_is_replaced(
    pair: Pair, tmp_path: Path
) -> None:
    plan = replace(DEFAULT, patience=timedelta(seconds=0.5))
    async with (
        running(pair, tmp_path, lamps=street_of(10), plan=plan) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        key = (await house.press())["incident_id"]
        assert all(
            lamp["seen"] for lamp in (await feed.event("lamps_answered"))["incident"]["lamps"]
        )
        street.kill(["L0001"])
        lamps = (await feed.event("lamps_answered"))["incident"]["lamps"]
        seen = {lamp["lamp_id"]: lamp["seen"] for lamp in lamps}
        assert seen["L0001"] is False
        assert "L0004" in seen  # the next nearest, instead of it
        assert (await house.incident(key))["shortfall"] == "1 of 5 silent"
