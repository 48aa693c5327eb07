"""Come here for one walk as the process knows it: what is on disk, and what only memory holds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.phone_clock import PhoneClock
from dispatch.signs import Aims, Signs
from dispatch.track import Track
from dispatch.walk import Walk


@dataclass(slots=True, eq=False)
class Record:
    """One walk as the process knows it; `phone`: what is known of its clock;
    `stopped`: from when until when its walker last wanted nothing to be collected."""

    walk: Walk
    signs: Signs
    aims: Aims
    track: Track = field(default_factory=Track)
    rings_at: datetime | None = None
    phone: PhoneClock = field(default_factory=PhoneClock)
    stopped: tuple[datetime, datetime] | None = None
    kept: bool = True
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    listeners: set[asyncio.Event] = field(default_factory=set)
    talks: list[Callable[[], None]] = field(default_factory=list)
    """How to hang up on each of its phone's WebSockets, the oldest first."""

    def is_due(self, now: datetime) -> bool:
        """Whether time has something to do to it."""
        return self.rings_at is not None and self.rings_at <= now
