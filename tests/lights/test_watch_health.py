"""What is kept of a lamp's health, and when."""

from datetime import UTC, datetime, timedelta

from lights.watch import SILENT_AFTER, UNKNOWN, Totals, Watch
from tests.lights.watched import sighting

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def kept(watch: Watch) -> dict[str, tuple[str, ...]]:
    return {row["lamp_id"]: tuple(row["faults"]) for row in watch.health_rows(NOW, 100)}


def test_a_lamps_health_is_kept_when_its_faults_change_and_when_it_goes() -> None:
    watch = Watch()
    watch.listening_since = NOW - timedelta(days=1)
    watch.saw("L1", sighting(), NOW)
    assert watch.health_rows(NOW + SECOND, 100) == [
        {"lamp_id": "L1", "faults": [], "faults_at": None, "seen_at": NOW}
    ]
    watch.health_is_kept(["L1"])
    watch.saw("L1", sighting("blink"), NOW)
    assert kept(watch) == {}
    watch.saw("L1", sighting("schedule", 0, 80, "supply_loss"), NOW)
    assert kept(watch) == {"L1": ("supply_loss",)}
    watch.health_is_kept(["L1"])
    watch.heard_status("L1", False)
    assert kept(watch) == {"L1": ("supply_loss",)}
    watch.health_is_kept(["L1"])
    watch.saw("L1", sighting("schedule", 0, 80, "supply_loss"), NOW)
    assert kept(watch) == {}
    watch.sweep(NOW + SILENT_AFTER + SECOND)
    assert kept(watch) == {"L1": ("supply_loss",)}


def test_the_hour_of_the_last_word_is_kept_again_after_some_hours() -> None:
    watch = Watch()
    watch.restore("L1", (), NOW)
    watch.saw("L1", sighting(), NOW + timedelta(hours=5))
    assert kept(watch) == {}
    watch.saw("L1", sighting(), NOW + timedelta(hours=7))
    (row,) = watch.health_rows(NOW + timedelta(hours=7), 100)
    assert row["seen_at"] == NOW + timedelta(hours=7)


def test_a_lamp_is_faulty_since_its_first_fault_until_it_has_none() -> None:
    watch = Watch()

    def since(at: int, *faults: str) -> datetime | None:
        watch.saw("L1", sighting("schedule", 0, 80, *faults), NOW + at * SECOND)
        return watch.health("L1", NOW + at * SECOND).faults_since

    assert since(0) is None
    assert since(1, "lamp_failure") == NOW + SECOND
    assert since(2, "lamp_failure", "day_burning") == NOW + SECOND
    assert since(3, "day_burning") == NOW + SECOND
    assert since(4) is None
    assert since(5, "day_burning") == NOW + 5 * SECOND
    watch.restore("L2", ("day_burning",), NOW, NOW - SECOND)
    assert watch.health("L2", NOW).faults_since == NOW - SECOND


def test_a_lamp_that_is_forgotten_counts_no_more() -> None:
    watch = Watch()
    watch.saw("L1", sighting("blink", 0, 80, "lamp_failure"), NOW)
    watch.saw("L2", sighting(), NOW)
    watch.forget(["L1", "L9"])
    assert watch.totals == Totals(online=1)
    assert (watch.view("L1"), watch.changed) == (UNKNOWN, {"L2"})
    assert kept(watch) == {"L2": ()}


def test_health_that_could_not_be_kept_is_offered_again() -> None:
    watch = Watch()
    watch.saw("L1", sighting(), NOW)
    assert kept(watch) == kept(watch) == {"L1": ()}


def test_a_fault_that_comes_while_health_is_being_kept_is_kept_the_next_time() -> None:
    watch = Watch()
    watch.saw("L1", sighting(), NOW)
    assert kept(watch) == {"L1": ()}
    watch.saw("L1", sighting("schedule", 0, 80, "lamp_failure"), NOW)
    watch.health_is_kept(["L1"])
    assert kept(watch) == {"L1": ("lamp_failure",)}
