"""The picture that a screen begins with is cheap, however many cry at one place."""

from pathlib import Path

import pytest

from tests.conftest import Pair
from tests.house import running, street_of


async def test_a_lamp_that_many_cries_ask_for_is_looked_at_once_for_a_picture(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(Pair("embedded", sqlite_url, None), tmp_path, lamps=street_of(3)) as house:
        assert house.dispatcher is not None
        for _ in range(5):
            await house.press()
        looked_at: list[str] = []
        shows = house.dispatcher.fleet.shows_its_claim

        def look(lamp_id: str) -> bool:
            looked_at.append(lamp_id)
            return shows(lamp_id)

        monkeypatch.setattr(house.dispatcher.fleet, "shows_its_claim", look)
        _, picture = await house.dispatcher.picture.snapshot(None, None)
        asked = [lamp["lamp_id"] for one in picture["incidents"] for lamp in one["lamps"]]
        assert len(asked) == 15
        assert sorted(looked_at) == sorted(set(asked))
