"""The numbers of a night, and the rules that wake somebody."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.dispatch.walking import ASKED, fix, starts
from tests.house import HERE, House, running, street_of
from tests.parts import free_port
from tests.patience import ask_until, eventually

IMPATIENT = replace(DEFAULT, patience=timedelta(seconds=0.5))
"""Lamps are silent after half a second."""
WAS = ("taken", "late", "dropped")
RULES = Path(__file__).parents[2] / "dispatch" / "alerts.yaml"


async def numbers(house: House) -> dict[str, float]:
    """Every sample by its name with its labels."""
    text = (await house.client.get("/metrics")).text
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def test_a_night_is_counted_from_the_report_to_the_light(pair: Pair, tmp_path: Path) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(3)) as house,
        house.street(),
        house.feed() as feed,
    ):
        taken = await house.press()
        same = {"report_id": taken["report_id"], "position": None}
        assert (await house.client.post("/v1/reports", json=same)).status_code == 200
        await feed.event("lamps_answered")
        seen = await numbers(house)
        assert seen["lamplighter_reports_total"] == 1
        assert seen["lamplighter_told_seconds_count"] == 1
        assert 0 < seen["lamplighter_told_seconds_sum"] < 60
        assert seen["lamplighter_lit_seconds_count"] == 1
        assert seen["lamplighter_unlit_total"] == 0
        assert seen["lamplighter_feed_clients"] == 1
        assert seen['lamplighter_lamps{is="online"}'] == 3
        assert seen['lamplighter_lamps{is="silent"}'] == 0
        assert seen["lamplighter_parts_stuck"] == 0
        assert seen["lamplighter_broker_connected"] == 1
        assert seen["lamplighter_feed_dropped_total"] == 0
        assert (seen["lamplighter_outbox_waiting"], seen["lamplighter_outbox_age_seconds"]) == (
            0,
            0,
        )


async def test_walks_are_counted_and_what_becomes_of_positions(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, plan=ASKED) as house:
        phone = await starts(house.client)
        late = await starts(house.client, expected_minutes=0.0001)
        await late.until("asking")
        await phone.moves(fix(HERE, 9), fix(HERE, 3), fix(HERE, 1_000))
        await phone.moves(fix(HERE, 6))
        await phone.does("answer", answer="help")
        seen = await numbers(house)
        assert seen['lamplighter_walks{state="asking"}'] == 1
        assert seen['lamplighter_walks{state="alarmed"}'] == 1
        assert seen['lamplighter_walks{state="walking"}'] == 0
        assert seen["lamplighter_walks_started_total"] == 2
        assert seen["lamplighter_walks_asked_total"] == 1
        assert seen["lamplighter_walks_alarmed_total"] == 1
        was = {one: seen[f'lamplighter_walk_positions_total{{was="{one}"}}'] for one in WAS}
        assert was == {"taken": 2, "late": 1, "dropped": 1}


async def test_what_goes_wrong_in_a_night_is_counted(pair: Pair, tmp_path: Path) -> None:
    """A lamp that nobody hears, a desk that takes nothing, a part that is stuck."""
    dead = {"LAMPLIGHTER_WEBHOOKS": f"control_room=http://127.0.0.1:{free_port()}/told"}
    lamps = street_of(3)
    async with (
        running(pair, tmp_path, dead, lamps=lamps, plan=IMPATIENT) as house,
        house.street(lamps=lamps[:2]),
        house.feed() as feed,
    ):
        await house.press()
        await feed.event("lamps_answered")
        assert house.dispatcher is not None
        letters = house.dispatcher.letters
        await eventually(lambda: letters.waiting > 0)
        house.dispatcher.watchdog.pulses[0].within_s = -1.0
        # A slow machine may have called the others silent too before they could answer.
        seen = await ask_until(
            lambda: numbers(house), lambda seen: seen['lamplighter_lamps{is="silent"}'] == 1
        )
        assert seen['lamplighter_lamps{is="total"}'] == 3
        assert seen["lamplighter_unlit_total"] >= 1
        assert seen["lamplighter_outbox_waiting"] >= 1
        assert seen["lamplighter_outbox_age_seconds"] > 0
        assert seen["lamplighter_parts_stuck"] == 1


async def test_every_rule_asks_for_a_number_that_there_is(pair: Pair, tmp_path: Path) -> None:
    rules: list[dict[str, Any]] = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    async with running(pair, tmp_path) as house:
        names = {re.sub(r"{.*", "", name) for name in await numbers(house)}
    ours = r"(?:lamplighter|process)_\w+"
    asked = {name for rule in rules for name in re.findall(ours, rule["expr"])}
    assert asked
    assert asked <= names
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
