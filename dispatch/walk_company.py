"""Come here for what the rooms beside the walks must do for them: the light, and the letters."""

from datetime import datetime
from typing import Protocol

from dispatch.store import Row
from dispatch.walk import Guardian, Walk
from dispatch.walk_life import Decision
from geo.place import Place


class Escort(Protocol):
    """The light that goes with a walker; nothing here waits for it."""

    def moved(self, walk_id: str, place: Place, fixed_at: datetime) -> None:
        """The walker is there now."""

    def spoke(self, walk_id: str) -> None:
        """The walker is still where the last fix was."""

    def paused(self, walk_id: str) -> None:
        """The walker stays where no light is needed."""

    def ended(self, walk_id: str) -> None:
        """Nobody is followed any more."""


class Letters(Protocol):
    """What guardians are written."""

    def can_be_told(self) -> bool:
        """Whether there is any way to them."""

    def has_had_enough(self, guardian: Guardian, now: datetime) -> bool:
        """Whether this one is written to no more for now."""

    def letters(self, before: Walk, decision: Decision, now: datetime) -> list[Row]:
        """What they are written of a decision."""

    def forget(self, walk: Walk) -> None:
        """Its links lead nowhere any more."""

    def unwritten(self, letters: list[Row]) -> None:
        """These could not be written."""
