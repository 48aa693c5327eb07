"""Nothing that somebody is answered is kept on its way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dispatch.access import OF_NOBODY, ROUTES
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL
from tests.house import House, as_caller, report, running, street_of
from tests.wire.test_traffic import AREAS


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, LOCAL, lamps=street_of(3), areas=list(AREAS)) as house:
        yield house


async def test_no_answer_that_may_say_where_somebody_is_is_kept(house: House) -> None:
    answers = [
        pressed := await house.client.post("/v1/reports", json=report()),
        await house.client.get(
            f"/v1/reports/{pressed.json()['report_id']}", headers=as_caller(pressed.json())
        ),
        await house.client.get("/v1/reports/none", headers={"Authorization": "Bearer x"}),
        await house.client.post("/v1/walks", json={}),
        await house.client.get("/v1/walks/shared", headers={"Authorization": "Bearer x"}),
        await house.client.get("/v1/incidents"),
        await house.client.get("/v1/nothing"),
        await house.client.delete("/v1/reports"),
    ]
    assert answers[0].status_code == 201
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store", (answer.url, answer.status_code)


async def test_only_what_is_the_same_for_everybody_may_be_kept(house: House) -> None:
    assert set(ROUTES) >= OF_NOBODY
    for action in sorted(OF_NOBODY):
        kept = (await house.client.get(action.removeprefix("GET "))).headers.get("cache-control")
        assert kept != "no-store", action
