"""A phone's clock: whatever it shows, and however late a message is, the newest place is it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.phone_clock import PhoneClock

START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Message(NamedTuple):
    """Fixes of these true seconds, sent and heard at these."""

    fixes: list[int]
    sent: int
    heard: float


@dataclass
class Desk:
    """Hears a phone whose clock is off by so much."""

    off: timedelta
    says_when: bool = True

    def __post_init__(self) -> None:
        self.clock = PhoneClock()
        self.last: datetime | None = None
        self.newest: int | None = None

    def hears(self, message: Message) -> None:
        now = START + message.heard * SECOND
        theirs = [START + fix * SECOND - self.off for fix in message.fixes]
        sent_at = START + message.sent * SECOND - self.off if self.says_when else None
        self.clock = self.clock.heard(now, sent_at, max(theirs))
        for fix, fixed_at in sorted(zip(message.fixes, theirs, strict=True)):
            self.clock, at = self.clock.took(fixed_at, now, self.last)
            assert at <= now + SECOND
            if self.last is None or at > self.last:
                self.last, self.newest = at, fix


offs = st.sampled_from([0, 1, -1, 20, -20, 45, -45, 100, -100, 3_600, -3_600, 40_000, -40_000]).map(
    lambda seconds: seconds * SECOND
)


@st.composite
def talks(draw: st.DrawFn) -> list[Message]:
    """Messages in the order in which they are heard: late by minutes, repeated, old fixes again."""
    found = []
    for sent in sorted(draw(st.lists(st.integers(0, 1_800), min_size=1, max_size=20))):
        ages = draw(st.lists(st.integers(0, 400), min_size=1, max_size=4))
        lates = draw(st.lists(st.floats(0, 290), min_size=1, max_size=3))
        found += [Message([sent - age for age in ages], sent, sent + late) for late in lates]
    return sorted(found, key=lambda one: one.heard)


@given(talks(), offs, st.booleans())
def test_in_whatever_order_and_however_late_the_newest_place_is_the_newest(
    messages: list[Message], off: timedelta, says_when: bool
) -> None:
    desk = Desk(off, says_when)
    so_far: list[int] = []
    for message in messages:
        desk.hears(message)
        so_far += message.fixes
        assert desk.newest == max(so_far)


def test_a_late_duplicate_does_not_move_the_walker_back() -> None:
    desk = Desk(0 * SECOND)
    for second in range(0, 60, 3):
        desk.hears(Message([second], second, second + 0.2))
    before = desk.last
    desk.hears(Message([0], 0, 60.5))
    assert (desk.newest, desk.last) == (57, before)
    desk.hears(Message([60], 60, 60.6))
    assert desk.last == START + 60 * SECOND


@pytest.mark.parametrize("off", [0, 100, -100, 3_600, -3_600])
def test_a_clock_that_is_off_is_read_to_the_delay_of_the_quickest_message(off: int) -> None:
    desk = Desk(off * SECOND)
    for second, delay in ((0, 80.0), (70, 15.0), (90, 0.3), (92, 25.0), (94, 1.0)):
        desk.hears(Message([second], second, second + delay))
    assert desk.last is not None
    assert abs(desk.last - (START + 94 * SECOND)) <= 2 * SECOND


@pytest.mark.parametrize("jump", [3_600, -3_600])
@pytest.mark.parametrize("says_when", [True, False])
def test_a_phone_whose_clock_is_set_on_the_way_is_followed_again(
    jump: int, says_when: bool
) -> None:
    """At once where it is set ahead; where it is set back, once nothing but lateness was heard."""
    desk = Desk(0 * SECOND, says_when)
    for second in range(0, 2_400, 5):
        if second == 600:
            desk.off = jump * SECOND
        desk.hears(Message([second], second, second + 0.2))
        if second < 600 or second > 1_830 or jump < 0:
            assert desk.newest == second


def test_one_fix_of_a_far_future_does_not_end_the_following() -> None:
    for says_when in (True, False):
        desk = Desk(0 * SECOND, says_when)
        desk.hears(Message([0], 0, 0.2))
        desk.hears(from_the_future(5, by=10**9))
        desk.hears(Message([10], 10, 10.2))
        desk.hears(Message([15], 15, 15.2))
        assert desk.newest == 15


def from_the_future(second: int, by: int) -> Message:
    return Message([second + by], second, second + 0.2)


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
moments = st.sampled_from([FIRST, START, LAST]) | st.datetimes(timezones=st.just(UTC))


@given(st.lists(st.tuples(st.none() | moments, moments), max_size=5))
@example([(FIRST, LAST)])
@example([(LAST, FIRST)])
@example([(LAST, LAST)])
@example([(None, FIRST), (None, LAST)])
def test_a_clock_that_shows_any_year_breaks_nothing_and_tells_of_no_future(
    said: list[tuple[datetime | None, datetime]],
) -> None:
    clock, last = PhoneClock(), None
    for sent_at, fixed_at in said:
        clock = clock.heard(START, sent_at, fixed_at)
        clock, at = clock.took(fixed_at, START, last)
        assert at <= START + len(said) * SECOND
        last = at if last is None else max(last, at)
