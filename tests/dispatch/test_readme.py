"""What the README tells people to type at a shell works as it stands there."""

import asyncio
import re
import sys
from pathlib import Path

from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, account_of
from tests.house import House, running

README = Path(__file__).parents[2] / "README.md"
WORDS = "어두운 골목의 가로등 열두 개"


def operators_moves(url: str) -> str:
    found = re.search(r"```sh\n(url=.*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    script = found[1].replace("http://127.0.0.1:8080", url).replace('"…"', f'"{WORDS}"')
    assert url in script
    assert WORDS in script
    return "set -e\n" + script.replace("curl -s", "curl -s --fail-with-body")


async def an_operator(house: House) -> None:
    assert house.dispatcher is not None
    password = await house.dispatcher.accounts.passwords.keep(WORDS)
    account = account_of("김민지", "operator")._replace(password=password)
    await house.dispatcher.sessions.put_account(account)


async def test_an_operator_signs_in_and_makes_moves_from_a_shell(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path, LOCAL) as house:
        await an_operator(house)
        taken = await house.press()
        shell = await asyncio.create_subprocess_exec(
            *("bash", "-c", operators_moves(house.url)),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await shell.communicate()
        assert shell.returncode == 0, said.decode()
        state = await house.state(taken)
        assert state["state"] == "closed"


async def test_a_copy_that_is_made_while_the_dispatcher_runs_holds_every_report(
    sqlite_url: str, tmp_path: Path
) -> None:
    found = re.search(r"```sh\n(umask 077.*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    script = "set -e\n" + found[1].replace(".venv/bin/python", sys.executable)
    pair, at = Pair("embedded", sqlite_url, None), tmp_path / "elsewhere"
    at.mkdir()
    async with running(pair, tmp_path) as house:
        taken = [await house.press() for _ in range(3)]
        shell = await asyncio.create_subprocess_exec(
            *("bash", "-c", script), cwd=at, env={"LAMPLIGHTER_DATA_DIR": str(tmp_path)}
        )
        assert await shell.wait() == 0
        await house.press()
    copy = at / "lamplighter-backup.sqlite3"
    assert copy.stat().st_mode & 0o077 == 0
    restored = Pair("embedded", f"sqlite+aiosqlite:///{copy}", None)
    async with running(restored, tmp_path) as house:
        for one in taken:
            assert (await house.state(one))["incident_id"] == one["incident_id"]
        listed = (await house.client.get("/v1/incidents")).json()["incidents"]
        assert len(listed) == len(taken)
