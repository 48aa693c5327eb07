"""What is remembered of the last minutes, so that a new cry costs no reading."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dispatch.life import open_incident
from dispatch.plan import DEFAULT
from dispatch.recent import Recent
from dispatch.report import Report
from dispatch.spot import Spot
from geo.place import Place
from lights.choose import NOWHERE

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Place(127.0165, 37.6512)


def cry(number: int, minutes_ago: float = 0.0, place: Place = HERE) -> Report:
    return Report(f"r{number}", NOW - timedelta(minutes=minutes_ago), place=place)


def opened(report: Report) -> Recent:
    recent = Recent(DEFAULT)
    note(recent, report)
    return recent


def note(recent: Recent, report: Report, **changed: str) -> None:
    spot = Spot(place=report.place)
    decision = open_incident(f"i-{report.report_id}", report, spot, NOWHERE, False, DEFAULT)
    recent.note(replace(decision.incident, **changed))  # type: ignore[arg-type]


def test_a_cry_near_in_place_and_time_is_possibly_the_same() -> None:
    assert opened(cry(1, minutes_ago=9)).resembling(cry(2)) == ["i-r1"]


def test_a_cry_far_away_long_ago_or_closed_is_not_the_same() -> None:
    away = Place(127.0185, 37.6512)
    assert opened(cry(1, place=away)).resembling(cry(2)) == []
    assert opened(cry(1, minutes_ago=11)).resembling(cry(2)) == []
    recent = opened(cry(1))
    note(recent, cry(1), state="closed")
    assert recent.resembling(cry(2)) == []


def test_old_incidents_that_were_noted_last_hide_behind_no_younger_one() -> None:
    recent = opened(cry(1))
    note(recent, cry(2, minutes_ago=300))
    assert recent.resembling(cry(3)) == ["i-r1"]


def test_the_latest_come_first_and_no_more_than_the_plan_shows() -> None:
    recent = Recent(DEFAULT)
    for number in range(8):
        note(recent, cry(number, minutes_ago=8 - number))
    assert recent.resembling(cry(9)) == ["i-r7", "i-r6", "i-r5", "i-r4", "i-r3"]


def test_a_report_that_was_written_is_known() -> None:
    recent = opened(cry(1))
    assert recent.knows_report("r1")
    assert not recent.knows_report("r2")
