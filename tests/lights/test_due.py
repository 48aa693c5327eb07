"""Which lamps the fleet looks at next, when thousands wait at once."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from lights.due import AT_ONCE, Due
from lights.lamp import BRIGHT
from tests.lights.night import SECOND, Night

_LAMPS = st.sampled_from([f"L{number}" for number in range(12)])
_ADDED = st.lists(st.tuples(st.integers(0, 3), _LAMPS), max_size=40)


def helped(due: Due, count: int | None = None) -> list[str]:
    return list(islice(due.helping(), count))


def test_the_highest_rank_comes_first_and_then_who_came_first() -> None:
    due = Due()
    for rank, lamp in ((10, "walker 1"), (80, "cry"), (10, "walker 2"), (70, "desk")):
        due.add(rank, lamp)
    assert helped(due, 3) == ["cry", "desk", "walker 1"]
    due.add(80, "walker 2")  # somebody calls for help beneath it
    due.add(10, "walker 3")
    assert helped(due) == ["walker 2", "walker 3"]
    assert not due


@given(_ADDED, st.lists(st.integers(0, 5), max_size=8), _ADDED)
def test_every_lamp_comes_and_none_before_one_of_a_higher_rank(
    first: list[tuple[int, str]], helpings: list[int], then: list[tuple[int, str]]
) -> None:
    due, waiting = Due(), dict[str, int]()
    for rank, lamp in first:
        due.add(rank, lamp)
        waiting[lamp] = max(rank, waiting.get(lamp, 0))
    for count in [*helpings, None]:
        if count is None:
            for rank, lamp in then:
                due.add(rank, lamp)
                waiting[lamp] = max(rank, waiting.get(lamp, 0))
        for lamp in helped(due, count):
            assert waiting[lamp] == max(waiting.values())
            del waiting[lamp]
        assert len(due) == len(waiting)
    assert not waiting


def test_a_cry_waits_for_one_helping_of_walkers_at_most_and_no_lamp_is_forgotten(
    night: Night,
) -> None:
    lamps = [f"L{number}" for number in range(3 * AT_ONCE)]
    now = night.hours.now()
    night.fleet.claims_change(
        "walks", [night.wants("walks", key, rank=10, scene=BRIGHT) for key in lamps], ()
    )
    night.fleet.claims_are("incident:1", [night.wants("incident:1", lamps[-1])])
    night.hours.wait()
    assert night.hours.now() - now < SECOND
    assert night.rounds[0][0].topic == f"lamps/{lamps[-1]}/order"
    assert all(len(one) <= AT_ONCE for one in night.rounds)
    assert {key for _, key, _ in night.said} == set(lamps)
