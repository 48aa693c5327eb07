"""A right that is taken away while its holder is still talking is one no longer."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dispatch.store import read_journal
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, PAGE, account_of, signed_in
from tests.house import House, running

BODY = b'{"disposition": "false"}'


@pytest.mark.parametrize("role", ["auditor", "operator"])
async def test_a_move_whose_words_come_after_the_right_was_taken_away_is_not_made(
    sqlite_url: str, tmp_path: Path, role: str
) -> None:
    async with (
        running(Pair("embedded", sqlite_url, mqtt=None), tmp_path, LOCAL) as house,
        signed_in(house, "kim", "operator") as browser,
    ):
        assert house.dispatcher is not None
        key = (await house.press())["incident_id"]
        said, heard = await asyncio.open_connection(*_door(house))
        names = {**PAGE, "Cookie": f"lamplighter={browser.cookies['lamplighter']}"}
        heard.write(_head(f"/v1/incidents/{key}/close", names))
        assert (await said.readline()).startswith(b"HTTP/1.1 100")  # it was let in
        await house.dispatcher.sessions.put_account(account_of("kim", role))
        heard.write(BODY)
        answer = (await said.readuntil(b"\r\n\r\n")).decode()
        heard.close()
        async with house.dispatcher.database.reading() as connection:
            events = [one.event for one in await read_journal(connection, key)]
        is_made = role == "operator"
        assert (" 200 OK" in answer, " 401 " in answer) == (is_made, not is_made), answer
        assert ("closed" in events) == is_made


def _door(house: House) -> tuple[str, int]:
    parts = urlsplit(house.url)
    return str(parts.hostname), int(parts.port or 0)


def _head(path: str, names: dict[str, str]) -> bytes:
    """A request that waits to be let in before it says what it wants."""
    more = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Content-Length": str(len(BODY)),
        "Expect": "100-continue",
    }
    lines = [f"{name}: {value}" for name, value in {**names, **more}.items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode()
