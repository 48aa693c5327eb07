"""Come here for local accounts: signing in with a password, and what administrators do to them."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch.access import Person, StaffRole
from dispatch.database import Database
from dispatch.errors import Problem
from dispatch.flood import source_of
from dispatch.incident import NotFound
from dispatch.sign_in import people
from dispatch.sign_in.keys import (
    Passwords,
    is_device_of,
    is_easily_guessed,
    new_password,
)
from dispatch.sign_in.people import Account
from dispatch.sign_in.record import Event
from dispatch.sign_in.refusals import SOMEBODY
from dispatch.sign_in.sessions import Session, Sessions, rights_of
from dispatch.sign_in.throttle import Throttle, Try
from dispatch.sign_in.turns import Busy, Turns
from lights.wire import rfc3339

log = logging.getLogger(__name__)

FIRST: Final = "admin"
"""Whom the set-up password belongs to."""
FIRST_ROLES: Final[tuple[StaffRole, ...]] = ("administrator", "operator", "supervisor", "crew")
"""Whoever sets a district up tries every screen; an administrator could take each role anyway."""

_BUSY: Final = timedelta(seconds=1)
"""All who wait are through by then."""
_LISTED: Final = 40
"""A district of Seoul has about a dozen; a refusal is to be read."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """`secret` keys the marks of known browsers; `one_time_for`: how long a password is good that
    was given to choose one's own, None where that has no end."""

    database: Database
    sessions: Sessions
    passwords: Passwords
    throttle: Throttle
    secret: Callable[[], bytes]
    clock: Callable[[], datetime]
    one_time_for: timedelta | None
    turns: Turns = field(default_factory=Turns)

    # ---- whoever signs in

    async def sign_in(
        self, name: str, password: str, source: str, mark: str | None
    ) -> tuple[str, Session]:
        """Raises Problem: 401 with the same words whatever was wrong, but to who has the password
        of an account that waited too long; 429 with the wait."""
        known = mark if mark and is_device_of(self.secret(), name, mark) else None
        one = Try(name, source_of(source) or source, known)
        self._check(one)
        try:
            async with self.turns.turn(one.source, known):
                person = await self._try(one, password, source)
        except Busy:
            raise _wait(_BUSY) from None
        if person is None:
            log.warning("a sign-in was refused, from %s", source, extra={"stranger": True})
            raise Problem(401, "Not signed in", "name and password do not belong together")
        return await self.sessions.open(person, "local", source)

    async def _try(self, one: Try, password: str, source: str) -> Person | None:
        self.throttle.charge(one, self._check(one))  # others of its source came before, meanwhile
        account = await self.find(one.account)
        valid = account if account and account.revoked_at is None else None
        fits = await self.passwords.fits(password, valid.password if valid else None)
        if not fits or valid is None:
            if account is not None:
                self._refused(account.name, SOMEBODY, source)
            return None
        if valid.is_too_late(self.clock()):
            self._refused(valid.name, SOMEBODY, source)
            raise _too_late(valid)
        self.throttle.succeeded(one)
        return valid.person

    def _refused(self, name: str, actor: str, source: str) -> None:
        entry = self.sessions.entry("sign_in_refused", name)
        self.sessions.refusals.refused(entry._replace(actor=actor, source=source[:64]))

    def _check(self, one: Try) -> datetime:
        """Now; raises Problem while this may not be tried."""
        now = self.clock()
        if (wait := self.throttle.wait(one, now)) > timedelta(0):
            raise _wait(wait)
        return now

    async def choose_password(
        self, session: Session, old: str, new: str, source: str
    ) -> tuple[str, Session]:
        """Every session of the account is over, and a new one begins. Raises Problem."""
        name = session.person.name
        account = await self.get(name)
        one = Try(name, f"session {session.session_id}")
        self.throttle.charge(one, self._check(one))
        if not await self.passwords.fits(old, account.password):
            self._refused(name, name, source)
            raise _unfit("password", "this is not your password now", trouble="old_password")
        self.throttle.succeeded(one)
        if new in (old, name):
            raise _unfit("new_password", "choose another one than the old one or your name")
        if is_easily_guessed(new):
            raise _unfit("new_password", "guessers try this first: choose words or chance instead")
        kept = await self.passwords.keep(new)
        account = account._replace(password=kept, one_time=False, one_time_until=None)
        chosen = self.sessions.entry("password_chosen", name)
        await self.sessions.put_account(account, chosen, ends=True)
        return await self.sessions.open(account.person, "local", source)

    # ---- administrators

    async def all(self) -> list[Account]:
        """Every account, revoked ones too."""
        async with self.database.reading() as connection:
            return await people.accounts(connection)

    async def find(self, name: str) -> Account | None:
        """The account of that name."""
        async with self.database.reading() as connection:
            return await people.find_account(connection, name)

    async def get(self, name: str) -> Account:
        """The same; raises NotFound."""
        found = await self.find(name)
        if found is None:
            raise NotFound(f"there is no account {name}")
        return found

    async def add(
        self,
        name: str,
        roles: Collection[StaffRole],
        jurisdictions: Collection[str],
        *,
        again: bool = False,
    ) -> tuple[Account, str]:
        """A new account, and the password with which its owner chooses one; Problem if it is there.
        One that was revoked is let in `again` by whoever says so, with these rights alone."""
        if not name.strip():
            raise Problem(422, "Name missing", "an account needs a name that people can read")
        known = await self.find(name)
        if known is not None and known.revoked_at is None:
            raise Problem(409, "There already", f"there is an account {name}")
        if known is not None and not again:
            raise _revoked(known)
        await self._check_jurisdictions(roles, jurisdictions)
        password = new_password()
        kept = await self.passwords.keep(password)
        rights = (frozenset(roles), frozenset(jurisdictions))
        account = Account(name, kept, True, *rights, self.clock(), None, self._until())
        before = {} if known is None else {"before": _rights(known)}
        event: Event = "account_added" if known is None else "account_revived"
        added = self.sessions.entry(event, name, **_rights(account), **before)
        await self.sessions.put_account(account, added, ends=True)
        return account, password

    async def change_roles(
        self, name: str, roles: Collection[StaffRole], jurisdictions: Collection[str]
    ) -> Account:
        """What somebody may do from now on; open feeds of theirs end. Raises Problem, NotFound."""
        account = await self._other_administrators_than(name, frozenset(roles))
        await self._check_jurisdictions(roles, jurisdictions)
        rights = {"roles": frozenset(roles), "jurisdictions": frozenset(jurisdictions)}
        before = {"before": _rights(account)}
        account = account._replace(**rights)  # type: ignore[arg-type]
        changed = self.sessions.entry("roles_changed", name, **_rights(account), **before)
        await self.sessions.put_account(account, changed)
        return account

    async def revoke(self, name: str) -> Account:
        """Nobody signs in as that any more, and whoever has is out. Raises Problem, NotFound."""
        account = await self._other_administrators_than(name, frozenset())
        account = account._replace(revoked_at=self.clock())
        gone = self.sessions.entry("account_revoked", name, **_rights(account))
        await self.sessions.put_account(account, gone, ends=True)
        return account

    async def new_password(self, name: str) -> tuple[Account, str]:
        """A one-time password for somebody who has forgotten theirs, or waited too long. Raises
        NotFound."""
        account, password = await self.get(name), new_password()
        kept = await self.passwords.keep(password)
        account = account._replace(password=kept, one_time=True, one_time_until=self._until())
        reset = self.sessions.entry("password_reset", name)
        await self.sessions.put_account(account, reset, ends=True)
        return account, password

    def _until(self) -> datetime | None:
        return None if self.one_time_for is None else self.clock() + self.one_time_for

    async def _check_jurisdictions(
        self, roles: Collection[StaffRole], jurisdictions: Collection[str]
    ) -> None:
        """Police see what lies in theirs and nothing else: one that nobody knows shows nothing."""
        if "police" not in roles:
            return
        async with self.database.reading() as connection:
            known = await people.jurisdictions(connection)
        if not known:
            why = "no jurisdictions are known yet: `lamplighter areas import` brings them in"
            raise _unfit("jurisdictions", why)
        listed = f"those known are {', '.join(known[:_LISTED])}"
        if not jurisdictions:
            raise _unfit("jurisdictions", f"police need one at least: {listed}")
        unknown = sorted(set(jurisdictions) - set(known))
        if unknown:
            raise _unfit("jurisdictions", f"there is no jurisdiction {unknown[0]}: {listed}")

    async def _other_administrators_than(self, name: str, roles: frozenset[str]) -> Account:
        """The account; a district must not lock its last administrator out."""
        account = await self.get(name)
        able = [one.name for one in await self.all() if _administers(one) and not one.one_time]
        others = [one for one in able if one != name]
        if _administers(account) and "administrator" not in roles and not others:
            raise Problem(
                409, "Last administrator", f"{name} is the only administrator: make another first"
            )
        return account

    # ---- the first start

    async def first_password(self) -> str | None:
        """The one-time password of a first administrator, as long as nobody is one."""
        if any(_administers(one) and not one.one_time for one in await self.all()):
            return None
        known = await self.find(FIRST)
        if known is None or known.revoked_at is not None:
            _, password = await self.add(FIRST, FIRST_ROLES, [], again=True)
            return password
        if not known.one_time:
            return None  # somebody has taken the role away; that is for the command line to mend
        _, password = await self.new_password(FIRST)
        return password


def _administers(account: Account) -> bool:
    return account.revoked_at is None and "administrator" in account.roles


def _rights(account: Account) -> dict[str, list[str]]:
    return rights_of(Person(account.name, account.roles, account.jurisdictions))


def _revoked(account: Account) -> Problem:
    since = rfc3339(account.revoked_at or account.made_at)
    return Problem(
        409,
        "Revoked",
        f"there was an account {account.name}, revoked at {since}: whoever it belonged to, or has "
        "their name, is in the journals under it. Choose another name; or, to let the same person "
        "in again with the roles that you say now, add it with --again (`again` over HTTP)",
        trouble="revoked",
    )


def _too_late(account: Account) -> Problem:
    until = rfc3339(account.one_time_until or account.made_at)
    return Problem(
        401,
        "Password is over",
        f"this password was for choosing your own until {until}. Ask an administrator for another "
        f"(`lamplighter accounts password {account.name}`); where nobody is one yet, the "
        "dispatcher prints it at every start",
        trouble="password_over",
    )


def _wait(wait: timedelta) -> Problem:
    seconds = str(max(1, round(wait.total_seconds() + 0.5)))
    return Problem(
        *(429, "Too many tries", f"wait {seconds} seconds, then try again"),
        headers={"Retry-After": seconds},
    )


def _unfit(field: str, reason: str, **more: Any) -> Problem:
    errors = [{"field": field, "reason": reason}]
    return Problem(422, "Invalid request", f"{field}: {reason}", errors=errors, **more)
