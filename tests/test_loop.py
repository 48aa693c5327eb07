"""The whole loop from a claim to the light, whatever is lost, repeated, late or out of order.

The real fleet speaks to the real firmware of lamps, over air that does its worst, through
restarts of the dispatcher, the broker and the lamps, in hours that pass in an instant.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.pole import CLEAR, Air
from tests.town import LAMPS, WANTS, Town

Story = Callable[[Town], None]


def lost(town: Town) -> None:
    town.air = Air(loss=1.0)
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(100)


def half_lost(town: Town) -> None:
    town.air = Air(loss=0.5, repeat=0.5, delay_s=2)
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(900)


def released_unheard(town: Town) -> None:
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(5)
    town.air = Air(loss=1.0)
    town.claim("incident:1", (), 0)
    town.pass_time(20)


def released_while_the_dispatcher_was_down(town: Town) -> None:
    town.claim("incident:1", LAMPS, 60)
    town.pass_time(5)
    town.air = Air(loss=1.0)
    town.claim("incident:1", (), 0)
    town.kill_dispatcher()
    town.pass_time(10)


def a_late_order_after_the_release(town: Town) -> None:
    town.air = Air(delay_s=40)
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(0.5)
    town.air = CLEAR
    town.claim("incident:1", (), 0)
    town.pass_time(1)


def a_late_order_after_the_release_and_a_reboot(town: Town) -> None:
    a_late_order_after_the_release(town)
    for lamp_id in LAMPS:
        town.reboot(lamp_id)


def the_dispatcher_starts_again(town: Town) -> None:
    town.claim("incident:1", LAMPS, 7200)
    town.claim("operator", LAMPS[:1], 7200)
    town.pass_time(5)
    town.kill_dispatcher()
    town.pass_time(700)


def the_dispatcher_starts_again_and_again(town: Town) -> None:
    town.claim("incident:1", LAMPS, 7200)
    for _ in range(5):
        town.pass_time(3)
        town.kill_dispatcher()
        town.start_dispatcher()


def a_lamp_starts_again(town: Town) -> None:
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(5)
    town.air = Air(loss=1.0)
    town.reboot("L1")
    town.pass_time(5)


def a_lamp_without_power(town: Town) -> None:
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(5)
    town.power("L1", on=False)
    town.pass_time(700)


def the_broker_is_away(town: Town) -> None:
    town.claim("incident:1", LAMPS[:2], 7200)
    town.pass_time(5)
    town.lose_broker()
    town.claim("incident:1", LAMPS[1:], 7200)
    town.claim("walk:4", LAMPS, 7200)
    town.pass_time(700)


def everybody_wants_the_same_lamps(town: Town) -> None:
    for owner in WANTS:
        town.claim(owner, LAMPS, 7200)
        town.pass_time(1)
    for owner in ("operator", "incident:1"):
        town.claim(owner, (), 0)


def an_operator_dims_what_is_bright(town: Town) -> None:
    town.claim("arrived:3", LAMPS, 7200)
    town.pass_time(1)
    town.claim("operator", LAMPS[:2], 7200)
    town.claim("walk:4", LAMPS, 7200)


def two_who_claim_in_the_same_instant(town: Town) -> None:
    town.claim("walk:5", LAMPS, 7200)
    town.claim("walk:4", LAMPS, 7200)


def a_claim_for_a_moment_over_another(town: Town) -> None:
    town.claim("walk:4", LAMPS, 7200)
    town.air = Air(delay_s=3)
    town.claim("incident:1", LAMPS, 1)
    town.pass_time(2)


def clocks_that_are_off(town: Town) -> None:
    town.set_clock("L1", -3)
    town.set_clock("L2", 3)
    town.claim("walk:4", LAMPS, 7200)
    town.claim("incident:1", LAMPS, 30)
    town.pass_time(28)


STORIES: list[Story] = [
    lost,
    half_lost,
    released_unheard,
    released_while_the_dispatcher_was_down,
    a_late_order_after_the_release,
    a_late_order_after_the_release_and_a_reboot,
    the_dispatcher_starts_again,
    the_dispatcher_starts_again_and_again,
    a_lamp_starts_again,
    a_lamp_without_power,
    the_broker_is_away,
    everybody_wants_the_same_lamps,
    an_operator_dims_what_is_bright,
    two_who_claim_in_the_same_instant,
    a_claim_for_a_moment_over_another,
    clocks_that_are_off,
]


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.end()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__.replace("_", " "))
def test_after_each_of_these_stories_every_lamp_shows_its_claim_or_its_programme(
    town: Town, story: Story
) -> None:
    story(town)
    town.assert_it_recovers()


def test_where_all_is_well_a_claim_shows_within_a_tenth_of_a_second(town: Town) -> None:
    town.pass_time(5)
    town.claim("incident:1", LAMPS[:2], 7200)
    town.hours.wait(0.1)
    town.assert_in_step()
    town.claim("operator", LAMPS[1:], 30)
    town.hours.wait(0.1)
    town.assert_in_step()
    town.claim("incident:1", (), 0)
    town.hours.wait(0.1)
    town.assert_in_step()


def test_where_one_order_is_lost_the_claim_shows_within_two_seconds(town: Town) -> None:
    town.pass_time(5)
    town.air = Air(loss=1.0)
    town.claim("incident:1", LAMPS, 7200)
    town.hours.wait(0.1)
    town.air = CLEAR
    town.hours.wait(1.5)
    town.assert_in_step()


def test_while_nobody_speaks_to_it_a_lamp_is_back_on_its_programme_within_ten_minutes(
    town: Town,
) -> None:
    town.claim("incident:1", LAMPS, 7200)
    town.pass_time(5)
    town.kill_dispatcher()
    town.pass_time(600)
    assert {pole.lamp.scene.name for pole in town.poles.values()} == {"schedule"}
