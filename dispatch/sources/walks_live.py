"""Come here for a walk home as a talk over a WebSocket: positions one way, what to show the other.

The first word of a phone is its token. Each message is the body of the call of the same name, with
its `type`; each answer is the state, and so is every change that the phone did not ask for.

Law: a state is said to answer a message, or because it differs from the one said last: what a phone
must not know of makes no word more or less.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from functools import partial
from typing import Any, Final

import orjson
from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from dispatch.errors import Problem, not_possible
from dispatch.flood import source_of
from dispatch.incident import NotFound
from dispatch.outages import Unavailable
from dispatch.schemas.walk import (
    AnswerIn,
    ConsentWithdrawIn,
    ExtendIn,
    PauseIn,
    WalkPositionsIn,
    WithPin,
)
from dispatch.sockets import hang_up
from dispatch.sources.walks import WalkDoor
from dispatch.walk_events import Arrived, Ended, Extended, Paused, Resumed
from dispatch.walk_life import NotPossible
from dispatch.walk_record import Record

log = logging.getLogger(__name__)

_TOKEN_WITHIN_S: Final = 10.0
"""A phone knows its token; who does not say it holds a connection for nothing."""
_TALKS_OF_A_WALK: Final = 4
"""A phone has one. Where it changes its network, the old ones are only noticed after a while."""
_NOT_ALLOWED: Final = 1008
_TRY_AGAIN_LATER: Final = 1013


async def talk(door: WalkDoor, websocket: WebSocket, walk_id: str) -> None:
    """Talk to the phone of a walk until it goes."""
    await websocket.accept()
    source = source_of(websocket.client.host if websocket.client else "") or ""
    now = asyncio.get_running_loop().time()
    door.doorstep.comes(websocket, source, now, partial(hang_up, websocket))
    try:
        async with asyncio.timeout(_TOKEN_WITHIN_S):
            hello = _object(await _text(websocket))
        door.doorstep.has_spoken(websocket, source)
        if not door.is_own(walk_id, str(hello.get("token", ""))):
            await websocket.close(_NOT_ALLOWED, "say the walker_token of this walk first")
            return
        await _follow(door, websocket, door.walks.get(walk_id))
    except (TimeoutError, ValueError, KeyError, NotFound):
        with contextlib.suppress(RuntimeError):
            await websocket.close(_NOT_ALLOWED, "say the walker_token of this walk first")
    except WebSocketDisconnect:
        pass
    finally:
        door.doorstep.has_spoken(websocket, source)


class _Talk:
    """One socket; `told` counts the states that were said over it."""

    def __init__(self, door: WalkDoor, websocket: WebSocket, record: Record) -> None:
        self._door, self._websocket, self._record = door, websocket, record
        self._sending = asyncio.Lock()
        self._shown: dict[str, Any] = {}
        self.told = 0

    async def tell(self) -> None:
        """Say the state."""
        state = self._door.show(self._record)
        self._shown = state | {"at": None}
        self.told += 1
        await self.say({"type": "state", **state})

    async def tell_change(self) -> None:
        """Say the state if it is another than the one said last."""
        if self._door.show(self._record) | {"at": None} != self._shown:
            await self.tell()

    async def say(self, message: dict[str, Any]) -> None:
        async with self._sending:
            await self._websocket.send_text(orjson.dumps(message).decode())


async def _follow(door: WalkDoor, websocket: WebSocket, record: Record) -> None:
    changed = asyncio.Event()
    record.listeners.add(changed)
    leave = partial(hang_up, websocket)
    record.talks.append(leave)
    if len(record.talks) > _TALKS_OF_A_WALK:
        record.talks.pop(0)()
    talking = _Talk(door, websocket, record)
    try:
        await talking.tell()
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(_tell(talking, changed))
            try:
                await _listen(door, websocket, record, talking)
            finally:
                telling.cancel()
    except* (WebSocketDisconnect, RuntimeError):
        pass  # it has gone; what it said is kept
    finally:
        record.listeners.discard(changed)
        with contextlib.suppress(ValueError):  # it was the oldest, and has given way
            record.talks.remove(leave)


async def _tell(talking: _Talk, changed: asyncio.Event) -> None:
    while True:
        await changed.wait()
        changed.clear()
        await talking.tell_change()


async def _listen(door: WalkDoor, websocket: WebSocket, record: Record, talking: _Talk) -> None:
    while True:
        text = await _text(websocket)
        told = talking.told
        try:
            await _do(door, record, _object(text))
        except Unavailable:
            await websocket.close(_TRY_AGAIN_LATER, "the database does not answer: say it again")
            return
        except Exception as error:
            await talking.say({"type": "refused", "problem": _problem(error)})
        else:
            if talking.told == told:
                await talking.tell()


async def _do(door: WalkDoor, record: Record, said: dict[str, Any]) -> None:
    match said.get("type"):
        case "positions":
            await door.hear(record, WalkPositionsIn.model_validate(said))
        case "answer":
            await door.answer(record, AnswerIn.model_validate(said))
        case "pause":
            pause = PauseIn.model_validate(said)
            wanted = timedelta(minutes=pause.minutes)
            await door.with_pin(record, pause, lambda duress: Paused(wanted, duress))
        case "resume":
            await door.walks.do(record.walk.walk_id, Resumed())
        case "extend":
            longer = ExtendIn.model_validate(said)
            by = timedelta(minutes=longer.minutes)
            await door.with_pin(record, longer, lambda duress: Extended(by, duress))
        case "withdraw_consent":
            await door.withdraw_consent(record, ConsentWithdrawIn.model_validate(said))
        case "arrive":
            await door.with_pin(record, WithPin.model_validate(said), Arrived)
        case "end":
            await door.with_pin(record, WithPin.model_validate(said), Ended)
        case _:
            raise ValueError(
                "type must be positions, answer, pause, resume, extend, withdraw_consent, arrive "
                "or end"
            )


async def _text(websocket: WebSocket) -> str | bytes:
    """What the phone says next; a library that sends bytes is as good as one that sends text."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"], message.get("reason"))
    said: str | bytes = message.get("text") or message.get("bytes") or ""
    return said


def _object(text: str | bytes) -> dict[str, Any]:
    said = orjson.loads(text)
    if not isinstance(said, dict):
        raise ValueError("must be a JSON object")
    return said


def _problem(error: Exception) -> dict[str, Any]:
    """The refusal as HTTP would say it."""
    match error:
        case Problem():
            return error.body
        case NotPossible():
            return not_possible(error).body
        case ValidationError():
            errors = [
                {"field": ".".join(map(str, one["loc"])) or "body", "reason": one["msg"]}
                for one in error.errors()
            ]
            return Problem(422, "Invalid request", str(errors[0]["reason"]), errors=errors).body
        case ValueError():
            return Problem(422, "Invalid request", str(error)).body
        case _:
            log.error("a fault of ours", exc_info=error)
            return Problem(500, "Our fault", "something broke here; it has been logged.").body
