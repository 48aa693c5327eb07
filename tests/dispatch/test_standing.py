"""A command that reads finds the district's database or says that it has not; it makes none."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dispatch.database import Database
from tests.conftest import Pair
from tests.dispatch.test_command_line import in_this_process
from tests.house import environment_for, fill, settings_for, street_of

READING = [
    ("privacy", "list"),
    ("privacy", "consents"),
    ("privacy", "showings", "1"),
    ("privacy", "prove", "1"),
    ("journal", "verify"),
    ("accounts", "list"),
    ("accounts", "record"),
    ("apps", "list"),
    ("lamps", "credentials", "make", "--all"),
    ("lamps", "export", "street.geojson"),
]
CHANGING = [
    ("accounts", "add", "김민지", "--role", "operator"),
    ("accounts", "roles", "김민지", "--role", "operator"),
    ("accounts", "password", "김민지"),
    ("accounts", "revoke", "김민지"),
    ("apps", "add", "안심이"),
    ("apps", "revoke", "안심이"),
    ("lamps", "retire", "L0001", "--yes"),
]


def nowhere(folder: Path) -> dict[str, str]:
    """A shell in which nobody has said which database it is."""
    return {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "share"),
        **dict.fromkeys(("LAMPLIGHTER_DATABASE_URL", "LAMPLIGHTER_DATA_DIR"), ""),
    }


def all_below(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("words", READING + CHANGING, ids=" ".join)
async def test_a_command_that_is_named_no_database_is_refused_and_makes_nothing(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = await in_this_process(*words, environment=nowhere(tmp_path))
    assert told.exit_code == 1
    assert str(tmp_path) in told.output, "the database that it looked for"
    assert "LAMPLIGHTER_DATABASE_URL" in told.output
    assert "LAMPLIGHTER_DATA_DIR" in told.output
    assert told.stdout == ""
    assert all_below(tmp_path) == set()


async def test_credentials_of_another_folder_are_not_said_to_be_none(tmp_path: Path) -> None:
    for words in (("list",), ("rotate", "L0001"), ("revoke", "L0001")):
        told = await in_this_process("lamps", "credentials", *words, environment=nowhere(tmp_path))
        assert (told.exit_code, "LAMPLIGHTER_DATA_DIR" in told.output) == (1, True)
    assert all_below(tmp_path) == set()


async def test_a_database_without_our_tables_is_refused_and_stays_as_it_is(
    database_url: str, tmp_path: Path
) -> None:
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "lamplighter.sqlite3")) as other:
            other.execute("CREATE TABLE recipe (title TEXT)")
            other.commit()
    before = [path.read_bytes() for path in all_below(tmp_path)]
    at = {"LAMPLIGHTER_DATABASE_URL": database_url}
    told = await in_this_process("journal", "verify", environment=at)
    assert (told.exit_code, "there is no database of Lamplighter at" in told.output) == (1, True)
    assert [path.read_bytes() for path in all_below(tmp_path)] == before


async def test_a_database_of_an_older_or_newer_version_is_refused_in_words(
    database_url: str,
) -> None:
    at = {"LAMPLIGHTER_DATABASE_URL": database_url}
    await made(database_url)
    for revision, words in (("0001", "start `lamplighter serve` once"), ("9999", "a newer")):
        await made(database_url, revision)
        told = await in_this_process("privacy", "list", environment=at)
        assert (told.exit_code, words in told.output) == (1, True), told.output


async def made(url: str, revision: str | None = None) -> None:
    """The tables, as if they were of that revision."""
    database = Database(url)
    try:
        if revision is None:
            await database.bring_up_to_date()
            return
        async with database.writing() as connection:
            await connection.exec_driver_sql(
                f"UPDATE alembic_version SET version_num = '{revision}'"
            )
    finally:
        await database.close()


async def test_every_command_says_which_database_it_has_read(pair: Pair, tmp_path: Path) -> None:
    at = environment_for(pair, tmp_path)
    await fill(settings_for(pair, tmp_path), street_of(2))
    name = pair.database_url.rpartition("/")[2].partition("?")[0]
    for words in READING:
        if words[1] in ("prove", "export"):
            continue
        told = await in_this_process(*words, environment=at)
        said = [line for line in told.stderr.splitlines() if line.startswith("Database: ")]
        assert len(said) == 1, told.output
        assert name in said[0]
        assert "***" in said[0] or "password" not in pair.database_url


async def test_an_import_that_is_only_tried_makes_no_database(tmp_path: Path) -> None:
    areas = Path(__file__).parents[2] / "geo" / "dobong" / "areas.geojson"
    words = ("areas", "import", str(areas))
    told = await in_this_process(*words, "--dry-run", environment=nowhere(tmp_path))
    assert told.exit_code == 0, told.output
    assert "There is no database at" in told.stderr
    assert "areas would be added" in told.stdout
    assert all_below(tmp_path) == set()
    told = await in_this_process(*words, environment=nowhere(tmp_path))
    assert told.exit_code == 0, told.output
    assert (tmp_path / "share" / "lamplighter" / "lamplighter.sqlite3").is_file()
