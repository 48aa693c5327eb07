"""Come here for which police are shown an incident: whose area it is in, and whose unit is sent.

Law: whoever was sent goes on seeing the caller, also beyond their border, until it is over or was
given to the police of another area. Nobody on the way loses the caller because the caller runs.
"""

from collections.abc import Collection, Mapping
from typing import Any

from dispatch.events import Arrived, Assigned, Event, Reopened, SetOut
from dispatch.incident import Incident


def responding_after(incident: Incident, event: Event) -> tuple[str, ...]:
    """The jurisdictions whose units have been sent, now that this has happened.

    A unit whose police nobody can tell releases nobody: rather a desk too many than a car too few.
    """
    match event:
        case Reopened():
            return ()
        case Assigned(_, str(jurisdiction)):
            return (jurisdiction,)
        case Assigned() | SetOut() | Arrived() if incident.spot.jurisdiction is not None:
            return tuple(dict.fromkeys((*incident.responding, incident.spot.jurisdiction)))
        case _:
            return incident.responding


def jurisdictions_of(incident: Incident) -> frozenset[str]:
    """Whose police may see it and act on it now."""
    sent = incident.responding if incident.is_live else ()
    return _with(sent, incident.spot.jurisdiction)


def jurisdictions_told(shown: Mapping[str, Any], event: str = "") -> Collection[str]:
    """The same of an incident as screens are shown it; who was sent is told of its end too."""
    sent = shown.get("responding", ())  # frames of earlier versions have none
    is_told = shown["state"] != "closed" or event == "closed"
    return _with(sent if is_told else (), shown["place"]["jurisdiction"])


def _with(sent: Collection[str], here: str | None) -> frozenset[str]:
    return frozenset(sent) if here is None else frozenset((*sent, here))
