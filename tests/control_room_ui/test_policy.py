"""Come here for what pages may load: their policy lets them work, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import ConsoleMessage, Page

from tests.conftest import Pair
from tests.house import House, running, street_of

PAGES = ("/", "/press", "/sos", "/lamps", "/police", "/sign-in", "/guardian", "/audit")


@pytest.fixture
async def house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    pair = Pair("embedded", sqlite_url, mqtt=None)
    async with running(pair, tmp_path, lamps=street_of(5)) as house, house.street():
        yield house


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_is_refused_anything_that_it_needs(
    house: House, page: Page, path: str
) -> None:
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            said.append(message.text)

    page.on("console", hear)
    async with page.expect_response(lambda answer: answer.url == house.url + path) as answered:
        await page.goto(house.url + path)
    policy = (await (await answered.value).all_headers())["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    if path == "/":
        await page.wait_for_selector('body[data-feed="live"]')
        taken = await house.press()
        await page.click(f'[data-incident-id="{taken["incident_id"]}"]')
        await page.evaluate("window.lamplighter.idle()")  # MapLibre's worker has drawn
    await page.wait_for_function("document.body.children.length > 0")
    assert said == []


@pytest.mark.parametrize("path", ["/", "/sos", "/police"])
async def test_a_page_that_was_not_modified_keeps_the_policy_that_it_came_with(
    house: House, path: str
) -> None:
    first = await house.client.get(path)
    again = await house.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    if again.status_code == 200:
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    else:
        assert again.status_code == 304
        assert "content-security-policy" not in again.headers


async def test_what_somebody_slips_into_a_page_does_not_run(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/sign-in")
    await page.wait_for_selector("body[data-step]")
    ran = await page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.slipped_in = true";
            document.body.append(script);
            return Boolean(window.slipped_in);
        }"""
    )
    assert ran is False


async def test_every_answer_says_what_browsers_may_do_with_it(house: House) -> None:
    for path in ("/", "/v1/areas", "/v1/incidents", "/healthz", "/v1/nothing"):
        headers = (await house.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "server" not in headers
    assert (await house.client.get("/v1/incidents")).headers["cache-control"] == "no-store"
    assert "no-store" not in (await house.client.get("/v1/areas")).headers.get("cache-control", "")
