"""What screens are shown of lamps: nothing of those that are bright for walkers."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from lights.claims import Claim
from lights.lamp import BRIGHT, Scene, Sighting
from lights.veil import Veil
from lights.watch import LampChange, View, Watch

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CASE = "incident:1"


class Screen:
    """One lamp, who claims it, and what a screen is told."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.veil = Veil(self.watch, "walks")
        self.told: list[View] = []
        self._seqs = count(1)
        self.sees("schedule", 80)

    def claims(self, *owners: str) -> None:
        """These and nobody else claim it."""
        until = NOW + timedelta(minutes=2)
        known = self.watch["L1"]
        known.claims = {one: Claim("L1", one, 10, Scene("bright"), NOW, until) for one in owners}

    def sees(self, scene: str, level: int, *faults: str) -> View:
        """The lamp shows that; returns what the screen shows."""
        sighting = Sighting(next(self._seqs), scene, level, faults=faults)  # type: ignore[arg-type]
        self.watch.saw("L1", sighting, NOW)
        changed, self.watch.changed = self.watch.changed, set()
        changes = [LampChange(key, self.watch.view(key)) for key in changed]
        self.told += [one.view for one in self.veil.changes(changes)]
        return self.veil.view("L1")


PROGRAMME = View("schedule", 80, True, ())


def test_a_lamp_that_is_bright_for_a_walker_looks_as_before_and_nothing_is_told_of_it() -> None:
    screen = Screen()
    screen.claims("walks")
    assert screen.sees("bright", 100) == PROGRAMME
    screen.claims()
    assert screen.sees("bright", 100) == PROGRAMME, "nobody needs it, and it has not heard so yet"
    assert screen.sees("schedule", 80) == PROGRAMME
    assert screen.told == [PROGRAMME]
    assert not screen.veil.is_lit("L1", screen.watch["L1"])


def test_what_an_incident_claims_is_shown_until_the_lamp_is_back_on_its_programme() -> None:
    screen = Screen()
    screen.claims("walks", CASE)
    assert screen.sees("blink", 100).scene == "blink"
    assert screen.sees("bright", 100).scene == "bright"
    assert screen.veil.is_lit("L1", screen.watch["L1"])
    screen.claims()
    assert screen.sees("bright", 90).scene == "bright", "it has not obeyed yet"
    assert screen.sees("schedule", 80) == PROGRAMME


def test_after_an_incident_the_light_of_a_walk_is_shown_no_longer() -> None:
    screen = Screen()
    screen.claims("walks", CASE)
    screen.sees("blink", 100)
    screen.claims("walks")
    assert screen.sees("bright", 100) == PROGRAMME


def test_a_lamp_that_breaks_under_a_walker_is_shown_broken() -> None:
    screen = Screen()
    screen.claims("walks")
    screen.sees("bright", 100)
    shown = screen.sees("bright", 100, "lamp_failure")
    assert (shown.scene, shown.faults) == ("schedule", ("lamp_failure",))
    assert screen.told[-1] == shown


def test_what_was_bright_before_we_were_started_is_taken_for_a_walker_s() -> None:
    screen = Screen()
    assert screen.sees("bright", BRIGHT.level).scene == "schedule"


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["schedule", "bright"]), st.booleans()), max_size=30))
def test_whatever_walkers_do_nothing_is_told(story: list[tuple[str, bool]]) -> None:
    screen = Screen()
    for scene, claimed in story:
        screen.claims(*(["walks"] if claimed else []))
        screen.sees(scene, 80 if scene == "schedule" else 100)
        assert screen.veil.view("L1") == PROGRAMME
    assert screen.told == [PROGRAMME]
