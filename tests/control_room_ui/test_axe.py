"""Come here for what the accessibility checker says of every state of the control room."""

from playwright.async_api import expect

from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.screen import Screen
from tests.house import House


async def test_nothing_serious_is_wrong_in_any_state_of_the_control_room(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    assert await serious_faults(screen.page) == []
    taken = await house.press(note="뒤에 누가")
    await house.press(silent=True)
    await house.press(drill=True)
    await screen.choose(taken["incident_id"])
    await screen.page.click('[data-test="open-close"]')
    await screen.make("close")
    await screen.page.wait_for_selector('[data-test="wanting"]')
    assert await serious_faults(screen.page) == []

    await house.move(taken["incident_id"], "instruct", text="사이렌 끄고 접근")
    await house.move(taken["incident_id"], "close", disposition="genuine")
    await screen.page.click('[data-tab="closed"]')
    await screen.choose(taken["incident_id"])
    await screen.page.click('[data-test="start-replay"]')
    await screen.page.wait_for_selector('[data-test="slider"]')
    assert await serious_faults(screen.page) == []

    await screen.page.keyboard.press("Shift+Slash")
    await expect(screen.page.locator('[data-test="help"]')).to_be_visible()
    assert await serious_faults(screen.page) == []
