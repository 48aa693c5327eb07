"""What is proven of an erasure, where was looked for it, and what is listed of staff."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from click.testing import Result
from sqlalchemy import text

from dispatch.database import Database
from dispatch.forgotten import let_marks_go
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.test_keeping import SECRET, at
from tests.dispatch.walking import east, fix, position, starts
from tests.house import HERE, running
from tests.patience import ask_until

__all__ = ["at"]


async def test_a_proof_looks_into_every_column_and_at_the_bytes_of_the_file(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path) as house:
        here = east(777)
        key = (await house.press(here, note=SECRET))["incident_id"]
        await house.move(key, "close", disposition="test")
        kept = await in_this_process("privacy", "prove", key, environment=at)
        assert (kept.exit_code, "spot" in kept.output) == (1, True), kept.output
        await house.move(key, "erase", text="본인 요청")
        where = f"{here.lon},{here.lat}"

        async def proven() -> Result:
            return await in_this_process("privacy", "prove", key, "--place", where, environment=at)

        def is_gone(found: Result) -> bool:
            """The file is overwritten in a moment."""
            assert found.exit_code == 0 or "times the place in" in found.output
            return found.exit_code == 0

        found = await ask_until(proven, is_gone)
        assert ("not looked at: the server's files" in found.output) == (pair.mqtt is not None)
    database = Database(pair.database_url)
    for spoil, named in (
        ("hold_reason = 'left behind'", "hold_reason"),
        ("words = 'left behind'", "words"),
    ):
        async with database.writing() as connection:
            await connection.execute(text(f"UPDATE incident SET {spoil}"))
        told = await in_this_process("privacy", "prove", key, environment=at)
        assert (told.exit_code, named in told.output) == (1, True), told.output
        assert "Not erased" in told.output
    await database.close()


async def test_an_incident_is_found_by_the_report_that_its_caller_knows(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path) as house:
        pressed = await house.press(east(778), note=SECRET)
        key, report = pressed["incident_id"], pressed["report_id"]
        await house.move(key, "close", disposition="test")
        kept = await in_this_process("privacy", "prove", report, environment=at)
        assert (kept.exit_code, "Not erased: kept until" in kept.output) == (1, True), kept.output
        assert f"incident {key}" in kept.output
        shouted = await in_this_process("privacy", "prove", report.upper(), environment=at)
        assert "Not erased: kept until" in shouted.output, shouted.output
        shown = await in_this_process("privacy", "showings", report, environment=at)
        assert (shown.exit_code, f"incident {key}" in shown.output) == (0, True), shown.output
        await house.move(key, "erase", text="본인 요청")
        gone = await in_this_process("privacy", "prove", report, environment=at)
        assert "columns of its row" in gone.output, gone.output
        assert "no walk" not in gone.output


async def test_of_a_walk_that_is_over_nothing_is_proven_to_be_left(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    guardians = [{"contact": "010-8231-0000", "name": "엄마"}]
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        phone = await starts(house.client, destination=position(HERE), guardians=guardians)
        await phone.moves(fix(HERE))
        await house.dispatcher.walks._keep()
        walk_id = phone.walk["walk_id"]
        told = await in_this_process("privacy", "prove", walk_id, environment=at)
        assert (told.exit_code, "it is under way" in told.output) == (1, True), told.output
        assert "     1  copies of its track" in told.output
        assert "     1  guardians' numbers" in told.output
        await phone.does("end")
        told = await in_this_process("privacy", "prove", walk_id, environment=at)
        assert (told.exit_code, "Nothing is left" in told.output) == (0, True), told.output


async def test_a_forgotten_walk_is_told_from_an_id_that_never_was_and_until_when(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        walks, database = house.dispatcher.walks, house.dispatcher.database
        walk_id = (phone := await starts(house.client, name="민지")).walk["walk_id"]
        await phone.does("end")

        async def proven(one: str) -> tuple[int, str]:
            found = await in_this_process("privacy", "prove", one, environment=at)
            return found.exit_code, found.output

        code, said = await proven(walk_id)
        assert (code, "it ended at" in said, "The rest goes at" in said) == (0, True, True), said
        walks.plan = replace(walks.plan, link_for=timedelta())
        await walks._tidy()
        code, said = await proven(walk_id)
        assert (code, "it ended at" in said, "is known until" in said) == (0, True, True), said
        code, said = await proven(str(uuid4()))
        assert (code, "no walk that had it was forgotten since" in said) == (2, True), said
        listed = (await in_this_process("privacy", "list", environment=at)).output
        assert "1 keyed hashes of ids of forgotten walks, without a name and a place; the" in listed
        async with database.reading() as connection:
            rows = repr((await connection.execute(text("SELECT * FROM forgotten"))).all())
        assert not any(word in rows for word in (walk_id, walk_id.replace("-", ""), "민지"))
        async with database.writing() as connection:
            await let_marks_go(connection, datetime.now(UTC) + timedelta(seconds=1))
        code, said = await proven(walk_id)
        assert (code, "Either it was before" in said) == (2, True), said
        (Path(at["LAMPLIGHTER_DATA_DIR"]) / "secret").unlink()
        code, said = await proven(walk_id)
        assert (code, "cannot be said here" in said) == (2, True), said
        assert not (Path(at["LAMPLIGHTER_DATA_DIR"]) / "secret").exists()


async def test_a_walk_whose_incident_keeps_its_way_is_not_said_to_be_erased(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path) as house:
        phone = await starts(house.client)
        await phone.moves(fix(HERE))
        walk_id = phone.walk["walk_id"]
        token = phone.walk["walker_token"]
        taken = await house.press(walk_id=walk_id, walker_token=token)
        await house.move(taken["incident_id"], "close", disposition="accidental")
        await phone.does("end")
        told = await in_this_process("privacy", "prove", walk_id, environment=at)
        assert (told.exit_code, "keeps its place and its way" in told.output) == (1, True), (
            told.output
        )


async def test_what_is_kept_of_staff_is_listed_with_its_time(
    pair: Pair, tmp_path: Path, at: dict[str, str]
) -> None:
    async with running(pair, tmp_path, LAMPLIGHTER_SIGN_IN="local") as house:
        assert house.dispatcher is not None
        await house.dispatcher.accounts.add("kim", ["operator"], [])
        listed = (await in_this_process("privacy", "list", environment=at)).output
        assert "2 accounts with a name" in listed
        assert (
            "1 entries on who gave whom which right" in listed or "2 entries on who gave" in listed
        )
        last_year = (datetime.now(UTC) + timedelta(days=1830)).astimezone().year
        assert f"kept for 1830 days; the oldest until {last_year}" in listed
        assert "0 sessions with a name and a network address" in listed
        assert "kim" not in listed
