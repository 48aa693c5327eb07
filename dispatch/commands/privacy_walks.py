"""Come here for what `lamplighter privacy` says of walks: what is kept, and what was allowed."""

from dispatch.consents import ALLOWED, TEXTS, Consent
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
    if not one.version:
        return "asked for at the start"
    return f"text {one.version}" + ("" if one.version in TEXTS else ", an app's own: not kept here")


def _how(one: Consent, walk: Walk | None) -> str:
    if one.ended_at is None:
        return _stands(walk) if walk is not None else "its walk is gone"
    how = "withdrawn" if one.how == "withdrawn" else "over since the arrival"
    return f"{how} {local(one.ended_at)}"


def _stands(walk: Walk) -> str:
    match walk.state:
        case "paused":
            return f"paused since {local(walk.paused_at or walk.updated_at)}"
        case _:
            return "stands"
