"""The past at the control room: searched, replayed, and never taken for the present."""

from playwright.async_api import expect

from tests.control_room_ui.screen import Screen, until
from tests.house import House, as_caller


async def _a_past_incident(house: House) -> str:
    """One that was acknowledged, whose caller moved, and that was closed."""
    taken = await house.press()
    incident_id = str(taken["incident_id"])
    await house.move(incident_id, "acknowledge")
    fix = {"lon": 127.0169, "lat": 37.6512, "accuracy_m": 8, "fixed_at": taken["received_at"]}
    answer = await house.client.post(
        f"/v1/reports/{taken['report_id']}/positions",
        json={"positions": [fix]},
        headers=as_caller(taken),
    )
    assert answer.status_code == 200, answer.text
    await house.move(incident_id, "close", disposition="genuine", text="용의자 검거")
    return incident_id


async def test_a_closed_incident_is_found_by_what_was_written_about_it(
    house: House, screen: Screen
) -> None:
    found = await _a_past_incident(house)
    other = str((await house.press())["incident_id"])
    await house.move(other, "close", disposition="accidental")
    await screen.open(house.url)
    await screen.page.click('[data-tab="closed"]')
    await screen.lists(other)
    await screen.page.fill('[data-test="search"]', "검거")
    await expect(screen.page.locator(f'[data-incident-id="{other}"]')).to_have_count(0)
    await screen.lists(found)
    await screen.page.select_option('[name="disposition"]', "accidental")
    await expect(screen.page.locator("#list .item")).to_have_count(0)


async def test_what_is_closed_or_opened_again_comes_into_the_list_of_the_past_or_leaves_it(
    house: House, screen: Screen
) -> None:
    incident_id = str((await house.press())["incident_id"])
    await screen.open(house.url)
    await screen.page.click('[data-tab="closed"]')
    past = screen.page.locator('[data-list="closed"]')
    await expect(past).to_have_count(1)
    one = past.locator(f'[data-incident-id="{incident_id}"]')
    await expect(one).to_have_count(0)
    await house.move(incident_id, "close", disposition="accidental")
    await expect(one).to_have_count(1)
    await house.move(incident_id, "reopen")
    await expect(one).to_have_count(0)


async def test_a_replay_shows_each_moment_and_says_that_it_is_not_live(
    house: House, screen: Screen
) -> None:
    incident_id = await _a_past_incident(house)
    journal = await house.journal(incident_id)
    await screen.open(house.url)
    await screen.page.click('[data-tab="closed"]')
    await screen.choose(incident_id)
    await screen.page.click('[data-test="start-replay"]')
    bar = screen.page.locator('[data-test="replay"]')
    await expect(bar).to_contain_text("실시간이 아닙니다")
    await screen.state_is("open")
    await screen.page.click('[data-test="step"]')
    await expect(bar.locator(".told")).to_contain_text(f"2/{len(journal)}")
    await screen.page.locator('[data-test="slider"]').fill(str(len(journal) - 1))
    await screen.state_is("closed")
    assert await screen.moves() == []
    await screen.page.click('[data-test="end-replay"]')
    await expect(bar).to_have_count(0)
    await expect(screen.page.locator('[data-move="reopen"]')).to_be_visible()


async def test_a_replay_ends_when_what_it_shows_is_destroyed(house: House, screen: Screen) -> None:
    incident_id = await _a_past_incident(house)
    await screen.open(house.url)
    await screen.page.click('[data-tab="closed"]')
    await screen.choose(incident_id)
    await screen.page.click('[data-test="start-replay"]')
    replay = screen.page.locator('[data-test="replay"]')
    await expect(replay).to_be_visible()
    await house.move(incident_id, "erase", text="본인 요청")
    await expect(replay).to_have_count(0)
    await expect(screen.page.locator('[data-kept="erased"]')).to_be_visible()


async def test_who_calls_during_a_replay_rings_all_the_same(house: House, screen: Screen) -> None:
    incident_id = await _a_past_incident(house)
    await screen.open(house.url)
    await screen.page.click('[data-tab="closed"]')
    await screen.choose(incident_id)
    await screen.page.click('[data-test="start-replay"]')
    await screen.page.wait_for_selector('[data-test="slider"]')
    await house.press()
    await screen.page.wait_for_selector('body[data-alarm="ringing"][data-icon="waiting"]')
    await expect(screen.page.locator('[data-test="replay"] .waiting')).to_have_text("미확인 1건")


async def test_a_page_that_is_opened_in_the_middle_knows_the_way_that_the_caller_came(
    house: House, screen: Screen
) -> None:
    taken = await house.press()
    for step in range(1, 4):
        fix = {"lon": 127.0165 + step * 0.0005, "lat": 37.6512, "accuracy_m": 8}
        await house.client.post(
            f"/v1/reports/{taken['report_id']}/positions",
            json={"positions": [fix | {"fixed_at": taken["received_at"]}]},
            headers=as_caller(taken),
        )
    moved = (await house.journal(taken["incident_id"])).count("moved")
    await screen.open(house.url)
    await screen.choose(taken["incident_id"])
    await until(
        screen.page,
        "([id, steps]) => window.lamplighter.world().tracks.get(id)?.length === steps",
        [taken["incident_id"], moved + 1],
    )
