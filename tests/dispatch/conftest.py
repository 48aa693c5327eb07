"""Come here for what tests of the dispatcher ask for by name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Pair
from tests.house import House, running, street_of


@pytest.fixture
async def house(pair: Pair, tmp_path: Path) -> AsyncIterator[House]:
    """A dispatcher whose ten lamps nobody has hung up yet."""
    async with running(pair, tmp_path, lamps=street_of(10)) as house:
        yield house
