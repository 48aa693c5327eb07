"""Come here for the law of the whole loop: whatever happens, every lamp shows its claim in the end.

Its table of examples stands in `tests/test_loop.py`.
"""

from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from firmware_sim.trouble import junk
from tests.pole import Air
from tests.town import LAMPS, WANTS, Town

LAMP = st.sampled_from(LAMPS)
LASTS = st.sampled_from([0.5, 5, 30, 120, 301, 420, 1800, 7200])
AIRS = st.builds(
    Air,
    st.sampled_from([0.0, 0.0, 0.3, 0.8, 1.0]),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([0.0, 0.0, 0.5, 5.0, 30.0]),
)


class AnyStory(RuleBasedStateMachine):
    """Whatever may happen, in any order. `town` checks itself while time passes."""

    town: Town

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.town = Town(seed)

    def is_up(self) -> bool:
        return self.town.fleet is not None

    @precondition(is_up)
    @rule(owner=st.sampled_from(sorted(WANTS)), lamps=st.sets(LAMP), lasts=LASTS)
    def somebody_claims(self, owner: str, lamps: set[str], lasts: float) -> None:
        self.town.claim(owner, lamps, lasts)

    @precondition(is_up)
    @rule(data=st.data())
    def somebody_releases(self, data: st.DataObject) -> None:
        owners = sorted(owner for owner, claims in self.town.claims.items() if claims)
        if owners:
            self.town.claim(data.draw(st.sampled_from(owners)), (), 0)

    @rule(seconds=st.sampled_from([0.005, 0.3, 1, 5, 40, 130, 400]))
    def time_passes(self, seconds: float) -> None:
        self.town.pass_time(seconds)

    @rule(air=AIRS)
    def the_weather_changes(self, air: Air) -> None:
        self.town.air = air

    @rule(down_s=st.sampled_from([0, 0, 3, 200, 700]))
    def the_dispatcher_is_killed_and_starts_again(self, down_s: float) -> None:
        if self.town.fleet is not None:
            self.town.kill_dispatcher()
            self.town.pass_time(down_s)
        self.town.start_dispatcher()

    @precondition(lambda self: self.town.broker_up)
    @rule()
    def the_broker_goes(self) -> None:
        self.town.lose_broker()

    @precondition(lambda self: not self.town.broker_up)
    @rule()
    def the_broker_comes_back(self) -> None:
        self.town.find_broker()

    @rule(lamp_id=LAMP)
    def a_lamp_reboots(self, lamp_id: str) -> None:
        self.town.reboot(lamp_id)

    @rule(lamp_id=LAMP, on=st.booleans())
    def power_goes_or_comes(self, lamp_id: str, on: bool) -> None:
        self.town.power(lamp_id, on)

    @rule(lamp_id=LAMP, seconds=st.sampled_from([-3, 0, 3]))
    def a_clock_is_set(self, lamp_id: str, seconds: float) -> None:
        self.town.set_clock(lamp_id, seconds)

    @rule(lamp_id=LAMP, seed=st.integers(0, 99), kind=st.sampled_from(["sighting", "status"]))
    def somebody_talks_junk(self, lamp_id: str, seed: int, kind: str) -> None:
        self.town.tell_dispatcher(f"lamps/{lamp_id}/{kind}", junk(Random(seed)))

    @invariant()
    def nothing_is_ever_amiss(self) -> None:
        self.town.look_at_all()

    def teardown(self) -> None:
        if hasattr(self, "town"):
            try:
                self.town.assert_it_recovers()
            finally:
                self.town.end()


def test_whatever_is_lost_repeated_or_out_of_order_every_lamp_shows_its_claim_in_the_end() -> None:
    run_state_machine_as_test(
        AnyStory,
        settings=settings(
            max_examples=100,
            stateful_step_count=30,
        ),
    )
