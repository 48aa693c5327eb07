"""The moves of operators and units over HTTP, and the journal they leave."""

import asyncio
from pathlib import Path
from typing import Any

from tests.conftest import Pair
from tests.dispatch.moving import entries, make
from tests.house import assert_problem, running, street_of


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
