"""Who may do what: the table, and that nothing is outside of it."""

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI

from dispatch.access import (
    FRAMES,
    NARROWED,
    OF_LAMPS,
    OPEN_DESK,
    ROLES,
    ROUTES,
    STAFF,
    WRITES_TOPIC,
    Person,
    StaffRole,
    allows,
    frames_for,
)
from dispatch.actions import Actions, NoRow
from tests.wire.documents import asyncapi

PSEUDO = {"anybody", "visitor", "signed_in"}


# ---- the table


def test_every_row_names_roles_that_there_are() -> None:
    for action, who in ROUTES.items():
        assert who <= ROLES | PSEUDO, action
        assert who, action
        # A city app needs no right to send what anybody may, but says who it is.
        assert not who & PSEUDO or len(who - {"city_app"}) == 1, action


@pytest.mark.parametrize(
    ("action", "roles", "may"),
    [
        ("POST /v1/reports", set(), True),
        ("GET /v1/incidents/{incident_id}", {"operator"}, True),
        ("GET /v1/incidents/{incident_id}", {"police"}, True),
        ("GET /v1/incidents/{incident_id}", {"crew"}, False),
        ("GET /v1/incidents/{incident_id}", {"auditor"}, False),
        ("GET /v1/incidents/{incident_id}", {"administrator"}, False),
        ("GET /v1/incidents/{incident_id}/journal", {"auditor"}, True),
        ("POST /v1/incidents/{incident_id}/assign", {"police"}, False),
        ("POST /v1/incidents/{incident_id}/assign", {"police", "operator"}, True),
        ("GET /v1/lamps", {"crew"}, True),
        ("GET /v1/lamps", {"auditor"}, False),
        ("GET /v1/nothing", {"operator", "administrator"}, False),
    ],
)
def test_a_row_lets_its_roles_and_no_others(action: str, roles: set[str], may: bool) -> None:
    assert allows(action, roles) is may


def test_the_crew_is_told_of_no_people_and_never_of_people() -> None:
    assert frames_for({"crew"}) == {"lamps", "tick"}
    assert frames_for({"auditor"}) == frozenset()
    assert frames_for({"operator"}) == frozenset(FRAMES)


def test_police_meet_people_only_where_they_can_be_kept_to_their_own() -> None:
    of_nobody = re.compile(r"^\w+ /v1/(areas|feed/ticket)")
    for action, who in ROUTES.items():
        if "police" in who and not of_nobody.match(action):
            assert "{incident_id}" in action or action in NARROWED | OF_LAMPS, action


@pytest.mark.parametrize(
    ("roles", "who", "kept"),
    [
        ({"police"}, "lamps", True),
        ({"police", "crew"}, "lamps", False),
        ({"police", "crew"}, "incident", True),
        ({"police", "administrator"}, "incident", True),
        ({"police", "operator"}, "incident", False),
        ({"crew"}, "lamps", False),
    ],
)
def test_another_role_frees_police_of_their_border_only_where_it_sees_as_much(
    roles: set[StaffRole], who: str, kept: bool
) -> None:
    lee = Person("이도봉", frozenset(roles), frozenset({"쌍문파출소"}))
    assert lee.kept_to(FRAMES[who]) == ({"쌍문파출소"} if kept else None)


def test_somebody_is_named_in_the_journal_with_the_role_that_allowed_it() -> None:
    kim = Person("김민지", frozenset({"administrator", "supervisor"}))
    assert kim.actor("POST /v1/incidents/{incident_id}/assign") == "김민지 (supervisor)"
    assert OPEN_DESK.actor("POST /v1/incidents/{incident_id}/assign") == "operator"


# ---- nothing is outside of it


def test_every_frame_and_topic_of_the_documents_has_a_row() -> None:
    channels = asyncapi()["channels"]
    assert set(channels["feed"]["messages"]) == set(FRAMES)
    topics = {one["address"] for one in channels.values() if one["address"].startswith("lamps/")}
    assert topics == set(WRITES_TOPIC)
    assert {who for row in WRITES_TOPIC.values() for who in row} <= ROLES | {"dispatcher"}


def routes_that_nobody_has_thought_of() -> Iterator[FastAPI]:
    async def secret() -> None: ...

    plain = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    plain.add_api_route("/v1/secret", secret)
    yield plain
    nested, router = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), APIRouter()
    router.add_api_route("/secret", secret, methods=["POST"])
    nested.include_router(router, prefix="/v1")
    yield nested
    socket = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    socket.add_api_websocket_route("/v1/secret", secret)
    yield socket


@pytest.mark.parametrize(
    "app", list(routes_that_nobody_has_thought_of()), ids=["get", "post", "socket"]
)
def test_a_route_without_a_row_does_not_start(app: FastAPI) -> None:
    with pytest.raises(NoRow, match="/v1/secret"):
        Actions(app)


def test_staff_is_everybody_who_signs_in() -> None:
    assert ROLES - {"caller", "city_app", "lamp"} == STAFF
