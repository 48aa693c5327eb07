"""Come here for what administrators do over HTTP: accounts, and who is signed in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from dispatch.incident import NotFound
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.routes.sign_in import person_json
from dispatch.schemas.sign_in import (
    AccountIn,
    AccountOut,
    AccountsOut,
    NewAccountOut,
    OneTimePasswordOut,
    RecordOut,
    RightsIn,
    SessionOut,
    SessionsOut,
)
from dispatch.sign_in import record
from dispatch.sign_in.people import Account
from dispatch.sign_in.record import Entry
from dispatch.sign_in.sessions import Session
from lights.wire import rfc3339

Limit = Annotated[int, Query(ge=1, le=1_000)]
EntryId = Annotated[str, Query(max_length=40)]


def account_routes(rooms: Rooms) -> APIRouter:
    """Accounts and sessions, for administrators."""
    router = APIRouter(prefix="/v1", tags=["administration"])
    accounts, sessions = rooms.accounts, rooms.sessions

    @router.get("/accounts", response_model=AccountsOut)
    async def everybody() -> Json:
        """Every account, revoked ones too."""
        return json_body({"accounts": [_account_json(one) for one in await accounts.all()]})

    @router.post("/accounts", response_model=NewAccountOut, status_code=201)
    async def add(body: AccountIn) -> Json:
        """Somebody new; the password is for their first sign-in and said this once."""
        account, password = await accounts.add(body.name, body.roles, body.jurisdictions)
        return json_body({**_account_json(account), "one_time_password": password}, 201)

    @router.post("/accounts/{name}/roles", response_model=AccountOut)
    async def change_roles(name: str, body: RightsIn) -> Json:
        """What they may do from now on; their open feeds end."""
        changed = await accounts.change_roles(name, body.roles, body.jurisdictions)
        return json_body(_account_json(changed))

    @router.post("/accounts/{name}/password", response_model=OneTimePasswordOut)
    async def new_password(name: str) -> Json:
        """For somebody who has forgotten theirs."""
        return json_body({"one_time_password": await accounts.new_password(name)})

    @router.post("/accounts/{name}/revoke", response_model=AccountOut)
    async def revoke(name: str) -> Json:
        """They are out at once."""
        return json_body(_account_json(await accounts.revoke(name)))

    @router.get("/sessions", response_model=SessionsOut)
    async def present() -> Json:
        """Who is signed in."""
        return json_body({"sessions": [_session_json(one) for one in sessions.all()]})

    @router.post("/sessions/{session_id}/revoke", response_model=SessionOut)
    async def end(session_id: str) -> Json:
        """This one is over at once."""
        found = next((one for one in sessions.all() if one.session_id == session_id), None)
        if found is None:
            raise NotFound(f"there is no session {session_id}")
        await sessions.end(found)
        return json_body(_session_json(found))

    @router.get("/record", response_model=RecordOut)
    async def written(limit: Limit = 100, before: EntryId | None = None) -> Json:
        """Who came in, and who gave whom which right; `next` leads to the page before."""
        async with rooms.database.reading() as connection:
            found = await record.entries(connection, limit, before)
        last = found[-1].entry_id if len(found) == limit else None
        return json_body({"entries": [_entry_json(one) for one in found], "next": last})

    return router


def _entry_json(one: Entry) -> dict[str, Any]:
    return one._asdict() | {"at": rfc3339(one.at), "detail": dict(one.detail)}


def _account_json(one: Account) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": sorted(one.roles),
        "jurisdictions": sorted(one.jurisdictions),
        "must_choose_password": one.one_time,
        "made_at": rfc3339(one.made_at),
        "revoked_at": rfc3339(one.revoked_at) if one.revoked_at else None,
    }


def _session_json(one: Session) -> dict[str, Any]:
    return {
        "session_id": one.session_id,
        **person_json(one.person),
        "way": one.kept.way,
        "source": one.kept.source,
        "made_at": rfc3339(one.kept.made_at),
        "seen_at": rfc3339(one.seen_at),
        "ends_at": rfc3339(one.kept.ends_at),
    }
