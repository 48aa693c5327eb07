"""The shell that keeps every lamp in step, lived through in hours that pass in an instant."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from lights.answers import Answer
from lights.claims import Claim
from lights.fleet import Fleet
from lights.lamp import BLINK, BRIGHT, Scene
from lights.mqtt_client import Message
from lights.order_numbers import SEQ_BLOCK
from lights.watch import LampChange
from tests.lights.hours import NIGHT, Hours

SECOND = timedelta(seconds=1)
AT_ONCE_S = 0.05


class Counter:
    """What the database remembers of order numbers; `left` is how many it can still give."""

    def __init__(self) -> None:
        self.value = 0
        self.left: asyncio.Queue[int] | None = None

    async def reserve(self, size: int) -> int:
        self.value += size if self.left is None else await self.left.get()
        return self.value


class Night:
    """A fleet and everything that it says, to lamps whose ids begin with L."""

    def __init__(self, hours: Hours, counter: Counter | None = None) -> None:
        self.hours = hours
        self.counter = counter or Counter()
        self.said: list[tuple[float, str, dict[str, Any]]] = []
        self.rounds: list[list[Message]] = []
        self.answers: list[Answer] = []
        self.changes: list[Sequence[LampChange]] = []
        self.obedient: set[str] = set()
        self.looks = 0
        self.fleet = Fleet(
            clock=self._clock,
            say=self._say,
            reserve_seqs=self.counter.reserve,
            serves=lambda lamp_id: lamp_id.startswith("L"),
            answered=self.answers.append,
            changed=self.changes.append,
        )

    def begin(self) -> None:
        self.life = self.hours.start(self.fleet.run())
        self.fleet.broker_is(True)
        self.hours.wait()

    def seconds(self) -> float:
        """Since the evening began."""
        return (self.hours.now() - NIGHT) / SECOND

    def _clock(self) -> datetime:
        self.looks += 1
        return self.hours.now()

    async def _say(self, messages: Iterable[Message]) -> int:
        spoken = list(messages)
        self.rounds.append(spoken)
        for message in spoken:
            lamps, lamp_id, order = message.topic.split("/")
            assert (lamps, order) == ("lamps", "order")
            body = json.loads(message.payload)
            self.said.append((self.seconds(), lamp_id, body))
            if lamp_id in self.obedient:
                self.hours.later(0.001, lambda key=lamp_id, what=body: self.sees(key, **what))
        return len(spoken)

    def claim(self, owner: str, *lamp_ids: str, **more: Any) -> None:
        """The owner now wants exactly these lamps."""
        self.fleet.claims_are(owner, [self.wants(owner, key, **more) for key in lamp_ids])
        self.hours.wait()

    def wants(
        self, owner: str, lamp_id: str, rank: int = 80, scene: Scene = BLINK, lasts: float = 7200
    ) -> Claim:
        now = self.hours.now()
        return Claim(lamp_id, owner, rank, scene, now, now + lasts * SECOND)

    def sees(self, lamp_id: str, **fields: Any) -> None:
        """A lamp says what it shows."""
        body = {"level": 80, "faults": []} | fields
        self.fleet.heard(f"lamps/{lamp_id}/sighting", json.dumps(body).encode())

    def sees_programme(self, lamp_id: str, seq: int = 0) -> None:
        self.sees(lamp_id, v=1, seq=seq, scene="schedule")
        self.hours.wait()

    def obeys(self, lamp_id: str) -> None:
        """A lamp says that it shows what it was told last."""
        self.sees(lamp_id, **self.told(lamp_id)[-1])
        self.hours.wait()

    def told(self, lamp_id: str = "L1") -> list[dict[str, Any]]:
        return [body for _, key, body in self.said if key == lamp_id]

    def scenes(self, lamp_id: str = "L1") -> list[str]:
        return [body["scene"] for body in self.told(lamp_id)]

    def times(self, lamp_id: str = "L1") -> list[float]:
        return [at for at, key, _ in self.said if key == lamp_id]


def until_s(order: dict[str, Any]) -> float:
    """When an order ends, in seconds since the evening began."""
    return (datetime.fromisoformat(order["until"]) - NIGHT) / SECOND


@pytest.fixture
def hours() -> Iterator[Hours]:
    hours = Hours()
    yield hours
    hours.end()


@pytest.fixture
def night(hours: Hours) -> Night:
    night = Night(hours)
    night.begin()
    return night


# ---- what is said, and when


def test_a_claimed_lamp_is_told_at_once_for_five_minutes(night: Night) -> None:
    night.claim("incident:1", "L1")
    assert night.rounds == [
        [
            Message(
                "lamps/L1/order",
                b'{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,'
                b'"lit_ms":600,"until":"2026-11-22T12:05:00.010Z"}',
                300,
            )
        ]
    ]


def test_the_orders_of_one_round_go_out_together(night: Night) -> None:
    lamps = [f"L{number}" for number in range(30)]
    night.claim("incident:1", *lamps)
    assert len(night.rounds) == 1
    assert sorted(key for _, key, _ in night.said) == sorted(lamps)
    assert night.fleet.said == 30


def test_no_order_lasts_longer_than_its_claim(night: Night) -> None:
    night.claim("incident:1", "L1", lasts=20)
    assert night.told()[0]["until"] == "2026-11-22T12:00:20.010Z"
    assert night.rounds[0][0].expires_s == 20


def test_a_lamp_that_does_not_answer_is_told_again_after_growing_pauses(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.hours.wait(180)
    pauses = [later - earlier for earlier, later in pairwise(night.times())]
    expected = [1, 2, 4, 8, 16, 30, 30, 30]
    assert len(pauses) >= 7
    for pause, usual in zip(pauses, expected, strict=False):
        assert 0.79 * usual <= pause <= 1.21 * usual
    assert {body["scene"] for body in night.told()} == {"blink"}


def test_the_pauses_of_many_lamps_are_spread(night: Night) -> None:
    night.claim("incident:1", *[f"L{number}" for number in range(50)])
    night.hours.wait(2)
    second_tries = [night.times(f"L{number}")[1] for number in range(50)]
    assert max(second_tries) - min(second_tries) > 0.2


def test_a_lamp_that_is_seen_to_obey_is_left_alone_until_its_renewal(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.hours.wait(179)
    assert len(night.told()) == 1
    night.hours.wait(1.5)
    assert len(night.told()) == 2


def test_a_lamp_that_obeys_is_renewed_long_before_it_would_fall_back(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", lasts=1200)
    night.hours.wait(1250)
    assert [round(at) for at in night.times()] == [0, 180, 360, 540, 720, 900]
    untils = [until_s(body) for body in night.told()]
    assert all(
        until - renewed >= 119 for until, renewed in zip(untils, night.times()[1:], strict=False)
    )
    assert untils[-1] == pytest.approx(1200, abs=AT_ONCE_S)


def test_while_all_is_well_the_fleet_hardly_looks_at_its_clock(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1")
    night.looks = 0
    night.hours.wait(600)
    assert night.looks < 100


def test_a_renewal_that_gets_lost_is_said_again_while_the_lamp_is_still_lit(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.hours.wait(299)
    assert len(night.told()) >= 6


def test_a_new_scene_that_gets_lost_is_said_again_long_before_the_renewal(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("operator", "L1", rank=90, scene=BRIGHT)
    night.hours.wait(3.7)
    assert night.scenes() == ["blink", "bright", "bright", "bright"]


def test_a_claim_of_the_same_scene_that_lasts_longer_needs_no_order_yet(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", lasts=3600)
    night.claim("incident:1", "L1", lasts=7200)
    assert len(night.told()) == 1


def test_a_claim_that_was_cut_short_is_said_again_with_its_new_end(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1")
    night.hours.wait(2)
    night.claim("incident:1", "L1", lasts=10)
    assert until_s(night.told()[-1]) == pytest.approx(night.seconds() + 10, abs=AT_ONCE_S)
    night.hours.wait(15)
    assert len(night.told()) == 2


# ---- release, and what lies under


def test_a_released_lamp_is_told_to_follow_its_programme_until_it_is_seen_to(night: Night) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("incident:1")
    assert night.rounds[-1] == [
        Message("lamps/L1/order", b'{"v":1,"seq":2,"scene":"schedule"}', 600)
    ]
    night.hours.wait(8.5)
    assert night.scenes() == ["blink", "schedule", "schedule", "schedule", "schedule"]
    night.obeys("L1")
    night.hours.wait(600)
    assert len(night.told()) == 5


def test_a_lamp_released_before_it_was_ever_seen_is_told_so_as_long_as_it_could_blink(
    night: Night,
) -> None:
    night.claim("incident:1", "L1")
    night.claim("incident:1")
    night.sees_programme("L1")  # said before the order could arrive: it proves nothing
    night.hours.wait(290)
    assert len(night.told()) > 10
    night.hours.wait(40)
    said = len(night.told())
    night.hours.wait(600)
    assert len(night.told()) == said


def test_a_lamp_whose_claim_ends_is_told_nothing_since_it_ends_by_itself(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", lasts=20)
    night.hours.wait(60)
    assert night.scenes() == ["blink"]


def test_the_highest_claim_is_shown_and_what_lay_under_it_comes_back(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("walk:1", "L1", rank=20, scene=Scene("dim", 60))
    night.claim("incident:1", "L1", rank=80)
    night.claim("incident:2", "L1", rank=80, scene=BRIGHT)  # no higher, and later
    night.claim("operator", "L1", rank=90, scene=BRIGHT, lasts=30)
    night.claim("incident:2")
    assert night.scenes() == ["dim", "blink", "bright"]
    night.hours.wait(31)
    assert night.scenes() == ["dim", "blink", "bright", "blink"]
    night.claim("incident:1")
    assert night.scenes()[4:] == ["dim"]
    night.claim("walk:1")
    assert night.scenes()[5:] == ["schedule"]


def test_what_comes_back_when_a_higher_claim_ends_is_said_in_that_instant(night: Night) -> None:
    night.obedient = {"L1"}
    night.claim("incident:1", "L1", rank=70, scene=BRIGHT)
    night.claim("incident:2", "L1", rank=80, lasts=30)
    night.hours.wait(60)
    assert night.scenes() == ["bright", "blink", "bright"]
    assert night.times()[2] - night.times()[1] == pytest.approx(30, abs=AT_ONCE_S)


def test_an_owner_that_moves_on_releases_the_lamps_behind_it(night: Night) -> None:
    night.obedient = {"L1", "L2", "L3"}
    night.claim("incident:1", "L1", "L2")
    night.claim("incident:1", "L2", "L3")
    assert night.scenes("L1") == ["blink", "schedule"]
    assert night.scenes("L2") == night.scenes("L3") == ["blink"]


def test_a_lamp_that_was_told_otherwise_meanwhile_is_not_trusted_to_show_its_claim_still(
    night: Night,
) -> None:
    night.claim("incident:1", "L1")
    night.obeys("L1")
    night.claim("incident:1", "L1", scene=BRIGHT)
    night.claim("incident:1", "L1")
    assert night.scenes() == ["blink", "bright", "blink"]


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


def test_lamps_that_are_not_in_service_are_counted_and_never_answered(night: Night) -> None:
    night.sees("X1", v=1, seq=7, scene="bright", level=100, until="2026-11-22T12:04:00Z")
    night.fleet.heard("lamps/X2/status", b"online")
    night.hours.wait(1)
    assert night.fleet.ear.strangers == 2
    assert night.said == night.changes == []
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


# ---- what others hear


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
