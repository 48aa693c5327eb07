"""Come here for a street of few lamps on a test's own broker."""

from typing import Any

from firmware_sim.places import LampSpec
from firmware_sim.street import Street
from tests.parts import MosquittoServer

L1 = LampSpec("L1", 127.0471, 37.6688)


def street_on(mosquitto: MosquittoServer, *lamps: LampSpec, **more: Any) -> Street:
    return Street(lamps or [L1], mosquitto.host, mosquitto.port, seed=1, **more)
