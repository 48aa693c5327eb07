"""Come here for who may do what: one table of actions and roles, which is the law of the house.

An action is a route (method and path template), a kind of frame of the feed, or a topic of MQTT.
Law: what has no row is refused to everybody. Nobody's right follows from anything but a row.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

StaffRole = Literal["operator", "supervisor", "police", "crew", "administrator", "auditor"]
"""What a person who signs in can be; several at once are possible."""
Role = StaffRole | Literal["caller", "city_app", "lamp"]
"""Also: whoever has sent one report or walks home, a server that reports for its users, a lamp."""

STAFF: Final[frozenset[StaffRole]] = frozenset(get_args(StaffRole))
ROLES: Final[frozenset[Role]] = STAFF | {"caller", "city_app", "lamp"}

Who = frozenset[str]
"""The roles that may. `anybody`: no question is asked; `visitor`: only whether a page of ours
asks; `signed_in`: whoever they are."""

ANYBODY: Final[Who] = frozenset({"anybody"})
VISITOR: Final[Who] = frozenset({"visitor"})
SIGNED_IN: Final[Who] = frozenset({"signed_in"})
_CALLER: Final[Who] = frozenset({"caller"})
_CITY_APP: Final[Who] = frozenset({"city_app"})
_DESK: Final[Who] = frozenset({"operator", "supervisor"})
_SUPERVISOR: Final[Who] = frozenset({"supervisor"})
_POLICE: Final[Who] = frozenset({"police"})
_CREW: Final[Who] = frozenset({"crew"})
_ADMINISTRATOR: Final[Who] = frozenset({"administrator"})
_AUDITOR: Final[Who] = frozenset({"auditor"})
SEES_PLACES: Final = _DESK | _POLICE
"""Of incidents."""
_SEES_LAMPS: Final = _DESK | _POLICE | _CREW | _ADMINISTRATOR
"""Not the auditor: a lamp that blinks says where somebody is."""
_MENDS_LAMPS: Final = _CREW | _ADMINISTRATOR

SCREENS: Final = "GET screens"
"""Every page and what it loads: they hold nothing but words and pictures."""

ROUTES: Final[Mapping[str, Who]] = {
    SCREENS: ANYBODY,
    # for whoever keeps the process running; no people in it
    "GET /healthz": ANYBODY,
    "GET /readyz": ANYBODY,
    "GET /metrics": ANYBODY,
    "GET /v1/openapi.json": ANYBODY,
    "GET /v1/asyncapi.yaml": ANYBODY,
    # the phone: nobody needs an account to be heard
    "POST /v1/reports": ANYBODY | _CITY_APP,
    "GET /v1/reports/{report_id}": _CALLER,
    "GET /v1/reports/{report_id}/showings": _CALLER,
    "POST /v1/reports/{report_id}/positions": _CALLER,
    "POST /v1/reports/{report_id}/withdraw": _CALLER,
    # incidents
    "GET /v1/incidents": _DESK | _POLICE,
    "GET /v1/incidents/{incident_id}": _DESK | _POLICE,
    "GET /v1/incidents/{incident_id}/journal": _DESK | _POLICE | _AUDITOR,
    "GET /v1/incidents/{incident_id}/replay": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}/acknowledge": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}/assign": _DESK,
    "POST /v1/incidents/{incident_id}/en-route": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}/arrive": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}/note": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}/scene": _DESK,
    "POST /v1/incidents/{incident_id}/close": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}/reopen": _DESK,
    "POST /v1/incidents/{incident_id}/instruct": _DESK,
    "POST /v1/incidents/{incident_id}/link": _DESK,
    "POST /v1/incidents/{incident_id}/unlink": _DESK,
    # letters to people outside of the screens
    "GET /v1/incidents/{incident_id}.cap": _DESK | _POLICE,
    "POST /v1/incidents/{incident_id}.cap": ANYBODY,  # signed: the route knows the secrets
    "GET /v1/outbox": _DESK,
    "POST /v1/outbox/{outbox_id}/retry": _DESK,
    "POST /v1/outbox/{outbox_id}/told": _DESK,
    # walks home: the phone's token is the route's to look at, and so is a guardian's link
    "POST /v1/walks": ANYBODY,
    "GET /v1/walks/shared": ANYBODY,
    "GET /v1/walks/{walk_id}": _CALLER,
    "GET /v1/walks/{walk_id}/showings": _CALLER,
    "POST /v1/walks/{walk_id}/positions": _CALLER,
    "POST /v1/walks/{walk_id}/answer": _CALLER,
    "POST /v1/walks/{walk_id}/pause": _CALLER,
    "POST /v1/walks/{walk_id}/resume": _CALLER,
    "POST /v1/walks/{walk_id}/extend": _CALLER,
    "POST /v1/walks/{walk_id}/consent/withdraw": _CALLER,
    "POST /v1/walks/{walk_id}/arrive": _CALLER,
    "POST /v1/walks/{walk_id}/end": _CALLER,
    "WS /v1/walks/{walk_id}/live": _CALLER,
    "GET /v1/walks": _DESK,
    "GET /v1/walks/{walk_id}/desk": _DESK,
    # what is kept for longer, or destroyed earlier, is more than one person's evening
    "POST /v1/incidents/{incident_id}/hold": _SUPERVISOR,
    "POST /v1/incidents/{incident_id}/release": _SUPERVISOR,
    "POST /v1/incidents/{incident_id}/erase": _SUPERVISOR,
    # lamps and areas
    "GET /v1/lamps": _SEES_LAMPS,
    "GET /v1/lamps.geojson": _SEES_LAMPS,
    "GET /v1/lamps.csv": _SEES_LAMPS,
    "GET /v1/lamps/{lamp_id}": _SEES_LAMPS,
    "GET /v1/areas": ANYBODY,
    "POST /v1/lamps/test": _MENDS_LAMPS,
    "GET /v1/lamps/test/{test_id}": _MENDS_LAMPS,
    "DELETE /v1/lamps/test/{test_id}": _MENDS_LAMPS,
    "POST /v1/lamps/retire": _MENDS_LAMPS,
    "POST /v1/imports/lamps": _MENDS_LAMPS,
    "POST /v1/imports/lamps/rejects": _MENDS_LAMPS,
    # whose area it is decides who is called: that is nobody's on a ladder to say
    "POST /v1/imports/areas": _ADMINISTRATOR,
    # what the screens' map stands on
    "GET /v1/settings": ANYBODY,
    "GET /v1/map/style.json": ANYBODY,
    "GET /v1/map/tiles.pmtiles": ANYBODY,
    # the feed
    "WS /v1/feed": _DESK | _POLICE | _CREW,
    "POST /v1/feed/ticket": _DESK | _POLICE | _CREW,
    # signing in
    "GET /v1/sign-in": VISITOR,
    "POST /v1/sign-in": VISITOR,
    "GET /v1/sign-in/oidc": VISITOR,
    "GET /v1/sign-in/oidc/callback": VISITOR,
    "POST /v1/sign-in/oidc/farewell": ANYBODY,  # signed: the route knows the provider's keys
    "POST /v1/sign-in/oidc/wall": VISITOR,
    "POST /v1/sign-in/oidc/wall/answer": VISITOR,
    "POST /v1/sign-out": VISITOR,
    "GET /v1/me": SIGNED_IN,
    "POST /v1/me/password": SIGNED_IN,
    # accounts and sessions
    "GET /v1/accounts": _ADMINISTRATOR,
    "POST /v1/accounts": _ADMINISTRATOR,
    "POST /v1/accounts/{name}/roles": _ADMINISTRATOR,
    "POST /v1/accounts/{name}/password": _ADMINISTRATOR,
    "POST /v1/accounts/{name}/revoke": _ADMINISTRATOR,
    "GET /v1/sessions": _ADMINISTRATOR,
    "POST /v1/sessions/{session_id}/revoke": _ADMINISTRATOR,
    # who came in, who gave whom which right, and whether anybody has changed what is written
    "GET /v1/record": _ADMINISTRATOR | _AUDITOR,
    "GET /v1/record.json": _ADMINISTRATOR | _AUDITOR,
    "GET /v1/record.csv": _ADMINISTRATOR | _AUDITOR,
    "GET /v1/audit/chains": _ADMINISTRATOR | _AUDITOR,
    "POST /v1/audit/verify": _ADMINISTRATOR | _AUDITOR,
    # what happened to people, without where
    "GET /v1/audit/incidents": _AUDITOR,
    "GET /v1/audit/incidents/{incident_id}/showings": _AUDITOR,
    "GET /v1/audit/incidents/{incident_id}/showings.csv": _AUDITOR,
    "GET /v1/audit/incidents/{incident_id}/journal.csv": _AUDITOR,
}

FRAMES: Final[Mapping[str, Who]] = {
    "snapshot": _DESK | _POLICE,
    "incident": _DESK | _POLICE,
    "elsewhere": _DESK | _POLICE,
    "lamps": _DESK | _POLICE | _CREW,
    "walks": _DESK,
    "tick": _DESK | _POLICE | _CREW,
}
"""Who is sent which kind of frame; a client of the feed is simply not told the others."""

WRITES_TOPIC: Final[Mapping[str, Who]] = {
    "lamps/{lamp_id}/order": frozenset({"dispatcher"}),
    "lamps/{lamp_id}/sighting": frozenset({"lamp"}),
    "lamps/{lamp_id}/status": frozenset({"lamp"}),
}
"""A lamp, only where the topic names itself. The dispatcher is no role: it is us."""

NARROWED: Final[frozenset[str]] = frozenset({"GET /v1/incidents", "WS /v1/feed"})
"""Actions over many incidents that take `jurisdiction`; police must be kept to their own."""

OF_NOBODY: Final[frozenset[str]] = frozenset(
    {
        *("GET /v1/openapi.json", "GET /v1/asyncapi.yaml"),
        *(
            "GET /v1/areas",
            "GET /v1/settings",
            "GET /v1/map/style.json",
            "GET /v1/map/tiles.pmtiles",
        ),
    }
)
"""Actions under /v1 whose answers say nothing of anybody: these alone may be kept on the way."""

OF_LAMPS: Final[frozenset[str]] = frozenset(
    {"GET /v1/lamps", "GET /v1/lamps.geojson", "GET /v1/lamps.csv", "GET /v1/lamps/{lamp_id}"}
)
"""Actions that show lamps; police are kept to those of `dispatch/lamps_shown.py`, as in frames."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a desk, in a car or on a ladder. `jurisdictions` narrow police alone."""

    name: str
    roles: frozenset[StaffRole]
    jurisdictions: frozenset[str] = frozenset()

    def actor(self, action: str) -> str:
        """How the journal names whoever did it: name, and the role that allowed it."""
        able = sorted(self.roles & ROUTES.get(action, frozenset()))
        return f"{self.name} ({able[0]})" if able else self.name

    def only_as_police(self, action: str) -> bool:
        """Whether nothing but being police allows it, so that their jurisdictions are its end."""
        return self.kept_to(ROUTES.get(action, frozenset())) is not None

    def kept_to(self, who: Who) -> frozenset[str] | None:
        """The jurisdictions that are its end, where nothing but being police is among `who`."""
        return self.jurisdictions if self.roles & who == _POLICE else None

    @property
    def lights_of(self) -> frozenset[str] | None:
        """The jurisdictions in which they see lamps light for somebody; None: everywhere. Elsewhere
        lamps look to them as if they lit for nobody (`lights/crew_veil.py`)."""
        if self.roles & _DESK:
            return None
        return self.jurisdictions if "police" in self.roles else frozenset()

    def unless_police(self) -> "Person":
        """The same, as whatever else they are."""
        return replace(self, roles=self.roles - _POLICE)


@dataclass(frozen=True, slots=True)
class AtTheDesk(Person):
    """Whoever reaches a desk that asks nobody to sign in."""

    def actor(self, action: str) -> str:
        """As the journal always called the desk."""
        return self.name


OPEN_DESK: Final = AtTheDesk("operator", STAFF - {"police", "auditor"})
"""Everybody, where `LAMPLIGHTER_SIGN_IN` is `none`."""


def allows(action: str, roles: Collection[str]) -> bool:
    """Whether a row lets one of these roles do it."""
    who = ROUTES.get(action, frozenset())
    return not who.isdisjoint({"anybody", "visitor", "signed_in", *roles})


def frames_for(roles: Collection[str]) -> frozenset[str]:
    """The kinds of frames that these roles are sent."""
    return frozenset(kind for kind, who in FRAMES.items() if not who.isdisjoint(roles))


def without_row(actions: Collection[str]) -> list[str]:
    """Those that the table has forgotten."""
    return sorted(action for action in actions if action not in ROUTES)
