"""Come here for what administrators do over HTTP: accounts, and who is signed in."""

from typing import Any

from fastapi import APIRouter

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
    RightsIn,
    SessionOut,
    SessionsOut,
)
from dispatch.sign_in.people import Account
from dispatch.sign_in.sessions import Session
from lights.wire import rfc3339


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
        rights = (body.roles, body.jurisdictions)
        account, password = await accounts.add(body.name, *rights, again=body.again)
        return json_body({**_account_json(account), "one_time_password": password}, 201)

    @router.post("/accounts/{name}/roles", response_model=AccountOut)
    async def change_roles(name: str, body: RightsIn) -> Json:
        """What they may do from now on; their open feeds end."""
        changed = await accounts.change_roles(name, body.roles, body.jurisdictions)
        return json_body(_account_json(changed))

    @router.post("/accounts/{name}/password", response_model=OneTimePasswordOut)
    async def new_password(name: str) -> Json:
        """For somebody who has forgotten theirs."""
        account, password = await accounts.new_password(name)
        return json_body({"one_time_password": password, "one_time_until": _until(account)})

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

    return router


def _account_json(one: Account) -> dict[str, Any]:
    return {
        "name": one.name,
        "roles": sorted(one.roles),
        "jurisdictions": sorted(one.jurisdictions),
        "must_choose_password": one.one_time,
        "one_time_until": _until(one),
        "made_at": rfc3339(one.made_at),
        "revoked_at": rfc3339(one.revoked_at) if one.revoked_at else None,
    }


def _until(one: Account) -> str | None:
    return rfc3339(one.one_time_until) if one.one_time_until else None


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
