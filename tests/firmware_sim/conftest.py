"""Come here for what tests of the street ask for by name."""

from collections.abc import AsyncIterator

import pytest

from tests.firmware_sim.desk import Desk
from tests.parts import MosquittoServer


@pytest.fixture
async def desk(mosquitto: MosquittoServer) -> AsyncIterator[Desk]:
    """The other end of a street on that Mosquitto."""
    async with Desk.at(mosquitto.host, mosquitto.port) as desk:
        yield desk
