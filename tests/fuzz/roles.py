"""Come here for the calls by chance made by everybody: each role with a session of its own.

Nobody may be given what the table role × action does not allow: an answer that is no refusal, to a
role without a row, is a fault, whatever the call looked like.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

import httpx

from dispatch.access import ROUTES, STAFF, Role, StaffRole
from dispatch.clock import new_id, now
from dispatch.database import Database
from dispatch.settings import Settings
from dispatch.sign_in import people, record
from dispatch.sign_in.keys import digest, new_token
from dispatch.sign_in.people import App
from dispatch.sign_in.sessions import Sessions
from tests.dispatch.staff import PAGE, account_of, take_in
from tests.fuzz.calls import Somebody, call_all
from tests.fuzz.tally import Tally
from tests.patience import FOR_LONG_S
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

    def __init__(self, url: str, database: Database, jurisdiction: str, settings: Settings) -> None:
        self._url = url
        self._database = database
        self._jurisdiction = jurisdiction
        self._key = partial(settings.chain_key, "record")
        self._sessions = Sessions(database, clock=now, new_id=new_id, key=self._key)

    async def come(self, role: Role) -> Somebody:
        """Somebody of a role; who signs out does so in a second session of theirs."""
        if role in STAFF:
            first, second = await self._session(role), await self._session(role)
            return Somebody(role, first, second, may)
        headers = await self._app() if role == "city_app" else {}
        return Somebody(role, headers, headers, may)

    async def _session(self, role: StaffRole) -> Mapping[str, str]:
        account = account_of(f"one {role}", role, jurisdictions=(self._jurisdiction,))
        await take_in(self._sessions, account)
        token, _ = await self._sessions.open(account.person, "local", "127.0.0.1")
        headers = {**PAGE, "Cookie": f"lamplighter={token}"}
        async with httpx.AsyncClient(base_url=self._url, headers=headers) as browser:
            async with asyncio.timeout(FOR_LONG_S):
                while (await browser.get("/v1/me")).status_code != 200:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        return headers

    async def _app(self) -> Mapping[str, str]:
        token = new_token()
        async with self._database.writing() as connection:
            await people.put_app(connection, App("안심이", digest(token), now(), None))
            await record.note(connection, self._sessions.entry("app_added", "안심이"), self._key())
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
