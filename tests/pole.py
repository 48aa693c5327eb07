"""Come here for a lamp on its pole, and for the air between it and the broker."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from firmware_sim import lamp as firmware
from firmware_sim import light
from lights.claims import Claim

LONGEST_DELAY_S = 60.0


@dataclass
class Air:
    """What happens to messages on their way. Probabilities, and the mean delay in seconds."""

    loss: float = 0.0
    repeat: float = 0.0
    delay_s: float = 0.0

    def copies(self, dice: Random) -> list[float]:
        """The delays of the copies that arrive."""
        if dice.random() < self.loss:
            return []
        count = 2 if dice.random() < self.repeat else 1
        mean = self.delay_s or 0.01
        return [min(dice.expovariate(1 / mean), LONGEST_DELAY_S) for _ in range(count)]


CLEAR = Air()


def is_shown(claim: Claim | None, scene: light.Scene) -> bool:
    """Whether a lamp in this scene shows the claim, or its programme where there is none."""
    if claim is None:
        return scene.name == "schedule"
    return (claim.scene.name, claim.scene.level) == (scene.name, scene.level)


@dataclass
class Pole:
    """A lamp and its radio, and the last order it has obeyed."""

    lamp_id: str
    lamp: firmware.Lamp
    dice: Random
    powered: bool = True
    connected: bool = True
    obeyed_at: datetime | None = None
    obeyed_until: datetime | None = None
