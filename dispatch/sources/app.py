"""Come here for cries from a phone, or from a city app's server on its behalf, over HTTP."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Header

from dispatch.asker import asker
from dispatch.desk import Desk
from dispatch.errors import Problem
from dispatch.incident import Incident, NotFound
from dispatch.log_lines import concerns
from dispatch.metrics import Night
from dispatch.plan import Plan
from dispatch.replies import Json, json_body
from dispatch.report import Flood, Report, latest, with_fix_not_later
from dispatch.schemas.report import PositionsIn, ReportIn, ReportOut, ReportStateOut
from dispatch.schemas.showing import ShowingsOut
from dispatch.schemas.walk import WithPin
from dispatch.showings import Showings
from dispatch.sources.gate import Gate
from dispatch.tokens import is_token_of, proof_of, reporter_token
from dispatch.view import Seen, shortfall_json, showings_json, shown_json, spot_json
from dispatch.walk_events import Event, Fine
from dispatch.walk_help import WalkHelp
from dispatch.walk_record import Record
from lights.wire import rfc3339

log = logging.getLogger(__name__)

_WORDS: Final = {
    "open": (
        "신고가 접수되었습니다. 관제센터에 알렸습니다.",
        "Received. The control centre has been told.",
    ),
    "acknowledged": ("관제센터에서 확인했습니다.", "The control centre has seen it."),
    "assigned": ("출동 부서가 정해졌습니다.", "A unit has been assigned."),
    "en_route": ("경찰이 가고 있습니다.", "Officers are on their way."),
    "on_scene": ("경찰이 도착했습니다.", "Officers have arrived."),
    "closed": (
        "종료되었습니다. 아직 도움이 필요하면 다시 누르세요.",
        "Closed. If you still need help, press again.",
    ),
}
_WITHDRAWN: Final = (
    "취소 요청을 받았습니다. 그래도 한 번 더 확인합니다.",
    "You withdrew it. Somebody will still check.",
)


def report_routes(  # noqa: C901 - a list of calls, not a decision
    desk: Desk,
    find: Callable[[str], Any],
    secret: bytes,
    seen: Seen,
    clock: Callable[[], datetime],
    walk_help: WalkHelp,
    plan: Plan,
    night: Night,
    showings: Showings,
    with_pin: Callable[[Record, WithPin, Callable[[bool], Event]], Awaitable[None]],
) -> APIRouter:
    """The five calls of a phone. `find(report_id)` awaits the incident of a report, or None;
    `with_pin` lets something happen to a walk once its PIN was typed."""
    router = APIRouter(prefix="/v1/reports", tags=["phone"])

    async def own(report_id: UUID, authorization: Annotated[str, Header()] = "") -> Incident:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not is_token_of(secret, str(report_id), token.strip()):
            raise Problem(
                401,
                "Token missing",
                "send Authorization: Bearer <reporter_token> of this report",
                headers={"WWW-Authenticate": "Bearer"},
            )
        incident: Incident | None = await find(str(report_id))
        if incident is None:
            raise NotFound(f"there is no report {report_id}")
        concerns(incident.incident_id)
        return incident

    gate = Gate(plan, clock, "reports")
    own_report = Annotated[Incident, Depends(own)]

    async def told_state(incident: Incident) -> Json:
        known = await showings.of("incident", incident.incident_id)
        incident = replace(incident, withdrawn=walk_help.seems_withdrawn(incident))
        return json_body({**_state(incident, seen), "shown": shown_json(known)})

    @router.post(
        "",
        status_code=201,
        response_model=ReportOut,
        responses={200: {"model": ReportOut, "description": "The same report again"}},
    )
    async def take(body: ReportIn) -> Json:
        """A cry for help. The answer is sent only after the report is on disk."""
        with night.refusing():
            report = _report(body, clock(), gate.admit(str(body.report_id)))
            is_walkers = _is_walkers(body, secret)
            if is_walkers:
                report = walk_help.with_track(report)
            incident, fresh = await desk.take(report)
        concerns(incident.incident_id)
        log.info("a report of kind %s is on disk", report.kind if fresh else "known before")
        if fresh:
            night.told(clock() - report.received_at)
        if is_walkers:
            walk_help.cried(report, incident)
        return json_body(_taken(incident, secret), 201 if fresh else 200)

    @router.get("/{report_id}", response_model=ReportStateOut)
    async def state(incident: own_report) -> Json:
        """What the caller may know of the report."""
        return await told_state(incident)

    @router.post("/{report_id}/positions", response_model=ReportStateOut)
    async def follow(incident: own_report, body: PositionsIn) -> Json:
        """The lamps and the screens follow the caller; old and repeated fixes are harmless."""
        place, fixed_at = latest([(fix.place, fix.fixed_at) for fix in body.positions])
        followed = await desk.follow(incident.incident_id, place, fixed_at)
        return await told_state(followed or incident)

    @router.post("/{report_id}/withdraw", response_model=ReportStateOut)
    async def withdraw(incident: own_report, body: WithPin | None = None) -> Json:
        """The caller says "false alarm"; operators see it and decide. During a walk that has a PIN
        it needs the PIN."""
        if (record := walk_help.pin_guards(incident)) is None:
            return await told_state(await desk.withdraw(incident.incident_id))
        await with_pin(record, body or WithPin(), Fine)
        return await told_state(incident)

    @router.get("/{report_id}/showings", response_model=ShowingsOut)
    async def shown(incident: own_report) -> Json:
        """To whom the caller's place was shown, when and what for."""
        return json_body(showings_json(await showings.of("incident", incident.incident_id)))

    return router


def _is_walkers(body: ReportIn, secret: bytes) -> bool:
    """Whether the walker of the walk that it names has sent it.

    Others know the walk's id too: theirs gets no track, and calls no question of the walk off.
    """
    walk_id, token = body.walk_id, body.walker_token
    return bool(walk_id and token) and is_token_of(secret, f"walk {walk_id}", token or "")


def _report(body: ReportIn, now: datetime, flood: Flood) -> Report:
    report = Report(
        source=asker().app or "app",
        flood=flood,
        report_id=str(body.report_id),
        received_at=now,
        kind=body.kind,
        place=body.position.place if body.position else None,
        fixed_at=body.fixed_at,
        sent_at=body.sent_at,
        silent=body.silent,
        drill=body.drill,
        note=body.note,
        walk_id=body.walk_id,
        proof=proof_of(str(body.report_id), body.phone_secret),
    )
    return with_fix_not_later(report)


def _taken(incident: Incident, secret: bytes) -> dict[str, Any]:
    report_id = incident.report.report_id
    return {
        "report_id": report_id,
        "incident_id": incident.incident_id,
        "state": incident.state,
        "received_at": rfc3339(incident.report.received_at),
        "place": spot_json(incident.spot),
        "lamps": [{"lamp_id": lamp.lamp_id, "metres": lamp.metres} for lamp in incident.lamps],
        "shortfall": incident.shortfall.words if incident.shortfall else None,
        "shortfall_detail": shortfall_json(incident.shortfall),
        "drill": incident.drill,
        "reporter_token": reporter_token(secret, report_id),
    }


def _state(incident: Incident, seen: Seen) -> dict[str, Any]:
    lit = incident.is_live and incident.scene != "none"
    korean, english = _WORDS[incident.state]
    if incident.withdrawn and incident.is_live:
        korean, english = _WITHDRAWN
    return {
        "report_id": incident.report.report_id,
        "incident_id": incident.incident_id,
        "state": incident.state,
        "received_at": rfc3339(incident.report.received_at),
        "acknowledged": incident.state != "open",
        "unit_on_its_way": incident.state in ("en_route", "on_scene"),
        "withdrawn": incident.withdrawn,
        "drill": incident.drill,
        "place": spot_json(incident.spot),
        "lamps": {
            "asked": len(incident.lamps) if lit else 0,
            "lit": sum(seen(lamp.lamp_id)[0] for lamp in incident.lamps) if lit else 0,
        },
        "words": {"ko": korean, "en": english},
    }
