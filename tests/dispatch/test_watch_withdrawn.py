"""A walker wants to be watched no longer, and is lit, asked and helped all the same."""

from pathlib import Path
from typing import Any

from tests.conftest import Pair
from tests.dispatch.test_consent import NOTHING, is_told_of, shown, watched
from tests.dispatch.test_consents_kept import listed
from tests.dispatch.test_walks_live import talk
from tests.dispatch.test_walks_pins import without_times
from tests.dispatch.walking import Phone, east, fix, starts
from tests.dispatch.walks_home import the_incident_of
from tests.house import HERE, assert_problem, environment_for, running, street_of
from tests.patience import eventually

PINS = {"pin": "4821", "duress_pin": "1190"}
MOTHER = {"contact": "010-1234-5678", "name": "엄마", "consent": True, "consent_version": "2026-11"}


async def unwatched(phone: Phone, **more: Any) -> dict[str, Any]:
    """Take back that one is watched, and nothing else."""
    return await phone.does("consent/withdraw", allows="watched", **more)


async def test_nobody_sees_the_walker_any_more_at_once_and_light_questions_and_help_go_on(
    pair: Pair, tmp_path: Path
) -> None:
    at, lamps = environment_for(pair, tmp_path), street_of(30)
    async with (
        running(pair, tmp_path, lamps=lamps) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        phone = await watched(house)
        await is_told_of(feed, place=True)
        said = await unwatched(phone)
        assert (said["watched"], said["state"]) == (False, "walking")
        assert await shown(house, phone) == NOTHING
        await feed.until(lambda frame: frame["type"] == "walks" and not frame["watched"])
        stopped, guardian = await listed(at)
        assert "; withdrawn 20" in stopped
        assert "the desk, and guardians" in stopped
        assert guardian.endswith("; stands")
        await phone.moves(fix(east(60)))
        assert await shown(house, phone) == NOTHING
        await eventually(lambda: street.shows("L0000").scene.name == "bright", "its light")
        assert (await unwatched(phone))["watched"] is False, "said twice it is the same"
        await phone.does("answer", answer="help")
        in_need = await shown(house, phone)
        assert in_need["desk"] is not None
        assert in_need["guardian"] is not None, "what a guardian may see in need stands"


async def test_it_stays_so_after_a_restart_and_names_no_guardian(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        phone = await watched(house)
        problem = assert_problem(
            await phone.post("consent/withdraw", allows="watched", guardian=1), 422
        )
        assert "leave it out" in problem["detail"]
        await unwatched(phone)
    async with running(pair, tmp_path) as house:
        phone = Phone(house.client, phone.walk)
        await phone.moves(fix(HERE))
        assert (await phone.shown())["watched"] is False
        assert await shown(house, phone) == NOTHING


async def test_over_a_talk_it_is_the_same_and_wants_the_pin(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path) as house:
        phone = await starts(house.client, watched=True, guardians=[MOTHER], pin="4821")
        await phone.moves(fix(HERE))
        async with talk(house, phone) as talking:
            await talking.until("walking")
            await talking.says("withdraw_consent", allows="watched")
            assert (await talking.refusal())["errors"][0]["field"] == "pin"
            assert all((await shown(house, phone)).values())
            await talking.says("withdraw_consent", allows="watched", pin="4821")
            await talking.until("walking")
        assert await shown(house, phone) == NOTHING


async def test_under_duress_it_only_looks_so_and_the_phone_finds_no_trace_of_it(
    pair: Pair, tmp_path: Path
) -> None:
    at = environment_for(pair, tmp_path)
    async with running(pair, tmp_path) as house:
        phones = [
            await starts(house.client, watched=True, guardians=[MOTHER], **PINS) for _ in range(2)
        ]
        free, forced = phones
        for phone, pin in zip(phones, ("4821", "1190"), strict=True):
            await phone.moves(fix(HERE, 1))
            await unwatched(phone, pin=pin)
        incident = await the_incident_of(house, "sos")
        assert (incident["silent"], incident["walk_id"]) == (True, forced.walk["walk_id"])
        assert await shown(house, free) == NOTHING
        assert (await shown(house, forced))["desk"] is not None
        states = [await phone.post("positions", positions=[]) for phone in phones]
        assert without_times(states[0]) == without_times(states[1])
        await house.move(incident["incident_id"], "close", disposition="genuine", text="")
        assert house.dispatcher is not None
        record = house.dispatcher.walks.get(forced.walk["walk_id"])
        await eventually(lambda: record.walk.hidden is None, "the end of the hidden incident")
        assert (await shown(house, forced))["desk"] is not None, "the consent stands"
        assert await log_of(free) == await log_of(forced) == []
        mine = [line for line in await listed(at) if forced.walk["walk_id"] in line]
        assert all(line.endswith("; stands") for line in mine)


async def log_of(phone: Phone) -> list[Any]:
    """What the phone may read of who was shown where it was."""
    answer = await phone.client.get(f"{phone.path}/showings", headers=phone.headers)
    found: list[Any] = answer.json()["showings"]
    return found
