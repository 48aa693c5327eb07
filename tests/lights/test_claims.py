"""Who gets a lamp that several want, by example and by law."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lights.claims import Claim, next_change, winner
from lights.lamp import BLINK, BRIGHT, SCHEDULE

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


def claim(
    owner: str, rank: int = 80, made: float = -60, ends: float = 60, lamp_id: str = "L1"
) -> Claim:
    """A claim made and ending that many seconds after now."""
    return Claim(lamp_id, owner, rank, BLINK, NOW + made * SECOND, NOW + ends * SECOND)


@pytest.mark.parametrize(
    ("claims", "owner"),
    [
        ([], None),
        ([claim("a")], "a"),
        ([claim("a", rank=70), claim("b", rank=80)], "b"),
        ([claim("a", rank=-2), claim("b", rank=-1)], "b"),
        # The higher rank, however late it was made.
        ([claim("a", rank=70, made=-3600), claim("b", rank=71, made=-1)], "b"),
        # Of equal rank, the earlier one; a newcomer takes no lamp from its equal.
        ([claim("a", made=-10), claim("b", made=-20)], "b"),
        ([claim("a", made=-20), claim("b", made=-20.000001)], "b"),
        # Of those, the lower name.
        ([claim("b"), claim("a")], "a"),
        ([claim("incident:10"), claim("incident:9")], "incident:10"),
        # Who ends now has ended.
        ([claim("a", ends=0)], None),
        ([claim("a", ends=-0.001)], None),
        ([claim("a", ends=0.001)], "a"),
        ([claim("a", rank=99, ends=0), claim("b", rank=1)], "b"),
        ([claim("a", made=-99, ends=-1), claim("b", made=-1)], "b"),
        # How long a claim still lasts counts for nothing.
        ([claim("a", ends=1), claim("b", ends=7200)], "a"),
    ],
)
def test_the_lamp_shows_the_highest_claim_that_has_not_ended(
    claims: list[Claim], owner: str | None
) -> None:
    for written in (claims, claims[::-1]):
        won = winner(written, NOW)
        assert (won and won.owner) == owner


@pytest.mark.parametrize(
    ("claims", "seconds"),
    [
        ([], None),
        ([claim("a", ends=60)], 60),
        ([claim("a", ends=60), claim("b", ends=30)], 30),
        ([claim("a", rank=1, ends=5), claim("b", rank=99, ends=60)], 5),
        ([claim("a", ends=0), claim("b", ends=30)], 30),
        ([claim("a", ends=0), claim("b", ends=-30)], None),
    ],
)
def test_the_lamp_may_change_by_itself_when_the_next_claim_ends(
    claims: list[Claim], seconds: float | None
) -> None:
    expected = None if seconds is None else NOW + seconds * SECOND
    assert next_change(claims, NOW) == expected


def test_when_the_highest_claim_is_released_what_lay_under_it_comes_back() -> None:
    walk, incident, operator = claim("walk", 20), claim("incident", 80), claim("operator", 90)
    assert winner([walk, incident, operator], NOW) == operator
    assert winner([walk, incident], NOW) == incident
    assert winner([walk], NOW) == walk


def test_when_the_highest_claim_ends_what_lay_under_it_comes_back_in_that_instant() -> None:
    walk, incident = claim("walk", 20, ends=600), claim("incident", 80, ends=60)
    assert winner([walk, incident], NOW + 60 * SECOND - MILLISECOND) == incident
    assert winner([walk, incident], NOW + 60 * SECOND) == walk


def test_a_claim_ends_on_a_whole_millisecond_since_no_lamp_can_say_more() -> None:
    ends = datetime(2026, 11, 22, 12, 0, 30, 123_999, tzinfo=UTC)
    whole = datetime(2026, 11, 22, 12, 0, 30, 123_000, tzinfo=UTC)
    assert Claim("L1", "a", 80, BRIGHT, NOW, ends).until == whole


def test_nobody_can_claim_the_programme() -> None:
    with pytest.raises(ValueError, match="programme"):
        Claim("L1", "a", 80, SCHEDULE, NOW, NOW + SECOND)


# Few values of each, so that ties and ends at one instant are frequent.
CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from("abcd"),
        st.integers(1, 3),
        st.integers(-2, 0),
        st.integers(-2, 4),
    ),
    max_size=7,
    unique_by=lambda one: one.owner,
)


@given(CLAIMS.flatmap(lambda claims: st.tuples(st.just(claims), st.permutations(claims))))
def test_the_order_of_writing_does_not_matter(written: tuple[list[Claim], list[Claim]]) -> None:
    assert winner(written[0], NOW) == winner(written[1], NOW)


@given(CLAIMS)
def test_a_claim_that_has_ended_is_as_good_as_never_written(claims: list[Claim]) -> None:
    live = [one for one in claims if one.until > NOW]
    assert winner(claims, NOW) == winner(live, NOW)
    assert (winner(claims, NOW) is None) == (not live)


@given(CLAIMS)
def test_each_release_brings_back_what_lay_just_under_it(claims: list[Claim]) -> None:
    left, shown = list(claims), []
    while (won := winner(left, NOW)) is not None:
        shown.append(won)
        left.remove(won)
    assert sorted(shown, key=lambda one: one.owner) == sorted(
        (one for one in claims if one.until > NOW), key=lambda one: one.owner
    )
    for upper, lower in pairwise(shown):
        assert upper.rank >= lower.rank
        if upper.rank == lower.rank:
            assert (upper.made_at, upper.owner) < (lower.made_at, lower.owner)


@given(CLAIMS, st.integers(1, 3))
def test_a_later_claim_of_no_higher_rank_takes_no_lamp_away(claims: list[Claim], rank: int) -> None:
    before = winner(claims, NOW)
    after = winner([*claims, claim("0", rank, made=0.001)], NOW)
    if before is not None and before.rank >= rank:
        assert after == before
    else:
        assert after is not None
        assert after.owner == "0"


@given(CLAIMS)
def test_until_the_next_change_the_winner_stays(claims: list[Claim]) -> None:
    change = next_change(claims, NOW)
    if change is None:
        assert winner(claims, NOW) is None
    else:
        assert change > NOW
        assert winner(claims, change - MILLISECOND) == winner(claims, NOW)
        assert next_change(claims, change) != change
