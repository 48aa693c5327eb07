"""Come here for the proof that something was destroyed: where was looked, and what was found there.

Law: what is left of an incident is exactly what `keeping.erased` leaves, column by column; of a
walk that is over exactly what `walk_life.py` does. What could not be looked for is said.
"""

import asyncio
import mmap
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch.consents import consent
from dispatch.database import Database
from dispatch.erasures import erasures
from dispatch.forgotten import find_forgotten, marking_since
from dispatch.incident import Incident
from dispatch.keeping import erased
from dispatch.keyboard import local
from dispatch.rows import incident_of, incident_row
from dispatch.showing_rows import showing
from dispatch.tables import incident, journal, outbox, resemblance
from dispatch.track import Track
from dispatch.walk_plan import DEFAULT
from dispatch.walk_store import KeptWalk, load_walks
from geo.place import Place
from lights.schema import claim

_NOT_COMPARED: Final = ("rings_at",)
"""When the incident's clock looks at it next: no word and no place."""


@dataclass
class Proof:
    """What was found where (`left`: against what was promised), and what was not looked at."""

    left: dict[str, int] = field(default_factory=dict)
    by_law: dict[str, int] = field(default_factory=dict)
    not_looked_at: list[str] = field(default_factory=list)
    erased_at: datetime | None = None
    entry: int = 0
    is_walk: bool = False
    """Of which it may be unknown whether there was one."""
    ended_at: datetime | None = None
    """When the walk was over, so that its positions went."""
    forgotten_at: datetime | None = None
    """When the rest of it went; None: it is there, or it is not known."""
    known_since: datetime | None = None
    """Since when no walk was forgotten whose id is not known; None: nobody can say."""
    kept: str = ""
    """Why it is still there; empty: nothing is to be there any more."""

    @property
    def holds(self) -> bool:
        """Whether nothing is left."""
        return not self.kept and not any(self.left.values())


async def proof_of_incident(
    database: Database, incident_id: str, place: Place | None
) -> Proof | None:
    """Everywhere that an incident may have left something; None: there is no such incident."""
    async with database.reading() as connection:
        query = select(incident).where(incident.c.incident_id == incident_id)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        one = incident_of(row)
        entry = (await erasures(connection, [incident_id])).get(incident_id, 0)
        names = _too_full(row._mapping, one)
        proof = Proof(erased_at=one.erased_at, entry=entry)
        proof.left = await _left_in_tables(connection, one, entry) | {
            f"columns of its row that keep too much{_named(names)}": len(names),
        }
        proof.by_law = _why(one) | await _showings(connection, incident_id)
    await _look_into_files(database, proof, place or one.spot.place)
    return proof


async def _left_in_tables(connection: AsyncConnection, one: Incident, entry: int) -> dict[str, int]:
    """What is left beside its row; `entry` of the journal says that it is erased.

    What the erasure itself has written, it was written without a place and without words."""
    theirs = journal.c.incident_id == one.incident_id
    before, after = (theirs, journal.c.seq < entry), (theirs, journal.c.seq > entry)
    letters = (outbox.c.incident_id == one.incident_id, outbox.c.seq < entry)
    key = one.incident_id
    near = or_(resemblance.c.incident_id == key, resemblance.c.other_id == key)
    owned = claim.c.owner == f"incident:{one.incident_id}"
    where = {
        "journal entries with words": (journal, *before, journal.c.salt.is_not(None)),
        "frames of the feed": (journal, *before, journal.c.frame.is_not(None)),
        "words written after it": (journal, *after, journal.c.reason != ""),
        "incidents that the machine took for near": (resemblance, near),
        "letters to targets": (outbox, *letters),
        "claims on lamps": (claim, owned),
    }
    found = {what: await _count(connection, *which) for what, which in where.items()}
    called = [kept for kept in await load_walks(connection) if _named_by(kept, one)]
    return found | {"walks that called for it, with a place": sum(map(_has_place, called))}


def _too_full(row: Any, one: Incident) -> list[str]:
    """The columns of an incident's row that keep more than an erased one may."""
    bare = erased(one, one.erased_at or one.updated_at)
    bare = replace(bare, updated_at=one.updated_at, kept_until=one.kept_until)
    return _differing(row, incident_row(bare, None))


def _why(one: Incident) -> dict[str, int]:
    if one.erased_at is None or one.kept_until is None:
        return {}
    return {f"the words on why it was erased, until {local(one.kept_until)}": 1}


async def proof_of_walk(
    database: Database, walk_id: str, place: Place | None, secret: bytes | None, now: datetime
) -> Proof:
    """Everywhere that a walk may have left something; of one that is gone, too. `secret`: by which
    ids of forgotten walks are known; None: it is not here."""
    proof = Proof(is_walk=True)
    known = place
    async with database.reading() as connection:
        kept = [one for one in await load_walks(connection) if one.walk.walk_id == walk_id]
        if not kept and secret is not None:
            await _look_for_mark(connection, proof, secret, walk_id, now)
        for one in kept:
            proof.ended_at = None if one.walk.is_live else one.walk.updated_at
            newest = Track(one.track).newest()
            known = known or (newest.place if newest else one.walk.destination)
            if one.walk.keeps_track:
                proof.kept = "it is under way, or its incident does not have its track yet"
        walks = [one.walk for one in kept]
        proof.left = {
            "copies of its track": sum(bool(one.track) for one in kept),
            "destinations": sum(one.destination is not None for one in walks),
            "routes": sum(bool(one.route) for one in walks),
            "guardians' numbers": sum(bool(g.contact) for one in walks for g in one.guardians),
            "PINs": sum(one.pin is not None for one in walks),
        }
        letters = await _count(connection, outbox, outbox.c.incident_id == walk_id)
        about = select(incident.c.report).where(incident.c.erased_at.is_(None))
        reports = await connection.scalars(about)
        became = sum(report["walk_id"] == walk_id for report in reports)
        if became and not proof.kept:
            proof.kept = (
                "the walk itself is, but an incident that it became keeps its place and its way; "
                "`lamplighter privacy list` says until when"
            )
        proof.by_law = {
            "rows with names, for as long as its guardians' links lead somewhere": len(kept),
            "letters to its guardians, for as long": letters,
            "consents, without a name or a place (`privacy consents` lists them)": await _count(
                connection, consent, consent.c.walk_id == walk_id
            ),
            "incidents that it became, with its track, for as long as they are kept": became,
        } | await _showings(connection, walk_id)
    await _look_into_files(database, proof, known)
    return proof


async def _look_for_mark(
    connection: AsyncConnection, proof: Proof, secret: bytes, walk_id: str, now: datetime
) -> None:
    since = await marking_since(connection, secret)
    if since is not None:
        proof.known_since = max(since, now - DEFAULT.forgotten_known_for)
    if (found := await find_forgotten(connection, secret, walk_id)) is not None:
        proof.ended_at, proof.forgotten_at = found


def _differing(row: Any, bare: dict[str, Any]) -> list[str]:
    return [
        name
        for name, value in bare.items()
        if name not in _NOT_COMPARED and _same(row[name]) != _same(value)
    ]


def _same(value: Any) -> bytes:
    """JSON knows no tuples and no order of keys, and no column says nothing in two ways."""
    return orjson.dumps(value or None, default=str, option=orjson.OPT_SORT_KEYS)


def _named(names: Sequence[str]) -> str:
    return f" ({', '.join(names)})" if names else ""


def _has_place(kept: KeptWalk) -> bool:
    walk = kept.walk
    return bool(kept.track or walk.route or walk.destination)


def _named_by(kept: KeptWalk, one: Incident) -> bool:
    called = {alarm.incident_id for alarm in kept.walk.alarms}
    return one.incident_id in called or kept.walk.walk_id == one.report.walk_id


async def _count(connection: AsyncConnection, table: Any, *conditions: Any) -> int:
    query = select(func.count()).select_from(table).where(*conditions)
    return int(await connection.scalar(query) or 0)


async def _showings(connection: AsyncConnection, subject_id: str) -> dict[str, int]:
    shown = await _count(connection, showing, showing.c.subject_id == subject_id)
    return {"entries on who was shown the place, without the place": shown}


# ---- the files


async def _look_into_files(database: Database, proof: Proof, place: Place | None) -> None:
    if database.file is None:
        proof.not_looked_at.append("the server's files, and its log: they are its keeper's")
    elif place is None:
        proof.not_looked_at.append(
            "the bytes of the file and its log: nobody knows any more what to look for there "
            "(say it: --place LON,LAT)"
        )
    else:
        proof.left |= await asyncio.to_thread(_found_in_files, database.file, place)
    proof.not_looked_at += [
        "its national point number in those bytes: whatever happened within 10 m has the same",
        "backups, and what the disk may have of earlier files",
    ]


def _found_in_files(file: Path, place: Place) -> dict[str, int]:
    forms = re.compile(b"|".join(re.escape(form) for form in forms_of(place)))
    found = {}
    for one in (file, file.with_name(f"{file.name}-wal")):
        size = one.stat().st_size if one.exists() else 0
        found[f"times the place in {one.name} ({size} bytes)"] = _times(one, forms) if size else 0
    return found


def _times(file: Path, forms: re.Pattern[bytes]) -> int:
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as whole,
    ):
        return sum(1 for _ in forms.finditer(whole))


def forms_of(place: Place) -> Iterator[bytes]:
    """Every way in which a place is written down."""
    lon, lat = place.lon, place.lat
    yield f"{lon},{lat}".encode()
    yield f'"lon":{lon},"lat":{lat}'.encode()
    yield struct.pack("<dd", lon, lat)  # a track's rows
    yield struct.pack(">d", place.metres.east)  # a column of SQLite
    yield f"{lat:.6f},{lon:.6f} ".encode()  # the circle of a CAP message
