"""What the crew is shown of lamps: what they would show if nobody needed them."""

from datetime import timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from lights.claims import Claim
from lights.crew_veil import CrewVeil
from lights.lamp import BLINK, BRIGHT, Sighting
from lights.watch import LampChange, View, Watch
from tests.lights.test_veil import NOW

PROGRAMME = View("schedule", 80, True, ())
RANKS = {"walks": 10, "test:1": 20, "incident:1": 80}


class Ladder:
    """One lamp, who claims it, and what the crew is told."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.veil = CrewVeil(self.watch, lambda owner: owner.startswith("test:"), lambda: NOW)
        self.told: list[View] = []
        self._seqs = count(1)
        self.sees("schedule", 80)

    def claims(self, *owners: str) -> None:
        """These and nobody else claim it; an incident wants it to blink."""
        until = NOW + timedelta(minutes=2)
        self.watch["L1"].claims = {
            one: Claim("L1", one, RANKS[one], BLINK if "inc" in one else BRIGHT, NOW, until)
            for one in owners
        }

    def sees(self, scene: str, level: int, *faults: str) -> View:
        """The lamp shows that; returns what the crew is shown."""
        sighting = Sighting(next(self._seqs), scene, level, faults=faults)  # type: ignore[arg-type]
        self.watch.saw("L1", sighting, NOW)
        changed, self.watch.changed = self.watch.changed, set()
        changes = [LampChange(key, self.watch.view(key)) for key in changed]
        self.told += [one.view for one in self.veil.changes(changes)]
        return self.veil.view("L1")


def test_a_lamp_that_blinks_for_somebody_looks_as_before_and_nothing_is_told_of_it() -> None:
    ladder = Ladder()
    ladder.claims("incident:1", "walks")
    assert ladder.sees("blink", 100) == PROGRAMME
    ladder.claims()
    assert ladder.sees("blink", 100) == PROGRAMME, "it has not heard yet that nobody needs it"
    assert ladder.sees("schedule", 80) == PROGRAMME
    assert ladder.told == [PROGRAMME]
    assert ladder.veil.lit() == []


def test_a_test_is_shown_whether_the_lamp_is_free_for_it_or_not() -> None:
    ladder = Ladder()
    ladder.claims("test:1")
    free = ladder.sees("bright", 100)
    assert (free.scene, free.level) == ("bright", 100)
    ladder.claims("test:1", "incident:1")
    assert ladder.sees("blink", 100) == free
    ladder.claims("test:1")
    assert ladder.sees("blink", 100) == free, "it has not gone back to the test yet"
    assert [one.lamp_id for one in ladder.veil.lit()] == ["L1"]
    assert ladder.told == [PROGRAMME, free]


def test_a_lamp_that_breaks_under_an_incident_is_shown_broken() -> None:
    ladder = Ladder()
    ladder.claims("incident:1")
    ladder.sees("blink", 100)
    shown = ladder.sees("blink", 100, "lamp_failure")
    assert (shown.scene, shown.faults) == ("schedule", ("lamp_failure",))
    assert ladder.told[-1] == shown


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["schedule", "bright", "blink"]),
            st.sets(st.sampled_from(["walks", "incident:1"])),
        ),
        max_size=30,
    )
)
def test_whatever_happens_to_people_the_crew_is_told_nothing(
    story: list[tuple[str, set[str]]],
) -> None:
    ladder = Ladder()
    for scene, owners in story:
        ladder.claims(*owners)
        assert ladder.sees(scene, 80 if scene == "schedule" else 100) == PROGRAMME
    assert ladder.told == [PROGRAMME]
