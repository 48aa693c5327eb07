"""Come here for what a dispatcher that starts takes up where the last process left it."""

from datetime import datetime

from dispatch import outbox_rows, store
from dispatch.database import Database
from dispatch.lamp_tests import LampTests
from dispatch.lamps_shown import LampsShown
from dispatch.recent import Recent
from lights.claim_store import load_claims
from lights.claims import Claim
from lights.fleet import Fleet
from lights.store import load_health
from lights.trodden import Trodden
from lights.trodden_store import load_trodden


async def take_up(
    database: Database,
    fleet: Fleet,
    trodden: Trodden,
    recent: Recent,
    lamp_tests: LampTests,
    lamps_shown: LampsShown,
    now: datetime,
) -> None:
    """The claims, the lamps' health, the steps counted, and the incidents that are open.

    Where the last process had a clock that was ahead, nothing waits until its time.
    """
    async with database.writing() as connection:
        await outbox_rows.bring_forward(connection, now)
        await store.bring_forward(connection, now)
    async with database.reading() as connection:
        claims = await load_claims(connection, now)
        health = await load_health(connection)
        for lamp_id, wanted in await load_trodden(connection):
            trodden.restore(lamp_id, wanted)
        live = await store.live_incidents(connection)
    lamps_shown.begin(live)
    for incident in reversed(live):
        recent.note(incident)
    for known in health:
        fleet.watch.restore(*known)
    owners: dict[str, list[Claim]] = {}
    for claim in claims:
        owners.setdefault(claim.owner, []).append(claim)
    for owner, held in owners.items():
        fleet.claims_are(owner, held)
        lamp_tests.remember(owner, held)
