"""How long places and words are kept, who may keep them longer, and what is left afterwards."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dispatch.database import Database
from dispatch.plan import DEFAULT
from dispatch.walk_store import let_walks_go
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.test_walks_live import LATE
from tests.dispatch.walking import east, fix, hasty, position, starts
from tests.house import HERE, House, as_caller, assert_problem, environment_for, running, street_of
from tests.parts import free_port
from tests.patience import ask_until, eventually

SHORT = replace(DEFAULT, kept_for=timedelta(seconds=1))
SECRET = "검은 모자 sotto voce 8231"
"""Words that appear nowhere else."""


async def over(house: House, **more: Any) -> dict[str, Any]:
    """An incident that was told of in words everywhere, and closed."""
    taken = await house.press(note=SECRET, **more)
    key = taken["incident_id"]
    await house.move(key, "acknowledge")
    await house.move(key, "instruct", text=f"{SECRET} instructions")
    await house.move(key, "note", text=f"{SECRET} noted")
    await house.move(key, "close", disposition="genuine", text=f"{SECRET} closed")
    return taken


def in_a_week() -> str:
    return (datetime.now(UTC) + timedelta(days=7)).isoformat()


async def test_after_its_time_only_that_it_was_and_the_neighbourhood_remain(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, plan=SHORT, lamps=street_of(4)) as house,
        house.feed() as feed,
    ):
        taken = await over(house)
        erased = (await feed.event("erased"))["incident"]
        assert erased == await house.incident(taken["incident_id"])
        assert erased["place"]["position"] is None
        assert (erased["place"]["number"], erased["place"]["poles"]) == (None, [])
        assert (erased["lamps"], erased["note"], erased["instructions"]) == ([], "", "")
        assert (erased["kept_until"], erased["hold"]) == (None, None)
        assert erased["erased_at"] is not None
        assert (erased["state"], erased["disposition"]) == ("closed", "genuine")
        assert erased["allowed"] == []
        journal = f"/v1/incidents/{taken['incident_id']}/journal"
        entries = (await house.client.get(journal)).json()["entries"]
        assert [one["event"] for one in entries][-2:] == ["closed", "erased"]
        assert all(one["reason"] == "" and one["detail"] == {} for one in entries[:-1])
        assert entries[-1]["actor"] == "clock"
        answer = await house.client.get(
            f"/v1/reports/{taken['report_id']}", headers=as_caller(taken)
        )
        assert answer.json()["state"] == "closed"
        found = await house.client.get("/v1/incidents", params={"state": "closed", "q": "8231"})
        assert found.json()["incidents"] == []


async def test_evidence_is_held_for_a_reason_until_a_day_and_then_goes_like_the_rest(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, plan=SHORT) as house, house.feed() as feed:
        key = (await house.press(HERE, note=SECRET))["incident_id"]
        held = await house.move(key, "hold", until=in_a_week(), text="수사 협조 2026-1123")
        assert held["hold"]["reason"] == "수사 협조 2026-1123"
        closed = await house.move(key, "close", disposition="genuine")
        assert closed["kept_until"] == held["hold"]["until"]
        other = (await house.press(HERE))["incident_id"]
        await house.move(other, "close", disposition="test")
        assert (await feed.event("erased"))["incident"]["incident_id"] == other
        refused = await house.client.post(f"/v1/incidents/{key}/erase", json={"text": "본인 요청"})
        assert "held as evidence" in assert_problem(refused, 409)["detail"]
        await house.move(key, "release", text="수사 종결")
        assert (await feed.event("erased"))["incident"]["incident_id"] == key


async def test_a_hold_without_an_end_or_a_reason_is_refused(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        key = (await house.press())["incident_id"]
        for body, status in (
            ({"until": in_a_week()}, 422),
            ({"text": "x"}, 422),
            ({"until": in_a_week(), "text": ""}, 422),
            ({"until": "2026-01-01", "text": "x"}, 422),
            ({"until": "2026-01-01T00:00:00Z", "text": "x"}, 409),
            ({"until": "2099-01-01T00:00:00Z", "text": "x"}, 409),
        ):
            answer = await house.client.post(f"/v1/incidents/{key}/hold", json=body)
            assert_problem(answer, status)
        assert (await house.incident(key))["hold"] is None


async def test_what_is_erased_on_request_is_gone_and_cannot_be_opened_again(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        taken = await over(house)
        key = taken["incident_id"]
        await house.move(key, "erase", text="본인 요청")
        for move, body in (
            ("reopen", {}),
            ("erase", {"text": "again"}),
            ("hold", {"until": in_a_week(), "text": "too late"}),
        ):
            answer = await house.client.post(f"/v1/incidents/{key}/{move}", json=body)
            assert "destroyed" in assert_problem(answer, 409)["detail"]
        open_one = (await house.press())["incident_id"]
        answer = await house.client.post(f"/v1/incidents/{open_one}/erase", json={"text": "x"})
        assert_problem(answer, 409)


def files_of(folder: Path) -> Iterator[bytes]:
    for file in folder.iterdir():
        if file.name.startswith("lamplighter.sqlite3"):
            yield file.read_bytes()


async def test_the_embedded_file_keeps_no_leftovers_of_what_was_erased(tmp_path: Path) -> None:
    pair = Pair("embedded", f"sqlite+aiosqlite:///{tmp_path}/lamplighter.sqlite3", None)
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        taken = await over(house)
        number = taken["place"]["number"].encode()
        traces = (SECRET.encode(), number, b"127.0165", b"37.6512")

        def found() -> list[bytes]:
            return [trace for trace in traces if any(trace in one for one in files_of(tmp_path))]

        assert found() == list(traces)
        await house.move(taken["incident_id"], "erase", text="본인 요청")
        await eventually(lambda: not found(), "nothing to be left")


async def test_the_embedded_file_keeps_no_leftovers_of_walks_that_are_over(tmp_path: Path) -> None:
    pair = Pair("embedded", f"sqlite+aiosqlite:///{tmp_path}/lamplighter.sqlite3", None)
    contact, name, home = "010-8231-4477", "검은 모자 엄마", east(321)
    where = (str(home.lon).encode(), struct.pack("dd", HERE.lon, HERE.lat))
    traces = (name.encode(), contact.encode(), *where)

    def found() -> list[bytes]:
        return [trace for trace in traces if any(trace in one for one in files_of(tmp_path))]

    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        walks = house.dispatcher.walks
        goal = {
            "route": [position(HERE), position(home)] * 20,
            "destination": position(home),
            "guardians": [{"contact": contact, "name": name}],
        }
        phones = [await starts(house.client, **goal) for _ in range(20)]
        for phone in phones:
            await phone.moves(*(fix(HERE, number) for number in range(60)))
        await walks._keep()
        assert found() == list(traces)
        for phone in phones:
            await phone.does("end")
        await eventually(lambda: found() in ([], [traces[0]]), "no place to be left")
        walks.plan = replace(walks.plan, link_for=timedelta())
        await walks._tidy()
        await eventually(lambda: not found(), "no name to be left")


@pytest.fixture
def at(pair: Pair, tmp_path: Path) -> dict[str, str]:
    """The environment of a command beside the dispatcher."""
    return environment_for(pair, tmp_path)


async def test_an_erasure_is_proven_and_what_is_kept_is_listed(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        gone, kept = (await over(house))["incident_id"], (await over(house))["incident_id"]
        not_yet = await in_this_process("privacy", "prove", gone, environment=at)
        assert (not_yet.exit_code, "Not erased" in not_yet.output) == (1, True)
        await house.move(gone, "erase", text="본인 요청")
        proven = await in_this_process("privacy", "prove", gone, environment=at)
        assert proven.exit_code == 0, proven.output
        assert "Erased at" in proven.output
        listed = await in_this_process("privacy", "list", environment=at)
        assert kept in listed.output
        assert gone not in listed.output
        assert SECRET not in listed.output
        unknown = await in_this_process("privacy", "prove", "nobody", environment=at)
        assert (unknown.exit_code, "there is no incident nobody" in unknown.output) == (1, True)


async def dead_letters(house: House) -> list[dict[str, Any]]:
    listed = (await house.client.get("/v1/outbox?state=dead")).json()
    letters: list[dict[str, Any]] = listed["letters"]
    return letters


async def test_a_letter_that_nobody_took_goes_with_its_incident(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    given_up = replace(DEFAULT, give_up_after=timedelta(seconds=0.1))
    nobody = {"LAMPLIGHTER_WEBHOOKS": f"control_room=http://127.0.0.1:{free_port()}/"}
    async with running(pair, tmp_path, nobody, plan=given_up) as house:
        assert house.dispatcher is not None
        letters = house.dispatcher.letters
        gone = (await over(house))["incident_id"]
        await eventually(lambda: letters.waiting == 0 < letters.dead, "letters that are given up")
        assert {one["incident_id"] for one in await dead_letters(house)} == {gone}
        listed = await in_this_process("privacy", "list", environment=at)
        assert f"{len(await dead_letters(house))} letters that were given up" in listed.output
        await house.move(gone, "erase", text="본인 요청")
        await eventually(lambda: letters.dead + letters.waiting == 0, "their end")
        assert await dead_letters(house) == []
        listed = await in_this_process("privacy", "list", environment=at)
        assert "0 letters that were given up" in listed.output


async def test_a_letter_to_a_guardian_goes_with_its_walk(pair: Pair, tmp_path: Path) -> None:
    nobody = {"LAMPLIGHTER_WEBHOOKS": f"guardian=http://127.0.0.1:{free_port()}/"}
    late = hasty(
        overdue_least=timedelta(),
        overdue_share=0.0001,
        ask_for=timedelta(seconds=0.1),
        guardian_for=timedelta(hours=1),
    )
    async with running(pair, tmp_path, nobody, plan=late) as house:
        assert house.dispatcher is not None
        database = house.dispatcher.database
        guardians = [{"contact": "010-8231-0000", "name": "엄마"}]

        async def told_of() -> set[str]:
            async with database.reading() as connection:
                about = text("SELECT DISTINCT incident_id FROM outbox")
                return set(await connection.scalars(about))

        over = await starts(house.client, expected_minutes=LATE, guardians=guardians)
        here = await starts(house.client, expected_minutes=LATE, guardians=guardians)
        both = {over.walk["walk_id"], here.walk["walk_id"]}
        await ask_until(told_of, lambda told: told == both)
        await over.does("arrive")
        afterwards = datetime.now(UTC)
        await here.does("arrive")
        async with database.writing() as connection:
            await let_walks_go(connection, afterwards, b"secret", afterwards)
        assert await told_of() == {here.walk["walk_id"]}


async def test_whoever_changes_the_journal_behind_our_back_is_found_out(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path) as house:
        first, second = (await over(house))["incident_id"], (await over(house))["incident_id"]
        await house.move(first, "erase", text="본인 요청")
        await house.move(second, "note", text="the camera has it")
    whole = await in_this_process("journal", "verify", environment=at)
    assert whole.exit_code == 0, whole.output
    head = whole.output.rpartition(" --head ")[2].split()[0]
    (Path(at["LAMPLIGHTER_DATA_DIR"]) / "heads.json").unlink()  # it would know
    assert (
        await in_this_process("journal", "verify", "--head", head, environment=at)
    ).exit_code == 0

    database = Database(pair.database_url)
    async with database.writing() as connection:
        await connection.execute(text("DELETE FROM journal WHERE event = 'noted' AND seq > 10"))
    (Path(at["LAMPLIGHTER_DATA_DIR"]) / "heads.json").unlink()
    cut = await in_this_process("journal", "verify", environment=at)
    unknown = "how far it went before is unknown" in cut.output
    assert (cut.exit_code, unknown) == (1, True), (
        "a journal that was cut short is whole by itself..."
    )
    told = await in_this_process("journal", "verify", "--head", head, environment=at)
    assert (told.exit_code, "is not now" in told.output) == (1, True), "...but not beside its head"

    async with database.writing() as connection:
        await connection.execute(text("UPDATE journal SET actor = 'nobody' WHERE seq = 3"))
    await database.close()
    told = await in_this_process("journal", "verify", environment=at)
    assert (told.exit_code, "entry 3: it was changed" in told.output) == (1, True)
