"""What an auditor looks up: what happened and who was shown it, never where; and takes away."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import TextClause, text

from dispatch.clock import now
from dispatch.database import Database
from dispatch.heads import CHAINS, Heads, Seen
from dispatch.verifying import Verifier
from tests.conftest import Pair
from tests.dispatch.frames import another_process
from tests.dispatch.staff import LOCAL, feed_of, signed_in
from tests.house import HERE, assert_problem, report, running, street_of
from tests.patience import DEADLINE_S, eventually


async def asks(browser: httpx.AsyncClient, path: str, **query: str) -> dict[str, Any]:
    answer = await browser.get(path, params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_an_auditor_finds_an_incident_by_id_report_line_and_time_and_never_where_it_is(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, lamps=street_of(5)) as house,
        signed_in(house, "최감사", "auditor") as auditor,
        signed_in(house, "박관리", "administrator") as boss,
        signed_in(house, "김민지", "operator") as kim,
    ):
        first, second = await house.press(), await house.press(None)
        shown = (await kim.get(f"/v1/incidents/{first['incident_id']}")).json()
        await kim.post(f"/v1/incidents/{first['incident_id']}/note", json={"text": "CCTV 3번"})
        look = "/v1/audit/incidents"
        both = await asks(auditor, look)
        ids = [one["incident_id"] for one in both["incidents"]]
        assert ids == [second["incident_id"], first["incident_id"]]
        journal = f"/v1/incidents/{first['incident_id']}/journal"
        lines = (await asks(auditor, journal))["entries"]
        assert lines[0]["event"] == "opened"
        for key in (first["incident_id"], first["report_id"], str(lines[-1]["seq"])):
            (found,) = (await asks(auditor, look, key=key))["incidents"]
            assert found["incident_id"] == first["incident_id"]
        assert found["entries"] == len(lines)
        assert (await asks(auditor, look, since="2099-01-01T00:00:00Z"))["incidents"] == []
        assert (await asks(auditor, look, key="9" * 30))["incidents"] == []
        page = await asks(auditor, look, limit="1")
        rest = await asks(auditor, look, limit="1", after=page["next"])
        assert rest["incidents"][0]["incident_id"] == first["incident_id"]
        said = str(both) + str(lines)
        assert str(HERE.lon) not in said
        assert "쌍문-0" not in said
        assert shown["place"]["number"] not in said
        whole = rows_of(await auditor.get(f"{look}/{first['incident_id']}/journal.csv"))
        assert [one["event"] for one in whole] == [one["event"] for one in lines]
        assert whole[-1]["reason"] == "(left out until the incident is closed)"
        await kim.post(f"/v1/incidents/{first['incident_id']}/close", json={"disposition": "test"})
        whole = rows_of(await auditor.get(f"{look}/{first['incident_id']}/journal.csv"))
        assert "CCTV 3번" in [one["reason"] for one in whole]
        seen = await asks(auditor, f"{look}/{first['incident_id']}/showings")
        assert {"operator": "김민지"}.items() <= {
            one["role"]: one["recipient"] for one in seen["showings"]
        }.items()
        table = rows_of(await auditor.get(f"{look}/{first['incident_id']}/showings.csv"))
        assert [one["recipient"] for one in table] == [one["recipient"] for one in seen["showings"]]
        assert_problem(await auditor.get(f"{look}/nobody/showings"), 404)
        assert_problem(await auditor.get(f"{look}/nobody/journal.csv"), 404)
        for other in (boss, kim):
            assert_problem(await other.get(look), 403)


async def test_which_lamps_were_silent_is_not_for_an_auditor_only_how_many(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        running(pair, tmp_path, LOCAL, lamps=street_of(3)) as house,
        signed_in(house, "최감사", "auditor") as auditor,
        signed_in(house, "김민지", "operator") as kim,
    ):
        async with feed_of(house, kim) as feed:
            journal = f"/v1/incidents/{(await house.press())['incident_id']}/journal"
            await feed.event("lamps_answered")
        told = (await asks(kim, journal))["entries"]
        silent = next(one for one in told if one["event"] == "lamps_answered")["detail"]["silent"]
        assert set(silent) == {"L0000", "L0001", "L0002"}
        lines = (await asks(auditor, journal))["entries"]
        hidden = next(one for one in lines if one["event"] == "lamps_answered")
        assert hidden["detail"]["asked"] == 3
        assert "silent" not in hidden["detail"]
        await kim.post(journal.replace("journal", "close"), json={"disposition": "test"})
        lines = (await asks(auditor, journal))["entries"]
        hidden = next(one for one in lines if one["event"] == "lamps_answered")
        assert hidden["detail"]["silent"] == ["", "", ""]
        assert "L000" not in str(lines)


async def test_nobody_works_out_from_the_journal_where_somebody_in_danger_is(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        running(pair, tmp_path, LOCAL, lamps=street_of(3)) as house,
        signed_in(house, "최감사", "auditor") as auditor,
        signed_in(house, "김민지", "operator") as kim,
        feed_of(house, kim) as feed,
    ):
        taken = await house.press(note="쌍문역 2번 출구 뒤")
        path = f"/v1/incidents/{taken['incident_id']}"
        await feed.event("lamps_answered")
        for move, words in (("note", {"text": "CCTV 3번"}), ("assign", {"unit": "쌍문역 순찰"})):
            assert (await kim.post(f"{path}/{move}", json=words)).status_code == 200
        read = await asks(auditor, f"{path}/journal")
        assert read["left_out"] == {"what": ["lamps", "words", "places"], "until": "closed"}
        events = [one["event"] for one in read["entries"]]
        assert {"opened", "lamps_answered", "noted", "assigned"} <= set(events)
        said = str(read)
        assert not [word for word in ("쌍문", "CCTV", "L000") if word in said]
        whole = await asks(kim, f"{path}/journal")
        assert whole["left_out"] is None
        assert events == [one["event"] for one in whole["entries"]]
        shown = (await asks(auditor, f"/v1/audit{path.removeprefix('/v1')}/showings"))["showings"]
        by_journal = [one for one in shown if one["path"].endswith("/journal")]
        assert [one["recipient"] for one in by_journal] == ["김민지"]  # the lamps say where
        await kim.post(f"{path}/close", json={"disposition": "genuine"})
        later = await asks(auditor, f"{path}/journal")
        assert later["left_out"] is None
        assert "CCTV 3번" in str(later)


async def test_the_record_is_narrowed_by_person_and_time_and_taken_away_as_a_file(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "최감사", "auditor") as auditor,
        signed_in(house, "Kim_Min", "operator"),
        signed_in(house, "박관리", "administrator") as boss,
    ):
        await boss.post("/v1/accounts", json={"name": "이도봉", "roles": ["operator"]})
        everything = (await asks(auditor, "/v1/record"))["entries"]
        assert [one["whom"] for one in everything[:1]] == ["이도봉"]
        for part in ("kim_m", "KIM"):
            found = (await asks(auditor, "/v1/record", person=part))["entries"]
            assert {one["whom"] for one in found} == {"Kim_Min"}
        assert (await asks(auditor, "/v1/record", person="%"))["entries"] == []
        of_boss = (await asks(auditor, "/v1/record", person="박관리"))["entries"]
        assert [one["event"] for one in of_boss] == ["account_added", "signed_in", "account_added"]
        at = of_boss[0]["at"]
        later = (await asks(auditor, "/v1/record", person="박관리", since=at))["entries"]
        assert [one["event"] for one in later] == ["account_added"]
        table = rows_of(await auditor.get("/v1/record.csv", params={"person": "박관리"}))
        assert [one["event"] for one in table] == [one["event"] for one in of_boss]
        whole = await auditor.get("/v1/record.json")
        assert whole.headers["content-disposition"] == 'attachment; filename="record.json"'
        assert whole.json()["entries"] == everything


async def test_an_auditor_has_the_chains_verified_and_reads_how_far(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "최감사", "auditor") as auditor,
    ):
        assert (await house.client.post("/v1/reports", json=report())).status_code == 201
        asked = await auditor.post("/v1/audit/verify")
        assert (asked.status_code, asked.json()["at_work"]) == (202, True)
        assert house.dispatcher is not None
        verifier = house.dispatcher.verifier
        await eventually(lambda: not verifier.state()["at_work"])
        found = (await asks(auditor, "/v1/audit/chains"))["chains"]
        assert [found[name]["faults"] for name in ("journal", "record")] == [[], []]
        assert found["journal"]["entries"] >= 1
        assert found["record"]["entries"] >= 1


async def test_incidents_that_were_opened_at_once_are_all_on_one_page_or_the_next(
    pair: Pair, tmp_path: Path
) -> None:
    look = "/v1/audit/incidents"
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "최감사", "auditor") as auditor,
        another_process(pair) as database,
    ):
        pressed = {(await house.press(None))["incident_id"] for _ in range(3)}
        async with database.writing() as connection:
            await connection.execute(
                text("UPDATE incident SET opened_at = (SELECT max(opened_at) FROM incident)")
            )
        page = await asks(auditor, look, limit="2")
        rest = await asks(auditor, look, limit="2", after=page["next"])
        found = [one["incident_id"] for one in (*page["incidents"], *rest["incidents"])]
        assert (len(found), set(found)) == (3, pressed)
        assert_problem(await auditor.get(look, params={"after": "0" * 24}), 404)


async def _asked(database: Database, what: TextClause) -> Any:
    async with database.reading() as connection:
        return await connection.scalar(what)


async def test_whoever_asks_for_a_verification_while_the_ends_are_looked_at_has_one(
    postgis_url: str, tmp_path: Path
) -> None:
    database = Database(postgis_url)
    heads = Heads(tmp_path / "heads.json")
    for chain in CHAINS:
        heads.keep(chain, Seen())
    verifier = Verifier(database, heads, now, lambda _: b"key")
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with database.writing() as somebody:
        await somebody.execute(text("LOCK TABLE record IN ACCESS EXCLUSIVE MODE"))
        at_work = asyncio.create_task(verifier.run())
        async with asyncio.timeout(DEADLINE_S):
            while not await _asked(database, waiting):
                pass
        verifier.ask()
    await eventually(lambda: verifier.state()["chains"]["record"] is not None)
    at_work.cancel()
    await asyncio.gather(at_work, return_exceptions=True)
    await database.close()
