"""Come here for watched walks home from a phone, over HTTP; `walks_live.py` is the same as a talk.

Law: whoever has a PIN needs it for everything that calls a worry off or leaves a guardian blind,
and the answer to the duress PIN is made by the same steps as the answer to the other.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header

from dispatch.asker import asker
from dispatch.doorstep import SILENT_MOST, SILENT_S, Doorstep
from dispatch.errors import Problem
from dispatch.guardians import Guardians
from dispatch.pins import HASHED_AT_ONCE, verdict
from dispatch.replies import Json, json_body
from dispatch.schemas.showing import ShowingsOut
from dispatch.schemas.walk import (
    AnswerIn,
    ConsentWithdrawIn,
    ExtendIn,
    PauseIn,
    SharedWalkOut,
    WalkIn,
    WalkOut,
    WalkPositionsIn,
    WalkStateOut,
    WithPin,
)
from dispatch.showings import Showings
from dispatch.sights import Channel, may_know, recipient, sights_of_walks
from dispatch.signs import Fix
from dispatch.sources.gate import Gate
from dispatch.sources.walk_start import begin
from dispatch.spot import Spot
from dispatch.tokens import is_token_of
from dispatch.view import showings_json
from dispatch.walk import Guardian, Walk
from dispatch.walk_events import (
    Arrived,
    ConsentWithdrawn,
    Ended,
    Event,
    Extended,
    Fine,
    HelpWanted,
    Paused,
    PinWrong,
    Resumed,
    WatchWithdrawn,
)
from dispatch.walk_record import Record
from dispatch.walk_view import guardian_json, phone_json, started_json
from dispatch.walks import Walks
from geo.place import Place
from lights.darkness import Darkness


@dataclass(frozen=True, slots=True)
class WalkDoor:
    """What the doors of a walk lead to, and what they share."""

    walks: Walks
    guardians: Guardians
    secret: bytes
    darkness_ahead: Callable[[str], Darkness | None]
    """Where the light ends on the way of a walk."""
    is_day: Callable[[], bool]
    """Whether no lamp is lit for walkers, because the sun is up."""
    showings: Showings
    spot: Callable[[Place], Spot]
    """A place in words."""
    gate: Gate
    doorstep: Doorstep = field(default_factory=lambda: Doorstep(SILENT_MOST, SILENT_S))
    """Of talks that have not said their token."""
    beginning: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, HASHED_AT_ONCE))
    answering: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, HASHED_AT_ONCE))
    """Of their own: whoever answers waits behind no crowd of walks that begin."""

    def show(self, record: Record) -> dict[str, Any]:
        """What the phone must show."""
        walks = self.walks
        dark = self.darkness_ahead(record.walk.walk_id)
        now, day = walks.clock(), self.is_day()
        return phone_json(record.walk, walks.plan, self.secret, now, dark, day)

    def opens(self, walk_id: str, authorization: str) -> bool:
        """Whether this is the header of the walk's own phone."""
        return self.is_own(walk_id, _bearer(authorization))

    def is_own(self, walk_id: str, token: str) -> bool:
        """Whether this is the walk's own token."""
        return is_token_of(self.secret, f"walk {walk_id}", token)

    def shown_to(self, guardian: Guardian, walk: Walk, shown: dict[str, Any]) -> None:
        """Log it where the walker's place is in what a guardian was shown."""
        sights = sights_of_walks([shown | {"walk_id": walk.walk_id}])
        in_need = shown["state"] in ("late", "alarmed")
        if not guardian.consent_on_phone or not (in_need or walk.watched_on_phone):
            # The phone believes that this guardian is shown nothing: it must not read of it either.
            sights = [one._replace(purpose="rescue") for one in sights]
        name = f"{guardian.name} (guardian {walk.guardians.index(guardian) + 1})".lstrip()
        self.showings.note(sights, (recipient("guardian", name),), Channel(asker().action, "link"))

    async def hear(self, record: Record, body: WalkPositionsIn) -> None:
        """Positions, and whatever they make due."""
        fixes = [Fix(fix.place, fix.fixed_at) for fix in body.positions]
        self.walks.hear(record, fixes, body.battery, body.sent_at)
        await self.walks.look(record)

    async def answer(self, record: Record, body: AnswerIn) -> None:
        """The walker answers."""
        if body.answer == "help":
            await self.walks.do(record.walk.walk_id, HelpWanted())
        else:
            await self.with_pin(record, body, Fine)

    async def withdraw_consent(self, record: Record, body: ConsentWithdrawIn) -> None:
        """Hide the place from one guardian, from all, or from whoever watches; raises Problem.

        It calls no worry off, yet with a PIN it asks for it: whoever has taken the phone away wants
        the guardian blind. Under duress it looks done on the phone, the consent stands, and help is
        called silently. What it cannot hide is the guardian's own page, which goes on showing
        what the guardian may see to whoever opens that link.
        """
        count = len(record.walk.guardians)
        if body.guardian is not None and body.guardian > count:
            reason = f"this walk has {count} guardians, numbered from 1"
            errors = [{"field": "guardian", "reason": reason}]
            raise Problem(422, "Invalid request", f"guardian: {reason}", errors=errors)
        if body.allows == "watched":
            await self.with_pin(record, body, WatchWithdrawn)
        else:
            await self.with_pin(record, body, partial(ConsentWithdrawn, body.guardian))

    async def with_pin(
        self, record: Record, body: WithPin, event_of: Callable[[bool], Event]
    ) -> None:
        """Do what calls a worry off, once the PIN has been typed; raises Problem."""
        walk = record.walk
        if walk.pin is None:
            await self.walks.do(walk.walk_id, event_of(False))
            return
        if body.pin is None:
            raise _pin_problem("this walk has a PIN: send it")
        # Off the loop: it costs as much as twenty positions of others.
        async with self.answering:
            said = await asyncio.to_thread(
                verdict, self.secret, walk.walk_id, body.pin, walk.pin, walk.duress_pin
            )
        if said == "wrong":
            await self.walks.do(walk.walk_id, PinWrong())
            raise _pin_problem("this is not the PIN of this walk")
        await self.walks.do(walk.walk_id, event_of(said == "duress"))


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _no_link() -> Problem:
    return Problem(
        401,
        "Link expired",
        "this link has expired, or never was: send Authorization: Bearer with what follows its #",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _no_token() -> Problem:
    return Problem(
        401,
        "Token missing",
        "send Authorization: Bearer <walker_token> of this walk",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _pin_problem(reason: str) -> Problem:
    errors = [{"field": "pin", "reason": reason}]
    return Problem(422, "Invalid request", f"pin: {reason}", errors=errors)


def walk_routes(door: WalkDoor) -> APIRouter:  # noqa: C901 - a list of calls, not a decision
    """The calls of a phone that walks home, and a guardian's link."""
    router = APIRouter(prefix="/v1/walks", tags=["phone"])
    walks = door.walks

    async def own(walk_id: UUID, authorization: Annotated[str, Header()] = "") -> Record:
        if not door.opens(str(walk_id), authorization):
            raise _no_token()
        return walks.get(str(walk_id))

    own_walk = Annotated[Record, Depends(own)]

    @router.post(
        "",
        status_code=201,
        response_model=WalkOut,
        responses={200: {"model": WalkOut, "description": "The same walk again"}},
    )
    async def start(body: WalkIn) -> Json:
        """A walk home begins. The answer is sent only after it is on disk."""
        record, fresh = await begin(walks, door.gate, door.beginning, door.secret, body)
        now, guardians = walks.clock(), door.guardians
        shown = started_json(door.show(record), record.walk, door.secret, guardians, now)
        return json_body(shown, 201 if fresh else 200)

    @router.get("/shared", response_model=SharedWalkOut)
    async def shared(authorization: Annotated[str, Header()] = "") -> Json:
        """What a guardian may see, who sends what stands behind the # of their link."""
        now = walks.clock()
        found = door.guardians.find(_bearer(authorization), walks.known, now)
        if found is None:
            raise _no_link()
        record, guardian = found
        expires_at = door.guardians.expires_at(record.walk)
        shown = guardian_json(record, guardian, expires_at, now, door.spot)
        door.shown_to(guardian, record.walk, shown)
        return json_body(shown)

    @router.get("/{walk_id}", response_model=WalkStateOut)
    async def state(record: own_walk) -> Json:
        """What the phone must show."""
        return json_body(door.show(record))

    @router.get("/{walk_id}/showings", response_model=ShowingsOut)
    async def showings(walk_id: UUID, authorization: Annotated[str, Header()] = "") -> Json:
        """To whom the walker's place was shown, when and what for; also after the walk is gone."""
        if not door.opens(str(walk_id), authorization):
            raise _no_token()
        known = await door.showings.of("walk", str(walk_id))
        found = {key: count for key, count in known.items() if may_know(key.purpose)}
        if not found:
            walks.get(str(walk_id))
        return json_body(showings_json(found))

    @router.post("/{walk_id}/positions", response_model=WalkStateOut)
    async def positions(record: own_walk, body: WalkPositionsIn) -> Json:
        """Where the phone is; the answer is what it must show."""
        await door.hear(record, body)
        return json_body(door.show(record))

    @router.post("/{walk_id}/answer", response_model=WalkStateOut)
    async def answer(record: own_walk, body: AnswerIn) -> Json:
        """The walker is fine, or needs help."""
        await door.answer(record, body)
        return json_body(door.show(record))

    @router.post("/{walk_id}/pause", response_model=WalkStateOut)
    async def pause(record: own_walk, body: PauseIn) -> Json:
        """The walker stays somewhere for a while."""
        wanted = timedelta(minutes=body.minutes)
        await door.with_pin(record, body, lambda duress: Paused(wanted, duress))
        return json_body(door.show(record))

    @router.post("/{walk_id}/resume", response_model=WalkStateOut)
    async def resume(record: own_walk) -> Json:
        """The walker goes on."""
        await walks.do(record.walk.walk_id, Resumed())
        return json_body(door.show(record))

    @router.post("/{walk_id}/extend", response_model=WalkStateOut)
    async def extend(record: own_walk, body: ExtendIn) -> Json:
        """It will take longer."""
        by = timedelta(minutes=body.minutes)
        await door.with_pin(record, body, lambda duress: Extended(by, duress))
        return json_body(door.show(record))

    @router.post("/{walk_id}/consent/withdraw", response_model=WalkStateOut)
    async def withdraw_consent(record: own_walk, body: ConsentWithdrawIn | None = None) -> Json:
        """A guardian, or all of them, may not see the position any more, from this answer on; also
        while help is called. With `allows: watched` the walk is watched no longer, from this answer
        on: the centre sees where the walker is only in need, and so do guardians with consent. What
        was taken back cannot be given again on this walk."""
        await door.withdraw_consent(record, body or ConsentWithdrawIn())
        return json_body(door.show(record))

    @router.post("/{walk_id}/arrive", response_model=WalkStateOut)
    async def arrive(record: own_walk, body: WithPin | None = None) -> Json:
        """Home. The positions are destroyed at once."""
        await door.with_pin(record, body or WithPin(), Arrived)
        return json_body(door.show(record))

    @router.post("/{walk_id}/end", response_model=WalkStateOut)
    async def end(record: own_walk, body: WithPin | None = None) -> Json:
        """The walker wants to be watched no longer. The positions are destroyed at once."""
        await door.with_pin(record, body or WithPin(), Ended)
        return json_body(door.show(record))

    return router
