"""Come here for one client of the feed: who sits there, what they may see, what waits for them."""

import asyncio
from collections.abc import Collection
from typing import Final

from dispatch.access import FRAMES, Person
from dispatch.asker import asker
from dispatch.frames import Frame
from dispatch.lamp_frames import DESK, Audience
from dispatch.sights import Recipient, Sight, somebody

_QUEUE_FRAMES: Final = 1_000
"""About ten seconds of the busiest night, or 5 MB; a client further behind is better off anew."""


class Screen:
    """Of a jurisdiction, or of the whole district; whoever asks in the call at hand sits there."""

    def __init__(self, seq: int, jurisdiction: str | None) -> None:
        self.seq = seq
        person = asker().person
        self.watcher = somebody(person, FRAMES["incident"])
        self.watcher_of_walks = somebody(person, FRAMES["walks"])
        self.jurisdiction = jurisdiction
        self.audience = DESK if person is None else _audience(person, jurisdiction)
        self.queue: asyncio.Queue[Frame] = asyncio.Queue(_QUEUE_FRAMES)
        self.too_slow = asyncio.Event()

    def watches(self, sight: Sight, whose: Collection[str]) -> Recipient | None:
        """Who is shown what happens there; None where the client is not told of it."""
        if sight.subject == "walk":
            return self.watcher_of_walks
        return self.watcher if self.jurisdiction is None or self.jurisdiction in whose else None

    def offer(self, frame: Frame) -> None:
        """Hand on a frame, or find that it is too slow."""
        try:
            self.queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.too_slow.set()


def _audience(person: Person, jurisdiction: str | None) -> Audience:
    if person.lights_of is None:
        return DESK
    is_police = "police" in person.roles
    return Audience(jurisdiction if is_police else None, "crew" in person.roles)
