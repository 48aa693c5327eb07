"""What nobody can add to an incident once its place and its words are destroyed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from dispatch.plan import DEFAULT
from dispatch.tables import incident
from tests.conftest import Pair
from tests.dispatch.receiver import Receiver
from tests.dispatch.test_command_line import in_this_process
from tests.house import assert_problem, environment_for, running, street_of
from tests.parts import free_port
from tests.patience import ask_until

WHY = "본인 요청 2026-1123"
"""Words that appear nowhere else."""


@pytest.mark.parametrize(
    ("move", "body"), [("note", {"text": "그는 쌍문동에 산다"}), ("link", {"incident_id": "other"})]
)
async def test_an_erased_incident_is_given_no_words_and_no_neighbours(
    pair: Pair, tmp_path: Path, move: str, body: dict[str, str]
) -> None:
    async with running(pair, tmp_path) as house:
        key, other = [(await house.press())["incident_id"] for _ in range(2)]
        await house.move(key, "close", disposition="test")
        erased = await house.move(key, "erase", text=WHY)
        assert erased["allowed"] == []
        body = {name: other if value == "other" else value for name, value in body.items()}
        answer = await house.client.post(f"/v1/incidents/{key}/{move}", json=body)
        assert "destroyed" in assert_problem(answer, 409)["detail"]


async def test_an_erased_incident_is_near_to_no_other(pair: Pair, tmp_path: Path) -> None:
    """Where the other was, is kept: within a hundred metres it would say where this one was."""
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        gone = (await house.press())["incident_id"]
        kept = (await house.press())["incident_id"]
        assert (await house.incident(gone))["possibly_same"] == [kept]
        await house.move(gone, "link", incident_id=kept)
        await house.move(gone, "close", disposition="test")
        before = await in_this_process("privacy", "prove", gone, environment=at)
        assert "2  incidents that the machine took for near" in before.output
        erased = await house.move(gone, "erase", text=WHY)
        assert (erased["possibly_same"], erased["linked"]) == ([], [])
        assert (await house.incident(gone))["possibly_same"] == []
        assert (await house.incident(kept))["possibly_same"] == []
        proven = await in_this_process("privacy", "prove", gone, environment=at)
        assert proven.exit_code == 0, proven.output


async def test_whoever_was_told_in_cap_is_told_of_the_erasure_which_is_proven_all_the_same(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with (
        Receiver().open() as desk,
        running(pair, tmp_path, LAMPLIGHTER_WEBHOOKS=f"control_room=cap+{desk.url}") as house,
    ):
        key = (await house.press(note=WHY))["incident_id"]
        await house.move(key, "close", disposition="test")
        await house.move(key, "erase", text="본인 요청")
        await desk.until(lambda: any(b"<circle>" not in one.body for one in desk.taken))
        proven = await in_this_process("privacy", "prove", key, environment=at)
        assert proven.exit_code == 0, proven.output


async def test_what_is_said_of_a_letter_after_the_erasure_is_not_kept(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    never = {"LAMPLIGHTER_WEBHOOKS": f"control_room=cap+http://127.0.0.1:{free_port()}/told"}
    soon = replace(DEFAULT, untold_after=timedelta(seconds=0.3))
    async with running(pair, tmp_path, never, plan=soon) as house, house.feed() as feed:
        key = (await house.press())["incident_id"]
        await house.move(key, "close", disposition="test")
        await house.move(key, "erase", text="본인 요청")
        await feed.event("erased")

        async def untold() -> list[dict[str, Any]]:
            listed = (await house.client.get("/v1/outbox?state=untold")).json()["letters"]
            return [one for one in listed if one["incident_id"] == key]

        waiting = await ask_until(untold, bool)
        for letter in waiting:
            path = f"/v1/outbox/{letter['outbox_id']}/told"
            answer = await house.client.post(path, json={"text": WHY})
            assert answer.status_code == 200, answer.text
            assert WHY not in answer.text
        journal = await house.client.get(f"/v1/incidents/{key}/journal")
        assert WHY not in journal.text
        proven = await in_this_process("privacy", "prove", key, environment=at)
        assert proven.exit_code == 0, proven.output


async def test_why_it_was_erased_is_kept_as_long_as_words_are_and_then_goes_too(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house, house.feed() as feed:
        assert house.dispatcher is not None
        key = (await house.press())["incident_id"]
        await house.move(key, "close", disposition="test")
        erased = await house.move(key, "erase", text=WHY)
        assert erased["kept_until"] > erased["erased_at"]
        proven = await in_this_process("privacy", "prove", key, environment=at)
        assert (proven.exit_code, "1  the words on why" in proven.output) == (0, True)
        assert (await feed.event("erased"))["incident"] == erased
        over = {"kept_until": incident.c.erased_at, "rings_at": incident.c.erased_at}
        async with house.dispatcher.database.writing() as connection:
            await connection.execute(update(incident).values(over))
        again = (await feed.event("erased"))["incident"]
        assert (again["erased_at"], again["kept_until"]) == (erased["erased_at"], None)
        journal = await house.client.get(f"/v1/incidents/{key}/journal")
        assert WHY not in journal.text
    whole = await in_this_process("journal", "verify", environment=at)
    assert whole.exit_code == 0, whole.output
