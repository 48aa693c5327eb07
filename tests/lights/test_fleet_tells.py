"""What the fleet's shell tells owners and screens of their lamps."""

import pytest

from lights.answers import Answer
from lights.lamp import BRIGHT
from tests.lights.night import AT_ONCE_S, SECOND, Night


def test_an_owner_hears_when_all_its_lamps_have_answered(night: Night) -> None:
    night.claim("incident:1", "L1", "L2")
    night.hours.wait(1)
    night.obeys("L1")
    assert night.answers == []
    night.obeys("L2")
    ((owner, asked, silent, after),) = night.answers
    assert (owner, asked, silent) == ("incident:1", 2, frozenset())
    assert after / SECOND == pytest.approx(1, abs=AT_ONCE_S)
    night.hours.wait(60)
    assert len(night.answers) == 1


def test_an_owner_hears_after_ten_seconds_who_has_not_answered(night: Night) -> None:
    night.sees_programme("L1")
    night.sees_programme("L2")
    night.claim("incident:1", "L1", "L2")
    night.obeys("L1")
    night.hours.wait(9)
    assert night.answers == []
    assert "L2" not in night.fleet.silent()
    night.hours.wait(1.1)
    assert night.answers == [Answer("incident:1", 2, frozenset({"L2"}), 10 * SECOND)]
    assert "L2" in night.fleet.silent()
    assert "L1" not in night.fleet.silent()
    night.obeys("L2")
    assert night.answers[1].silent == frozenset()
    assert "L2" not in night.fleet.silent()


def test_an_owner_hears_of_a_lamp_that_goes_after_it_had_answered(night: Night) -> None:
    night.obedient = {"L1", "L2"}
    night.claim("incident:1", "L1", "L2")
    assert [answer.silent for answer in night.answers] == [frozenset()]
    night.obedient = {"L1"}
    night.fleet.heard("lamps/L2/status", b"offline")
    assert not night.fleet.shows_its_claim("L2")
    night.hours.wait(9)
    assert len(night.answers) == 1
    night.hours.wait(1.1)
    assert night.answers[1].silent == {"L2"}
    night.obeys("L2")
    assert night.answers[2].silent == frozenset()
    assert night.fleet.shows_its_claim("L2")


def test_a_lamp_that_already_blinks_for_another_has_answered_at_once(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("incident:2", "L1")
    assert [answer.owner for answer in night.answers] == ["incident:1", "incident:2"]
    assert len(night.told()) == 1


def test_a_lamp_that_was_told_otherwise_meanwhile_has_not_answered_yet(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("incident:1", "L1", scene=BRIGHT)
    night.claim("incident:1", "L1")
    night.sees("L1", **night.told()[0])  # late
    night.hours.wait(0.5)
    assert len(night.answers) == 1
    night.obeys("L1")
    assert len(night.answers) == 2


def test_whoever_asks_hears_whether_a_lamp_was_last_seen_in_its_claims_scene(
    night: Night,
) -> None:
    assert not night.fleet.shows_its_claim("L1")
    night.claim("incident:1", "L1", lasts=20)
    assert not night.fleet.shows_its_claim("L1")
    night.obeys("L1")
    assert night.fleet.shows_its_claim("L1")
    night.hours.wait(21)
    assert not night.fleet.shows_its_claim("L1")


def test_screens_hear_of_changes_ten_times_a_second_at_most_and_of_each_lamp_once(
    night: Night,
) -> None:
    for level in range(50):
        night.sees("L1", v=1, seq=0, scene="schedule", level=level)
        night.sees("L2", v=1, seq=0, scene="schedule", level=level)
    night.hours.wait(0.11)
    assert len(night.changes) == 1
    assert {(one.lamp_id, one.view.level) for one in night.changes[0]} == {("L1", 49), ("L2", 49)}
    night.hours.wait(1)
    assert len(night.changes) == 1


def test_screens_hear_that_a_lamp_has_fallen_silent(night: Night) -> None:
    night.sees_programme("L1")
    night.hours.wait(140)
    assert "L1" not in night.fleet.silent()
    night.hours.wait(25)
    assert "L1" in night.fleet.silent()
    assert night.changes[-1][0].view.online is False
