"""Come here for what every lamp was last seen doing, which lamps are silent, and the counts.

Law: offline never means "do not try", and any word from a lamp makes it online again. A lamp
that was never heard is unknown, not silent, until it has had the time to speak.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from lights.claims import Claim
from lights.health import Health, health
from lights.lamp import SceneName, Sighting
from lights.orders import Said, is_shown

SILENT_AFTER: Final = timedelta(seconds=150)
"""A lamp speaks every 60 s; two lost sightings in a row may be bad luck, more is silence."""

_KEPT_FOR: Final = timedelta(hours=6)
"""How old a kept hour of the last word may be: good enough for "silent since" after a restart, and
five rows a second for a hundred thousand lamps."""

OUTLIVED_AFTER: Final = timedelta(seconds=30)
"""A lamp that says so long after its `until` that it still shows a scene has not ended it."""


class View(NamedTuple):
    """What a screen shows of one lamp. None: not known yet."""

    scene: SceneName | None
    level: int | None
    online: bool | None
    faults: tuple[str, ...]


class LampChange(NamedTuple):
    """A lamp whose view has changed."""

    lamp_id: str
    view: View


UNKNOWN: Final = View(None, None, None, ())


@dataclass(slots=True)
class Known:
    """Everything that is known of one lamp."""

    sighting: Sighting | None = None
    seen_at: datetime | None = None
    online: bool | None = None
    unanswered: bool = False
    faults: tuple[str, ...] = ()
    faults_since: datetime | None = None
    """Since when it has had a fault without a break."""
    kept_at: datetime | None = None
    """When its health was last written down."""
    said: Said | None = None
    seq: int = 0
    """The highest number that an order to the lamp has had."""
    alarm: datetime | None = None
    claims: dict[str, Claim] = field(default_factory=dict)
    view: View = UNKNOWN

    def look(self) -> View:
        """The view as of now; what a lamp shows that has gone, nobody knows."""
        if self.sighting is None or self.online is False:
            return View(None, None, self.online, self.faults)
        return View(self.sighting.scene, self.sighting.level, self.online, self.faults)

    def shows(self, claim: Claim | None) -> bool:
        """Whether it is seen in a claim's scene; what a lamp showed that has gone is no answer."""
        if claim is None or self.online is False:
            return False
        return is_shown(claim.scene, self.sighting, self.said)


_NOBODY: Final = Known()
"""Of whom nothing is known; read only."""


@dataclass(slots=True)
class Totals:
    """Counts over the lamps that were heard of: online, lit by a claim, with a fault."""

    online: int = 0
    lit: int = 0
    faulty: int = 0

    def count(self, view: View, by: int) -> None:
        """Add a view, or with -1 take it away."""
        self.online += by * (view.online is True)
        self.lit += by * (view.scene not in (None, "schedule"))
        self.faulty += by * bool(view.faults)


class Watch:
    """Lamps by id; time comes in with every call."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self.totals = Totals()
        self.changed: set[str] = set()
        self.health_changed: set[str] = set()
        self._health_offered: set[str] = set()
        self.listening_since: datetime | None = None

    def __getitem__(self, lamp_id: str) -> Known:
        """What is known of a lamp; an empty page is opened for a lamp not heard of yet."""
        known = self._known.get(lamp_id)
        if known is None:
            known = self._known[lamp_id] = Known()
        return known

    def __iter__(self) -> Iterator[tuple[str, Known]]:
        return iter(self._known.items())

    def view(self, lamp_id: str) -> View:
        """What a screen shows of a lamp."""
        known = self._known.get(lamp_id)
        return UNKNOWN if known is None else known.view

    def seen_at(self, lamp_id: str) -> datetime | None:
        """When a lamp last spoke, as far as is known."""
        known = self._known.get(lamp_id)
        return None if known is None else known.seen_at

    def health(self, lamp_id: str, now: datetime) -> Health:
        """How a lamp is, for whoever mends it."""
        known = self._known.get(lamp_id) or _NOBODY
        since = self.listening_since
        had_time = since is not None and now - since > SILENT_AFTER
        return health(known.online, had_time, known.seen_at, known.faults, known.faults_since, now)

    def forget(self, lamp_ids: Iterable[str]) -> None:
        """These are in service no longer: they count no more."""
        for lamp_id in lamp_ids:
            known = self._known.pop(lamp_id, None)
            if known is not None:
                self.totals.count(known.view, -1)
            for noted in (self.changed, self.health_changed, self._health_offered):
                noted.discard(lamp_id)

    def saw(self, lamp_id: str, sighting: Sighting, now: datetime) -> bool:
        """Take a sighting in; True where it is news: the lamp is back, or has restarted."""
        known = self[lamp_id]
        before = known.sighting
        if sighting.until is not None and now - sighting.until > OUTLIVED_AFTER:
            sighting = replace(sighting, until=None)  # an end that was not kept is none
        back = known.online is not True or known.unanswered
        restarted = before is not None and sighting.seq < before.seq
        kept_long_ago = known.kept_at is None or now - known.kept_at > _KEPT_FOR
        if kept_long_ago or sighting.faults != known.faults:
            self.health_changed.add(lamp_id)
        if not sighting.faults:
            known.faults_since = None
        elif not known.faults:
            known.faults_since = now
        known.sighting, known.seen_at, known.faults = sighting, now, sighting.faults
        known.online, known.unanswered = True, False
        self._publish(lamp_id, known)
        return back or restarted

    def heard_status(self, lamp_id: str, online: bool) -> bool:
        """Take a status in; True where the lamp has just come online."""
        known = self[lamp_id]
        back = online and known.online is not True
        if known.online is True and not online:
            self.health_changed.add(lamp_id)
        known.online = online
        self._publish(lamp_id, known)
        return back

    def sweep(self, now: datetime) -> list[str]:
        """Notice the lamps that have fallen silent; returns them."""
        fallen: list[str] = []
        last = now - SILENT_AFTER
        if self.listening_since is not None and self.listening_since >= last:
            return fallen  # nobody could be heard for long enough to be missed
        listens = self.listening_since is not None
        for lamp_id, known in self._known.items():  # a hundred thousand: one comparison each
            missed = listens if known.seen_at is None else known.seen_at < last
            if missed and known.online:
                known.online = False
                self.health_changed.add(lamp_id)
                self._publish(lamp_id, known)
                fallen.append(lamp_id)
        return fallen

    def is_silent(self, lamp_id: str, now: datetime) -> bool:
        """Whether the lamp is thought not to answer."""
        known = self._known.get(lamp_id)
        if known is None or known.online is None:
            since = self.listening_since
            unheard = since is not None and now - since > SILENT_AFTER
            return unheard or (known is not None and known.unanswered)
        return not known.online or known.unanswered

    def health_rows(self, now: datetime, at_most: int) -> list[dict[str, Any]]:
        """What is to be kept of lamps whose health has changed; offered until it is kept."""
        self._health_offered |= self.health_changed
        self.health_changed.clear()
        return [self._health_row(key, now) for key in sorted(self._health_offered)[:at_most]]

    def _health_row(self, lamp_id: str, now: datetime) -> dict[str, Any]:
        known = self[lamp_id]
        known.kept_at = now
        return {
            "lamp_id": lamp_id,
            "faults": list(known.faults),
            "faults_at": known.faults_since,
            "seen_at": known.seen_at,
        }

    def health_is_kept(self, lamp_ids: Iterable[str]) -> None:
        """These have been written down, as they were offered last."""
        self._health_offered.difference_update(lamp_ids)

    def restore(
        self,
        lamp_id: str,
        faults: tuple[str, ...],
        seen_at: datetime | None,
        faults_since: datetime | None = None,
    ) -> None:
        """What was kept of a lamp before a restart; it is not a word from the lamp."""
        known = self[lamp_id]
        known.faults, known.seen_at, known.kept_at = faults, seen_at, seen_at
        known.faults_since = faults_since if faults else None
        self._publish(lamp_id, known)
        self.changed.discard(lamp_id)

    def _publish(self, lamp_id: str, known: Known) -> None:
        view = known.look()
        if view != known.view:
            self.totals.count(known.view, -1)
            self.totals.count(view, +1)
            known.view = view
            self.changed.add(lamp_id)


class Silent:
    """A read-only collection of the silent lamps as of one moment."""

    def __init__(self, watch: Watch, now: datetime) -> None:
        self._watch = watch
        self._now = now

    def __contains__(self, lamp_id: object) -> bool:
        return isinstance(lamp_id, str) and self._watch.is_silent(lamp_id, self._now)
