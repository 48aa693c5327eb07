"""Come here for who is signed in now: a picture of the database that every request looks at.

Law: whoever is signed out, revoked, or may do less than before loses an open feed within a
second, whichever process took it away; a session ends by itself, unused or not.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from dispatch.access import Person
from dispatch.asker import asker
from dispatch.database import Database
from dispatch.errors import Problem
from dispatch.outages import outage_goes_by
from dispatch.sign_in import people, record
from dispatch.sign_in.keys import digest, new_token
from dispatch.sign_in.people import Account, Kept
from dispatch.sign_in.record import PROVIDER, Coming, Entry, Event
from dispatch.sign_in.refusals import Refusals
from lights.pulse import WITH_DATABASE_S, beginning

log = logging.getLogger(__name__)

LASTS: Final = timedelta(hours=12)
"""The longest shift, and what NIST SP 800-63B allows (4.2.3)."""
IDLE: Final = timedelta(minutes=30)
"""The same chapter. An open feed is use: a screen that is watched must not go blind at night."""
_LOOK_EVERY_S: Final = 0.4
"""What another process took away ends here within a second, look and goodbye included."""
_WRITE_SEEN_EVERY: Final = timedelta(minutes=1)
"""A restart forgets no more than this of how long a session was unused."""
_TICKET_LASTS: Final = timedelta(seconds=10)
"""From one answer to the next request of the same page, over a slow line."""
_MOST_TICKETS: Final = 10_000

OURSELVES: Final = "the dispatcher"
"""Who did it, where nobody asked."""


def rights_of(person: Person) -> dict[str, list[str]]:
    """What somebody may be, as it is written down."""
    return {"roles": sorted(person.roles), "jurisdictions": sorted(person.jurisdictions)}


class Known(NamedTuple):
    """What the district's provider calls somebody, and is asked about them with (sealed)."""

    subject: str
    provider_session: str | None
    provider_words: str | None


class Session:
    """Somebody at a browser."""

    def __init__(self, kept: Kept, person: Person, one_time: bool) -> None:
        self.kept = kept
        self.person = person
        self.must_choose_password = one_time
        self.ended = asyncio.Event()
        self.seen_at = kept.seen_at
        self._listeners = 0

    @property
    def session_id(self) -> str:
        """By which it is listed and revoked; it opens nothing."""
        return self.kept.session_id

    def listens(self, more: int) -> None:
        """A feed of it was opened (1) or has ended (-1)."""
        self._listeners += more

    def is_over(self, now: datetime) -> bool:
        """Whether its time has come."""
        if self._listeners:
            self.seen_at = now
        return now >= self.kept.ends_at or now - self.seen_at >= IDLE


class Sessions:
    """`run` keeps the picture; whoever changes the database here changes it under the same lock.
    `key` is the one of the record's chain; `surely`: the time by which to destroy, where that is
    not the clock's."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        key: Callable[[], bytes],
        surely: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._surely = surely or clock
        self._new_id = new_id
        self._lock = asyncio.Lock()
        self._sessions: dict[str, Session] = {}
        self._apps: dict[str, str] = {}
        self._tickets: dict[str, tuple[Session, datetime]] = {}
        self._written, self.refusals = clock(), Refusals()

    # ---- who is there

    def find(self, token: str) -> Session | None:
        """Whose token it is; looking is use."""
        found, now = self._sessions.get(digest(token)), self._clock()
        if found is None or found.is_over(now):
            return None
        found.seen_at = now
        return found

    def app(self, token: str) -> str | None:
        """The city app of a token."""
        return self._apps.get(digest(token))

    def all(self) -> list[Session]:
        """Everybody, the latest first."""
        now = self._clock()
        here = [one for one in self._sessions.values() if not one.is_over(now)]
        return sorted(here, key=lambda one: one.kept.made_at, reverse=True)

    # ---- tickets of the feed

    def ticket(self, session: Session) -> tuple[str, datetime]:
        """A word that opens one feed within seconds, and when it stops doing so."""
        token, end = new_token(), self._clock() + _TICKET_LASTS
        while len(self._tickets) >= _MOST_TICKETS:
            self._tickets.pop(next(iter(self._tickets)))
        self._tickets[digest(token)] = (session, end)
        return token, end

    def take_ticket(self, token: str) -> Session | None:
        """Whose ticket it was; it is none any more."""
        session, end = self._tickets.pop(digest(token), (None, self._clock()))
        if session is None or self._clock() >= end or session.ended.is_set():
            return None
        return None if session.is_over(self._clock()) else session

    # ---- coming and going

    async def open(
        self, person: Person, way: str, source: str, known: Known | None = None
    ) -> tuple[str, Session]:
        """Sign somebody in; the token is nowhere but in their browser. Raises Problem where their
        account was revoked meanwhile."""
        now, token = self._clock(), new_token()
        kept = Kept(
            *(digest(token), self._new_id(), person.name, way, person.roles),
            *(person.jurisdictions, source, now, now, now + LASTS),
            *(known or ()),
        )
        async with self._lock:
            async with self._database.writing() as connection:
                await people.add_session(connection, kept)
                entry = self.entry("signed_in", person.name, way=way, **rights_of(person))
                come = entry._replace(actor=person.name, source=source)
                await record.note(connection, come, self._key())
            await self._look()
        session = self._sessions.get(kept.token_digest)
        if session is None:
            raise Problem(401, "Not signed in", "this account has just been revoked")
        return token, session

    async def end(
        self, session: Session, how: Coming = "put_out", actor: str | None = None
    ) -> None:
        """Sign out, or be put out (by whoever asks, where nobody is named)."""
        await self.end_all([session], how, actor)

    async def end_all(
        self, ended: Collection[Session], how: Coming = "put_out", actor: str | None = None
    ) -> None:
        """These are over."""
        async with self._lock:
            async with self._database.writing() as connection:
                await people.end_sessions(connection, [one.session_id for one in ended])
                for one in ended:
                    entry = self.entry(how, one.person.name)
                    gone = entry._replace(actor=actor or entry.actor)
                    await record.note(connection, gone, self._key())
            await self._look()

    async def change(self, session: Session, person: Person, words: str | None) -> None:
        """What somebody may be now, as their provider says; without a role they are out."""
        if not person.roles:
            await self.end(session, actor=PROVIDER)
            return
        kept = session.kept._replace(
            name=person.name,
            roles=person.roles,
            jurisdictions=person.jurisdictions,
            provider_words=words,
        )
        async with self._lock:
            async with self._database.writing() as connection:
                await people.change_session(connection, kept)
                if person != session.person:
                    before = {"before": rights_of(session.person)}
                    new = self.entry("roles_changed", person.name, **rights_of(person), **before)
                    await record.note(connection, new._replace(actor=PROVIDER), self._key())
            await self._look()

    def entry(self, event: Event, whom: str, **detail: Any) -> Entry:
        """What is written down of whoever asks just now."""
        asking = asker()
        actor = asking.person.actor(asking.action) if asking.person else OURSELVES
        return Entry(
            *(self._new_id(), self._clock(), event, actor, whom, asking.source[:64], detail)
        )

    async def put_account(
        self, account: Account, entry: Entry | None = None, *, ends: bool = False
    ) -> None:
        """An account is new or changed; with `ends`, all its sessions are over."""
        async with self._lock:
            async with self._database.writing() as connection:
                await people.put_account(connection, account)
                if ends:
                    await people.end_sessions_of(connection, account.name)
                if entry is not None:
                    await record.note(connection, entry, self._key())
            await self._look()

    async def load(self) -> None:
        """Look at the database now."""
        async with self._lock:
            await self._look()

    async def run(self) -> None:
        """Keep the picture true, for ever."""
        pulse = beginning("sign-in", WITH_DATABASE_S)
        while pulse.turns():
            with outage_goes_by(log, "who is signed in could not be looked up"):
                await self.load()
                await self._note_refused()
                await self._write()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _look(self) -> None:
        now = self._clock()
        async with self._database.reading() as connection:
            kept = await people.sessions(connection, now)
            accounts = {one.name: one for one in await people.accounts(connection)}
            apps = await people.apps(connection)
        self._apps = {one.token_digest: one.name for one in apps if one.revoked_at is None}
        before = self._sessions
        found = (_session(one, accounts) for one in kept)
        after = {one.kept.token_digest: one for one in found if one is not None}
        self._sessions = {key: _kept_as(before.get(key), one) for key, one in after.items()}
        for key, session in before.items():
            if self._sessions.get(key) is not session or session.is_over(now):
                session.ended.set()

    async def _note_refused(self) -> None:
        for entry in self.refusals.due():
            async with self._lock, self._database.writing() as connection:
                await record.note(connection, entry, self._key())
            self.refusals.written(entry)

    async def _write(self) -> None:
        now = self._clock()
        if now - self._written < _WRITE_SEEN_EVERY:
            return
        self._written = now
        unused = [one.session_id for one in self._sessions.values() if one.is_over(now)]
        seen = {one.session_id: one.seen_at for one in self._sessions.values()}
        async with self._lock, self._database.writing() as connection:
            await people.sweep_sessions(connection, now)
            await people.end_sessions(connection, unused)
            await people.note_seen(connection, seen)
            await record.let_go(connection, self._surely())


def _session(kept: Kept, accounts: Mapping[str, Account]) -> Session | None:
    """With a local account, it is the account that says what may be done."""
    if kept.way != "local":
        return Session(kept, kept.person, one_time=False)
    account = accounts.get(kept.name)
    if account is None or account.revoked_at is not None:
        return None
    return Session(kept, account.person, account.one_time)


def _kept_as(before: Session | None, after: Session) -> Session:
    """The same session goes on as it was, unless it may do something else now."""
    if before is None or before.person != after.person:
        return after
    before.kept = after.kept
    return before
