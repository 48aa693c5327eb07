"""Come here for what was written in the last minutes, so that a new cry costs no reading.

A picture of the database, and allowed to be incomplete: who is possibly the same is a hint for
people, and a report that is not remembered here is still found by its key when it is written.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from datetime import datetime
from math import dist, floor, isfinite
from typing import Final

from dispatch.incident import Incident
from dispatch.plan import Plan
from dispatch.report import Report
from geo.place import Metres, metres_between

_REPORTS_KEPT: Final = 20_000
"""A phone that heard no answer tries again within seconds, not after this many other reports."""

_Cell = tuple[int, int]


class Recent:
    """Open incidents by place, and reports by id; time comes in with what is noted."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._reports: OrderedDict[str, None] = OrderedDict()
        self._cells: dict[_Cell, dict[str, tuple[datetime, Metres]]] = {}
        self._cell_of: dict[str, _Cell] = {}
        self._by_age: deque[tuple[datetime, str]] = deque()

    def note(self, incident: Incident) -> None:
        """An incident was written."""
        self._remember_report(incident.report.report_id)
        known = self._forget(incident.incident_id)
        place = incident.spot.place
        if place is None or not incident.is_live:
            return
        point = place.metres
        if not isfinite(point.east):
            return  # far outside of the projection; nobody is near
        cell = self._cell(point)
        entry = (incident.opened_at, point)
        self._cells.setdefault(cell, {})[incident.incident_id] = entry
        self._cell_of[incident.incident_id] = cell
        if not known:
            self._by_age.append((incident.opened_at, incident.incident_id))

    def knows_report(self, report_id: str) -> bool:
        """Whether the report has surely been written."""
        return report_id in self._reports

    def resembling(self, report: Report) -> list[str]:
        """Open incidents near a report in place and time, the latest first."""
        if report.place is None:
            return []
        self._let_go(report.received_at)
        point = report.place.metres
        if not isfinite(point.east):
            return []
        found = [
            (opened_at, incident_id)
            for cell in self._around(point)
            for incident_id, (opened_at, other) in self._cells.get(cell, {}).items()
            if dist(point, other) <= self._plan.same_within_m
            and report.received_at - opened_at <= self._plan.same_within
        ]
        return [key for _, key in sorted(found, reverse=True)[: self._plan.same_shown]]

    def _cell(self, point: Metres) -> _Cell:
        size = self._plan.same_within_m
        return floor(point.east / size), floor(point.north / size)

    def _around(self, point: Metres) -> Iterator[_Cell]:
        column, row = self._cell(point)
        for east in (-1, 0, 1):
            for north in (-1, 0, 1):
                yield column + east, row + north

    def _remember_report(self, report_id: str) -> None:
        self._reports[report_id] = None
        if len(self._reports) > _REPORTS_KEPT:
            self._reports.popitem(last=False)

    def _forget(self, incident_id: str) -> bool:
        cell = self._cell_of.pop(incident_id, None)
        if cell is None:
            return False
        held = self._cells[cell]
        del held[incident_id]
        if not held:
            del self._cells[cell]
        return True

    def _let_go(self, now: datetime) -> None:
        while self._by_age and now - self._by_age[0][0] > self._plan.same_within:
            self._forget(self._by_age.popleft()[1])


def resembles(one: Incident, report: Report, plan: Plan) -> bool:
    """Whether an open incident is near a report in place and time."""
    if one.spot.place is None or report.place is None:
        return False
    recent = report.received_at - one.opened_at <= plan.same_within
    return recent and metres_between(one.spot.place, report.place) <= plan.same_within_m
