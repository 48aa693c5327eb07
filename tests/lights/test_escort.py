"""The light that goes with walkers, with the fleet that says it, in hours that pass at once."""

from datetime import timedelta

import pytest

from lights.darkness import Darkness
from lights.lamp import BRIGHT
from tests.lights.escorted import MIDDLE, NUMBERS, SECOND, Walks, register
from tests.lights.hours import Hours
from tests.lights.night import until_s
from tests.lights.walking import alley, place


@pytest.fixture
def walks(hours: Hours) -> Walks:
    walks = Walks(hours)
    walks.begin()
    return walks


def test_within_a_moment_of_a_position_the_lamps_around_are_told(walks: Walks) -> None:
    walks.stands(0.0)
    walks.hours.wait(0.06)
    assert walks.shown() == "bright"
    assert {at - walks.times("L021")[0] for at in walks.times(MIDDLE)} == {0.0}
    order = walks.told(MIDDLE)[0]
    assert order["level"] == NUMBERS.level
    assert until_s(order) == pytest.approx(NUMBERS.claim_s, abs=0.2)


def test_each_lamp_on_the_way_is_told_to_be_bright_once_and_not_much_more(walks: Walks) -> None:
    walks.walk(-250.0, 250.0)
    walks.escort.ended("w")
    walks.hours.wait(60)
    assert not walks.bright()
    assert walks.scenes(MIDDLE) in (["bright"], ["bright", "schedule"])


def test_an_incident_during_a_walk_wins_lamp_by_lamp_and_gives_the_light_back(walks: Walks) -> None:
    walks.stands(0.0)
    walks.hours.wait(0.1)
    walks.claim("incident:1", MIDDLE, "L021")
    assert [walks.shown(key) for key in ("L019", MIDDLE, "L021")] == ["bright", "blink", "blink"]
    walks.claim("incident:1")
    assert walks.shown() == "bright"
    assert walks.scenes() == ["bright", "blink", "bright"]


def test_a_lamp_that_an_incident_has_stays_with_it_however_often_people_walk_by(
    walks: Walks,
) -> None:
    walks.claim("incident:1", MIDDLE)
    walks.walk(-100.0, 100.0)
    assert walks.scenes() == ["blink"]


def test_an_incident_that_turns_steady_over_a_walk_makes_no_step(walks: Walks) -> None:
    walks.stands(0.0)
    walks.hours.wait(0.1)
    walks.claim("incident:1", MIDDLE, scene=BRIGHT, rank=70)
    walks.claim("incident:1")
    assert {order["level"] for order in walks.told()} == {100}
    assert set(walks.scenes()) == {"bright"}


def test_two_who_meet_and_part_make_no_lamp_take_a_step(walks: Walks) -> None:
    for step in range(50):
        walks.stands(-97.5 + 3.9 * step, "one")
        walks.stands(97.5 - 3.9 * step, "other")
        walks.hours.wait(3)
    assert walks.scenes() in (["bright"], ["bright", "schedule"])


def test_when_the_process_dies_every_lamp_falls_back_by_itself(walks: Walks) -> None:
    walks.walk(-30.0, 30.0)
    walks.hours.stop(walks.escorting)
    walks.hours.stop(walks.life)
    said = len(walks.said)
    walks.hours.wait(NUMBERS.claim_s)
    assert not walks.bright()
    assert len(walks.said) == said


def test_who_pauses_is_forgotten_and_walks_on_when_positions_come_again(walks: Walks) -> None:
    walks.stands(0.0)
    walks.hours.wait(1)
    walks.escort.paused("w")
    assert len(walks.escort) == 0
    walks.hours.wait(60)
    assert walks.shown() == "schedule"
    walks.stands(0.0)
    walks.hours.wait(1)
    assert walks.shown() == "bright"


def test_a_position_after_the_end_of_another_walk_is_not_taken_for_its(walks: Walks) -> None:
    walks.walk(-250.0, -200.0, "one")
    walks.escort.ended("one")
    walks.stands(0.0, "other")
    walks.hours.wait(1)
    assert "L004" not in walks.escort.lamps_of("other")
    assert MIDDLE in walks.escort.lamps_of("other")


def test_ending_twice_or_what_never_was_harms_nobody(walks: Walks) -> None:
    walks.stands(0.0, "one")
    for who in ("one", "one", "never"):
        walks.escort.ended(who)
        walks.escort.paused(who)
    for number in range(200):
        walks.stands(0.0, f"w{number}")
    walks.hours.wait(1)
    assert len(walks.escort) == 200
    assert all(MIDDLE in walks.escort.lamps_of(f"w{number}") for number in range(200))


def test_a_thousand_in_one_street_cost_its_lamps_no_more_than_one(walks: Walks) -> None:
    for _ in range(20):
        for number in range(1_000):
            walks.stands(float(number % 7), f"w{number}")
        walks.hours.wait(3)
    assert walks.scenes() == ["bright"]


def test_a_phone_with_a_clock_far_ahead_is_followed_all_the_same(walks: Walks) -> None:
    walks.escort.moved("w", place(-250.0, 0.0), walks.hours.now() + 3_600 * SECOND)
    walks.hours.wait(3)
    walks.stands(0.0)
    walks.hours.wait(3)
    walks.stands(2.0)
    walks.hours.wait(1)
    assert walks.shown() == "bright"


def test_a_phone_that_comes_back_after_an_hour_finds_the_light_where_it_is_now(
    walks: Walks,
) -> None:
    walks.walk(-250.0, -100.0)
    walks.hours.wait(3_600)
    assert not walks.bright()
    walks.stands(0.0)
    walks.hours.wait(1)
    assert walks.shown() == "bright"
    assert "L000" not in walks.bright()


def test_a_clock_that_is_set_an_hour_ahead_leaves_the_walker_in_the_light(walks: Walks) -> None:
    walks.walk(-30.0, 0.0)
    walks.skew = timedelta(hours=1)
    walks.hours.wait(2)
    walks.stands(1.0)
    walks.hours.wait(1)
    assert walks.shown() == "bright"


def test_a_clock_that_is_set_back_leaves_no_lamp_bright_for_hours(walks: Walks) -> None:
    walks.walk(-30.0, 0.0)
    walks.skew = -timedelta(hours=1)
    walks.hours.wait(2)
    assert walks.shown() == "bright"
    walks.escort.ended("w")
    walks.hours.wait(60)
    assert walks.escort.lit == 0
    assert not walks.bright()


def test_a_new_inventory_in_the_middle_of_a_walk_takes_no_light_away(walks: Walks) -> None:
    walks.stands(0.0)
    walks.hours.wait(1)
    said = walks.scenes()
    walks.register = register([(-400.0, 0.0), *alley()[1:], (310.0, 0.0)])
    walks.hours.wait(2)
    assert walks.scenes() == said
    walks.stands(2.0)
    walks.hours.wait(1)
    assert MIDDLE in walks.escort.lamps_of("w")


def test_a_lamp_that_is_taken_out_of_service_is_claimed_no_longer(walks: Walks) -> None:
    walks.stands(0.0)
    walks.hours.wait(1)
    walks.register = register(alley()[:20])
    walks.hours.wait(2)
    assert not walks.fleet.watch[MIDDLE].claims
    assert walks.shown("L019") == "bright"


def test_the_walker_is_told_of_dead_lamps_ahead_as_soon_as_they_are_known(walks: Walks) -> None:
    walks.walk(-100.0, -20.0)
    assert walks.escort.darkness_ahead("w") is None
    for number in range(22, 41):
        walks.obedient.discard(f"L{number:03}")
        walks.sees(f"L{number:03}", v=1, seq=0, scene="schedule", faults=["lamp_failure"])
    walks.hours.wait(1)
    for change in walks.changes:
        walks.escort.lamps_changed(change)
    walks.walk(-20.0, 0.0)
    told = walks.escort.darkness_ahead("w")
    assert told is not None
    assert told.reason == "dead_lamps"
    assert 20 <= told.metres <= 60
    walks.escort.ended("w")
    assert walks.escort.darkness_ahead("w") is None


def test_where_no_lamp_stands_the_walker_is_told_so(hours: Hours) -> None:
    walks = Walks(hours, [])
    walks.begin()
    walks.stands(0.0)
    walks.hours.wait(1)
    assert walks.escort.darkness_ahead("w") == Darkness(0.0, "no_lamps")
    assert walks.escort.lamps_of("w") == []


def test_a_lamp_on_a_way_that_several_walk_counts_and_one_aside_does_not(walks: Walks) -> None:
    for number in range(5):
        walks.walk(-60.0, 60.0, who=f"w{number}")
        walks.escort.ended(f"w{number}")
        walks.hours.wait(180)  # whose light has gone before the next one comes
    tomorrow = (walks.hours.now() + 86_400 * SECOND).date()
    assert walks.escort.trodden.times(MIDDLE, tomorrow) > 0
    assert walks.escort.trodden.times("L000", tomorrow) == 0


def test_who_stands_for_long_counts_no_more_than_who_walks_by(walks: Walks) -> None:
    for _ in range(400):
        walks.stands(0.0)
        walks.hours.wait(3)
    tomorrow = (walks.hours.now() + 86_400 * SECOND).date()
    assert walks.shown() == "bright"
    assert walks.escort.trodden.times(MIDDLE, tomorrow) == 0


def test_a_phone_that_only_says_that_it_is_there_keeps_its_walker_in_the_light(
    walks: Walks,
) -> None:
    walks.stands(0.0)
    for _ in range(20):
        walks.hours.wait(60)
        walks.escort.spoke("w")
    assert walks.shown() == "bright"
    walks.hours.wait(NUMBERS.silent_s + NUMBERS.claim_s + 60)
    assert walks.shown() == "schedule"


def test_a_place_outside_of_the_projection_lights_nothing_and_breaks_nothing(walks: Walks) -> None:
    from geo.place import Place

    walks.escort.moved("w", Place(-60.0, -37.0, 10.0), walks.hours.now())
    walks.hours.wait(1)
    assert not walks.bright()
    walks.stands(0.0)
    walks.hours.wait(4)
    walks.stands(0.0)
    walks.hours.wait(1)
    assert walks.shown() == "bright"


def test_an_order_for_a_walk_that_gets_lost_is_said_again_soon(walks: Walks) -> None:
    walks.obedient.discard(MIDDLE)
    walks.stands(0.0)
    walks.hours.wait(4)
    assert walks.scenes() == ["bright", "bright", "bright"]


def test_when_the_broker_is_back_a_cry_is_heard_before_all_walkers(walks: Walks) -> None:
    walks.fleet.broker_is(False)
    walks.walk(-250.0, 250.0)
    walks.claim("incident:1", "L033")
    walks.fleet.broker_is(True)
    walks.hours.wait(0.01)
    first, *others = (message.topic for message in walks.rounds[-1])
    assert first == "lamps/L033/order"
    assert len(others) > 5
