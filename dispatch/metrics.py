"""Come here for the numbers that /metrics shows, read from the rooms when they are asked for.

`alerts.yaml` beside this file says which of them should wake somebody.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dispatch.errors import Problem
from dispatch.feed import Feed
from dispatch.letters import Letters
from dispatch.outages import Unavailable
from dispatch.walk import LIVE
from dispatch.walk_counts import live_by_state, unheard
from dispatch.walks import Walks
from lights.fleet import Fleet

_TOLD_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""A few milliseconds are usual; five seconds are the ledger's patience with a database."""
_LIT_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""A radio link takes one to ten seconds; after ten a lamp counts as silent."""

_TOO_MANY: Final = 429


class Night:
    """What happened in this process, counted as it happens."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._reports = Counter(
            "lamplighter_reports", "Reports that became incidents", registry=self.registry
        )
        self._refused = Counter(
            "lamplighter_reports_refused",
            "Reports that were not taken and are to be sent again",
            ["why"],
            registry=self.registry,
        )
        for why in ("database", "flood"):
            self._refused.labels(why)  # a rate needs the nought before
        self._database = Gauge(
            "lamplighter_database_answers",
            "1: the database could be read when this was asked for",
            registry=self.registry,
        )
        self._doubted = Gauge(
            "lamplighter_clock_doubted",
            "1: the clock is days past what was written before, and nothing is destroyed by it",
            registry=self.registry,
        )
        self._told = Histogram(
            "lamplighter_told_seconds",
            "From a report's arrival until it was on disk and on its way to the screens",
            buckets=_TOLD_S,
            registry=self.registry,
        )
        self._lit = Histogram(
            "lamplighter_lit_seconds",
            "From asking the lamps of an incident until the last was seen to answer",
            buckets=_LIT_S,
            registry=self.registry,
        )
        self._unlit = Counter(
            "lamplighter_unlit",
            "Incidents some of whose lamps stayed silent",
            registry=self.registry,
        )

    def told(self, after: timedelta) -> None:
        """A new report is on disk."""
        self._reports.inc()
        self._told.observe(after.total_seconds())

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Count what is raised while a report is being taken."""
        try:
            yield
        except Unavailable:
            self._refused.labels("database").inc()
            raise
        except Problem as problem:
            if problem.status == _TOO_MANY:
                self._refused.labels("flood").inc()
            raise

    def clock_is_doubted(self, doubted: bool) -> None:
        """Whether it is, just now."""
        self._doubted.set(doubted)

    def database_answers(self, answers: bool) -> None:
        """Whether it does, just now."""
        self._database.set(answers)

    def answered(self, silent: bool, after: timedelta) -> None:
        """The lamps of an incident have been seen, or their time is over."""
        if silent:
            self._unlit.inc()
        else:
            self._lit.observe(after.total_seconds())


@dataclass(frozen=True, eq=False)
class Numbers(Collector):
    """What rooms count themselves."""

    fleet: Fleet
    feed: Feed
    letters: Letters
    walks: Walks
    totals: Callable[[], dict[str, int]]
    clock: Callable[[], datetime]
    stuck: Callable[[], int]
    """How many parts of the process are dead or stuck."""
    reaches: Callable[[], bool]
    """Whether the broker is there."""
    tampering: Callable[[], dict[str, int]]
    """What is wrong with the journal and the record."""
    unprotected: int
    """Whether anybody may speak as a lamp."""

    def collect(self) -> Iterable[Metric]:
        lamps = GaugeMetricFamily("lamplighter_lamps", "Lamps by what is known", labels=["is"])
        totals = self.totals()
        for what, count in (totals | {"silent": totals["total"] - totals["online"]}).items():
            lamps.add_metric([what], count)
        yield lamps
        counters = {
            "lamplighter_orders": ("Orders said to lamps", self.fleet.said),
            "lamplighter_unintelligible": ("Junk heard", self.fleet.ear.unintelligible),
            "lamplighter_strangers": (
                "Messages of lamps not in service",
                self.fleet.ear.strangers,
            ),
            "lamplighter_overheard": (
                "Words of lamps that talk too much",
                self.fleet.ear.overheard,
            ),
            "lamplighter_feed_dropped": ("Feed clients dropped", self.feed.dropped),
        }
        for name, (words, value) in counters.items():
            yield CounterMetricFamily(name, words, value)
        oldest = self.letters.oldest
        age = 0.0 if oldest is None else (self.clock() - oldest).total_seconds()
        gauges = {
            "lamplighter_parts_stuck": ("Parts dead or stuck, as /healthz names", self.stuck()),
            "lamplighter_broker_connected": ("1: the way to the lamps is open", self.reaches()),
            "lamplighter_broker_unprotected": (
                "1: the broker asks nobody who they are, as /healthz says",
                self.unprotected,
            ),
            "lamplighter_feed_clients": ("Feed clients connected", self.feed.clients),
            "lamplighter_outbox_waiting": ("Letters not taken yet", self.letters.waiting),
            "lamplighter_outbox_dead": ("Letters given up", self.letters.dead),
            "lamplighter_outbox_age_seconds": ("Age of the oldest letter not taken yet", age),
        }
        for name, (words, number) in gauges.items():
            yield GaugeMetricFamily(name, words, number)
        chains = GaugeMetricFamily(
            "lamplighter_chain_faults",
            "What is not as it was written, or not known to be",
            labels=["chain"],
        )
        for chain, count in self.tampering().items():
            chains.add_metric([chain], count)
        yield chains
        yield from _of_walks(self.walks)


def _of_walks(walks: Walks) -> Iterable[Metric]:
    states = live_by_state(walks)
    live = GaugeMetricFamily("lamplighter_walks", "Walks home under way", labels=["state"])
    for state in LIVE:
        live.add_metric([state], states[state])
    yield live
    yield GaugeMetricFamily(
        "lamplighter_walks_unheard",
        "Walks that go on, whose phone has said nothing for 90 s",
        unheard(walks, walks.plan, walks.clock()),
    )
    counts = walks.counts
    counters = {
        "lamplighter_walks_started": ("Walks home that have begun", counts.started),
        "lamplighter_walks_asked": ("Walkers asked whether they are well", counts.asked),
        "lamplighter_walks_alarmed": ("Times that a walk called for help", counts.alarmed),
    }
    for name, (words, value) in counters.items():
        yield CounterMetricFamily(name, words, value)
    positions = CounterMetricFamily(
        "lamplighter_walk_positions",
        "Positions of walkers: the newest so far, late ones, and ones that were dropped",
        labels=["was"],
    )
    for was in ("taken", "late", "dropped"):
        positions.add_metric([was], getattr(counts, was))
    yield positions


def registry(night: Night, numbers: Numbers) -> CollectorRegistry:
    """One process's numbers; on Linux also what it takes of memory, time and file handles."""
    night.registry.register(numbers)
    ProcessCollector(registry=night.registry)
    return night.registry
