"""Lists of lamps for the lighting crew: whole, narrowed, by pages, and as files."""

import asyncio
import csv
import io
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault
from lights.schedule import KOREA
from lights.trodden import Wanted
from tests.conftest import Pair
from tests.house import House, assert_problem, running, street_of
from tests.patience import eventually

DEAD = Trouble(faults=frozenset({Fault.LAMP_FAILURE}))
HOT = Trouble(faults=frozenset({Fault.HIGH_TEMPERATURE}))


async def ids(house: House, query: str = "") -> list[str]:
    answer = await house.client.get(f"/v1/lamps?{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["features"]]


async def test_the_crew_sees_which_lamps_are_faulty_silent_or_unknown(
    pair: Pair, tmp_path: Path
) -> None:
    lamps = street_of(6)
    async with (
        running(pair, tmp_path, lamps=lamps) as house,
        house.street(lamps=lamps[:5]) as street,
    ):
        street.afflict(["L0001"], DEAD)
        street.afflict(["L0002"], HOT)
        street.kill(["L0003"])
        watch = house.dispatcher.fleet.watch  # type: ignore[union-attr]
        await eventually(lambda: watch.view("L0003").online is False)
        await eventually(lambda: watch.totals.faulty == 2)
        assert await ids(house) == [lamp.lamp_id for lamp in lamps]
        assert await ids(house, "status=online") == ["L0000", "L0001", "L0002", "L0004"]
        assert await ids(house, "status=silent") == ["L0003"]
        assert await ids(house, "status=unknown") == ["L0005"]
        assert await ids(house, "status=faulty") == ["L0001", "L0002"]
        assert await ids(house, "status=needs_ladder") == ["L0001"]
        assert await ids(house, "status=unknown&status=faulty") == ["L0001", "L0002", "L0005"]
        assert_problem(await house.client.get("/v1/lamps?status=broken"), 422)

        dead = (await house.client.get("/v1/lamps/L0001")).json()["properties"]
        assert (dead["status"], dead["faults"]) == ("online", ["lamp_failure"])
        assert dead["needs_ladder"] == ["lamp_failure"]
        assert dead["faults_since"] is not None
        gone = (await house.client.get("/v1/lamps/L0003")).json()["properties"]
        assert gone["silent_since"] == gone["seen_at"] is not None


async def test_the_crew_sees_which_lamps_stand_on_often_walked_ways(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(3)) as house:
        assert house.dispatcher is not None
        today = datetime.now(KOREA).date()
        house.dispatcher.escort.trodden.restore("L0001", Wanted(64.0, today))
        found = (await house.client.get("/v1/lamps")).json()["features"]
        assert [one["properties"]["walked"] for one in found] == [0, 50, 0]
        one = (await house.client.get("/v1/lamps/L0001")).json()
        assert one["properties"]["walked"] == 50
        for language, column in (("en", "walks came by"), ("ko", "안심귀가 통행")):
            answer = await house.client.get(f"/v1/lamps.csv?language={language}")
            rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
            assert [row[column] for row in rows] == ["0", "50", "0"]


async def test_how_long_a_lamp_is_faulty_and_silent_outlives_the_dispatcher(
    pair: Pair, tmp_path: Path
) -> None:
    lamps = street_of(2)

    async def properties(house: House) -> Any:
        return (await house.client.get("/v1/lamps/L0001")).json()["properties"]

    async with running(pair, tmp_path, lamps=lamps) as house, house.street() as street:
        street.afflict(["L0001"], DEAD)
        watch = house.dispatcher.fleet.watch  # type: ignore[union-attr]
        await eventually(lambda: watch.totals.faulty == 1)
        await house.dispatcher.keeper.keep_health()  # type: ignore[union-attr]
        before = await properties(house)
    async with running(pair, tmp_path, lamps=lamps) as house:
        after = await properties(house)
    assert before["faults_since"] == after["faults_since"] is not None
    assert after["seen_at"] is not None


@pytest.mark.parametrize("query", ["", "&status=unknown"])
async def test_the_pages_of_a_list_hold_every_lamp_once(
    query: str, pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(7)) as house:
        found: list[str] = []
        after = ""
        for size in (3, 3, 1):
            page = (await house.client.get(f"/v1/lamps?limit=3{query}{after}")).json()
            assert len(page["features"]) == size
            found += [one["id"] for one in page["features"]]
            after = f"&after={page['next']}"
        assert page["next"] is None
        assert found == [f"L{number:04d}" for number in range(7)]
        whole = (await house.client.get("/v1/lamps?limit=7")).json()
        assert whole["next"] is None, "a page that is just full is the last"


async def test_a_file_of_lamps_opens_in_a_korean_spreadsheet_and_runs_no_formula(
    pair: Pair, tmp_path: Path
) -> None:
    first, *others = street_of(3)
    odd = replace(first, label='=HYPERLINK("http://x")', address="＝1+1, 쌍문동")
    async with running(pair, tmp_path, lamps=[odd, *others]) as house:
        answer = await house.client.get("/v1/lamps.csv?language=ko&status=unknown")
        assert answer.headers["content-type"].startswith("text/csv")
        assert "lamps.csv" in answer.headers["content-disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["제어기번호"] for row in rows] == ["L0000", "L0001", "L0002"]
        assert rows[0]["보안등위치명"] == '\'=HYPERLINK("http://x")'
        assert rows[0]["소재지도로명주소"].startswith("'＝")
        assert rows[1]["상태"] == "상태 모름"

        for words, found in (("쌍문 0001", 1), ("L000", len(house.lamps)), ("없는 곳", 0)):
            asked = {"q": words, "status": "unknown", "language": "ko"}
            answer = await house.client.get("/v1/lamps.csv", params=asked)
            assert len(answer.content.decode("utf-8-sig").splitlines()) == 1 + found
            answer = await house.client.get("/v1/lamps.geojson", params=asked)
            assert len(answer.json()["features"]) == found
        nobody = await house.client.get("/v1/lamps.csv?status=faulty")
        assert nobody.text.lstrip("\ufeff").startswith("lamp_id,")
        assert nobody.text.count("\n") == 1
        shapes = await house.client.get("/v1/lamps.geojson?status=unknown")
        assert "lamps.geojson" in shapes.headers["content-disposition"]
        assert len(shapes.json()["features"]) == 3


async def _longest_hold(house: House) -> float:
    """Seconds of work in which nothing else had its turn while all lamps were listed."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()  # of our own work, whatever others do to the machine
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    heart = asyncio.create_task(beat())
    async with house.client.stream("GET", "/v1/lamps?limit=100000") as answer:
        length = sum([len(part) async for part in answer.aiter_raw()])
    heart.cancel()
    assert length > 5_000_000
    return longest


async def test_twenty_thousand_lamps_are_listed_without_holding_anybody_up(
    sqlite_url: str, tmp_path: Path
) -> None:
    pair = Pair("embedded", sqlite_url, None)
    async with running(pair, tmp_path, lamps=street_of(20_000, spacing_m=1.0)) as house:
        holds = [await _longest_hold(house) for _ in range(3)]
        assert min(holds) < 0.1, f"the loop was held for {holds} s"
