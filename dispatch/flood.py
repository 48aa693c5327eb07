"""Come here for how many cries one source may send: over that they are marked, not refused.

Laws: a source's first cries are always taken, the same report again is never counted, and only
what no crowd of people can send is refused. Thousands may stand behind one address: what was
refused and comes again, as a phone's does and a flood's seldom, has turns that nothing new takes.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from dispatch.plan import FloodLimits
from dispatch.report import NO_FLOOD, Flood

_SOURCES_KEPT: Final = 20_000
"""The least recent is forgotten: it has been quiet for longest."""
_IPV6_SITE: Final = 64
"""One subscriber has so many bits of addresses of their own (RFC 6177)."""
_REFUSED_KEPT: Final = 50_000
"""Of all sources, the oldest forgotten first: half a minute of what one machine can send."""
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""Where a translator before us puts the whole of IPv4 (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A plain flood: to be sent again after a wait."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Taken:
    """`count` in the window, of this source; `group`: where that is a flood, the id of its first
    that was marked, so that people see a flood as one."""

    count: int
    group: str | None = None

    @property
    def mark(self) -> Flood:
        """What is written of it."""
        return NO_FLOOD if self.group is None else Flood(self.count, self.group)


@dataclass(slots=True)
class _Source:
    times: deque[datetime] = field(default_factory=deque)
    reports: OrderedDict[str, datetime] = field(default_factory=OrderedDict)
    next_turn: datetime | None = None
    group: tuple[str, datetime] | None = None


class Floods:
    """What each source has sent in the last minute, and since when what was refused waits."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._refused: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def look(
        self, source: str, report_id: str, now: datetime, limits: FloodLimits
    ) -> Taken | Refused:
        """A report of a source; whether it is to be taken, and how many came before it."""
        known = self._sources.setdefault(source, _Source())
        self._sources.move_to_end(source)
        while len(self._sources) > _SOURCES_KEPT:
            self._sources.popitem(last=False)
        _forget(known, now - limits.window)
        count = len(known.times)
        if report_id in known.reports:
            return Taken(count, self._group(known, report_id, count, now, limits))
        if count >= limits.refused_over:
            room = known.times[count - limits.refused_over] + limits.window - now
            if not self._has_turn(known, (source, report_id), now, limits):
                return Refused(min(limits.again_after, room))
        self._refused.pop((source, report_id), None)
        known.times.append(now)
        known.reports[report_id] = now
        return Taken(count + 1, self._group(known, report_id, count + 1, now, limits))

    def _group(
        self, source: _Source, report_id: str, count: int, now: datetime, limits: FloodLimits
    ) -> str | None:
        if count <= limits.marked_over:
            source.group = None
            return None
        if source.group is None or now - source.group[1] >= limits.group_for:
            source.group = report_id, now
        return source.group[0]

    def _has_turn(
        self, source: _Source, who: tuple[str, str], now: datetime, limits: FloodLimits
    ) -> bool:
        """Whether it was refused, has waited, and nobody else who waited came just before it."""
        since = self._refused.setdefault(who, now)
        while len(self._refused) > _REFUSED_KEPT:
            self._refused.popitem(last=False)
        if now - since < limits.again_after or (source.next_turn or now) > now:
            return False
        source.next_turn = now + limits.window / limits.turns
        return True


def _forget(source: _Source, before: datetime) -> None:
    while source.times and source.times[0] <= before:
        source.times.popleft()
    while source.reports and next(iter(source.reports.values())) <= before:
        source.reports.popitem(last=False)


def source_of(address: str) -> str | None:
    """The source that an address stands for; None where it says nothing about who sends.

    Over the loopback come the reports of a proxy that nobody has told us of: of everybody.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        found = _carried(found) or found
    if found.is_loopback:
        return None
    if isinstance(found, IPv6Address):
        return str(ip_address(int(found) >> (128 - _IPV6_SITE) << (128 - _IPV6_SITE)))
    return str(found)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address only wraps: of a socket that hears both, a translator,
    6to4 or Teredo. By its site, all of IPv4 would be one source, or one of it many."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour or (address.teredo or (None, None))[1]
