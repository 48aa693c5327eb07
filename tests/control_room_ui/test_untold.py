"""How the desk works off who has not been told: by telephone, or by sending it again."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from dispatch.plan import DEFAULT
from tests.conftest import Pair
from tests.control_room_ui.axe import serious_faults
from tests.control_room_ui.screen import Screen
from tests.dispatch.receiver import Receiver
from tests.house import House, running

SOON = replace(DEFAULT, untold_after=timedelta(seconds=0.3), give_up_after=timedelta(seconds=2))
"""Alarmed at once, and given up in the same minute."""


class Desk:
    """A target that takes nothing until it is open."""

    def __init__(self) -> None:
        self.is_open = False
        self.receiver = Receiver(lambda _: 204 if self.is_open else 500)


@pytest.fixture
def target() -> Desk:
    return Desk()


@pytest.fixture
async def house(embedded: Pair, tmp_path: Path, target: Desk) -> AsyncIterator[House]:
    async with (
        target.receiver.open(),
        running(
            embedded,
            tmp_path,
            plan=SOON,
            LAMPLIGHTER_WEBHOOKS=f"control_room={target.receiver.url}",
        ) as house,
    ):
        yield house


async def test_what_was_given_up_is_worked_off_by_telephone_and_stands_in_the_journal(
    house: House, screen: Screen
) -> None:
    incident_id = str((await house.press(place=None))["incident_id"])
    await house.move(incident_id, "close", disposition="genuine")
    await screen.open(house.url)
    page = screen.page
    await page.click('[data-tab="untold"]')
    item = page.locator('[data-list="untold"] .untaken')
    await expect(item).to_have_attribute("data-dead", "true")
    await expect(item).to_contain_text("보내기를 그만두었습니다")
    assert await serious_faults(page) == []
    await item.locator('[data-test="told"]').click()
    await expect(page.locator('[data-list="untold"] [role="alert"]')).to_have_text(
        "누구에게 알렸는지 쓰십시오."
    )
    await item.locator('[data-test="open-untold"]').click()
    panel = page.locator(f'[data-incident-panel="{incident_id}"] [data-test="untold"]')
    await expect(panel).to_contain_text("관제")
    await page.keyboard.press("l")
    await expect(panel).to_contain_text("Sending was given up.")
    assert await serious_faults(page) == []
    await panel.locator('[name="text"]').fill("김 경장에게 전화, 21:04")
    await panel.locator('[data-test="told"]').click()
    await expect(panel).to_have_count(0)
    await expect(page.locator('[data-list="untold"]')).to_contain_text("Everybody has taken it")
    journal = (await house.client.get(f"/v1/incidents/{incident_id}/journal")).json()["entries"]
    told = [one["reason"] for one in journal if one["event"] == "told_by_voice"]
    assert set(told) == {"김 경장에게 전화, 21:04"}
    assert (await house.client.get("/v1/outbox?state=untold")).json()["letters"] == []


async def test_what_is_sent_again_is_taken_and_gone_from_the_list(
    house: House, screen: Screen, target: Desk
) -> None:
    incident_id = str((await house.press(place=None))["incident_id"])
    await screen.open(house.url)
    await screen.choose(incident_id)
    panel = screen.page.locator('[data-test="untold"] .untaken')
    await expect(panel).to_have_attribute("data-target", "control_room")
    await expect(panel).to_have_attribute("data-dead", "true")
    target.is_open = True
    await panel.locator('[data-test="retry"]').click()
    await expect(panel).to_have_count(0)
    await expect(screen.page.locator('[data-tab="untold"]')).to_have_count(0)
    assert {one.incident_id for one in await target.receiver.has_taken(1)} == {incident_id}
