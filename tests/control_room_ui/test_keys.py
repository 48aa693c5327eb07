"""Come here for the control room from the keyboard alone, and for its forms' own words."""

from playwright.async_api import BrowserContext, expect

from tests.control_room_ui.screen import Screen
from tests.house import House


async def test_an_incident_is_taken_from_ring_to_close_without_a_mouse(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    taken = await house.press()
    await screen.lists(taken["incident_id"])
    keys = screen.page.keyboard
    await keys.press("j")
    await keys.press("a")
    await screen.state_is("acknowledged")
    await keys.press("u")
    await keys.press("Control+a")
    await keys.type("도봉 순21")
    await keys.press("Enter")
    await screen.state_is("assigned")
    await keys.press("Escape")
    await keys.press("n")
    await keys.type("a j k x")
    await keys.press("Enter")
    await expect(screen.page.locator('[data-event="noted"]')).to_contain_text("a j k x")
    await keys.press("Escape")
    await keys.press("x")
    await keys.press("Space")
    await keys.press("Enter")
    await screen.state_is("closed")
    incident = await house.incident(taken["incident_id"])
    assert (incident["unit"], incident["disposition"]) == ("도봉 순21", "genuine")


async def test_a_question_mark_shows_every_key_and_escape_puts_it_away(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    await screen.page.keyboard.press("Shift+Slash")
    sheet = screen.page.locator('[data-test="help"]')
    await expect(sheet).to_be_visible()
    await expect(sheet.locator("dt")).to_have_count(18)
    await screen.page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    # Where it stands on another key than here.
    await screen.page.keyboard.press("?")
    await expect(sheet).to_be_visible()


async def test_a_form_says_what_it_lacks_in_the_language_of_the_moment(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    taken = await house.press()
    await screen.choose(taken["incident_id"])
    await screen.page.click('[data-test="open-close"]')
    await screen.make("close")
    wanting = screen.page.locator('[data-test="wanting"]')
    await expect(wanting).to_have_text("먼저 종결 구분을 고르십시오.")
    await screen.page.click('[data-test="language"]')
    await expect(wanting).to_have_text("Choose how it ended first.")
    assert (await house.incident(taken["incident_id"]))["state"] == "open"


async def test_instructions_and_links_of_one_desk_are_read_at_the_other(
    house: House, screen: Screen, browser_context: BrowserContext
) -> None:
    other = Screen(await browser_context.new_page())
    await screen.open(house.url)
    await other.open(house.url)
    first, second = await house.press(), await house.press()
    for one in (screen, other):
        await one.choose(first["incident_id"])
    await screen.page.fill('.instruct [name="text"]', "사이렌 끄고 접근")
    await screen.make("instruct")
    await expect(other.page.locator('[data-test="instructions"]')).to_contain_text(
        "사이렌 끄고 접근"
    )
    await screen.page.click('[data-ties="same"] [data-move="link"]')
    await other.page.wait_for_selector('[data-ties="linked"]')
    await other.page.click('[data-ties="linked"] [data-same]')
    await other.page.wait_for_selector(f'[data-incident-panel="{second["incident_id"]}"]')


async def test_what_is_acknowledged_at_one_screen_is_quiet_at_the_other(
    house: House, screen: Screen, browser_context: BrowserContext
) -> None:
    other = Screen(await browser_context.new_page())
    await screen.open(house.url)
    await other.open(house.url)
    await house.press()
    for one in (screen, other):
        await one.page.wait_for_selector('body[data-alarm="ringing"][data-icon="waiting"]')
    await screen.make("acknowledge")
    await other.page.wait_for_selector('body[data-alarm="quiet"][data-icon="quiet"]')
    await expect(other.page.locator(".keeper")).to_have_text("관제 확인")
