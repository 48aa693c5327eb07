"""Come here for `lamplighter accounts` and `lamplighter apps`: who may come in, at the keyboard.

A dispatcher that runs sees within a second what is changed here.
"""

import functools
import json
import os
import pwd
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.access import STAFF, Person, StaffRole
from dispatch.asker import Asker, set_asker
from dispatch.clock import new_id, now
from dispatch.database import Database
from dispatch.errors import Problem
from dispatch.incident import NotFound
from dispatch.keyboard import local, with_database, writing_record
from dispatch.plan import DEFAULT
from dispatch.settings import Settings
from dispatch.sign_in import people, record
from dispatch.sign_in.accounts import FIRST, Accounts
from dispatch.sign_in.keys import Passwords, digest, new_token
from dispatch.sign_in.people import Account, App
from dispatch.sign_in.record import Entry, Event
from dispatch.sign_in.sessions import Sessions
from dispatch.sign_in.tables import NAME_LENGTH
from dispatch.sign_in.throttle import Throttle

T = TypeVar("T")


def _at_the_keyboard() -> Asker:
    """Whoever it is has an account of the machine: that is where it came from."""
    try:
        account = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container
        account = f"account {os.getuid()}"
    behind = os.environ.get("SUDO_USER", "")
    source = f"{behind} as {account}" if behind else account
    return Asker(Person("command line", frozenset()), "", source=source)


_ROLES = click.option(
    "--role", "roles", multiple=True, type=click.Choice(sorted(STAFF)), help="Several are possible."
)
_JURISDICTIONS = click.option(
    "--jurisdiction", "jurisdictions", multiple=True, help="Of police; several are possible."
)


def say_first_password(password: str | None, lasts: timedelta | None) -> None:
    """Where nobody administers the district yet: how the first person comes in."""
    if password is not None:
        how_long = f" within {lasts.days} days" if lasts is not None else ""
        click.echo(
            f"First sign-in: name {FIRST}, password {password} (good for choosing your own"
            f"{how_long}; until somebody has, every start prints another)"
        )


@click.group()
def accounts() -> None:
    """People who sign in with a password of this dispatcher."""


@accounts.command("add")
@click.argument("name")
@_ROLES
@_JURISDICTIONS
@click.option("--again", is_flag=True, help="Let somebody in again whose account was revoked.")
def add(
    name: str, roles: tuple[StaffRole, ...], jurisdictions: tuple[str, ...], again: bool
) -> None:
    """Somebody new; prints the password for their first sign-in."""
    if not 0 < len(name) <= NAME_LENGTH or "/" in name:
        raise click.ClickException(f"a name has 1 to {NAME_LENGTH} characters, and no /")
    _say_once(*_with_accounts(lambda rooms: rooms.add(name, roles, jurisdictions, again=again)))


@accounts.command("list")
def show() -> None:
    """Every account."""
    for one in _with_accounts(lambda rooms: rooms.all()):
        click.echo(_line(one))


@accounts.command("roles")
@click.argument("name")
@_ROLES
@_JURISDICTIONS
def change(name: str, roles: tuple[StaffRole, ...], jurisdictions: tuple[str, ...]) -> None:
    """What somebody may do from now on; without --role, nothing."""
    click.echo(_line(_with_accounts(lambda rooms: rooms.change_roles(name, roles, jurisdictions))))


@accounts.command("password")
@click.argument("name")
def new_password(name: str) -> None:
    """A one-time password for somebody who has forgotten theirs."""
    _say_once(*_with_accounts(lambda rooms: rooms.new_password(name)))


@accounts.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Nobody comes in as that any more, and whoever is in is out."""
    click.echo(_line(_with_accounts(lambda rooms: rooms.revoke(name))))


@accounts.command("record")
@click.option("--last", default=100, show_default=True, type=click.IntRange(1, 100_000))
def show_record(last: int) -> None:
    """Who came in, and who gave whom which right; the latest first."""

    async def work(database: Database) -> Sequence[Entry]:
        async with database.reading() as connection:
            return await record.entries(connection, last, None)

    for one in with_database(work):
        detail = json.dumps(one.detail, ensure_ascii=False) if one.detail else ""
        click.echo(
            f"{local(one.at)}  {one.event}  {one.whom}  by {one.actor}  {one.source}  {detail}"
        )


@click.group()
def apps() -> None:
    """City apps: servers that report for their users."""


@apps.command("add")
@click.argument("name")
def add_app(name: str) -> None:
    """A new app, or a new token for one; prints the token, which is kept nowhere."""
    token = new_token()

    async def work(database: Database) -> None:
        async with database.writing() as connection:
            await people.put_app(connection, App(name, digest(token), now(), None))
            await _note(database, connection, "app_added", name)

    writing_record(work)
    click.echo(token)


@apps.command("list")
def show_apps() -> None:
    """Every app."""
    for one in with_database(_apps):
        click.echo(f"{one.name}  since {one.made_at:%Y-%m-%d}{_end(one)}")


@apps.command("revoke")
@click.argument("name")
def revoke_app(name: str) -> None:
    """Its token is no longer known; its reports are taken as anybody's."""

    async def work(database: Database) -> None:
        found = [one for one in await _apps(database) if one.name == name]
        if not found:
            raise click.ClickException(f"there is no app {name}")
        async with database.writing() as connection:
            await people.put_app(connection, found[0]._replace(revoked_at=now()))
            await _note(database, connection, "app_revoked", name)

    writing_record(work)
    click.echo(f"{name} is revoked")


async def _note(database: Database, connection: AsyncConnection, event: Event, name: str) -> None:
    set_asker(_at_the_keyboard())
    key = Settings.read(os.environ).chain_key("record")
    await record.note(connection, _sessions(database).entry(event, name), key)


def _sessions(database: Database) -> Sessions:
    key = functools.partial(Settings.read(os.environ).chain_key, "record")
    return Sessions(database, clock=now, new_id=new_id, key=key)


async def _apps(database: Database) -> list[App]:
    async with database.reading() as connection:
        return list(await people.apps(connection))


def _with_accounts(ask: Callable[[Accounts], Awaitable[T]]) -> T:
    secret = Settings.read(os.environ).secret

    async def work(database: Database) -> T:
        sessions = _sessions(database)
        set_asker(_at_the_keyboard())
        try:
            rooms = (database, sessions, Passwords(), Throttle(), secret, now)
            return await ask(Accounts(*rooms, DEFAULT.one_time_for))
        except (Problem, NotFound) as refused:
            raise click.ClickException(str(refused)) from None

    return writing_record(work)


def _say_once(account: Account, password: str) -> None:
    until = f" until {local(account.one_time_until)}" if account.one_time_until else ""
    click.echo(f"{account.name}: {password} (good for choosing their own{until})")


def _line(one: Account) -> str:
    where = f" of {', '.join(sorted(one.jurisdictions))}" if one.jurisdictions else ""
    return f"{one.name}  {', '.join(sorted(one.roles)) or 'no role'}{where}{_end(one)}"


def _end(one: Account | App) -> str:
    return f"  revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else ""
