"""What the phone's page is: it fits, it can be read, it is kept, it can be installed."""

import pytest
from playwright.async_api import Browser, expect

from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.calls import faults, incidents
from tests.control_room_ui.handset import SMALL, Handset, handset
from tests.house import House
from tests.patience import eventually


@pytest.mark.parametrize(
    "locale", ["ko-KR", "en-US", "zh-CN", "vi-VN"], ids=["korean", "english", "chinese", "viet"]
)
async def test_every_screen_fits_a_small_phone_and_can_be_read_by_everybody(
    house: House, browser: Browser, locale: str
) -> None:
    async with handset(browser, house.url, locale=locale) as phone:
        await phone.open()
        await phone.knows_its_place()
        assert await faults(phone) == []
        await phone.tap("settings")
        await phone.page.set_viewport_size(SMALL)
        await phone.tap("drill-open")
        await expect(phone.page.locator('[data-test="drill-on"]')).to_be_in_viewport()
        bar = await phone.page.locator("footer").bounding_box()
        button = await phone.page.locator('[data-test="drill-on"]').bounding_box()
        assert bar is not None
        assert button is not None
        assert button["y"] + button["height"] <= bar["y"]
        assert await serious_faults(phone.page) == []
        await phone.tap("back")
        await phone.tap("sos")
        await phone.stage("counting")
        assert await faults(phone) == []
        await phone.says("open")
        await phone.step("lamps")
        assert await faults(phone) == []
        await phone.tap("withdraw")
        assert await faults(phone) == []
        await phone.tap("sure")
        await phone.says("withdrawn")
        assert await faults(phone) == []
    async with handset(browser, house.url, locale=locale) as phone:
        await phone.open()
        await phone.tap("silent")
        assert await faults(phone) == []
        await phone.hold()
        await phone.says("open")
        assert await faults(phone) == []


async def test_the_page_is_kept_for_the_next_start_and_nothing_of_a_report_is(
    house: House, phone: Handset
) -> None:
    await phone.works_offline()
    await phone.hold()
    await phone.says("open")
    kept = await phone.page.evaluate(
        """async () => {
            const all = [];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                all.push(...(await cache.keys()).map(({url}) => new URL(url).pathname));
            }
            return all.sort();
        }"""
    )
    assert "/sos" in kept
    assert [path for path in kept if path.startswith("/v1")] == []


async def test_the_worker_sends_what_a_closed_page_left_behind(
    house: House, phone: Handset
) -> None:
    await phone.works_offline()
    scopes: list[str] = []
    devtools = await phone.context.new_cdp_session(phone.page)
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda heard: scopes.extend(one["registrationId"] for one in heard["registrations"]),
    )
    await devtools.send("ServiceWorker.enable")
    await eventually(lambda: bool(scopes))
    await phone.context.set_offline(True)
    await phone.hold()
    await phone.says("kept")
    # Another page of the same origin: the devtools need one, and it runs nothing of the phone.
    await phone.page.route("**/v1/reports", lambda route: route.abort())
    await phone.context.set_offline(False)
    await phone.page.goto(f"{house.url}/sos-icon.svg")
    assert await incidents(house) == []
    await devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": house.url,
            "registrationId": scopes[-1],
            "tag": "send-the-cry",
            "lastChance": False,
        },
    )
    async with house.feed() as feed:
        if not await incidents(house):
            await feed.event("opened")
    assert len(await incidents(house)) == 1
    await phone.page.goto(f"{house.url}/sos")
    await phone.says("open")


async def test_the_app_can_be_installed(phone: Handset) -> None:
    devtools = await phone.context.new_cdp_session(phone.page)
    await phone.works_offline()
    manifest = await devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/sos.webmanifest")
    troubles = await devtools.send("Page.getInstallabilityErrors")
    found = {trouble["errorId"] for trouble in troubles["installabilityErrors"]}
    assert found <= {"in-incognito"}, found
