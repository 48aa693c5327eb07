"""The crew's tests of lamps: light with an end, below every cry for help."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.events import SceneWish
from dispatch.incident_light import claims_of
from dispatch.life import open_incident
from dispatch.plan import DEFAULT
from dispatch.report import Report
from dispatch.spot import NOWHERE
from firmware_sim.street import Street
from firmware_sim.trouble import Trouble
from lights.choose import Choice, Chosen
from tests.conftest import Pair
from tests.house import House, assert_problem, running, street_of
from tests.lights.test_watch import NOW
from tests.patience import ask_until, eventually

HASTY = replace(DEFAULT, patience=timedelta(seconds=0.5))


async def begin(house: House, *lamp_ids: str, **more: Any) -> dict[str, Any]:
    answer = await house.client.post("/v1/lamps/test", json={"lamp_ids": lamp_ids, **more})
    assert answer.status_code == 201, answer.text
    test: dict[str, Any] = answer.json()
    return test


async def how(house: House, test_id: str) -> dict[str, Any]:
    answer = await house.client.get(f"/v1/lamps/test/{test_id}")
    assert answer.status_code == 200, answer.text
    test: dict[str, Any] = answer.json()
    return test


async def until_counts(house: House, test_id: str, **wanted: int) -> dict[str, Any]:
    """Wait until the test says these counts."""
    return await ask_until(lambda: how(house, test_id), lambda test: wanted.items() <= test.items())


def scenes(street: Street, *lamp_ids: str) -> list[str]:
    return [street.shows(lamp_id).scene.name for lamp_id in lamp_ids]


async def test_a_street_is_lit_seen_and_given_back_at_once(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house, house.street() as street:
        test = await begin(house, "L0000", "L0001", "L0000", scene="blink", seconds=600)
        assert (test["asked"], test["ended_at"]) == (2, None)
        lit = await until_counts(house, test["test_id"], asked=2, seen=2, failed=0)
        assert [one["answer"] for one in lit["lamps"]] == ["seen", "seen"]
        assert lit["lamps"][0]["label"] == "쌍문-0000"
        assert scenes(street, "L0000", "L0001", "L0002") == ["blink", "blink", "schedule"]

        ended = (await house.client.delete(f"/v1/lamps/test/{test['test_id']}")).json()
        assert (ended["seen"], ended["ended_at"] is not None) == (2, True)
        await eventually(lambda: scenes(street, "L0000", "L0001") == ["schedule", "schedule"])
        again = await house.client.delete(f"/v1/lamps/test/{test['test_id']}")
        assert again.json() == ended


async def test_a_lamp_that_does_not_answer_has_failed_and_one_that_does_has_not(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(3), plan=HASTY) as house,
        house.street() as street,
    ):
        street.afflict(["L0001"], Trouble(order_loss=1.0))
        test = await begin(house, "L0000", "L0001", seconds=10)
        found = await until_counts(house, test["test_id"], seen=1, failed=1)
        assert {one["lamp_id"]: one["answer"] for one in found["lamps"]} == {
            "L0000": "seen",
            "L0001": "failed",
        }


async def test_a_cry_for_help_has_the_lamps_at_once_and_leaves_them_to_the_test_again(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house, house.street() as street:
        test = await begin(house, "L0000", "L0001", scene="bright", seconds=600)
        await until_counts(house, test["test_id"], seen=2)
        taken = await house.press()
        await eventually(lambda: scenes(street, "L0000", "L0001") == ["blink", "blink"])
        found = await how(house, test["test_id"])  # it says nothing of who cries for help
        assert [one["outranked"] for one in found["lamps"]] == [False, False]
        assert [one["answer"] for one in found["lamps"]] == ["seen", "seen"]
        other = await begin(house, "L0001", "L0002", scene="blink", seconds=600)
        lamps = (await until_counts(house, other["test_id"], seen=2, failed=0))["lamps"]
        assert [one["outranked"] for one in lamps] == [True, False]
        await house.move(taken["incident_id"], "close", disposition="test")
        await eventually(lambda: scenes(street, "L0000", "L0001") == ["bright", "bright"])
        found = await how(house, test["test_id"])
        assert [one["outranked"] for one in found["lamps"]] == [False, False]


async def test_a_test_outlives_the_dispatcher_and_ends_by_itself(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(2)) as house:
        test = await begin(house, "L0000", seconds=20)
    async with running(pair, tmp_path, lamps=street_of(2)) as house, house.street() as street:
        again = await until_counts(house, test["test_id"], seen=1)
        assert (again["until"], again["scene"]) == (test["until"], "bright")
        assert scenes(street, "L0000") == ["bright"]
        tests = house.dispatcher.lamp_tests  # type: ignore[union-attr]
        await eventually(lambda: tests.get(test["test_id"]).ended_at is not None)
        over = await how(house, test["test_id"])
        assert (over["ended_at"], over["seen"]) == (test["until"], 1)
        await eventually(lambda: scenes(street, "L0000") == ["schedule"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "lamp_ids"),
        ({"lamp_ids": []}, "lamp_ids"),
        ({"lamp_ids": ["L0000"] * 201}, "lamp_ids"),
        ({"lamp_ids": ["a.b"]}, "lamp_ids"),
        ({"lamp_ids": ["L0000"], "scene": "dim"}, "scene"),
        ({"lamp_ids": ["L0000"], "seconds": 9}, "seconds"),
        ({"lamp_ids": ["L0000"], "seconds": 601}, "seconds"),
        ({"lamp_ids": ["L0000"], "forever": True}, "forever"),
        ({"lamp_ids": ["L0000", "L0009", "L0001"]}, "L0009"),
    ],
)
async def test_a_test_that_makes_no_sense_is_refused_in_words(
    body: dict[str, Any], words: str, sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path, lamps=street_of(2)) as house:
        problem = assert_problem(await house.client.post("/v1/lamps/test", json=body), 422)
        assert words in str(problem["errors"])
        assert_problem(await house.client.get("/v1/lamps/test/none"), 404)
        assert_problem(await house.client.delete("/v1/lamps/test/none"), 404)


async def test_a_retired_lamp_counts_no_more_until_it_is_imported_again(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(3)) as house, house.street():
        totals = house.dispatcher.picture.totals  # type: ignore[union-attr]
        assert (totals()["total"], totals()["online"]) == (3, 3)
        retire = "/v1/lamps/retire"
        problem = assert_problem(
            await house.client.post(retire, json={"lamp_ids": ["L0000", "L0009"]}), 422
        )
        assert "L0009" in problem["detail"]
        assert totals()["total"] == 3, "all or none"
        done = await house.client.post(retire, json={"lamp_ids": ["L0000"]})
        assert done.json() == {"retired": 1, "already": 0}
        assert (totals()["total"], totals()["online"]) == (2, 2)
        again = await house.client.post(retire, json={"lamp_ids": ["L0000"]})
        assert again.json() == {"retired": 0, "already": 1}
        assert_problem(await house.client.get("/v1/lamps/L0000"), 404)
        problem = assert_problem(
            await house.client.post("/v1/lamps/test", json={"lamp_ids": ["L0000"]}), 422
        )
        assert "L0000" in problem["detail"]
    async with running(pair, tmp_path, lamps=street_of(3)) as house:
        assert (await house.client.get("/v1/lamps/L0000")).status_code == 200


@pytest.mark.parametrize("drill", [False, True])
@pytest.mark.parametrize("silent", [False, True])
def test_every_incident_outranks_a_test(drill: bool, silent: bool) -> None:
    plan = DEFAULT
    report = Report("r-1", NOW, drill=drill, silent=silent)
    choice = Choice((Chosen("L1", 1.0, "near"),), None)
    incident = open_incident("i-1", report, NOWHERE, choice, False, plan).incident
    scenes: tuple[SceneWish, ...] = ("blink", "bright")
    for scene in scenes:
        for claim in claims_of(replace(incident, scene=scene), plan):
            assert claim.rank > plan.ranks.test
