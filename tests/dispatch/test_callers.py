"""What the caller of a report may do and see: their state, their way, their withdrawal."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.conftest import Pair
from tests.dispatch.reporting import east_of_here, fix, now
from tests.house import HERE, as_caller, assert_problem, running, street_of
from tests.patience import eventually


async def test_only_the_caller_s_own_token_opens_what_belongs_to_the_caller(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        mine, foreign = await house.press(), await house.press(place=None)
        base = f"/v1/reports/{mine['report_id']}"
        positions = {"positions": [fix(HERE, now())]}
        wrong: list[dict[str, str]] = [
            {},
            {"Authorization": ""},
            {"Authorization": "Bearer"},
            {"Authorization": "Basic " + mine["reporter_token"]},
            {"Authorization": mine["reporter_token"]},
            {"Authorization": "Bearer " + mine["reporter_token"][:-1]},
            as_caller(foreign),
        ]
        for headers in wrong:
            for answer in (
                await house.client.get(base, headers=headers),
                await house.client.post(f"{base}/positions", json=positions, headers=headers),
                await house.client.post(f"{base}/withdraw", headers=headers),
            ):
                assert_problem(answer, 401)
                assert answer.headers["www-authenticate"] == "Bearer"
        assert await house.journal(mine["incident_id"]) == ["opened"]
        assert (await house.client.get(base, headers=as_caller(mine))).status_code == 200
        nobody = f"/v1/reports/{uuid.uuid4()}"
        assert_problem(await house.client.get(nobody, headers=as_caller(mine)), 401)
        not_a_report = await house.client.get("/v1/reports/41", headers=as_caller(mine))
        assert_problem(not_a_report, 422)


async def test_the_caller_sees_the_state_the_lamps_and_words_to_show(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house, house.street():
        async with house.feed() as feed:
            taken = await house.press()
            await feed.event("lamps_answered")
        seen = await house.state(taken)
        assert seen["lamps"] == {"asked": 4, "lit": 4}
        assert (seen["acknowledged"], seen["unit_on_its_way"]) == (False, False)
        words = [seen["words"]]
        for move, body, expected in (
            ("acknowledge", {}, ("acknowledged", True, False)),
            ("assign", {"unit": "1호"}, ("assigned", True, False)),
            ("en-route", {}, ("en_route", True, True)),
            ("arrive", {}, ("on_scene", True, True)),
            ("close", {"disposition": "genuine"}, ("closed", True, False)),
        ):
            await house.move(taken["incident_id"], move, **body)
            seen = await house.state(taken)
            assert (seen["state"], seen["acknowledged"], seen["unit_on_its_way"]) == expected
            words.append(seen["words"])
        assert seen["lamps"] == {"asked": 0, "lit": 0}
        assert all(word["ko"] and word["en"] for word in words)
        assert len({word["ko"] for word in words}) == len(words)


async def test_a_caller_whose_place_was_unknown_is_told_its_number_once_there_is_one(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path) as house:
        taken = await house.press(None)
        assert taken["place"]["number"] is None
        fix = {"lon": HERE.lon, "lat": HERE.lat, "fixed_at": taken["received_at"]}
        answer = await house.client.post(
            f"/v1/reports/{taken['report_id']}/positions",
            json={"positions": [fix]},
            headers=as_caller(taken),
        )
        assert answer.json()["place"]["number"] == "다사 5734 6141"
        assert (await house.state(taken))["place"] == answer.json()["place"]


async def test_the_lamps_follow_a_caller_who_moves_whatever_order_the_fixes_come_in(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(30)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        start = now() - timedelta(seconds=60)
        taken = await house.press(fixed_at=start.isoformat())
        await feed.event("opened")

        async def walk(*steps: tuple[float, float]) -> None:
            """(metres east, seconds since the start) of each fix."""
            fixes = [fix(east_of_here(east), start + timedelta(seconds=at)) for east, at in steps]
            answer = await house.client.post(
                f"/v1/reports/{taken['report_id']}/positions",
                json={"positions": fixes},
                headers=as_caller(taken),
            )
            assert answer.status_code == 200, answer.text

        await walk((150, 20), (300, 40), (75, 10))
        moved = await feed.event("moved")
        there = [lamp["lamp_id"] for lamp in moved["incident"]["lamps"]]
        assert "L0020" in there
        assert "L0000" not in there
        await eventually(lambda: street.shows("L0020").scene.name == "blink")
        await eventually(lambda: street.shows("L0000").scene.name == "schedule")

        before = await house.incident(taken["incident_id"])
        await walk((300, 40))
        await walk((150, 20))
        await walk((0, 1), (75, 10), (300, 40))
        await walk((0, -3_000))
        await walk((303, 45))  # a step that is smaller than the error of any fix
        await walk((270, 43))  # older than the one that moved nobody
        after = await house.incident(taken["incident_id"])
        assert after["place"] == before["place"]
        assert [lamp["lamp_id"] for lamp in after["lamps"]] == there
        assert (await house.journal(taken["incident_id"])).count("moved") == 1

        await walk((0, 59))
        assert (await feed.event("moved"))["incident"]["lamps"][0]["lamp_id"] == "L0000"
        await eventually(lambda: street.shows("L0000").scene.name == "blink")


async def test_a_fix_from_the_future_does_not_make_every_later_one_look_old(
    pair: Pair, tmp_path: Path
) -> None:
    async with running(pair, tmp_path, lamps=street_of(30)) as house, house.feed() as feed:
        taken = await house.press(fixed_at=(now() + timedelta(hours=1)).isoformat())
        for metres in (100, 200):  # the second waits for its turn, and is not forgotten
            answer = await house.client.post(
                f"/v1/reports/{taken['report_id']}/positions",
                json={"positions": [fix(east_of_here(metres), now() + timedelta(hours=1))]},
                headers=as_caller(taken),
            )
            assert answer.status_code == 200
        for _ in range(2):
            moved = await feed.event("moved")
        assert moved["incident"]["place"]["position"]["lon"] == east_of_here(200).lon


async def test_junk_positions_are_refused_and_change_nothing(pair: Pair, tmp_path: Path) -> None:
    async with running(pair, tmp_path, lamps=street_of(4)) as house:
        taken = await house.press()
        good = fix(east_of_here(100), now())
        bad: list[Any] = [
            {},
            [],
            {"positions": []},
            {"positions": {}},
            {"positions": [good] * 1_001},
            {"positions": [good, {**good, "lon": 200}]},
            {"positions": [{**good, "fixed_at": None}]},
            {"positions": [{"lon": 127, "lat": 37}]},
        ]
        for body in bad:
            answer = await house.client.post(
                f"/v1/reports/{taken['report_id']}/positions",
                json=body,
                headers=as_caller(taken),
            )
            assert_problem(answer, 422)
        assert await house.journal(taken["incident_id"]) == ["opened"]


async def test_a_withdrawal_is_seen_by_the_operators_and_closes_nothing(
    pair: Pair, tmp_path: Path
) -> None:
    async with (
        running(pair, tmp_path, lamps=street_of(4)) as house,
        house.street() as street,
        house.feed() as feed,
    ):
        taken = await house.press()
        await feed.event("lamps_answered")
        withdraw = f"/v1/reports/{taken['report_id']}/withdraw"
        for _ in range(2):
            answer = await house.client.post(withdraw, headers=as_caller(taken))
            assert answer.status_code == 200
            assert (answer.json()["state"], answer.json()["withdrawn"]) == ("open", True)
        seen = (await feed.event("withdrawn"))["incident"]
        assert (seen["state"], seen["withdrawn"]) == ("open", True)
        assert "close" in seen["allowed"]
        assert street.shows("L0000").scene.name == "blink"
        assert (await house.journal(taken["incident_id"])).count("withdrawn") == 1

        await house.move(taken["incident_id"], "close", disposition="false")
        late = await house.client.post(withdraw, headers=as_caller(taken))
        assert (late.status_code, late.json()["state"]) == (200, "closed")
