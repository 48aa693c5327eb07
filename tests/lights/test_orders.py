"""What to say to a lamp now, by example and by law."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lights.claims import Claim
from lights.lamp import BLINK, BRIGHT, SCHEDULE, Scene, Sighting
from lights.orders import Gap, Order, Pace, Said, gap, is_shown, said_now
from tests.lights.gaps import MINUTE, NOW, SECOND, claim, said, seen

PACE = Pace()
NOTHING = Gap(None, None, None)
IDLE = seen(SCHEDULE, None, seq=6)
FOLLOWS = seen(SCHEDULE, None, seq=7)
RESTARTED = seen(SCHEDULE, None, seq=0)
SLOW = seen(Scene("blink", 100, 30, 2000, 1200))


def tell(scene: Scene, ends: float | None = None) -> Gap:
    return Gap(scene, None if ends is None else NOW + ends * SECOND, None)


def look(seconds: float) -> Gap:
    return Gap(None, None, NOW + seconds * SECOND)


def words(of: object) -> str:
    return of if isinstance(of, str) else ""


CLAIMED = [
    ("never seen, never told", claim(), None, None, tell(BLINK, 300)),
    ("seen on its programme", claim(), IDLE, None, tell(BLINK, 300)),
    ("the claim ends before an order would", claim(120), IDLE, None, tell(BLINK, 120)),
    ("the claim ends in a millisecond", claim(0.001), IDLE, None, tell(BLINK, 0.001)),
    ("seen to obey", claim(), seen(), None, look(180)),
    ("seen to obey the order that was said", claim(), seen(), said(), look(180)),
    ("seen to obey to the end of the claim", claim(300), seen(), said(), NOTHING),
    ("to the end, which is near", claim(5), seen(ends=5), said(), NOTHING),
    ("to the end, rounded down to a second", claim(300.999), seen(ends=300), None, NOTHING),
    ("to the end, rounded up to a second", claim(299.001), seen(ends=300), None, NOTHING),
    ("just before the renewal", claim(), seen(ends=120.001), None, look(0.001)),
    ("the renewal is due", claim(), seen(ends=120), None, tell(BLINK, 300)),
    ("the renewal is due, and nearly the end", claim(122), seen(ends=120), None, tell(BLINK, 122)),
    ("the renewal was said", claim(), seen(ends=119), said(seq=8, first=5), look(0.5)),
    ("the renewal got lost", claim(), seen(ends=119), said(again=0), tell(BLINK, 300)),
    ("seen beyond a claim cut short", claim(60), seen(), said(again=-9), tell(BLINK, 60)),
    ("seen in another scene", claim(scene=BRIGHT), seen(), said(), tell(BRIGHT, 300)),
    ("at another level", claim(scene=BRIGHT), seen(Scene("bright", 99)), None, tell(BRIGHT, 300)),
    ("in another rhythm", claim(), SLOW, None, tell(BLINK, 300)),
    ("seen in the scene, but says no end", claim(), seen(ends=None), None, tell(BLINK, 300)),
    ("just told", claim(), IDLE, said(), look(0.5)),
    ("told, and the pause is over", claim(), IDLE, said(again=0), tell(BLINK, 300)),
    ("told, and the pause is long over", claim(), IDLE, said(again=-99), tell(BLINK, 300)),
    ("told something else a moment ago", claim(), IDLE, said(BRIGHT), tell(BLINK, 300)),
    ("told to follow its programme a moment ago", claim(), IDLE, said(SCHEDULE), tell(BLINK, 300)),
    # What was seen before the lamp was told something else proves nothing.
    ("seen before it was released", claim(), seen(), said(SCHEDULE, seq=8), tell(BLINK, 300)),
    ("seen before it was told otherwise", claim(), seen(), said(BRIGHT, seq=8), tell(BLINK, 300)),
    ("seen before it was told there and back", claim(), seen(), said(seq=9), look(0.5)),
    ("seen after it was told there and back", claim(), seen(seq=9), said(seq=9), look(180)),
    # The answer to an earlier try is as good as the answer to the last one.
    ("seen to obey the first of three tries", claim(), seen(), said(seq=9, first=7), look(180)),
    ("restarted after it had obeyed", claim(), RESTARTED, said(), look(0.5)),
    ("seen to obey a number higher than ours", claim(), seen(seq=999), said(), look(180)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "wanted", "sighting", "last", "found"),
    CLAIMED,
    ids=words,
)
def test_a_claimed_lamp_is_told_what_it_is_not_seen_to_show(
    what: str, wanted: Claim, sighting: Sighting | None, last: Said | None, found: Gap
) -> None:
    assert gap(wanted, sighting, last, NOW, PACE) == found


FREE = [
    ("never seen, never told", None, None, NOTHING),
    ("seen on its programme", IDLE, None, NOTHING),
    ("seen to blink", seen(), None, tell(SCHEDULE)),
    ("seen to blink without an end", seen(ends=None), None, tell(SCHEDULE)),
    ("seen to blink until now", seen(ends=0), None, NOTHING),
    ("seen to blink until a while ago", seen(ends=-60), None, NOTHING),
    ("released a moment ago", seen(), said(), tell(SCHEDULE)),
    ("just told to follow its programme", seen(), said(SCHEDULE), look(0.5)),
    ("told, and the pause is over", seen(), said(SCHEDULE, again=0), tell(SCHEDULE)),
    ("seen on its programme since", FOLLOWS, said(SCHEDULE), NOTHING),
    ("obeyed the first of two tries", FOLLOWS, said(SCHEDULE, seq=8, first=7), NOTHING),
    # An order that was said may still arrive, and the lamp would obey it.
    ("released before it was ever seen", None, said(), tell(SCHEDULE)),
    ("seen on its programme before it was told", IDLE, said(), tell(SCHEDULE)),
    ("restarted, and an old order is on its way", RESTARTED, said(), tell(SCHEDULE)),
    ("restarted, and was just told", RESTARTED, said(SCHEDULE), look(0.5)),
    ("whatever was said has ended", IDLE, said(shows=0), NOTHING),
    ("whatever was said has ended, never seen", None, said(SCHEDULE, again=-9, shows=-1), NOTHING),
    ("whatever was said has ended, seen until then", seen(ends=0), said(shows=0), NOTHING),
]  # fmt: skip


@pytest.mark.parametrize(("what", "sighting", "last", "found"), FREE, ids=words)
def test_a_lamp_that_nobody_claims_is_told_to_follow_its_programme_until_it_is_seen_to(
    what: str, sighting: Sighting | None, last: Said | None, found: Gap
) -> None:
    assert gap(None, sighting, last, NOW, PACE) == found


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (1000, 30)],
)
def test_the_pauses_grow_to_half_a_minute_and_are_spread_by_a_fifth(
    attempts: int, seconds: float
) -> None:
    assert PACE.pause(attempts, 0.5) == seconds * SECOND
    assert PACE.pause(attempts, 0.0) == 0.8 * seconds * SECOND
    assert PACE.pause(attempts, 0.999) < 1.2 * seconds * SECOND


def test_before_a_claimed_lamp_would_fall_back_it_is_told_six_times() -> None:
    tries = [timedelta(0)]
    for attempts in range(1, 20):
        tries.append(tries[-1] + PACE.pause(attempts, 0.999))
    assert sum(at < PACE.renew_before for at in tries) >= 6


@pytest.mark.parametrize(
    ("renew_before", "order_for"), [(0, 300), (-1, 300), (300, 300), (301, 300), (120, 601)]
)
def test_a_pace_that_would_leave_a_lamp_without_its_order_is_refused(
    renew_before: int, order_for: int
) -> None:
    with pytest.raises(ValueError, match="renew_before"):
        Pace(order_for=order_for * SECOND, renew_before=renew_before * SECOND)


def test_every_order_has_an_end_but_the_programme_has_none() -> None:
    with pytest.raises(ValueError, match="end"):
        Order("L1", 1, BLINK, None)
    with pytest.raises(ValueError, match="end"):
        Order("L1", 1, SCHEDULE, NOW)


def told(
    seq: int, scene: Scene, ends: float, at: float, before: Said | None, sighting: Sighting | None
) -> Said:
    until = None if scene == SCHEDULE else NOW + ends * SECOND
    order = Order("L1", seq, scene, until)
    return said_now(order, before, sighting, NOW + at * SECOND, PACE, 0.5)


def test_tries_count_on_while_the_scene_stays_the_same_and_begin_anew_with_another() -> None:
    first = told(5, BLINK, 300, 0, None, None)
    assert first == Said(BLINK, 5, 5, 1, NOW, NOW + SECOND, NOW + 5 * MINUTE)
    second = told(6, BLINK, 240, 1, first, RESTARTED)
    assert second == Said(BLINK, 6, 5, 2, NOW + SECOND, NOW + 3 * SECOND, NOW + 5 * MINUTE)
    third = told(7, SCHEDULE, 0, 2, second, RESTARTED)
    assert third == Said(SCHEDULE, 7, 7, 1, NOW + 2 * SECOND, NOW + 3 * SECOND, NOW + 5 * MINUTE)


def test_tries_begin_anew_when_the_lamp_has_obeyed_and_needs_its_renewal() -> None:
    first = told(5, BLINK, 300, 0, told(4, BLINK, 300, -9, None, None), None)
    assert first.attempts == 2
    renewal = told(6, BLINK, 480, 180, first, seen(seq=5))
    assert (renewal.attempts, renewal.first_seq) == (1, 4)
    assert told(7, BLINK, 480, 181, renewal, seen(seq=5)).attempts == 2


def test_a_lamp_that_obeys_and_at_once_falls_back_is_told_ever_more_seldom() -> None:
    first = told(5, BLINK, 300, 0, None, None)
    assert told(6, BLINK, 300, 1, first, seen(SCHEDULE, None, seq=5)).attempts == 2


def test_news_of_a_lamp_makes_the_next_try_due_at_once_and_the_pauses_short_again() -> None:
    patient = replace(said(again=30), attempts=9)
    assert patient.at_once(NOW) == replace(patient, attempts=0, again_at=NOW)


@pytest.mark.parametrize(
    ("scene", "sighting", "last", "shown"),
    [
        (BLINK, None, None, False),
        (BLINK, IDLE, None, False),
        (BLINK, seen(), None, True),
        (BLINK, seen(seq=7), said(seq=7), True),
        (BLINK, seen(seq=7), said(seq=9, first=7), True),
        (BLINK, seen(seq=7), said(seq=9, first=8), False),
        (BLINK, seen(seq=7), said(BRIGHT, seq=8), False),
        (BLINK, seen(seq=8), said(BRIGHT, seq=8), True),
        (SCHEDULE, IDLE, None, True),
        (SCHEDULE, IDLE, said(SCHEDULE, seq=7), False),
        (SCHEDULE, FOLLOWS, said(SCHEDULE, seq=7), True),
    ],
)  # fmt: skip
def test_a_scene_is_shown_when_it_was_seen_after_the_lamp_was_last_told_otherwise(
    scene: Scene, sighting: Sighting | None, last: Said | None, shown: bool
) -> None:
    assert is_shown(scene, sighting, last) is shown
