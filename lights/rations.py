"""Come here for how much one lamp may say: a lamp gone wild, or stolen, must not drown the others.

Law: nobody is heard more than `most` times in one window, and everybody anew in the next.
"""

from datetime import datetime, timedelta
from typing import Final

MOST: Final = 100
"""A lamp speaks once a minute, at each order and at each fault; a bad night is ten times that."""
WINDOW: Final = timedelta(seconds=10)
"""Long enough for an honest burst, short enough that a lamp that is mended is soon heard again."""


class Rations:
    """Words by speaker in the present window; time comes in with every call."""

    def __init__(self, most: int = MOST, window: timedelta = WINDOW) -> None:
        self._most = most
        self._window = window
        self._ends: datetime | None = None
        self._said: dict[str, int] = {}

    def take(self, speaker: str, now: datetime) -> int:
        """How many words too many this one is: 0 for a word that is heard."""
        if self._ends is None or not now < self._ends <= now + self._window:
            self._ends = now + self._window
            self._said.clear()
        said = self._said[speaker] = self._said.get(speaker, 0) + 1
        return max(0, said - self._most)
