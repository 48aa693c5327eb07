"""Come here for how the names of other machines are looked up: each by itself, and remembered.

Law: a name whose server does not answer keeps nobody waiting who asks for another; whoever asks
for it meanwhile waits for the same answer. Where none comes in time, the last one is good: a name
server that is away must not silence whom we could reach a minute ago.

Without this, all names would be looked up in two threads of the loop's own (libuv), and the first
two that get no answer for half a minute keep every webhook from its target.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, Final

import uvloop

_PATIENCE_S: Final = 2.0
"""A name server of the district answers in milliseconds; a target has five seconds in all."""
_KEPT: Final = 1_000
"""More than a district has targets; the oldest is forgotten first."""

Answer = list[tuple[Any, ...]]
Question = tuple[Any, ...]


class Names:
    """`look_up` asks the machine, and may take its time."""

    def __init__(self, look_up: Callable[..., Answer] = socket.getaddrinfo) -> None:
        self._look_up = look_up
        self._asked: dict[Question, asyncio.Future[Answer]] = {}
        self._known: dict[Question, Answer] = {}

    async def answer(self, question: Question) -> Answer:
        """What `getaddrinfo` says of its arguments; raises what it raises."""
        asked = self._asked.get(question) or self._ask(question)
        known = self._known.get(question)
        try:
            async with asyncio.timeout(None if known is None else _PATIENCE_S):
                return await asyncio.shield(asked)
        except (TimeoutError, OSError):
            if known is None:
                raise
            return known

    def _ask(self, question: Question) -> asyncio.Future[Answer]:
        loop = asyncio.get_running_loop()
        asked: asyncio.Future[Answer] = loop.create_future()
        asked.add_done_callback(lambda done: self._heard(question, done))
        self._asked[question] = asked

        def ask() -> None:
            try:
                answer = self._look_up(*question)
            except Exception as error:
                tell(asked.set_exception, error)
            else:
                tell(asked.set_result, answer)

        def tell(what: Callable[[Any], None], said: Any) -> None:
            with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
                loop.call_soon_threadsafe(lambda: None if asked.done() else what(said))

        # A thread of its own, not one of few that are shared; nobody waits for it at the end.
        threading.Thread(target=ask, name="a name", daemon=True).start()
        return asked

    def _heard(self, question: Question, done: asyncio.Future[Answer]) -> None:
        self._asked.pop(question, None)
        if done.cancelled() or done.exception() is not None:
            return
        self._known.pop(question, None)
        self._known[question] = done.result()
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]


class Loop(uvloop.Loop):
    """uvloop's, but for names."""

    def __init__(self, look_up: Callable[..., Answer] = socket.getaddrinfo) -> None:
        super().__init__()
        self._names = Names(look_up)

    async def getaddrinfo(
        self,
        host: str | bytes | None,
        port: str | bytes | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - as the loop of every library is asked
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """As `socket.getaddrinfo`."""
        return await self._names.answer((host, port, family, type, proto, flags))
