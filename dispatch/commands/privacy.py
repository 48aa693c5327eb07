"""Come here for `lamplighter privacy`: what is kept about whom, until when, and what is gone."""

import os
import sys
from datetime import datetime
from typing import Final
from uuid import UUID

import click
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import store
from dispatch.clock import now
from dispatch.commands.privacy_proof import Proof, proof_of_incident, proof_of_walk
from dispatch.commands.privacy_showings import told
from dispatch.commands.privacy_staff import staff_lines
from dispatch.commands.privacy_walks import consent_line, kept_line, marks_line, walk_verdict
from dispatch.consent_texts import TEXTS
from dispatch.consents import Consent, read_consents
from dispatch.database import Database
from dispatch.incident import Incident
from dispatch.keyboard import local, with_database
from dispatch.plan import DEFAULT
from dispatch.rows import incident_of
from dispatch.settings import Settings
from dispatch.showing_rows import Count, Key, count_showings, read_showings
from dispatch.tables import incident, outbox
from dispatch.walk import Walk
from dispatch.walk_plan import DEFAULT as WALKS
from dispatch.walk_store import KeptWalk, load_walks
from geo.place import Place

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
    """Every incident and walk of which a place or words are kept; and what is kept of staff."""
    kept, walks, marks, letters, (entries, oldest), people = with_database(_everything)
    for one in kept:
        click.echo(
            f"{one.incident_id}  report {one.report.report_id}  {one.state}, opened "
            f"{local(one.opened_at)}: {', '.join(_what(one))}; {_until(one)}"
        )
    for walk in walks:
        click.echo(kept_line(walk))
    click.echo(
        f"{len(kept)} incidents with a place or words; of the others only that they were. "
        f"{len(walks)} walks; of the others what they consented to, and a mark of the id."
    )
    for line in [marks, *letters]:
        click.echo(line)
    click.echo(f"{entries} entries on who was shown a place, without the place{_goes(oldest)}.")
    for line in people:
        click.echo(line)


@privacy.command()
def consents() -> None:
    """What walkers have consented to, by which text, since when, and what was withdrawn."""
    found, walks = with_database(_consents)
    for one in found:
        click.echo(consent_line(one, walks.get(one.walk_id)))
    for version, texts in TEXTS.items():
        for allows, words in texts.items():
            for language, text in words.items():
                click.echo(f"Our text {version}, {allows}, {language}: “{text}”", err=True)
    days = WALKS.consents_kept_for.days
    click.echo(f"Each is kept for {days} days after it was given.", err=True)


@privacy.command()
@click.argument("subject_id")
def showings(subject_id: str) -> None:
    """Who was shown the place of an incident (by its id or its report's) or a walk, by name, when
    and what for."""
    is_known, found = with_database(lambda database: _shown(database, subject_id))
    if not is_known and not found:
        raise click.ClickException(f"there is no incident and no walk {subject_id}")
    for line in told(found):
        click.echo(line)


@privacy.command()
@click.argument("subject_id")
@click.option("--place", metavar="LON,LAT", help="Where it was, if you know: looked for in files")
def prove(subject_id: str, place: str | None) -> None:
    """Look for what an erased incident (by its id or its report's) or a walk has left; exit code 1
    where there is anything, 2 where nothing is and nobody can say that there ever was such a walk.
    """
    where, secret = _place(place), Settings.read(os.environ).known_secret()
    proof = with_database(lambda database: _prove(database, subject_id, where, secret))
    if proof is None:
        raise click.ClickException(f"there is no incident {subject_id}, and no walk has such an id")
    for what, count in proof.left.items():
        click.echo(f"{count:>6}  {what}")
    for what, count in proof.by_law.items():
        click.echo(f"{count:>6}  {what} (kept by plan)")
    for what in proof.not_looked_at:
        click.echo(f"     -  not looked at: {what}")
    if not proof.holds:
        click.echo(f"Not erased: {proof.kept or 'see the first lines'}.")
        sys.exit(1)
    click.echo(_verdict(proof))
    if proof.is_walk and proof.ended_at is None:
        sys.exit(2)


def _verdict(proof: Proof) -> str:
    if proof.is_walk or proof.erased_at is None:
        return walk_verdict(proof)
    return (
        f"Erased at {local(proof.erased_at)}, as entry {proof.entry} of the journal says "
        "(`lamplighter journal verify` shows that nobody changed it)."
    )


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    try:
        lon, lat = map(float, text.split(","))
        return Place(lon, lat)
    except ValueError:
        raise click.BadParameter("LON,LAT in degrees, as in 127.0165,37.6512") from None


async def _prove(
    database: Database, subject_id: str, place: Place | None, secret: bytes | None
) -> Proof | None:
    async with database.reading() as connection:
        one = await _meant(connection, subject_id)
    found = await proof_of_incident(database, one.incident_id, place) if one is not None else None
    if one is not None and found is not None:
        found.kept = _until(one) if found.erased_at is None else ""
        return found
    try:
        walk_id = str(UUID(subject_id))
    except ValueError:
        return None
    return await proof_of_walk(database, walk_id, place, secret, now())


async def _meant(connection: AsyncConnection, subject_id: str) -> Incident | None:
    """The incident of that id, or of a report of that id: callers know theirs by the report."""
    found = await store.read_incident(connection, subject_id)
    if found is None:
        found = await store.find_report(connection, subject_id.lower())
        if found is not None:
            click.echo(f"That report is incident {found.incident_id}.", err=True)
    return found


async def _everything(
    database: Database,
) -> tuple[list[Incident], list[KeptWalk], str, list[str], tuple[int, datetime | None], list[str]]:
    return (
        await _kept(database),
        await _walks(database),
        await marks_line(database),
        await _letters(database),
        await _log(database),
        await staff_lines(database),
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


async def _consents(database: Database) -> tuple[list[Consent], dict[str, Walk]]:
    async with database.reading() as connection:
        found = await read_consents(connection)
    return found, {kept.walk.walk_id: kept.walk for kept in await _walks(database)}


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
        one = await _meant(connection, subject_id)
        incident_id = one.incident_id if one is not None else subject_id
        of_incident = await read_showings(connection, "incident", incident_id)
        of_walk = await read_showings(connection, "walk", subject_id)
        is_known = one is not None or any(
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
