"""Come here for what tests of the phone ask of the house, and what they find wrong on a page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.handset import SMALL, USUAL, Handset, handset
from tests.house import House


@pytest.fixture
async def phone(house: House, browser: Browser) -> AsyncIterator[Handset]:
    """A small phone at the first lamp, its page open."""
    async with handset(browser, house.url) as phone:
        await phone.open()
        yield phone


async def incidents(house: House) -> list[dict[str, Any]]:
    """Every incident there has ever been."""
    answer = await house.client.get("/v1/incidents", params={"state": "all"})
    found: list[dict[str, Any]] = answer.json()["incidents"]
    return found


async def faults(phone: Handset) -> list[str]:
    """What does not fit on a phone, small or usual, and what axe finds."""
    found = []
    for viewport in (USUAL, SMALL):
        await phone.page.set_viewport_size(viewport)
        found += await phone.page.evaluate(OUTSIDE)
    return found + await serious_faults(phone.page)


OUTSIDE = """() => {
    const below = document.querySelector("footer").getBoundingClientRect().top;
    const parts = [...document.querySelectorAll("main :is(button, label, h2, p, li), header > *")];
    return parts.filter((part) => {
        const {left, right, bottom} = part.getBoundingClientRect();
        return left < 0 || right > innerWidth || bottom > below + 1
            || (!part.matches(".sos") && part.scrollWidth > part.clientWidth + 1);
    }).map((part) => `${innerWidth} px: ${part.outerHTML.slice(0, 120)}`);
}"""
