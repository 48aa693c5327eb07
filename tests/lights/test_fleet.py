"""The shell that keeps every lamp in step, lived through in hours that pass in an instant."""

from itertools import pairwise

import pytest

from lights.lamp import BRIGHT, Scene
from lights.mqtt_client import Message
from tests.lights.night import AT_ONCE_S, Night, until_s

# ---- what is said, and when


def test_a_claimed_lamp_is_told_at_once_for_five_minutes(night: Night) -> None:
    night.claim("incident:1", "L1")
    assert night.rounds == [
        [
            Message(
                "lamps/L1/order",
                b'{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,'
                b'"lit_ms":600,"until":"2026-11-22T12:05:00.010Z"}',
                300,
            )
        ]
    ]


def test_the_orders_of_one_round_go_out_together(night: Night) -> None:
    lamps = [f"L{number}" for number in range(30)]
    night.claim("incident:1", *lamps)
    assert len(night.rounds) == 1
    assert sorted(key for _, key, _ in night.said) == sorted(lamps)
    assert night.fleet.said == 30


def test_no_order_lasts_longer_than_its_claim(night: Night) -> None:
    night.claim("incident:1", "L1", lasts=20)
    assert night.told()[0]["until"] == "2026-11-22T12:00:20.010Z"
    assert night.rounds[0][0].expires_s == 20


def test_a_lamp_that_does_not_answer_is_told_again_after_growing_pauses(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.hours.wait(180)
    pauses = [later - earlier for earlier, later in pairwise(night.times())]
    expected = [1, 2, 4, 8, 16, 30, 30, 30]
    assert len(pauses) >= 7
    for pause, usual in zip(pauses, expected, strict=False):
        assert 0.79 * usual <= pause <= 1.21 * usual
    assert {body["scene"] for body in night.told()} == {"blink"}


def test_the_pauses_of_many_lamps_are_spread(night: Night) -> None:
    night.claim("incident:1", *[f"L{number}" for number in range(50)])
    night.hours.wait(2)
    second_tries = [night.times(f"L{number}")[1] for number in range(50)]
    assert max(second_tries) - min(second_tries) > 0.2


def test_a_lamp_that_is_seen_to_obey_is_left_alone_until_its_renewal(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.hours.wait(179)
    assert len(night.told()) == 1
    night.hours.wait(1.5)
    assert len(night.told()) == 2


def test_a_lamp_that_obeys_is_renewed_long_before_it_would_fall_back(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", lasts=1200)
    night.hours.wait(1250)
    assert [round(at) for at in night.times()] == [0, 180, 360, 540, 720, 900]
    untils = [until_s(body) for body in night.told()]
    assert all(
        until - renewed >= 119 for until, renewed in zip(untils, night.times()[1:], strict=False)
    )
    assert untils[-1] == pytest.approx(1200, abs=AT_ONCE_S)


def test_while_all_is_well_the_fleet_hardly_looks_at_its_clock(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1")
    night.looks = 0
    night.hours.wait(600)
    assert night.looks < 100


def test_a_renewal_that_gets_lost_is_said_again_while_the_lamp_is_still_lit(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.hours.wait(299)
    assert len(night.told()) >= 6


def test_a_new_scene_that_gets_lost_is_said_again_long_before_the_renewal(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("operator", "L1", rank=90, scene=BRIGHT)
    night.hours.wait(3.7)
    assert night.scenes() == ["blink", "bright", "bright", "bright"]


def test_a_claim_of_the_same_scene_that_lasts_longer_needs_no_order_yet(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", lasts=3600)
    night.claim("incident:1", "L1", lasts=7200)
    assert len(night.told()) == 1


def test_a_claim_that_was_cut_short_is_said_again_with_its_new_end(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1")
    night.hours.wait(2)
    night.claim("incident:1", "L1", lasts=10)
    assert until_s(night.told()[-1]) == pytest.approx(night.seconds() + 10, abs=AT_ONCE_S)
    night.hours.wait(15)
    assert len(night.told()) == 2


# ---- release, and what lies under


def test_a_released_lamp_is_told_to_follow_its_programme_until_it_is_seen_to(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("incident:1")
    assert night.rounds[-1] == [
        Message("lamps/L1/order", b'{"v":1,"seq":2,"scene":"schedule"}', 600)
    ]
    night.hours.wait(8.5)
    assert night.scenes() == ["blink", "schedule", "schedule", "schedule", "schedule"]
    night.obeys("L1")
    night.hours.wait(600)
    assert len(night.told()) == 5


def test_a_lamp_released_before_it_was_ever_seen_is_told_so_as_long_as_it_could_blink(
    night: Night,
) -> None:
    night.claim("incident:1", "L1")
    night.claim("incident:1")
    night.sees_programme("L1")  # said before the order could arrive: it proves nothing
    night.hours.wait(290)
    assert len(night.told()) > 10
    night.hours.wait(40)
    said = len(night.told())
    night.hours.wait(600)
    assert len(night.told()) == said


def test_a_lamp_whose_claim_ends_is_told_nothing_since_it_ends_by_itself(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", lasts=20)
    night.hours.wait(60)
    assert night.scenes() == ["blink"]


def test_the_highest_claim_is_shown_and_what_lay_under_it_comes_back(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("walk:1", "L1", rank=20, scene=Scene("dim", 60))
    night.claim("incident:1", "L1", rank=80)
    night.claim("incident:2", "L1", rank=80, scene=BRIGHT)  # no higher, and later
    night.claim("operator", "L1", rank=90, scene=BRIGHT, lasts=30)
    night.claim("incident:2")
    assert night.scenes() == ["dim", "blink", "bright"]
    night.hours.wait(31)
    assert night.scenes() == ["dim", "blink", "bright", "blink"]
    night.claim("incident:1")
    assert night.scenes()[4:] == ["dim"]
    night.claim("walk:1")
    assert night.scenes()[5:] == ["schedule"]


def test_what_comes_back_when_a_higher_claim_ends_is_said_in_that_instant(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", rank=70, scene=BRIGHT)
    night.claim("incident:2", "L1", rank=80, lasts=30)
    night.hours.wait(60)
    assert night.scenes() == ["bright", "blink", "bright"]
    assert night.times()[2] - night.times()[1] == pytest.approx(30, abs=AT_ONCE_S)


def test_an_owner_that_moves_on_releases_the_lamps_behind_it(night: Night) -> None:
    night.obedient = {"L1", "L2", "L3"}
    night.claim("incident:1", "L1", "L2")
    night.claim("incident:1", "L2", "L3")
    assert night.scenes("L1") == ["blink", "schedule"]
    assert night.scenes("L2") == night.scenes("L3") == ["blink"]


def test_a_lamp_that_was_told_otherwise_meanwhile_is_not_trusted_to_show_its_claim_still(
    night: Night,
) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("incident:1", "L1", scene=BRIGHT)
    night.claim("incident:1", "L1")
    assert night.scenes() == ["blink", "bright", "blink"]
