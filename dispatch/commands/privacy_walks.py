"""Come here for what `lamplighter privacy` says of walks: what is kept, and what was allowed."""

from collections.abc import Iterator

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


def consent_lines(walk: Walk) -> Iterator[str]:
    """What its walker has consented to, by which text and since when, and whether that still is."""
    for number, guardian in enumerate(walk.guardians, 1):
        if guardian.consent:
            name = f" {guardian.name}" if guardian.name else ""
            yield _consent(
                walk,
                f"guardian {number}{name} may see the place when it goes wrong",
                guardian.consent_version,
            )
    if walk.watched:
        yield _consent(
            walk, "the desk, and guardians with consent, may see the place all the way", ""
        )


def _consent(walk: Walk, what: str, version: str) -> str:
    text = f"text {version}" if version else "asked for at the start"
    return f"{walk.walk_id}  {what} ({text}), given {local(walk.started_at)}; {_stands(walk)}"


def _stands(walk: Walk) -> str:
    match walk.state:
        case "ended":
            return f"withdrawn {local(walk.updated_at)}"
        case "arrived":
            return f"over since the arrival {local(walk.updated_at)}"
        case "paused":
            return f"paused since {local(walk.paused_at or walk.updated_at)}"
        case _:
            return "stands"
