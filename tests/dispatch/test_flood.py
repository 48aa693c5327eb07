"""Floods of reports: a first cry is always heard, what is over is marked, a plain flood waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.flood import Floods, Refused, Taken, source_of
from dispatch.plan import DEFAULT, FloodLimits
from dispatch.sign_in import people
from dispatch.sign_in.keys import digest, new_token
from dispatch.sign_in.people import App
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, signed_in
from tests.house import assert_problem, report, running, street_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SMALL = FloodLimits(window=timedelta(minutes=1), marked_over=2, refused_over=4)
PROXY = LOCAL | {"LAMPLIGHTER_TRUSTED_PROXIES": "127.0.0.1"}


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        (1, Taken(1)),
        (2, Taken(2)),
        (3, Taken(3, "r3")),
        (4, Taken(4, "r3")),
        (5, Refused(timedelta(seconds=3))),
        (9, Refused(timedelta(seconds=3))),
    ],
)
def test_the_first_are_taken_the_next_marked_and_only_a_plain_flood_refused(
    number: int, verdict: Taken | Refused
) -> None:
    floods = Floods()
    for one in range(1, number):
        floods.look("a", f"r{one}", NOW, SMALL)
    assert floods.look("a", f"r{number}", NOW, SMALL) == verdict


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 200)), max_size=100))
def test_no_flood_of_others_ever_silences_a_first_cry(sent: list[tuple[str, int]]) -> None:
    floods = Floods()
    for number, (source, seconds) in enumerate(sorted(sent, key=lambda one: one[1])):
        floods.look(source, f"r{number}", NOW + timedelta(seconds=seconds), SMALL)
    first = floods.look("d", "first", NOW + timedelta(seconds=200), SMALL)
    assert first == Taken(1)


@given(st.lists(st.integers(0, 120), min_size=1, max_size=60))
def test_whoever_was_refused_is_taken_after_the_wait(seconds: list[int]) -> None:
    floods = Floods()
    for number, after in enumerate(sorted(seconds)):
        now = NOW + timedelta(seconds=after)
        verdict = floods.look("a", f"r{number}", now, SMALL)
        if isinstance(verdict, Refused):
            assert timedelta(0) < verdict.wait <= SMALL.window
            again = floods.look("a", f"r{number}", now + verdict.wait, SMALL)
            assert isinstance(again, Taken)
            return


@given(st.integers(0, 2_000), st.integers(0, 500))
def test_no_flood_from_the_same_address_silences_a_cry_that_is_said_again(
    before: int, meanwhile: int
) -> None:
    """A carrier puts thousands of phones behind one address."""
    floods = Floods()
    for number in range(before):
        floods.look("a", f"before{number}", NOW, SMALL)
    cry = floods.look("a", "cry", NOW, SMALL)
    if isinstance(cry, Refused):
        later = NOW + cry.wait
        for number in range(meanwhile):
            floods.look("a", f"meanwhile{number}", later, SMALL)
        cry = floods.look("a", "cry", later, SMALL)
    assert isinstance(cry, Taken)


@pytest.mark.parametrize(
    ("comes_again_s", "is_taken"), [(0.5, False), (2.9, False), (3, True), (7, True)]
)
def test_what_was_refused_has_a_turn_once_it_has_waited(
    comes_again_s: float, is_taken: bool
) -> None:
    floods = Floods()
    for number in range(SMALL.refused_over):
        floods.look("a", f"r{number}", NOW, SMALL)
    assert floods.look("a", "cry", NOW, SMALL) == Refused(SMALL.again_after)
    again = floods.look("a", "cry", NOW + timedelta(seconds=comes_again_s), SMALL)
    assert isinstance(again, Taken) == is_taken


def test_what_comes_again_is_taken_at_a_pace_that_can_be_written() -> None:
    floods = Floods()
    for number in range(2_000):
        floods.look("a", f"r{number}", NOW, SMALL)
    taken = [
        isinstance(
            floods.look("a", f"r{number}", NOW + timedelta(seconds=3 + tick / 10), SMALL), Taken
        )
        for tick, number in enumerate(range(SMALL.refused_over, 24))
    ]
    pace = SMALL.window / SMALL.turns
    assert pace == timedelta(seconds=0.2)
    assert taken == [tick % 2 == 0 for tick in range(20)]


@pytest.mark.parametrize(
    ("after", "group"),
    [
        (timedelta(seconds=50), "r3"),
        (timedelta(minutes=9), "r3"),
        (timedelta(minutes=10), "r9"),
    ],
)
def test_a_flood_is_one_group_for_ten_minutes_while_it_lasts(after: timedelta, group: str) -> None:
    floods, steady = Floods(), replace(SMALL, refused_over=100)
    for number in range(1, 9):
        floods.look("a", f"r{number}", NOW, steady)
    lasting = replace(steady, window=timedelta(hours=1))
    found = floods.look("a", "r9", NOW + after, lasting)
    assert found == Taken(9, group)


def test_a_source_that_was_quiet_begins_a_new_group() -> None:
    floods, later = Floods(), NOW + SMALL.window
    first = [floods.look("a", f"r{number}", NOW, SMALL) for number in range(1, 5)]
    second = [floods.look("a", f"s{number}", later, SMALL) for number in range(1, 5)]
    groups = [one.group for one in (*first, *second) if isinstance(one, Taken)]
    assert groups == [None, None, "r3", "r3", None, None, "s3", "s3"]


def test_the_same_report_again_is_never_counted_or_refused() -> None:
    floods = Floods()
    for one in range(4):
        floods.look("a", f"r{one}", NOW, SMALL)
    for _ in range(100):
        assert isinstance(floods.look("a", "r0", NOW, SMALL), Taken)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7108", "203.0.113.8"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2002:cb00:7107:1::1", "203.0.113.7"),
        ("2002:cb00:7107:2::1", "203.0.113.7"),
        ("2001:0:4136:e378:8000:63bf:34ff:8ef8", "203.0.113.7"),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", None),
    ],
)
def test_an_address_stands_for_whoever_has_it(address: str, source: str | None) -> None:
    assert source_of(address) == source


async def test_a_flood_is_taken_marked_and_then_refused_and_others_are_heard(
    pair: Pair, tmp_path: Path
) -> None:
    soon = replace(SMALL, again_after=timedelta(milliseconds=1))
    plan = replace(DEFAULT, flood=soon)
    async with (
        running(pair, tmp_path, PROXY, lamps=street_of(3), plan=plan) as house,
        signed_in(house, "kim", "operator") as kim,
    ):
        flooder, other = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
        marks = []
        for _ in range(SMALL.refused_over):
            sent = await house.client.post("/v1/reports", json=report(), headers=flooder)
            assert sent.status_code == 201
            path = f"/v1/incidents/{sent.json()['incident_id']}"
            opened = (await kim.get(f"{path}/journal")).json()["entries"][0]
            marks.append(opened["detail"].get("flood"))
            seen = (await kim.get(path)).json()
            assert seen["flood"] == (marks[-1] or 0)
        assert marks == [None, None, 3, 4]
        neighbour = report()  # a cry amid the flood, from behind the same address
        refused = await house.client.post("/v1/reports", json=neighbour, headers=flooder)
        assert_problem(refused, 429)
        assert int(refused.headers["Retry-After"]) == 1
        again = await house.client.post("/v1/reports", json=neighbour, headers=flooder)
        assert again.status_code == 201
        first = await house.client.post("/v1/reports", json=report(), headers=other)
        assert first.status_code == 201


async def test_nobody_can_say_to_be_somebody_else_where_no_proxy_is_trusted(
    sqlite_url: str, tmp_path: Path
) -> None:
    plan = replace(DEFAULT, flood=SMALL)
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, plan=plan) as house:
        flooder = {"X-Forwarded-For": "203.0.113.7"}
        for _ in range(SMALL.refused_over + 2):
            sent = await house.client.post("/v1/reports", json=report(), headers=flooder)
            assert sent.status_code == 201  # it comes over the loopback: the source is not known


async def test_a_city_app_is_known_by_its_token_and_has_a_citys_limits(
    sqlite_url: str, tmp_path: Path
) -> None:
    plan = replace(DEFAULT, flood=SMALL)
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with (
        running(pair, tmp_path, PROXY, plan=plan) as house,
        signed_in(house, "kim", "operator") as kim,
    ):
        assert house.dispatcher is not None
        token = new_token()
        async with house.dispatcher.database.writing() as connection:
            await people.put_app(connection, App("안심이", digest(token), NOW, None))
        await house.dispatcher.sessions.load()
        app = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.7"}
        for _ in range(SMALL.refused_over + 1):
            sent = await house.client.post("/v1/reports", json=report(), headers=app)
            assert sent.status_code == 201
        path = f"/v1/incidents/{sent.json()['incident_id']}/journal"
        opened = (await kim.get(path)).json()["entries"][0]
        assert opened["detail"]["source"] == "안심이"
        assert "flood" not in opened["detail"]
