"""Come here for the list of letters that nobody has taken, and for working it off."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from dispatch import outbox_rows
from dispatch.asker import actor
from dispatch.incident import NotFound
from dispatch.outbox_rows import Letter
from dispatch.replies import Json, json_body
from dispatch.routes.rooms import Rooms
from dispatch.schemas.common import Nothing
from dispatch.schemas.outbox import LetterId, LetterOut, LettersOut, ToldIn
from lights.wire import rfc3339


def outbox_routes(rooms: Rooms) -> APIRouter:
    """What an operator sees of the outbox, and does about it."""
    router = APIRouter(prefix="/v1/outbox", tags=["desk"])

    @router.get("", response_model=LettersOut)
    async def letters(
        state: Literal["waiting", "dead", "untold"] = "waiting",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        after: LetterId | None = None,
    ) -> Json:
        """Letters that wait, dead ones, or all about which somebody has to telephone (`untold`:
        late or dead). `after`: the last letter of the page before."""
        async with rooms.database.reading() as connection:
            if after is not None and not await outbox_rows.read_letters(connection, [after]):
                raise NotFound(f"there is no letter {after} to continue after")
            found = await outbox_rows.list_letters(connection, state, limit, after)
        following = found[-1].outbox_id if len(found) == limit else None
        return json_body({"letters": [_letter_json(one) for one in found], "next": following})

    @router.post("/{outbox_id}/retry", response_model=LetterOut)
    async def retry(outbox_id: LetterId, body: Nothing | None = None) -> Json:
        """Send it again at once, and with its whole time again."""
        letter = await rooms.letters.retry(outbox_id, actor())
        rooms.try_now(letter.target)
        return json_body(_letter_json(letter))

    @router.post("/{outbox_id}/told", response_model=LetterOut)
    async def told(outbox_id: LetterId, body: ToldIn) -> Json:
        """Somebody has told the target otherwise, by telephone: nothing is sent any more."""
        return json_body(_letter_json(await rooms.letters.told(outbox_id, body.text, actor())))

    return router


def _letter_json(letter: Letter) -> dict[str, Any]:
    return {
        "outbox_id": letter.outbox_id,
        "target": letter.target,
        "incident_id": letter.incident_id,
        "state": letter.state,
        "urgency": letter.urgency,
        "made_at": rfc3339(letter.made_at),
        "due_at": rfc3339(letter.due_at),
        "attempts": letter.attempts,
        "last_error": letter.last_error,
        "told": letter.told,
    }
