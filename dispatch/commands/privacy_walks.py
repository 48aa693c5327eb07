"""Come here for what `lamplighter privacy` says of walks: what is kept, and what was allowed."""

from dispatch.commands.privacy_proof import Proof
from dispatch.consent_texts import TEXTS
from dispatch.consents import ALLOWED, Consent
from dispatch.database import Database
from dispatch.forgotten import count_forgotten
from dispatch.keyboard import local
from dispatch.walk import Walk
from dispatch.walk_plan import DEFAULT
from dispatch.walk_store import KeptWalk


def kept_line(kept: KeptWalk) -> str:
    """What is kept of one walk, and until when."""
    walk = kept.walk
    facts = {
        "its destination": walk.destination is not None,
        "its route": bool(walk.route),
        "its track": bool(kept.track),
        "its walker's name": bool(walk.name),
        f"{len(walk.guardians)} guardians": bool(walk.guardians),
    }
    what = ", ".join(fact for fact, is_kept in facts.items() if is_kept) or "that it was"
    since = local(walk.started_at)
    return f"{walk.walk_id}  walk  {walk.state}, started {since}: {what}; {_until(walk)}"


def _until(walk: Walk) -> str:
    if walk.is_live:
        return "kept while it is under way"
    if walk.keeps_track:
        return "kept until its incident has it"
    return f"kept until {local(walk.updated_at + DEFAULT.link_for)}"


def consent_line(one: Consent, walk: Walk | None) -> str:
    """What was consented to, by which text and since when, and whether that still is.

    The name of a guardian is known while the walk's row is.
    """
    whom = f"guardian {one.number}" if one.number else ""
    if walk is not None and 0 < one.number <= len(walk.guardians):
        whom = f"{whom} {walk.guardians[one.number - 1].name}".strip()
    what = f"{whom} {ALLOWED[one.allows]}".strip()
    given = f"given {local(one.given_at)}"
    return f"{one.walk_id}  {what} ({_text(one)}), {given}; {_how(one, walk)}"


def _text(one: Consent) -> str:
    if one.words:
        version = f"text {one.version or 'without a version'}"
        return f"{version}, {one.language or 'in a language that was not said'}: “{one.words}”"
    if not one.version:
        return "asked for at the start"
    if one.version in TEXTS:
        return f"text {one.version}, nobody said in which language"
    return f"text {one.version}, an app's own, whose words it did not send"


def _how(one: Consent, walk: Walk | None) -> str:
    if one.ended_at is None:
        return _stands(walk) if walk is not None else "its walk is gone"
    how = "withdrawn" if one.how == "withdrawn" else "ended with the walk"
    return f"{how} {local(one.ended_at)}"


def _stands(walk: Walk) -> str:
    match walk.state:
        case "paused":
            return f"paused since {local(walk.paused_at or walk.updated_at)}"
        case _:
            return "stands"


async def marks_line(database: Database) -> str:
    """What is kept of walks that were forgotten."""
    async with database.reading() as connection:
        count, oldest = await count_forgotten(connection)
    until = f"; the oldest until {local(oldest + DEFAULT.forgotten_known_for)}" if oldest else ""
    return f"{count} keyed hashes of ids of forgotten walks, without a name and a place{until}."


def walk_verdict(proof: Proof) -> str:
    """What can be said of a walk of which nothing is left; and until when, or since when."""
    nothing = "Nothing is left of where this walk was and led to"
    if proof.forgotten_at is not None and proof.ended_at is not None:
        return (
            f"{nothing}: it ended at {local(proof.ended_at)}, and with it its positions; what else "
            f"was kept of it went at {local(proof.forgotten_at)}. That there was such a walk is "
            f"known until {local(proof.forgotten_at + DEFAULT.forgotten_known_for)}."
        )
    if proof.ended_at is not None:
        return (
            f"{nothing}: it ended at {local(proof.ended_at)}, and with it its positions. The rest "
            f"goes at {local(proof.ended_at + DEFAULT.link_for)}."
        )
    if proof.known_since is not None:
        return (
            "Nothing is kept under this id, and no walk that had it was forgotten since "
            f"{local(proof.known_since)}. Either it was before, or there never was one: compare "
            "the id with the one that you were given."
        )
    return (
        "Nothing is kept under this id. Whether there was such a walk cannot be said here: that "
        "takes the `secret` file of the dispatcher that forgot it, in LAMPLIGHTER_DATA_DIR."
    )
