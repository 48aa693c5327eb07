"""Come here for what becomes of walks' times when our clock was set, or nobody was there for long.

Law: whoever waits goes on to wait for as long as was left when a process was last there. So nobody
gets help an hour late because a clock was set back, and not all are late at once where it was set
ahead, or where they could say nothing to us for long. Silence is counted anew in any case.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.database import Database
from dispatch.forgotten import begin_marking
from dispatch.track import Track
from dispatch.walk import Walk
from dispatch.walk_plan import WalkPlan
from dispatch.walk_rows import walk_row
from dispatch.walk_store import keep_tracks, load_walks, save_walks

_NOTHING: Final = timedelta(0)


async def take_up_walks(
    database: Database, now: datetime, plan: WalkPlan, secret: bytes
) -> list[tuple[Walk, Track]]:
    """Every walk with its track, its times by the clock of today. From now on those that are
    forgotten are marked with this secret."""
    async with database.writing() as connection:
        await begin_marking(connection, secret, now)
    async with database.reading() as connection:
        found = [(walk, Track(rows)) for walk, rows in await load_walks(connection)]
    by = missed(found, now, plan)
    if by == _NOTHING:
        return found
    found = [(shifted(walk, by), track) for walk, track in found]
    if by < _NOTHING:
        for _, track in found:
            track.shift(by)
    async with database.writing() as connection:
        await save_walks(connection, [walk_row(walk) for walk, _ in found])
        await keep_tracks(connection, {walk.walk_id: track.kept() for walk, track in found})
    return found


def missed(found: Sequence[tuple[Walk, Track]], now: datetime, plan: WalkPlan) -> timedelta:
    """How far the times of all walks have to move: back where they tell of a future, ahead over a
    time in which nobody was there."""
    newest = [track.newest() for _, track in found]
    signs_of_life = [walk.updated_at for walk, _ in found] + [fix.at for fix in newest if fix]
    gap = now - max(signs_of_life, default=now)
    return gap if gap < _NOTHING or gap >= plan.away_least else _NOTHING


def shifted(walk: Walk, by: timedelta) -> Walk:
    """A walk that waits for as long as before. A pause ends when it was to end, unless that has
    become later, and what was before the walk remains before it."""
    if not walk.is_live and by > _NOTHING:
        return walk
    question, back = walk.question, min(by, _NOTHING)
    if question is not None:
        question = replace(
            question, asked_at=question.asked_at + by, called_at=_moved(question.called_at, by)
        )
    return replace(
        walk,
        started_at=walk.started_at + back,
        updated_at=walk.updated_at + by,
        due_at=walk.due_at + (back if walk.state == "paused" else by),
        question=question,
        paused_at=_moved(walk.paused_at, back),
        paused_until=_moved(walk.paused_until, back),
        calm={signal: until + by for signal, until in walk.calm.items()},
    )


def _moved(moment: datetime | None, by: timedelta) -> datetime | None:
    return None if moment is None else moment + by
