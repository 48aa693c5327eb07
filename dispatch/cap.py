"""Come here for an incident as a CAP 1.2 message (OASIS Common Alerting Protocol).

Law: the message is a function of the incident and its chain. A new one is due when what it says
has changed (`matters`), so that the newest message is what the incident is now. It holds a
person's position: its scope is Restricted, always.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final, Literal, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from dispatch.cap_words import ENGLISH, KOREAN, Words
from dispatch.chain import Chain, Message, MessageType
from dispatch.incident import Incident, Tell

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE: Final = "application/cap+xml"
PREFIX: Final = "cap:"
"""A target of this form is told in CAP, and of every change that matters."""
_EXPIRES: Final = timedelta(hours=8)
"""A shift: no response takes longer, and a receiver whom no Cancel reaches forgets by itself."""
_UNKNOWN_RADIUS_M: Final = 200.0
"""A position without accuracy may be a block away; never taken for perfect."""
_WORST: Final = 2

Urgency = Literal[1, 2, 3]

register_namespace("", NAMESPACE)


class Gravity(NamedTuple):
    """CAP's three scales."""

    urgency: str
    severity: str
    certainty: str


_LIVE: Final[Mapping[str, Gravity]] = {
    "open": Gravity("Immediate", "Severe", "Likely"),
    "acknowledged": Gravity("Immediate", "Severe", "Likely"),
    "assigned": Gravity("Immediate", "Severe", "Likely"),
    "en_route": Gravity("Immediate", "Severe", "Likely"),
    "on_scene": Gravity("Immediate", "Moderate", "Observed"),
}


def gravity(incident: Incident) -> Gravity:
    """How urgent, severe and certain an incident is, by its state."""
    if not incident.is_live:
        certainty = "Observed" if incident.disposition == "genuine" else "Unlikely"
        return Gravity("Past", "Minor", certainty)
    found = _LIVE[incident.state]
    if incident.withdrawn and incident.state != "on_scene":
        found = found._replace(certainty="Possible")
    is_worse = incident.silent or incident.escalation >= _WORST
    return found._replace(severity="Extreme") if is_worse else found


# ---- the chain


def matters(incident: Incident) -> tuple[object, ...]:
    """What a CAP message says of an incident; a change of it is a change that matters."""
    return (
        incident.state,
        incident.spot,
        incident.unit,
        incident.scene,
        incident.light_until is None,
        incident.withdrawn,
        incident.escalation,
        incident.reminders,
        incident.disposition,
        incident.instructions,
    )


def followed(before: Incident | None, after: Incident, now: datetime) -> Chain:
    """The chain after a change: longer where the change matters, else the same."""
    chain = after.chain if before is None else before.chain
    chain = chain.concerning(after.spot.unit, after.unit)
    if before is not None and matters(before) == matters(after):
        return chain
    longer = chain.followed_by(_kind(chain, after), now)
    return replace(longer, supervised=longer.supervised or _is_supervisors(after))


def _is_supervisors(incident: Incident) -> bool:
    alone = not incident.is_in_the_crowd or incident.escalation > _WORST
    return (incident.escalation >= _WORST and alone) or incident.reminders > 0


def _kind(chain: Chain, incident: Incident) -> MessageType:
    if chain.newest is None or (chain.newest.kind == "Cancel" and incident.is_live):
        return "Alert"
    return "Update" if incident.is_live else "Cancel"


def tells(incident: Incident, urgency: Urgency) -> Iterator[Tell]:
    """Who is told of the newest message, where a target takes CAP: whoever was told of one before
    is told of the end too."""
    yield Tell(f"{PREFIX}control_room", urgency)
    if incident.chain.supervised:
        yield Tell(f"{PREFIX}supervisor", urgency)
    for unit in incident.chain.units:
        yield Tell(f"{PREFIX}unit:{unit}", urgency)


# ---- the message


def message(incident: Incident, sender: str) -> bytes:
    """The newest message of an incident's chain; `sender` is this dispatcher's name in CAP."""
    newest = incident.chain.newest or Message(1, "Alert", incident.updated_at)
    alert = Element(f"{{{NAMESPACE}}}alert")
    put = _Writer(alert)
    put("identifier", identifier(incident.incident_id, newest))
    put("sender", sender)
    put("sent", cap_time(newest.sent))
    put("status", "Exercise" if incident.drill else "Actual")
    put("msgType", newest.kind)
    put("source", incident.report.source)
    put("scope", "Restricted")
    put("restriction", f"{KOREAN.restriction} / {ENGLISH.restriction}")
    if incident.drill:
        put("note", f"{KOREAN.drill} / {ENGLISH.drill}")
    if incident.chain.references:
        put(
            "references",
            " ".join(_reference(incident, sender, one) for one in incident.chain.references),
        )
    put("incidents", incident.incident_id)
    for words in (KOREAN, ENGLISH):
        _info(SubElement(alert, f"{{{NAMESPACE}}}info"), incident, newest, words)
    indent(alert)
    made: bytes = tostring(alert, encoding="UTF-8", xml_declaration=True)
    return made + b"\n"


def identifier(incident_id: str, one: Message) -> str:
    """A message's name, unique beside its sender's."""
    return f"{incident_id}.{one.number}"


def cap_time(moment: datetime) -> str:
    """CAP 1.2, 3.3.2: whole seconds with an offset; UTC is said as -00:00, never Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _reference(incident: Incident, sender: str, one: Message) -> str:
    return f"{sender},{identifier(incident.incident_id, one)},{cap_time(one.sent)}"


class _Writer:
    """Puts one element after another into a parent; text that XML cannot carry is left out."""

    def __init__(self, parent: Element) -> None:
        self._parent = parent

    def __call__(self, name: str, text: str) -> None:
        SubElement(self._parent, f"{{{NAMESPACE}}}{name}").text = _printable(text)

    def pair(self, name: str, value_name: str, value: str) -> None:
        """A named value."""
        pair = _Writer(SubElement(self._parent, f"{{{NAMESPACE}}}{name}"))
        pair("valueName", value_name)
        pair("value", value)


def _printable(text: str) -> str:
    """XML 1.0 has no control characters but these three, no surrogates, no U+FFFE and U+FFFF."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r"
        or (one >= " " and not "\ud800" <= one <= "\udfff" and one < "\ufffe")
        or one > "\uffff"
    )


def _info(info: Element, incident: Incident, newest: Message, words: Words) -> None:
    put = _Writer(info)
    scale = gravity(incident)
    put("language", words.language)
    put("category", "Safety")
    put("category", "Security")
    put("event", words.event(incident))
    put("responseType", "Assess" if incident.is_live else "AllClear")
    for name, value in zip(Gravity._fields, scale, strict=True):
        put(name, value)
    put.pair("eventCode", "lamplighter:kind", incident.report.kind)
    put("effective", cap_time(newest.sent))
    put("onset", cap_time(incident.opened_at))
    put("expires", cap_time(newest.sent + _EXPIRES))
    put("senderName", "Lamplighter")
    put("headline", words.headline(incident))
    put("description", words.description(incident))
    if instruction := words.instruction(incident):
        put("instruction", instruction)
    for name, value in _parameters(incident):
        put.pair("parameter", f"lamplighter:{name}", value)
    _area(SubElement(info, f"{{{NAMESPACE}}}area"), incident, words)


def _parameters(incident: Incident) -> Iterator[tuple[str, str]]:
    yield "state", incident.state
    yield "quality", incident.spot.quality
    yield "scene", incident.scene if incident.light_until is not None else "none"
    for name, value in (
        ("unit", incident.unit),
        ("jurisdiction", incident.spot.jurisdiction),
        ("disposition", incident.disposition),
    ):
        if value:
            yield name, value
    for name, fact in (("silent", incident.silent), ("withdrawn", incident.withdrawn)):
        if fact:
            yield name, "true"


def _area(area: Element, incident: Incident, words: Words) -> None:
    put = _Writer(area)
    put("areaDesc", words.place(incident.spot))
    place = incident.spot.place
    if place is not None:
        radius_m = _UNKNOWN_RADIUS_M if place.accuracy_m is None else place.accuracy_m
        put("circle", f"{place.lat:.6f},{place.lon:.6f} {ceil(radius_m) / 1000:.3f}")
    if incident.spot.number is not None:
        put.pair("geocode", "national point number", incident.spot.number)
