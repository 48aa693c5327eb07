"""Whoever sees where a walker is stands in the walker's own log."""

from pathlib import Path
from typing import Any

from tests.conftest import Pair
from tests.dispatch.shown import has_written
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.walking import Phone, fix, opens, position, starts
from tests.house import (
    HERE,
    assert_problem,
    environment_for,
    running,
)


async def log_of_walk(phone: Phone) -> list[dict[str, Any]]:
    """What a walker reads."""
    answer = await phone.client.get(f"{phone.path}/showings", headers=phone.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["showings"]
    return found


async def test_whoever_sees_where_a_walker_is_stands_in_the_walkers_log(
    pair: Pair, tmp_path: Path
) -> None:
    guardians = [
        {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "2026-11"},
        {"contact": "010-8765-4321", "name": "친구"},
    ]
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "kim", "operator") as kim,
    ):
        quiet = await starts(house.client, guardians=guardians)
        await quiet.moves(fix(HERE))
        phone = await starts(house.client, guardians=guardians, watched=True)
        await phone.moves(fix(HERE))
        links = [one["link"] for walk in (quiet, phone) for one in walk.walk["guardians"]]
        for link in links:
            assert (await opens(kim, link)).status_code == 200
        for path in ("/v1/walks", f"{phone.path}/desk", f"{quiet.path}/desk"):
            assert (await kim.get(path)).status_code == 200
        async with feed_of(house, kim) as screen:
            await screen.until(lambda frame: frame["type"] == "walks")
        entries = {
            (one["role"], one["recipient"], one["path"], one["method"], one["purpose"])
            for one in await log_of_walk(phone)
        }
        by_link = "GET /v1/walks/shared"
        assert entries == {
            ("guardian", "엄마 (guardian 1)", by_link, "link", "walk_home"),
            ("operator", None, "GET /v1/walks", "answer", "walk_home"),
            ("operator", None, "GET /v1/walks/{walk_id}/desk", "answer", "walk_home"),
            ("operator", None, "WS /v1/feed", "feed", "walk_home"),
        }
        assert await log_of_walk(quiet) == [], "nobody may see a walk that goes well"
        own = f"{phone.path}/showings"
        assert_problem(await house.client.get(own, headers=quiet.headers), 401)


async def test_what_is_kept_and_consented_to_about_walks_is_listed(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    guardians = [
        {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "2026-11"}
    ]
    async with running(pair, tmp_path) as house:
        here = await starts(house.client, guardians=guardians, destination=position(HERE))
        over = await starts(house.client, guardians=guardians, watched=True)
        await over.moves(fix(HERE))
        await house.client.get(f"{over.path}/desk")
        await over.does("end")
        listed = await in_this_process("privacy", "list", environment=at)
        assert listed.exit_code == 0, listed.output
        assert "its destination, 1 guardians; kept while it is under way" in listed.output
        assert "2 walks" in listed.output
        said = (await in_this_process("privacy", "consents", environment=at)).output
        lines = {line.partition(" ")[0]: line for line in said.splitlines() if "엄마" in line}
        assert "text 2026-11" in lines[here.walk["walk_id"]]
        assert lines[here.walk["walk_id"]].endswith("; stands")
        assert "; ended with the walk 20" in lines[over.walk["walk_id"]]
        assert "010-1234" not in said
        await has_written(pair, 1)
        shown = await in_this_process("privacy", "showings", over.walk["walk_id"], environment=at)
        assert "in answers to GET /v1/walks/{walk_id}/desk, on the way home" in shown.output
        assert "In all once, to 1 recipient." in shown.output
