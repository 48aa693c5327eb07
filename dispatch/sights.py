"""Come here for what counts as showing somebody's place to somebody, and what is noted of it.

Law: a sight names whose place it was and never the place. Whatever shows a place is turned into
sights here, and what shows none leaves none: a log that holds more than was shown is no log.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import orjson

from dispatch.access import OPEN_DESK, Person, Who
from dispatch.incident import Incident
from dispatch.responding import jurisdictions_told

Role = Literal["operator", "supervisor", "police", "guardian", "target"]
"""Who was shown it; `target`: a desk outside that is told by letters."""
Method = Literal["answer", "feed", "link", "webhook", "cap"]
"""How: in the answer to a call, over the live feed, through a guardian's link, by a letter."""
Purpose = Literal["rescue", "review", "walk_home"]
"""What for: help that is under way, looking back on it afterwards, a watched walk home."""
Subject = Literal["incident", "walk"]

FEED: Final = "WS /v1/feed"
LETTER: Final = "letter"
_LONGEST_NAME: Final = 200
"""Of characters: what another system calls itself must not outgrow an index of the database."""


class Recipient(NamedTuple):
    """Who was shown it: in which role, and by which name."""

    role: Role
    name: str


class Sight(NamedTuple):
    """Whose place a message holds, and what it is shown for."""

    subject: Subject
    subject_id: str
    purpose: Purpose


class Channel(NamedTuple):
    """How it went: the route, the feed or a letter, and in which manner."""

    path: str
    method: Method


class LocalSight(NamedTuple):
    """A sight in a frame of the feed, and the jurisdictions whose police are shown it."""

    sight: Sight
    jurisdictions: Collection[str] = ()


def somebody(person: Person | None, allowed: Who) -> Recipient | None:
    """A person in the role that lets them see; None where nothing does."""
    who = person or OPEN_DESK
    able: list[Any] = sorted(who.roles & allowed)
    return recipient(able[0], who.name) if able else None


def recipient(role: Role, name: str) -> Recipient:
    """Somebody, by a name that a table can hold."""
    return Recipient(role, name[:_LONGEST_NAME])


# ---- what holds a place


def sights_of(incidents: Sequence[Incident]) -> list[Sight]:
    """Of incidents that are shown whole."""
    return [
        _of_incident(one.incident_id, one.is_live)
        for one in incidents
        if one.spot.place is not None or one.report.track
    ]


def _of_incident(incident_id: str, is_live: bool) -> Sight:
    return Sight("incident", incident_id, "rescue" if is_live else "review")


def sights_of_walks(shown: Sequence[Mapping[str, Any]]) -> list[Sight]:
    """Of walks, as they are shown to the desk or to a guardian."""
    return [
        Sight("walk", one["walk_id"], "rescue" if _is_hidden(one) else "walk_home")
        for one in shown
        if one["position"] is not None
    ]


def _is_hidden(shown: Mapping[str, Any]) -> bool:
    """Whether a walk is shown because of what the walker's own phone must not betray."""
    if shown["state"] == "alarmed" or shown.get("watched", True):
        return False
    alarm = shown["alarm"]
    is_forced = alarm is not None and alarm["how"] in ("duress", "wrong_pins")
    return is_forced or shown["state"] != "asking"


def may_know(walker_reads: Purpose) -> bool:
    """Whether the phone of a walk may list showings for this purpose: never what was shown because
    of a hidden alarm, also once that is over. Whoever forces somebody may hold the phone for long;
    the walker hears of them from the district, whose own log has them."""
    return walker_reads != "rescue"


def seen_in(frame: Mapping[str, Any]) -> Iterator[LocalSight]:
    """Of a frame of the feed."""
    match frame.get("type"):
        case "incident" if "place" in frame.get("incident", {}):
            yield from _seen_incidents([frame["incident"]], frame["event"])
        case "snapshot":
            yield from _seen_incidents(frame["incidents"])
        case "walks":
            shown = [*frame["attention"], *frame["watched"]]
            yield from (LocalSight(sight) for sight in sights_of_walks(shown))


def _seen_incidents(
    incidents: Sequence[Mapping[str, Any]], event: str = ""
) -> Iterator[LocalSight]:
    for one in incidents:
        if one["place"]["position"] is not None or one["track"]:
            sight = _of_incident(one["incident_id"], one["state"] != "closed")
            yield LocalSight(sight, jurisdictions_told(one, event))


def sights_of_letter(incident_id: str, body: str) -> tuple[list[Sight], Method]:
    """Of a letter to a target: a frame in JSON, or a message in CAP."""
    if body.startswith("<"):
        is_live = "<msgType>Cancel</msgType>" not in body
        return [_of_incident(incident_id, is_live)] if "<circle>" in body else [], "cap"
    frame = orjson.loads(body)
    seen = seen_in(frame) if frame["type"] == "incident" else ()
    return [one.sight for one in seen], "webhook"
