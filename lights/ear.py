"""Come here for who is listened to: lamps in service that make sense and do not talk too much."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from lights.rations import Rations
from lights.watch import Watch
from lights.wire import Unintelligible, decode_sighting, decode_status, lamp_of

log = logging.getLogger(__name__)


class Word(NamedTuple):
    """A lamp has spoken, and the watch has noted it."""

    lamp_id: str
    is_news: bool
    has_gone: bool


class Ear:
    """What is not listened to is counted."""

    def __init__(self, watch: Watch, serves: Callable[[str], bool]) -> None:
        self._watch = watch
        self._serves = serves
        self._rations = Rations()
        self.overheard = 0
        self.strangers = 0
        self.unintelligible = 0

    def hear(self, topic: str, payload: bytes, now: datetime) -> Word | None:
        """What a lamp, or somebody who says so, has said; None where nobody should listen."""
        try:
            lamp_id, kind = lamp_of(topic)
            if not self._serves(lamp_id):
                self.strangers += 1
                return None
            if over := self._rations.take(lamp_id, now):
                self._overheard(lamp_id, over)
                return None
            if kind == "sighting":
                return Word(lamp_id, self._watch.saw(lamp_id, decode_sighting(payload), now), False)
            online = decode_status(payload)
            return Word(lamp_id, self._watch.heard_status(lamp_id, online), not online)
        except Unintelligible as error:
            self.unintelligible += 1
            log.info("unintelligible on %s: %s", topic[:100], error, extra={"stranger": True})
            return None

    def _overheard(self, lamp_id: str, words: int) -> None:
        self.overheard += 1
        if words == 1:
            said = "lamp %s talks too much; it is not heard for a while"
            log.warning(said, lamp_id, extra={"stranger": True})
