"""Come here for tests of lamps over HTTP, and for taking lamps out of service."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter

from dispatch.errors import Problem
from dispatch.fields import IncidentId
from dispatch.lamp_tests import LampTest
from dispatch.replies import Json, json_body
from dispatch.retiring import retire
from dispatch.routes.rooms import Rooms
from dispatch.schemas.lamp_test import LampTestIn, LampTestOut, RetiredOut, RetireIn
from lights.wire import rfc3339


def lamp_test_routes(rooms: Rooms) -> APIRouter:
    """What the lighting crew does to lamps."""
    router = APIRouter(prefix="/v1/lamps", tags=["crew"])
    tests, district = rooms.lamp_tests, rooms.district

    def shown(test: LampTest) -> dict[str, Any]:
        return {
            "test_id": test.test_id,
            "scene": test.scene,
            "made_at": rfc3339(test.made_at),
            "until": rfc3339(test.until),
            "ended_at": rfc3339(test.ended_at) if test.ended_at else None,
            "asked": len(test.lamp_ids),
            "seen": len(test.seen),
            "failed": len(test.failed),
            "lamps": [lamp(test, lamp_id) for lamp_id in test.lamp_ids],
        }

    def lamp(test: LampTest, lamp_id: str) -> dict[str, Any]:
        known = district.register.get(lamp_id)
        return {
            "lamp_id": lamp_id,
            "label": known.label if known else "",
            "answer": test.answer_of(lamp_id),
            "outranked": lamp_id in test.outranked,
            "faults": rooms.fleet.watch.view(lamp_id).faults,
        }

    @router.post("/test", status_code=201, response_model=LampTestOut)
    async def start(body: LampTestIn) -> Json:
        """Light lamps for a while. An incident that wants them has them at once."""
        _refuse_strangers([key for key in body.lamp_ids if not district.serves(key)])
        lasts = timedelta(seconds=body.seconds)
        return json_body(shown(await tests.start(body.lamp_ids, body.scene, lasts)), 201)

    @router.get("/test/{test_id}", response_model=LampTestOut)
    async def read(test_id: IncidentId) -> Json:
        """How a test goes, or went: asked, seen or failed, lamp by lamp."""
        return json_body(shown(tests.get(test_id)))

    @router.delete("/test/{test_id}", response_model=LampTestOut)
    async def end(test_id: IncidentId) -> Json:
        """End a test at once: the lamps go back to what lies under it."""
        return json_body(shown(await tests.end(test_id)))

    @router.post("/retire", response_model=RetiredOut)
    async def retire_lamps(body: RetireIn) -> Json:
        """Take lamps out of service. All of them, or where one is not known, none."""
        done = await retire(rooms.database, body.lamp_ids, rooms.clock(), dry_run=False)
        _refuse_strangers(done.unknown)
        await district.load()
        return json_body({"retired": len(done.retired), "already": len(done.already)})

    return router


def _refuse_strangers(lamp_ids: Sequence[str]) -> None:
    if lamp_ids:
        errors = [
            {"field": "lamp_ids", "reason": f"there is no lamp {lamp_id} in service"}
            for lamp_id in lamp_ids
        ]
        what = ", ".join(lamp_ids[:3]) + (" and more" if len(lamp_ids) > 3 else "")
        raise Problem(422, "Unknown lamps", f"not in service here: {what}", errors=errors)
