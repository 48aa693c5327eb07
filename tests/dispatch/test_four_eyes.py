"""Evidence is not destroyed by one pair of eyes: who took part waits, another need not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.four_eyes import NotAlone, names_of, not_alone
from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, signed_in
from tests.house import House, assert_problem, running

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
AT_ONCE = replace(DEFAULT, destroyed_alone_after=timedelta())
WHY = {"text": "본인 요청"}


async def makes(
    browser: httpx.AsyncClient, incident_id: str, move: str, **body: Any
) -> httpx.Response:
    return await browser.post(f"/v1/incidents/{incident_id}/{move}", json=body)


async def closed_by(house: House, browser: httpx.AsyncClient) -> str:
    incident_id = str((await house.press())["incident_id"])
    answer = await makes(browser, incident_id, "close", disposition="genuine")
    assert answer.status_code == 200, answer.text
    return incident_id


async def is_erased(browser: httpx.AsyncClient, incident_id: str) -> bool:
    return (await browser.get(f"/v1/incidents/{incident_id}")).json()["erased_at"] is not None


async def test_whoever_closed_it_cannot_destroy_it_at_once_and_another_supervisor_can(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "김민지", "supervisor") as closer,
        signed_in(house, "이도봉", "supervisor") as other,
    ):
        key = await closed_by(house, closer)
        refused = assert_problem(await makes(closer, key, "erase", **WHY), 409)
        assert "another supervisor" in refused["detail"]
        closed_at = (await closer.get(f"/v1/incidents/{key}/journal")).json()["entries"][-1]["at"]
        alone = datetime.fromisoformat(refused["alone_after"])
        assert alone == datetime.fromisoformat(closed_at) + DEFAULT.destroyed_alone_after
        assert not await is_erased(closer, key)
        assert (await makes(other, key, "erase", **WHY)).status_code == 200
        assert await is_erased(closer, key)


@pytest.mark.parametrize(
    ("move", "body"),
    [("acknowledge", {}), ("note", {"text": "그는 갔다"}), ("assign", {"unit": "쌍문 1"})],
)
async def test_whoever_did_anything_at_it_as_whatever_they_are_took_part(
    pair: Pair, tmp_path: Path, move: str, body: dict[str, Any]
) -> None:
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "김민지", "operator") as at_desk,
        signed_in(house, "이도봉", "operator") as closer,
    ):
        key = str((await house.press())["incident_id"])
        assert (await makes(at_desk, key, move, **body)).status_code == 200
        await makes(closer, key, "close", disposition="genuine")
        async with signed_in(house, "김민지", "supervisor") as promoted:
            assert_problem(await makes(promoted, key, "erase", **WHY), 409)
            assert not await is_erased(closer, key)


async def test_who_is_alone_in_a_district_destroys_it_when_the_time_is_over(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, plan=AT_ONCE) as house,
        signed_in(house, "김민지", "supervisor") as closer,
    ):
        key = await closed_by(house, closer)
        assert (await makes(closer, key, "erase", **WHY)).status_code == 200
        assert await is_erased(closer, key)


async def test_who_may_not_yet_destroy_it_is_outpaced_by_whoever_holds_it(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, LOCAL, plan=AT_ONCE) as house,
        signed_in(house, "김민지", "supervisor") as closer,
        signed_in(house, "이도봉", "supervisor") as other,
    ):
        key = await closed_by(house, closer)
        week = (datetime.now(UTC) + timedelta(days=7)).isoformat()
        assert (await makes(other, key, "hold", until=week, text="수사")).status_code == 200
        assert "held" in assert_problem(await makes(closer, key, "erase", **WHY), 409)["detail"]


async def test_an_erasure_that_is_sent_twice_is_made_once_and_refused_to_nobody(
    pair: Pair, tmp_path: Path
) -> None:
    """The first has made whoever asked part of it."""
    async with (
        running(pair, tmp_path, LOCAL) as house,
        signed_in(house, "김민지", "operator") as closer,
        signed_in(house, "이도봉", "supervisor") as other,
    ):
        key = await closed_by(house, closer)
        other.headers["Idempotency-Key"] = "once"
        for _ in range(2):
            assert (await makes(other, key, "erase", **WHY)).status_code == 200
        assert await is_erased(closer, key)


async def test_a_desk_that_asks_nobody_who_they_are_knows_no_two_people(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        key = await closed_by(house, house.client)
        assert (await makes(house.client, key, "erase", **WHY)).status_code == 200


def test_a_person_is_the_same_in_every_role_and_nobody_else_is() -> None:
    assert names_of("김민지 (supervisor)") == names_of("김민지 (operator)")
    assert names_of("김민지 (B조) (operator)") >= {"김민지 (B조) (supervisor)"}
    assert "김민지 (operator)" not in names_of("김민지 (B조) (supervisor)")
    assert names_of("operator") == names_of("clock") == frozenset()


@pytest.mark.parametrize(
    ("last", "is_refused"),
    [
        (None, False),
        (NOW, True),
        (NOW - timedelta(hours=23, minutes=59), True),
        (NOW - timedelta(hours=24), False),
        (NOW + timedelta(hours=1), True),  # a clock was set back
    ],
)
def test_a_day_is_counted_from_the_last_thing_that_somebody_did(
    last: datetime | None, is_refused: bool
) -> None:
    if not is_refused:
        not_alone(last, NOW, DEFAULT)
        return
    with pytest.raises(NotAlone, match="another supervisor"):
        not_alone(last, NOW, DEFAULT)
