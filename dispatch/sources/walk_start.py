"""Come here for how a walk begins: who is let in, and what is made of what the phone has sent."""

import asyncio
from datetime import datetime, timedelta

from dispatch.errors import Problem
from dispatch.pins import pin_hash
from dispatch.schemas.walk import WalkIn
from dispatch.sources.gate import Gate
from dispatch.tokens import proof_of, reporter_token
from dispatch.walk import Guardian, Walk
from dispatch.walk_record import Record
from dispatch.walks import Walks
from geo.way import Way


async def begin(
    walks: Walks, gate: Gate, hashing: asyncio.Semaphore, secret: bytes, body: WalkIn
) -> tuple[Record, bool]:
    """The walk, and whether it is new; one that is known costs no work on its PINs again.

    Raises Problem (429: a plain flood) or OtherPhone.
    """
    walk_id = str(body.walk_id)
    known = await walks.again(walk_id, proof_of(walk_id, body.phone_secret))
    if known is not None:
        return known, False
    _must_be_a_way(body)
    flood = gate.admit(walk_id).size
    async with hashing:
        walk = await asyncio.to_thread(_walk, body, secret, walks.clock(), flood)
    return await walks.start(walk)


def _walk(body: WalkIn, secret: bytes, now: datetime, flood: int) -> Walk:
    walk_id = str(body.walk_id)
    expected = timedelta(minutes=body.expected_minutes)
    route = tuple(position.place for position in body.route or ())
    return Walk(
        walk_id=walk_id,
        started_at=now,
        updated_at=now,
        due_at=now + expected,
        expected=expected,
        destination=body.destination.place if body.destination is not None else None,
        route=route,
        guardians=tuple(
            Guardian(one.contact, one.name, one.consent, one.agreed) for one in body.guardians
        ),
        flood=flood,
        seed=reporter_token(secret, f"reports of walk {walk_id}"),
        proof=proof_of(walk_id, body.phone_secret),
        name=body.name,
        watched=body.watched,
        watch_agreed=body.watch_agreed,
        pin=pin_hash(secret, walk_id, body.pin) if body.pin else None,
        duress_pin=pin_hash(secret, walk_id, body.duress_pin) if body.duress_pin else None,
    )


def _must_be_a_way(body: WalkIn) -> None:
    """A place that no map of Korea can hold is refused here, not found out on the way."""
    if body.route is not None:
        try:
            Way([position.place for position in body.route])
        except ValueError as error:
            raise Problem(
                422,
                "Invalid request",
                f"route: {error}",
                errors=[{"field": "route", "reason": str(error)}],
            ) from None
