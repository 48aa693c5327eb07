"""Come here for which rooms of a running dispatcher its front door leads to."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI

from dispatch.house import House
from dispatch.metrics import Numbers, registry
from dispatch.routes.rooms import Rooms
from dispatch.sources.app import report_routes
from dispatch.sources.gate import Gate
from dispatch.sources.walks import WalkDoor
from dispatch.web import application

SCREENS: Final = Path(__file__).parent.parent / "control_room_ui" / "dist"


def front(house: House) -> FastAPI:
    """The whole of what HTTP reaches, with every room that it leads to."""
    walks = _walks(house)
    return application(
        Rooms(
            database=house.database,
            district=house.district,
            desk=house.desk,
            fleet=house.fleet,
            veil=house.veil,
            crew_veil=house.crew_veil,
            lamps_shown=house.lamps_shown,
            often_walked=house.escort.often_walked,
            lamp_tests=house.lamp_tests,
            feed=house.feed,
            letters=house.letters,
            showings=house.showings,
            try_now=house.outbox.try_now,
            cap_sender=house.settings.cap_sender,
            cap_secrets=house.settings.cap_secrets,
            seen=house.picture.seen,
            clock=house.clock,
            broker_answers=lambda: house.broker.is_connected,
            unprotected=house.unprotected,
            watchdog=house.watchdog,
            night=house.night,
            doubt=lambda: house.doubt.trouble(house.clock()),
            sole=house.sole.trouble,
            metrics=registry(house.night, _numbers(house)),
            reports=_reports(house, walks),
            doorkeeper=house.door,
            accounts=house.accounts,
            provider=house.provider,
            sessions=house.sessions,
            vault=house.vault,
            verifier=house.verifier,
            jurisdictions_of=house.picture.jurisdictions_of,
            door=walks,
            screens=SCREENS,
            map_style=house.settings.map_style,
            map_pmtiles=house.settings.map_pmtiles,
        )
    )


def _numbers(house: House) -> Numbers:
    return Numbers(
        fleet=house.fleet,
        feed=house.feed,
        letters=house.letters,
        walks=house.walks,
        totals=house.picture.totals,
        clock=house.clock,
        stuck=house.watchdog.stuck,
        reaches=lambda: house.broker.is_connected,
        tampering=house.verifier.faults,
        unprotected=len(house.unprotected),
    )


def _walks(house: House) -> WalkDoor:
    return WalkDoor(
        house.walks,
        house.guardians,
        house.settings.secret(),
        house.escort.darkness_ahead,
        lambda: house.escort.is_day,
        house.showings,
        house.desk.spot,
        Gate(house.plan, house.clock, "walks"),
    )


def _reports(house: House, walks: WalkDoor) -> APIRouter:
    return report_routes(
        house.desk,
        house.picture.find_report,
        house.settings.secret(),
        house.picture.seen,
        house.clock,
        house.walk_help,
        house.plan,
        house.night,
        house.showings,
        walks.with_pin,
    )
