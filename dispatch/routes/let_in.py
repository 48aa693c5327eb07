"""Come here for how somebody whom the district's provider knows is let in, by whichever way."""

from starlette.datastructures import Headers
from starlette.responses import Response

from dispatch.asker import asker
from dispatch.errors import Problem
from dispatch.routes.rooms import Rooms
from dispatch.sign_in.belief import NotSignedIn
from dispatch.sign_in.claims import person_of
from dispatch.sign_in.provider import Arrival, Provider
from dispatch.sign_in.rechecks import known_of
from dispatch.sign_in.sessions import Session


def provider_of(rooms: Rooms) -> Provider:
    """Whom we ask about people. Raises Problem where it is nobody."""
    if rooms.provider is None:
        way = rooms.doorkeeper.way
        raise Problem(409, "Not that way", f"one signs in here by {way!r}")
    return rooms.provider


async def let_in(rooms: Rooms, arrival: Arrival, came: Headers, answer: Response) -> Session:
    """The session that the browser had before is over. Raises NotSignedIn without a role."""
    person = person_of(arrival.claims, provider_of(rooms).choice)
    if not person.roles:
        raise NotSignedIn("not_yours", f"{person.name} has no role")
    before = rooms.doorkeeper.session(came)
    known = known_of(arrival, rooms.vault)
    token, session = await rooms.sessions.open(person, "oidc", asker().source, known)
    if before is not None:
        await rooms.sessions.end(before, "signed_out")
    rooms.doorkeeper.give(answer, token)
    return session
