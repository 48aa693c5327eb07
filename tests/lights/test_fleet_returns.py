"""The shell that keeps every lamp in step, where lamps, broker or dispatcher go and come back."""

import asyncio
from itertools import pairwise

import pytest

from lights.order_numbers import SEQ_BLOCK
from lights.wire import LARGEST_SEQ
from tests.lights.hours import Hours
from tests.lights.night import AT_ONCE_S, Night

# ---- lamps that restart, stay away, or say odd things


def test_a_lamp_that_restarts_is_told_at_once(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.hours.wait(60)
    night.sees_programme("L1", seq=0)
    assert len(night.told()) == 2
    assert night.times()[1] == pytest.approx(night.seconds(), abs=AT_ONCE_S)


def test_a_lamp_that_comes_back_is_told_at_once(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.hours.wait(100)
    tries = len(night.told())
    night.fleet.heard("lamps/L1/status", b"online")
    night.hours.wait()
    assert len(night.told()) == tries + 1


def test_a_lamp_that_is_said_to_be_away_is_told_all_the_same(night: Night) -> None:
    night.fleet.heard("lamps/L1/status", b"offline")
    assert "L1" in night.fleet.silent()
    night.claim("incident:1", "L1")
    assert night.scenes() == ["blink"]


def test_a_lamp_that_talks_much_and_obeys_little_is_not_talked_to_much(night: Night) -> None:
    night.claim("incident:1", "L1")
    for _ in range(600):
        night.sees_programme("L1")
        night.hours.wait(0.1)
    assert 5 <= len(night.told()) <= 30


def test_a_lamp_that_nobody_claims_and_that_blinks_is_told_to_follow_its_programme(
    night: Night,
) -> None:
    night.sees("L1", v=1, seq=7, scene="bright", level=100, until="2026-11-22T12:04:00Z")
    night.hours.wait()
    assert night.scenes() == ["schedule"]
    assert night.told()[0]["seq"] == 8


def test_nobody_who_says_a_number_beyond_all_orders_teaches_a_lamp_what_it_cannot_say_back(
    night: Night,
) -> None:
    night.sees_programme("L1", seq=LARGEST_SEQ)
    night.claim("incident:1", "L1")
    assert night.scenes() == ["blink"]
    assert night.told()[-1]["seq"] <= SEQ_BLOCK
    night.sees_programme("L1", seq=0)  # the lamp itself speaks
    night.obeys("L1")
    assert night.fleet.shows_its_claim("L1")


def test_lamps_that_are_not_in_service_are_counted_and_never_answered(night: Night) -> None:
    night.sees("X1", v=1, seq=7, scene="bright", level=100, until="2026-11-22T12:04:00Z")
    night.fleet.heard("lamps/X2/status", b"online")
    night.hours.wait(1)
    assert night.fleet.ear.strangers == 2
    assert night.said == []
    assert night.changes == []
    assert list(night.fleet.watch) == []


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("lamps/L1/sighting", b"\xff\x00"),
        ("lamps/L1/sighting", b'{"v":2}'),
        ("lamps/L1/status", b"dozing"),
        ("lamps/L1/order", b'{"v":1,"seq":1,"scene":"schedule"}'),
        ("lamps/쌍문/sighting", b"{}"),
        ("elsewhere", b""),
    ],
)
def test_junk_is_counted_and_changes_nothing(night: Night, topic: str, payload: bytes) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    before = night.fleet.watch.view("L1")
    night.fleet.heard(topic, payload)
    night.hours.wait(1)
    assert night.fleet.ear.unintelligible == 1
    assert night.fleet.watch.view("L1") == before
    assert len(night.told()) == 1


# ---- the broker and the dispatcher themselves


def test_while_the_broker_is_gone_nothing_is_said_and_then_everything_at_once(
    night: Night,
) -> None:
    night.claim("incident:1", "L1")
    night.hours.wait(100)
    night.fleet.broker_is(False)
    night.claim("incident:2", "L2", "L3")
    before = len(night.said)
    night.hours.wait(120)
    assert len(night.said) == before
    night.fleet.broker_is(True)
    night.hours.wait()
    assert sorted(key for _, key, _ in night.said[before:]) == ["L1", "L2", "L3"]
    assert len(night.rounds[-1]) == 3


def test_while_the_broker_is_gone_no_lamp_is_called_silent(night: Night) -> None:
    night.fleet.broker_is(False)
    night.claim("incident:1", "L1", "L2")
    night.hours.wait(60)
    assert night.answers == []
    assert "L1" not in night.fleet.silent()
    night.fleet.broker_is(True)
    night.hours.wait(9)
    night.obeys("L1")
    assert night.answers == []
    night.hours.wait(1.1)
    assert [answer.silent for answer in night.answers] == [{"L2"}]


def test_a_lamp_released_while_the_broker_was_gone_is_told_when_it_is_back(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.fleet.broker_is(False)
    night.claim("incident:1")
    night.hours.wait(60)
    night.fleet.broker_is(True)
    night.hours.wait()
    assert night.scenes() == ["blink", "schedule"]


def test_when_the_broker_is_back_a_lamp_that_is_seen_to_obey_is_not_told_again(
    night: Night,
) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.fleet.broker_is(False)
    night.hours.wait(60)
    night.fleet.broker_is(True)
    night.hours.wait(10)
    assert len(night.told()) == 1


def test_a_dispatcher_that_starts_again_tells_every_claimed_lamp_with_higher_numbers(
    hours: Hours,
) -> None:
    first = Night(hours)
    first.begin()
    first.claim("incident:1", "L1", "L2")
    claims = [first.wants("incident:1", "L1"), first.wants("incident:1", "L2")]
    hours.stop(first.life)
    hours.wait(30)
    second = Night(hours, first.counter)
    second.fleet.claims_are("incident:1", claims)  # as they were written down
    second.begin()
    assert second.scenes("L1") == second.scenes("L2") == ["blink"]
    numbers = [body["seq"] for _, _, body in second.said]
    assert min(numbers) > SEQ_BLOCK > max(body["seq"] for _, _, body in first.said)


def test_a_dispatcher_that_starts_again_releases_what_was_released_meanwhile(hours: Hours) -> None:
    first = Night(hours)
    first.begin()
    first.claim("incident:1", "L1")
    hours.stop(first.life)
    second = Night(hours, first.counter)
    second.begin()
    assert second.said == []
    second.sees("L1", **first.told()[0])  # what it says once a minute
    hours.wait()
    assert second.scenes() == ["schedule"]


def test_nothing_is_said_before_numbers_are_reserved(hours: Hours) -> None:
    night = Night(hours)
    night.counter.left = asyncio.Queue()
    night.begin()
    night.claim("incident:1", "L1")
    hours.wait(60)
    assert night.said == []
    night.counter.left.put_nowait(SEQ_BLOCK)
    hours.wait()
    assert night.scenes() == ["blink"]


def test_a_number_that_was_not_reserved_is_never_said(hours: Hours) -> None:
    night = Night(hours)
    night.counter.left = asyncio.Queue()
    night.counter.left.put_nowait(3)
    night.begin()
    night.claim("incident:1", "L1", "L2", "L3", "L4", "L5")
    hours.wait(0.5)
    assert sorted(body["seq"] for _, _, body in night.said) == [1, 2, 3]
    night.counter.left.put_nowait(100)
    hours.wait()
    assert {key for _, key, _ in night.said} == {"L1", "L2", "L3", "L4", "L5"}
    assert len({body["seq"] for _, _, body in night.said}) == len(night.said)


def test_a_lamp_that_knows_a_higher_number_than_ours_gets_one_above_it(night: Night) -> None:
    night.sees_programme("L1", seq=5_000_000)
    night.claim("incident:1", "L1", "L2")
    assert night.told("L1")[0]["seq"] == 5_000_001
    assert night.told("L2")[0]["seq"] < SEQ_BLOCK


def test_a_lamp_never_gets_the_same_number_twice(night: Night) -> None:
    night.sees_programme("L1", seq=5_000_000)
    for _ in range(3):
        night.claim("incident:1", "L1", lasts=5)  # obeyed, but no sighting of it comes through
        night.hours.wait(10)
        night.sees_programme("L1", seq=5_000_000)
    numbers = [body["seq"] for body in night.told()]
    assert len(numbers) > 3
    assert all(earlier < later for earlier, later in pairwise(numbers))
