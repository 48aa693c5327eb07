"""Laws of what to say to a lamp: nothing too late, nothing for ever, nothing in vain."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lights.claims import Claim
from lights.lamp import BLINK, BRIGHT, SCHEDULE, Scene, Sighting
from lights.orders import Gap, Order, Pace, Said, gap, is_shown, said_now
from tests.lights.gaps import NOW, SECOND, claim, said, seen

PACE = Pace()
NOTHING = Gap(None, None, None)
SCENES = st.sampled_from([BLINK, BRIGHT, Scene("dim", 60)])
ENDS = st.sampled_from([0.001, 1, 5, 119, 120, 121, 300, 301, 7200]) | st.floats(0.001, 7200)
PAST_AND_FUTURE = st.sampled_from([-60, -1, 0, 1, 119, 120, 120.5, 121, 300, 600]) | st.floats(
    -9, 600
)
SEQS = st.integers(0, 9)
WANTED = st.builds(claim, ENDS, SCENES)
SIGHTINGS = st.builds(seen, st.one_of(SCENES, st.just(SCHEDULE)), st.none() | PAST_AND_FUTURE, SEQS)
LAST = st.builds(
    lambda scene, again, first, more, shows: said(scene, again, first + more, first, shows),
    st.one_of(SCENES, st.just(SCHEDULE)),
    st.floats(-60, 36),
    SEQS,
    st.integers(0, 3),
    PAST_AND_FUTURE,
)  # fmt: skip


@given(WANTED, st.none() | SIGHTINGS, st.none() | LAST)
def test_nothing_is_ordered_beyond_the_end_of_its_claim_nor_far_ahead(
    wanted: Claim, sighting: Sighting | None, last: Said | None
) -> None:
    found = gap(wanted, sighting, last, NOW, PACE)
    if found.say is not None:
        assert found.say == wanted.scene
        assert found.until is not None
        assert NOW < found.until <= min(wanted.until, NOW + PACE.order_for)


@given(st.none() | WANTED, st.none() | SIGHTINGS, st.none() | LAST)
def test_whoever_waits_looks_again_later_and_not_in_this_instant(
    wanted: Claim | None, sighting: Sighting | None, last: Said | None
) -> None:
    found = gap(wanted, sighting, last, NOW, PACE)
    if found.look_again is not None:
        assert found.say is None
        assert found.look_again > NOW


@given(WANTED, st.none() | SIGHTINGS, st.none() | LAST)
def test_nobody_rests_before_the_lamp_is_seen_to_show_its_claim(
    wanted: Claim, sighting: Sighting | None, last: Said | None
) -> None:
    found = gap(wanted, sighting, last, NOW, PACE)
    if not is_shown(wanted.scene, sighting, last):
        assert found != NOTHING
        assert found.look_again is None or found.look_again <= NOW + 36 * SECOND


@given(st.none() | SIGHTINGS, st.none() | LAST)
def test_a_lamp_that_nobody_claims_is_told_nothing_but_its_programme(
    sighting: Sighting | None, last: Said | None
) -> None:
    found = gap(None, sighting, last, NOW, PACE)
    assert found.say in (None, SCHEDULE)
    assert found.until is None
    if sighting is not None and sighting.scene != "schedule" and sighting.until is None:
        assert found != NOTHING


@given(st.none() | WANTED, st.none() | SIGHTINGS, st.none() | LAST, st.floats(0, 0.999))
def test_a_lamp_that_is_seen_to_obey_is_told_nothing_more(
    wanted: Claim | None, sighting: Sighting | None, last: Said | None, chance: float
) -> None:
    found = gap(wanted, sighting, last, NOW, PACE)
    if found.say is None:
        return
    order = Order("L1", 100, found.say, found.until)
    now_said = said_now(order, last, sighting, NOW, PACE, chance)
    obeyed = replace(seen(order.scene, None, order.seq), until=order.until)
    assert gap(wanted, obeyed, now_said, NOW, PACE).say is None


@given(ENDS, SCENES, st.lists(st.booleans(), max_size=200))
def test_a_lamp_that_hears_one_order_in_five_shows_its_claim_to_the_end_and_no_longer(
    ends: float, scene: Scene, lost: list[bool]
) -> None:
    wanted, now = claim(ends, scene), NOW
    sighting, last, seq, shows_until, unheard = None, None, 0, NOW, 0
    losses = iter(lost)
    while now < wanted.until:
        found = gap(wanted, sighting, last, now, PACE)
        if found.say is not None:
            seq += 1
            order = Order("L1", seq, found.say, found.until)
            last = said_now(order, last, sighting, now, PACE, 0.999)
            unheard = unheard + 1 if next(losses, False) and unheard < 4 else 0
            if not unheard:
                assert found.until is not None
                shows_until = found.until
                sighting = replace(seen(found.say, None, seq), until=found.until)
            continue
        now = min(wanted.until, found.look_again or wanted.until)
        # Makers round the end to a whole second, so the last one may be missing.
        assert sighting is None or shows_until >= min(now, wanted.until - SECOND)
    assert shows_until <= wanted.until
    assert sighting is None or shows_until >= wanted.until - SECOND
