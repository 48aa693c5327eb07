"""Come here for what the doors over HTTP lead to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from dispatch.database import Database
from dispatch.desk import Desk
from dispatch.district import District
from dispatch.feed import Feed
from dispatch.lamp_tests import LampTests
from dispatch.lamps_shown import LampsShown
from dispatch.letters import Letters
from dispatch.metrics import Night
from dispatch.push.signature import Secret
from dispatch.showings import Showings
from dispatch.sign_in.accounts import Accounts
from dispatch.sign_in.door import Door
from dispatch.sign_in.provider import Provider
from dispatch.sign_in.sessions import Sessions
from dispatch.sign_in.vault import Vault
from dispatch.sources.walks import WalkDoor
from dispatch.verifying import Verifier
from dispatch.view import Seen
from dispatch.watchdog import Watchdog
from lights.crew_veil import CrewVeil
from lights.fleet import Fleet
from lights.veil import Veil


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the doors lead to."""

    database: Database
    district: District
    desk: Desk
    fleet: Fleet
    veil: Veil
    crew_veil: CrewVeil
    lamps_shown: LampsShown
    often_walked: Callable[[str], int]
    lamp_tests: LampTests
    feed: Feed
    letters: Letters
    showings: Showings
    try_now: Callable[[str], None]
    cap_sender: str
    cap_secrets: Mapping[str, Sequence[Secret]]
    seen: Seen
    clock: Callable[[], datetime]
    broker_answers: Callable[[], bool]
    unprotected: list[str]
    watchdog: Watchdog
    metrics: CollectorRegistry
    night: Night
    doubt: Callable[[], list[str]]
    sole: Callable[[], list[str]]
    reports: APIRouter
    doorkeeper: Door
    accounts: Accounts
    provider: Provider | None
    sessions: Sessions
    vault: Vault
    verifier: Verifier
    jurisdictions_of: Callable[[str], Awaitable[frozenset[str]]]
    door: WalkDoor
    screens: Path
    map_style: str | Path | None
    map_pmtiles: str | Path | None
