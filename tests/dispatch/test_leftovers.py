"""What a SQLite file keeps of rows that are gone, once its leftovers are destroyed."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

from dispatch.leftovers import leave_nothing

SECRET = b"127.01651358 37.65122468"


def everything(file: Path) -> bytes:
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


def test_rows_that_were_moved_from_page_to_page_leave_nothing_once_they_are_gone(
    tmp_path: Path,
) -> None:
    file, chance = tmp_path / "walks.sqlite3", random.Random(1)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=ON"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE walk (number INTEGER PRIMARY KEY, track BLOB)")
        for number in range(600):
            database.execute("INSERT INTO walk VALUES (?, NULL)", (number,))
            grown = (SECRET * chance.choice((1, 5, 20, 100)), chance.randrange(number + 1))
            database.execute("UPDATE walk SET track = ? WHERE number = ?", grown)
        database.execute("UPDATE walk SET track = NULL")
        database.execute("INSERT INTO walk VALUES (?, ?)", (600, b"somebody who walks on"))
        assert SECRET in everything(file)
        assert leave_nothing(str(file))
    assert SECRET not in everything(file)
    assert b"somebody who walks on" in everything(file)


def test_what_somebody_still_reads_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "walks.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA secure_delete=ON",
            "CREATE TABLE walk (track BLOB)",
            "INSERT INTO walk VALUES (zeroblob(1))",
            "BEGIN",
            "SELECT * FROM walk",
        ):
            database.execute(statement).fetchall()
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("UPDATE walk SET track = ?", (SECRET,))
            other.execute("DELETE FROM walk")
        assert not leave_nothing(str(file))
        database.execute("COMMIT")
        assert leave_nothing(str(file))
    assert SECRET not in everything(file)
