"""Come here for the calls by chance made by everybody: each role with a session of its own.

Nobody may be given what the table role × action does not allow: an answer that is no refusal, to a
role without a row, is a fault, whatever the call looked like.
"""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

from dispatch.access import ROUTES, STAFF, Role, StaffRole
from dispatch.clock import new_id, now
from dispatch.database import Database
from dispatch.sign_in import people
from dispatch.sign_in.keys import digest, new_token
from dispatch.sign_in.people import App
from dispatch.sign_in.sessions import Sessions
from tests.conftest import Pair
from tests.dispatch.staff import LOCAL, PAGE, account_of
from tests.fuzz.calls import Somebody, call_all
from tests.fuzz.tally import Tally
from tests.house import DispatcherProcess, environment_for, fill, settings_for, street_of
from tests.parts import free_port
from tests.patience import DEADLINE_S
from tests.wire.test_traffic import AREAS

JURISDICTION: Final = next(area.name for area in AREAS if area.kind == "jurisdiction")
EVERYBODY: Final[tuple[Role, ...]] = (*sorted(STAFF), "city_app", "caller")
"""But lamps, who do not speak HTTP."""


def may(action: str, role: str) -> bool:
    """What the table says; whose token opens something is the route's to look at."""
    who = ROUTES.get(action, frozenset())
    is_staff = role in STAFF
    return role in who or bool(who & {"anybody", "visitor"}) or ("signed_in" in who and is_staff)


class Staff:
    """Opens real sessions beside a dispatcher that runs on the same database."""

    def __init__(self, url: str, database: Database, jurisdiction: str) -> None:
        self._url = url
        self._database = database
        self._jurisdiction = jurisdiction
        self._sessions = Sessions(database, clock=now, new_id=new_id)

    async def come(self, role: Role) -> Somebody:
        """Somebody of a role; who signs out does so in a second session of theirs."""
        if role in STAFF:
            first, second = await self._session(role), await self._session(role)
            return Somebody(role, first, second, may)
        headers = await self._app() if role == "city_app" else {}
        return Somebody(role, headers, headers, may)

    async def _session(self, role: StaffRole) -> Mapping[str, str]:
        account = account_of(f"one {role}", role, jurisdictions=(self._jurisdiction,))
        await self._sessions.put_account(account)
        token, _ = await self._sessions.open(account.person, "local", "127.0.0.1")
        headers = {**PAGE, "Cookie": f"lamplighter={token}"}
        async with httpx.AsyncClient(base_url=self._url, headers=headers) as browser:
            async with asyncio.timeout(DEADLINE_S):
                while (await browser.get("/v1/me")).status_code != 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        return headers

    async def _app(self) -> Mapping[str, str]:
        token = new_token()
        async with self._database.writing() as connection:
            await people.put_app(connection, App("안심이", digest(token), now(), None))
        return {"Authorization": f"Bearer {token}"}


async def call_as(staff: Staff, role: Role, url: str, examples: int, lamp_id: str) -> Tally:
    """Every operation by one role; afterwards they are signed in still."""
    who = await staff.come(role)
    tally = await asyncio.to_thread(call_all, url, examples, lamp_id, who=who)
    if role in STAFF:
        async with httpx.AsyncClient(base_url=url, headers=who.headers) as browser:
            if (await browser.get("/v1/me")).status_code != 200:
                tally.faults.append(f"{role} is not signed in any more: the rest proves little")
    return tally


async def as_everybody(pair: Pair, folder: Path, examples: int) -> list[Tally]:
    """Every role, on a dispatcher of their own that asks everybody to sign in."""
    lamps, settings = street_of(5), settings_for(pair, folder)
    await fill(settings, lamps, AREAS)
    dispatcher = DispatcherProcess(environment_for(pair, folder) | LOCAL, free_port())
    dispatcher.start()
    database, tallies = Database(pair.database_url), list[Tally]()
    try:
        await dispatcher.ready()
        staff = Staff(dispatcher.url, database, JURISDICTION)
        for role in EVERYBODY:
            began = time.monotonic()
            tally = await call_as(staff, role, dispatcher.url, examples, lamps[1].lamp_id)
            took = time.monotonic() - began
            tallies.append(tally)
            counts = f"{tally.tried:>7} {tally.server_errors:>4} {len(tally.faults):>6}"
            print(f"  {tally.kind:<58} {counts} {took:>27.0f} s", flush=True)
    finally:
        await database.close()
        dispatcher.stop()
    return tallies
