"""Come here for the map: many lamps, markers that hide nobody, areas that can be hidden."""

from pathlib import Path

from playwright.async_api import expect

from tests.bench.ground import dobong, scattered
from tests.conftest import Pair
from tests.control_room_ui.screen import Screen, until
from tests.house import House, running

MANY = 10_000


async def test_whoever_waits_has_a_marker_of_their_own_however_far_away_one_looks(
    house: House, screen: Screen
) -> None:
    await screen.open(house.url)
    waiting = [await house.press() for _ in range(4)]
    for taken in [await house.press() for _ in range(3)]:
        await house.move(taken["incident_id"], "acknowledge")
    await until(
        screen.page,
        "[...window.lamplighter.world().incidents.values()]"
        ".filter(({state}) => state === 'acknowledged').length === 3",
    )
    await screen.choose(waiting[0]["incident_id"])
    for zoom in (11, 19):
        await screen.page.evaluate("(zoom) => window.lamplighter.map().jumpTo({zoom})", zoom)
        await screen.all_drawn()
        assert await screen.markers() == {
            "pins": sorted(one["incident_id"] for one in waiting),
            "gathered": [3],
        }


async def test_ten_thousand_lamps_are_panned_and_one_that_changes_is_drawn_alone(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    lamps = scattered(MANY)
    async with running(embedded, tmp_path, lamps=lamps) as house, house.street(lamps=lamps[:1]):
        await screen.open(house.url)
        await until(screen.page, f"window.lamplighter.world().inventory.size === {MANY}")
        await screen.all_drawn()
        frames = await screen.page.evaluate(
            """async () => {
                const map = window.lamplighter.map();
                let frames = 0;
                const count = () => { frames += 1; };
                map.on("render", count);
                map.panBy([300, 200], {duration: 1500, animate: true, essential: true});
                await map.once("moveend");
                map.off("render", count);
                return frames;
            }"""
        )
        assert frames >= 3
        sent = await screen.page.evaluate(
            """() => {
                const source = window.lamplighter.map().getSource("lamps");
                const whole = source.setData.bind(source);
                window.whole_drawings = 0;
                source.setData = (data) => { window.whole_drawings += 1; return whole(data); };
                return 0;
            }"""
        )
        assert sent == 0
        taken = await house.press(lamps[0].place)
        await screen.choose(taken["incident_id"])
        await screen.counts("seen", 1)
        assert await screen.page.evaluate("window.whole_drawings") == 0


async def test_areas_can_be_hidden_and_shown(
    embedded: Pair, tmp_path: Path, screen: Screen
) -> None:
    async with running(embedded, tmp_path, areas=dobong()) as house:
        await screen.open(house.url)
        await screen.page.wait_for_function(
            "() => window.lamplighter.map()"
            ".queryRenderedFeatures({layers: ['jurisdiction-name']}).length > 0"
        )
        button = screen.page.locator('[data-test="jurisdictions"]')
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "false")
        await screen.all_drawn()
        assert await screen.drawn(["jurisdiction-name", "jurisdiction-outline"]) == 0
