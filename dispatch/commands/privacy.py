"""Come here for `lamplighter privacy`: what is kept about whom, until when, and what is gone."""

import sys
from datetime import datetime
from typing import Any, Final

import click
from sqlalchemy import case, func, select

from dispatch import store
from dispatch.commands.privacy_showings import told
from dispatch.commands.privacy_walks import consent_lines, kept_line
from dispatch.database import Database
from dispatch.incident import Incident
from dispatch.keyboard import local, with_database
from dispatch.plan import DEFAULT
from dispatch.rows import incident_of
from dispatch.showing_rows import Count, Key, count_showings, read_showings
from dispatch.tables import incident, journal, outbox
from dispatch.walk_store import KeptWalk, load_walks
from lights.schema import claim

_AT_ONCE: Final = 500
_LETTERS: Final = {
    "waiting": "that wait for a target, with the place: erased with their incident or walk.",
    "dead": "that were given up, with the place: erased with their incident or walk.",
    "taken": "that were taken: kept for a day after that.",
}


@click.group()
def privacy() -> None:
    """What is kept about people, until when, and proof of what was destroyed."""


@privacy.command("list")
def list_kept() -> None:
    """Every incident and walk of which a place or words are kept."""
    kept, walks, letters, (entries, oldest) = with_database(_everything)
    for one in kept:
        click.echo(
            f"{one.incident_id}  report {one.report.report_id}  {one.state}, opened "
            f"{local(one.opened_at)}: {', '.join(_what(one))}; {_until(one)}"
        )
    for walk in walks:
        click.echo(kept_line(walk))
    click.echo(
        f"{len(kept)} incidents with a place or words; of the others only that they were. "
        f"{len(walks)} walks; of the others nothing."
    )
    for line in letters:
        click.echo(line)
    click.echo(f"{entries} entries on who was shown a place, without the place{_goes(oldest)}.")


@privacy.command()
def consents() -> None:
    """What walkers have consented to, by which text, since when, and what was withdrawn."""
    for kept in with_database(_walks):
        for line in consent_lines(kept.walk):
            click.echo(line)


@privacy.command()
@click.argument("subject_id")
def showings(subject_id: str) -> None:
    """Who was shown the place of an incident or a walk, by name, when and what for."""
    is_known, found = with_database(lambda database: _shown(database, subject_id))
    if not is_known and not found:
        raise click.ClickException(f"there is no incident and no walk {subject_id}")
    for line in told(found):
        click.echo(line)


@privacy.command()
@click.argument("incident_id")
def prove(incident_id: str) -> None:
    """Look everywhere for what an erased incident has left; exit code 1 where there is anything."""
    one, left, entry = with_database(lambda database: _look(database, incident_id))
    if one is None:
        raise click.ClickException(f"there is no incident {incident_id}")
    for what, count in left.items():
        click.echo(f"{count:>6}  {what}")
    if one.erased_at is None or any(left.values()):
        click.echo(f"Not erased: {_until(one)}.")
        sys.exit(1)
    click.echo(
        f"Erased at {local(one.erased_at)}, as entry {entry} of the journal says "
        "(`lamplighter journal verify` shows that nobody changed it)."
    )


async def _everything(
    database: Database,
) -> tuple[list[Incident], list[KeptWalk], list[str], tuple[int, datetime | None]]:
    return (
        await _kept(database),
        await _walks(database),
        await _letters(database),
        await _log(database),
    )


async def _kept(database: Database) -> list[Incident]:
    found: list[Incident] = []
    async with database.reading() as connection:
        query = select(incident).where(incident.c.erased_at.is_(None))
        rows = await connection.execute(query.order_by(incident.c.opened_at))
        while some := rows.fetchmany(_AT_ONCE):
            found += map(incident_of, some)
    return found


async def _walks(database: Database) -> list[KeptWalk]:
    async with database.reading() as connection:
        return await load_walks(connection)


async def _letters(database: Database) -> list[str]:
    """Letters repeat what they are about: they go with it."""
    kept = case((outbox.c.taken_at.is_not(None), "taken"), (outbox.c.dead_at.is_(None), "waiting"))
    state = case((outbox.c.taken_at.is_(None) & outbox.c.dead_at.is_not(None), "dead"), else_=kept)
    query = select(state, func.count()).group_by(state).order_by(state)
    async with database.reading() as connection:
        found = {row[0]: row[1] for row in await connection.execute(query)}
    return [f"{found.get(name, 0)} letters {words}" for name, words in _LETTERS.items()]


async def _log(database: Database) -> tuple[int, datetime | None]:
    async with database.reading() as connection:
        return await count_showings(connection)


def _goes(oldest: datetime | None) -> str:
    if oldest is None:
        return ""
    return f"; the oldest is kept until {local(oldest + DEFAULT.showings_kept_for)}"


async def _shown(database: Database, subject_id: str) -> tuple[bool, dict[Key, Count]]:
    """Also whether there is such a thing: of what was destroyed the showings are kept longer."""
    async with database.reading() as connection:
        of_incident = await read_showings(connection, "incident", subject_id)
        of_walk = await read_showings(connection, "walk", subject_id)
        is_known = await store.read_incident(connection, subject_id) is not None or any(
            one.walk.walk_id == subject_id for one in await load_walks(connection)
        )
        return is_known, of_incident | of_walk


def _what(one: Incident) -> list[str]:
    facts = {
        "a place": one.spot.place is not None,
        "the caller's words": bool(one.report.note),
        "what the system saw": one.report.seen is not None,
        "its journal's words and what screens showed": True,
    }
    return [what for what, is_kept in facts.items() if is_kept]


def _until(one: Incident) -> str:
    if one.erased_at is not None:
        return f"erased at {local(one.erased_at)}"
    if one.erased_from is None:
        return "kept while it is open"
    return f"kept until {local(one.erased_from)}" + (
        f", held until {local(one.hold_until)}: {one.hold_reason}" if one.hold_until else ""
    )


async def _look(
    database: Database, incident_id: str
) -> tuple[Incident | None, dict[str, int], int]:
    async with database.reading() as connection:
        one = await store.read_incident(connection, incident_id)
        entry = (await store.erasures(connection, [incident_id])).get(incident_id, 0)

        async def count(table: Any, *conditions: Any) -> int:
            query = select(func.count()).select_from(table).where(*conditions)
            return int(await connection.scalar(query) or 0)

        theirs = (journal.c.incident_id == incident_id, journal.c.seq < entry)
        left = {
            "places in the incident": int(one is not None and one.spot.place is not None),
            "journal entries with words": await count(
                journal, *theirs, journal.c.salt.is_not(None)
            ),
            "frames of the feed": await count(journal, *theirs, journal.c.frame.is_not(None)),
            "letters to targets": await count(outbox, outbox.c.incident_id == incident_id),
            "claims on lamps": await count(claim, claim.c.owner == f"incident:{incident_id}"),
        }
    return one, left, entry
