"""Come here for how somebody whom the district's provider no longer knows is out here too.

Law: what the provider says of somebody is asked again within `ask_again` of the last answer, and
what it says then is what they may be; a definite no ends the session and its open feed. A provider
that does not answer ends nothing: at night a screen must not go blind for somebody else's fault.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from dispatch.outages import outage_goes_by
from dispatch.sign_in.belief import LEEWAY, Farewell, NotSignedIn
from dispatch.sign_in.claims import person_of
from dispatch.sign_in.provider import Arrival, Provider
from dispatch.sign_in.provider_wire import Tokens
from dispatch.sign_in.record import PROVIDER
from dispatch.sign_in.sessions import Known, Session, Sessions
from dispatch.sign_in.vault import Vault
from lights.pulse import WITH_DATABASE_S, Pulse, beginning

log = logging.getLogger(__name__)

_PURPOSE: Final = "session"
_LOOK_EVERY_S: Final = 0.5
_AT_ONCE: Final = 8
"""A shift of two hundred is through in a second; the provider has other programs to answer."""


def known_of(arrival: Arrival, vault: Vault) -> Known:
    """What is kept of whoever was let in."""
    session = arrival.claims.get("sid")
    return Known(
        str(arrival.claims["sub"])[:255],
        session if isinstance(session, str) and len(session) <= 255 else None,
        vault.seal(_PURPOSE, arrival.tokens.words),
    )


def whom(farewell: Farewell, here: Iterable[Session]) -> list[Session]:
    """Who is out: of the session that is named, or of whoever is; never one that is newer."""
    return [
        one
        for one in here
        if one.kept.way == "oidc"
        and one.kept.made_at <= farewell.said_at + LEEWAY
        and _is_meant(farewell, one)
    ]


def _is_meant(farewell: Farewell, session: Session) -> bool:
    kept = session.kept
    if farewell.provider_session is not None and kept.provider_session is not None:
        return kept.provider_session == farewell.provider_session
    return farewell.subject is not None and kept.subject == farewell.subject


class Rechecks:
    """`run` asks for ever; with a provider only."""

    def __init__(
        self,
        sessions: Sessions,
        provider: Provider | None,
        vault: Vault,
        clock: Callable[[], datetime],
    ) -> None:
        self._sessions = sessions
        self._provider = provider
        self._vault = vault
        self._clock = clock
        self._asked: dict[str, datetime] = {}
        self._unkept: dict[str, str] = {}
        """Words of the provider that no database has taken yet: it may believe no older ones."""
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._pulse = Pulse("rechecks", WITH_DATABASE_S)

    async def run(self) -> None:
        """Look who is due, for ever."""
        self._pulse = beginning("rechecks", WITH_DATABASE_S)
        while self._pulse.turns():
            if self._provider is not None:
                due = self._due(self._provider.choice.ask_again)
                await asyncio.gather(*(self._ask(self._provider, one) for one in due))
            await asyncio.sleep(_LOOK_EVERY_S)

    def _due(self, after: timedelta) -> list[Session]:
        now = self._clock()
        here = {one.session_id: one for one in self._sessions.all() if one.kept.way == "oidc"}
        self._asked = {key: at for key, at in self._asked.items() if key in here}
        self._unkept = {key: words for key, words in self._unkept.items() if key in here}
        due = [
            one
            for key, one in here.items()
            if now - self._asked.get(key, one.kept.made_at) >= after - _EARLIER
        ]
        self._asked |= {one.session_id: now for one in due}
        return due

    async def _ask(self, provider: Provider, session: Session) -> None:
        async with self._turn:
            self._pulse.beat()  # many are asked in a turn
            with outage_goes_by(log, "what the provider says could not be kept"):
                await self._hear(provider, session)

    async def _hear(self, provider: Provider, session: Session) -> None:
        try:
            await self._recheck(provider, session)
        except NotSignedIn as problem:
            if problem.trouble == "provider_down":
                log.warning("who is signed in could not be asked again: %s", problem)
                return
            log.warning("session %s is out: %s", session.session_id, problem)
            await self._sessions.end(session, actor=PROVIDER)

    async def _recheck(self, provider: Provider, session: Session) -> None:
        key, subject = session.session_id, session.kept.subject
        sealed = self._unkept.get(key, session.kept.provider_words)
        words = sealed and self._vault.open(_PURPOSE, sealed)
        tokens = Tokens.kept(words) if words else None
        if tokens is None or subject is None:
            raise NotSignedIn("begin_again", "there is nothing to ask the provider with")
        arrival = await provider.again(tokens, subject)
        if arrival is None:
            return  # it tells nothing but at the sign-in: the session's end is the end
        person = person_of(arrival.claims, provider.choice)
        if arrival.tokens.words != tokens.words:
            sealed = self._unkept[key] = self._vault.seal(_PURPOSE, arrival.tokens.words)
        if key in self._unkept or person != session.person:
            await self._sessions.change(session, person, sealed)
            self._unkept.pop(key, None)


_EARLIER: Final = timedelta(seconds=_LOOK_EVERY_S)
"""So that the answer is not older than what was promised when the next look comes."""
