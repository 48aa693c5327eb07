"""Whoever is on duty hears that journal or record are not as they were, and what to do then."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import Pair
from tests.dispatch.staff import LOCAL
from tests.dispatch.test_command_line import in_this_process
from tests.dispatch.test_metrics import numbers
from tests.house import House, environment_for, running
from tests.patience import eventually


async def health(house: House) -> dict[str, Any]:
    answer = await house.client.get("/healthz")
    assert answer.status_code == 200, "a restart would mend nothing"
    body: dict[str, Any] = answer.json()
    return body


async def faults(house: House) -> dict[str, float]:
    """By chain, as Prometheus reads them."""
    seen = await numbers(house)
    return {
        name: seen[f'lamplighter_chain_faults{{chain="{name}"}}'] for name in ("journal", "record")
    }


async def test_an_entry_that_was_taken_away_wakes_somebody(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, LOCAL) as house:
        await house.press()
        await house.press()
        assert ((await health(house))["tampering"], set((await faults(house)).values())) == (
            [],
            {0},
        )
        assert house.dispatcher is not None
        async with house.dispatcher.database.writing() as connection:
            await connection.execute(text("DELETE FROM journal WHERE seq = 1"))
        verifier = house.dispatcher.verifier
        verifier.ask()
        await eventually(lambda: not verifier.state()["at_work"])
        (words,) = (await health(house))["tampering"]
        assert "the journal may have been tampered with, at entry 2" in words
        assert "--anew" in words
        found = await faults(house)
        assert (found["journal"] > 0, found["record"]) == (True, 0)


@pytest.mark.parametrize("kept", [None, "{"])
async def test_ends_that_nobody_remembers_are_a_fault_until_a_person_has_looked(
    kept: str | None, sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    at = environment_for(pair, tmp_path)
    file = Path(at["LAMPLIGHTER_DATA_DIR"]) / "heads.json"
    async with running(pair, tmp_path) as house:
        await house.press()
    if kept is None:
        file.unlink()  # a backup of the database alone was restored
    else:
        file.write_text(kept)
    async with running(pair, tmp_path) as house:
        assert house.dispatcher is not None
        verifier = house.dispatcher.verifier
        verifier.ask()
        await eventually(lambda: not verifier.state()["at_work"])
        (words,) = (await health(house))["tampering"]
        assert "how far it went before is unknown" in words
        assert await faults(house) == {"journal": 1, "record": 0}
    told = await in_this_process("journal", "verify", environment=at)
    assert (told.exit_code, "how far it went before is unknown" in told.output) == (1, True)
    assert "--anew" in told.output
    anew = await in_this_process("journal", "verify", "--anew", environment=at)
    assert anew.exit_code == 0, anew.output
    async with running(pair, tmp_path) as house:
        assert (await health(house))["tampering"] == []


async def test_a_head_that_was_kept_elsewhere_says_as_much(sqlite_url: str, tmp_path: Path) -> None:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        await house.press()
    whole = await in_this_process("journal", "verify", environment=at)
    head = whole.output.rpartition(" --head ")[2].split()[0]
    (Path(at["LAMPLIGHTER_DATA_DIR"]) / "heads.json").unlink()
    assert (await in_this_process("journal", "verify", environment=at)).exit_code == 1
    told = await in_this_process("journal", "verify", "--head", head, environment=at)
    assert told.exit_code == 0, told.output
    assert (await in_this_process("journal", "verify", environment=at)).exit_code == 0
