"""Come here for the numbers that /metrics shows, read from the rooms when they are asked for."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dispatch.feed import Feed
from lights.fleet import Fleet


class _Numbers(Collector):
    def __init__(self, fleet: Fleet, feed: Feed, totals: Callable[[], dict[str, int]]) -> None:
        self._fleet = fleet
        self._feed = feed
        self._totals = totals

    def collect(self) -> Iterable[Metric]:
        lamps = GaugeMetricFamily("lamplighter_lamps", "Lamps by what is known", labels=["is"])
        for what, count in self._totals().items():
            lamps.add_metric([what], count)
        yield lamps
        counters = {
            "lamplighter_orders": ("Orders said to lamps", self._fleet.said),
            "lamplighter_unintelligible": ("Junk heard", self._fleet.unintelligible),
            "lamplighter_strangers": ("Messages of lamps not in service", self._fleet.strangers),
            "lamplighter_overheard": (
                "Words of lamps that talk too much",
                self._fleet.overheard,
            ),
            "lamplighter_feed_dropped": ("Feed clients dropped", self._feed.dropped),
        }
        for name, (words, value) in counters.items():
            yield CounterMetricFamily(name, words, value)
        yield GaugeMetricFamily(
            "lamplighter_feed_clients", "Feed clients connected", self._feed.clients
        )


def registry(fleet: Fleet, feed: Feed, totals: Callable[[], dict[str, int]]) -> CollectorRegistry:
    """A registry of one process's numbers."""
    made = CollectorRegistry()
    made.register(_Numbers(fleet, feed, totals))
    return made
