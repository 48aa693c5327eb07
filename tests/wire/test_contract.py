"""The names that are fixed for version 1, written down by hand: nobody changes one by accident.

That captured traffic has them follows from here and from test_traffic.py: what is required here
must be in whatever conforms.
"""

from typing import Any

import pytest

from tests.wire.documents import asyncapi, calls, conforms_to_openapi, openapi, resolved

CALLS = [
    "POST /v1/reports 200 201 409 422",
    "GET /v1/reports/{report_id} 200 401 404",
    "POST /v1/reports/{report_id}/positions 200 401 404 422",
    "POST /v1/reports/{report_id}/withdraw 200 401 404 422",
    "GET /v1/incidents 200 422",
    "GET /v1/incidents/{incident_id} 200 404",
    "GET /v1/incidents/{incident_id}/journal 200 404",
    "GET /v1/incidents/{incident_id}/replay 200 404",
    "POST /v1/incidents/{incident_id}/acknowledge 200 404 409",
    "POST /v1/incidents/{incident_id}/assign 200 404 409 422",
    "POST /v1/incidents/{incident_id}/en-route 200 404 409",
    "POST /v1/incidents/{incident_id}/arrive 200 404 409",
    "POST /v1/incidents/{incident_id}/note 200 404 409 422",
    "POST /v1/incidents/{incident_id}/scene 200 404 409 422",
    "POST /v1/incidents/{incident_id}/close 200 404 409 422",
    "POST /v1/incidents/{incident_id}/reopen 200 404 409",
    "POST /v1/incidents/{incident_id}/instruct 200 404 409 422",
    "POST /v1/incidents/{incident_id}/link 200 404 409 422",
    "POST /v1/incidents/{incident_id}/unlink 200 404 409 422",
    "POST /v1/incidents/{incident_id}/hold 200 404 409 422",
    "POST /v1/incidents/{incident_id}/release 200 404 409 422",
    "POST /v1/incidents/{incident_id}/erase 200 404 409 422",
    "GET /v1/lamps 200 422",
    "GET /v1/lamps/{lamp_id} 200 404",
    "GET /healthz 200 503",
    "GET /readyz 200 503",
    "GET /metrics 200",
]

QUERIES = {
    "GET /v1/incidents": {
        *("state", "limit", "after", "q", "since", "until"),
        *("kind", "disposition", "jurisdiction", "drill"),
    },
    "GET /v1/lamps": {"bbox", "limit", "after", "status"},
}

COMES_IN = {
    "POST /v1/reports": (
        {"report_id"},
        {
            *("kind", "position", "fixed_at", "sent_at", "silent", "drill", "note", "walk_id"),
            *("walker_token", "phone_secret"),
        },
    ),
    "POST /v1/reports/{report_id}/positions": ({"positions"}, set()),
    "POST /v1/incidents/{incident_id}/assign": ({"unit"}, set()),
    "POST /v1/incidents/{incident_id}/note": ({"text"}, set()),
    "POST /v1/incidents/{incident_id}/scene": ({"scene"}, set()),
    "POST /v1/incidents/{incident_id}/close": ({"disposition"}, {"text"}),
    "POST /v1/incidents/{incident_id}/instruct": ({"text"}, set()),
    "POST /v1/incidents/{incident_id}/link": ({"incident_id"}, set()),
    "POST /v1/incidents/{incident_id}/unlink": ({"incident_id"}, set()),
    "POST /v1/incidents/{incident_id}/hold": ({"until", "text"}, set()),
    "POST /v1/incidents/{incident_id}/release": ({"text"}, set()),
    "POST /v1/incidents/{incident_id}/erase": ({"text"}, set()),
}
"""What a request must have, and what it may have."""

GOES_OUT = {
    "IncidentOut": "incident_id kind state opened_at updated_at drill silent withdrawn place lamps "
    "shortfall unit disposition allowed instructions linked",
    "IncidentFrameOut": "type seq event at incident",
    "PlaceOut": "position quality number address jurisdiction poles",
    "PositionOut": "lon lat accuracy_m",
    "PoleOut": "label metres bearing",
    "AskedLampOut": "lamp_id metres reason asked seen faults",
    "ReportOut": "report_id incident_id state received_at place lamps shortfall reporter_token",
    "NearLampOut": "lamp_id metres",
    "ProblemOut": "type title status detail",
    "FieldError": "field reason",
    "LampOut": "type geometry properties",
}

STATES = ["open", "acknowledged", "assigned", "en_route", "on_scene", "closed"]
MOVES = [
    *("acknowledge", "assign", "en-route", "arrive", "note", "scene", "close", "reopen"),
    *("instruct", "link", "unlink", "hold", "release", "erase"),
]
DISPOSITIONS = ["genuine", "accidental", "false", "test", "duplicate"]
SCENES_OF_AN_INCIDENT = ["blink", "bright", "none"]
FAULTS = [
    "lamp_failure",
    "dimming_failure",
    "supply_loss",
    "high_temperature",
    "day_burning",
    "clock_unset",
]

TOPICS = {
    "order": ("lamps/{lamp_id}/order", {"qos": 0, "retain": False}),
    "sighting": ("lamps/{lamp_id}/sighting", {"retain": False}),
    "status": ("lamps/{lamp_id}/status", {"qos": 1, "retain": True}),
}

MESSAGES = {
    "BlinkOrder": "v seq scene level low period_ms lit_ms until",
    "BrightOrder": "v seq scene level until",
    "DimOrder": "v seq scene level until",
    "ScheduleOrder": "v seq scene",
    "BlinkSighting": "v seq scene level low period_ms lit_ms until faults at",
    "BrightSighting": "v seq scene level until faults at",
    "DimSighting": "v seq scene level until faults at",
    "ScheduleSighting": "v seq scene level faults at",
}

FRAMES = {
    "SnapshotFrame": "type seq incidents lamps",
    "IncidentFrame": "type seq event at incident",
    "ElsewhereFrame": "type seq incident_id",
    "LampsFrame": "type changes",
    "LampChange": "lamp_id scene level online faults",
    "LampTotals": "total online lit faulty",
}


def _operation(call: str) -> Any:
    method, path = call.split(" ")
    return openapi()["paths"][path][method.lower()]


def _properties(name: str) -> Any:
    return openapi()["components"]["schemas"][name]["properties"]


@pytest.mark.parametrize("line", CALLS)
def test_a_call_of_the_contract_is_declared_with_its_answers(line: str) -> None:
    method, path, *statuses = line.split(" ")
    assert set(statuses) <= set(_operation(f"{method} {path}")["responses"])


ADDED = {
    "GET /v1/areas",
    "GET /v1/walks",
    "GET /v1/walks/shared",
    "GET /v1/walks/{walk_id}",
    "GET /v1/walks/{walk_id}/desk",
    "GET /v1/walks/{walk_id}/showings",
    "GET /v1/reports/{report_id}/showings",
    "POST /v1/walks",
    *(
        f"POST /v1/walks/{{walk_id}}/{call}"
        for call in (
            "positions",
            "answer",
            "pause",
            "resume",
            "extend",
            "arrive",
            "end",
            "consent/withdraw",
        )
    ),
    "GET /v1/lamps.geojson",
    "GET /v1/lamps.csv",
    "POST /v1/lamps/test",
    "GET /v1/lamps/test/{test_id}",
    "DELETE /v1/lamps/test/{test_id}",
    "POST /v1/lamps/retire",
    "POST /v1/imports/lamps",
    "POST /v1/imports/lamps/rejects",
    "POST /v1/imports/areas",
    "GET /v1/settings",
    "GET /v1/incidents/{incident_id}.cap",
    "POST /v1/incidents/{incident_id}.cap",
    "GET /v1/outbox",
    "POST /v1/outbox/{outbox_id}/retry",
    "POST /v1/outbox/{outbox_id}/told",
    *("GET /v1/map/style.json", "GET /v1/map/tiles.pmtiles", "GET /v1/asyncapi.yaml"),
    *("GET /v1/sign-in", "POST /v1/sign-in", "POST /v1/sign-out"),
    *("GET /v1/sign-in/oidc", "GET /v1/sign-in/oidc/callback", "POST /v1/sign-in/oidc/farewell"),
    *("POST /v1/sign-in/oidc/wall", "POST /v1/sign-in/oidc/wall/answer"),
    *("GET /v1/me", "POST /v1/me/password", "POST /v1/feed/ticket"),
    *("GET /v1/accounts", "POST /v1/accounts"),
    *(f"POST /v1/accounts/{{name}}/{call}" for call in ("roles", "password", "revoke")),
    *("GET /v1/sessions", "POST /v1/sessions/{session_id}/revoke"),
    *("GET /v1/record", "GET /v1/record.json", "GET /v1/record.csv"),
    *("GET /v1/audit/chains", "POST /v1/audit/verify", "GET /v1/audit/incidents"),
    *(f"GET /v1/audit/incidents/{{incident_id}}/showings{kind}" for kind in ("", ".csv")),
    "GET /v1/audit/incidents/{incident_id}/journal.csv",
}
"""What has come to the contract since it was fixed: additions are allowed, changes are not."""


def test_nothing_is_declared_beside_the_contract_but_what_was_added_to_it() -> None:
    declared = {f"{method.upper()} {path}" for method, path, _ in calls()}
    assert declared - {" ".join(line.split(" ")[:2]) for line in CALLS} == ADDED


@pytest.mark.parametrize(("call", "names"), QUERIES.items())
def test_a_call_can_be_asked_as_the_contract_says(call: str, names: set[str]) -> None:
    assert {one["name"] for one in _operation(call)["parameters"]} == names


@pytest.mark.parametrize(("call", "fields"), COMES_IN.items())
def test_a_request_has_the_fields_of_the_contract(
    call: str, fields: tuple[set[str], set[str]]
) -> None:
    must, may = fields
    content = _operation(call)["requestBody"]["content"]["application/json"]["schema"]
    schema = resolved(content["$ref"], in_asyncapi=False)
    assert set(schema["required"]) == must
    assert set(schema["properties"]) == must | may


def test_a_position_may_be_null_and_a_fix_says_when_it_was_taken() -> None:
    conforms_to_openapi(None, "components", "schemas", "ReportIn", "properties", "position")
    fix = openapi()["components"]["schemas"]["Fix"]
    assert set(fix["properties"]) == {"lon", "lat", "accuracy_m", "fixed_at"}
    assert set(fix["required"]) == {"lon", "lat", "fixed_at"}


@pytest.mark.parametrize(("schema", "fields"), GOES_OUT.items())
def test_what_goes_out_has_the_fields_of_the_contract(schema: str, fields: str) -> None:
    assert set(fields.split()) <= set(openapi()["components"]["schemas"][schema]["required"])


def test_the_words_for_states_moves_and_endings_are_the_contracts() -> None:
    incident = _properties("IncidentOut")
    assert incident["state"]["enum"] == STATES
    assert incident["allowed"]["items"]["enum"] == MOVES
    assert _properties("ProblemOut")["allowed"]["items"]["enum"] == MOVES
    assert _properties("CloseIn")["disposition"]["enum"] == DISPOSITIONS
    assert _properties("SceneIn")["scene"]["enum"] == SCENES_OF_AN_INCIDENT
    assert _properties("AskedLampOut")["asked"]["enum"] == SCENES_OF_AN_INCIDENT
    assert _properties("AskedLampOut")["faults"]["items"]["enum"] == FAULTS
    assert _operation("GET /v1/incidents")["parameters"][0]["schema"]["enum"] == [
        "open",
        "closed",
        "all",
    ]


@pytest.mark.parametrize(("name", "topic"), TOPICS.items())
def test_a_topic_is_the_contracts(name: str, topic: tuple[str, dict[str, object]]) -> None:
    address, flags = topic
    assert asyncapi()["channels"][name]["address"] == address
    (operation,) = (
        one
        for one in asyncapi()["operations"].values()
        if one["channel"]["$ref"] == f"#/channels/{name}"
    )
    assert operation["action"] == ("send" if name == "order" else "receive")
    bindings = operation["bindings"]["mqtt"]
    assert {key: bindings.get(key) for key in flags} == flags


@pytest.mark.parametrize(("name", "fields"), (MESSAGES | FRAMES).items())
def test_a_message_has_the_fields_of_the_contract(name: str, fields: str) -> None:
    schema = asyncapi()["components"]["schemas"][name]
    assert set(fields.split()) <= set(schema["required"])
    if name in MESSAGES:
        assert set(fields.split()) == set(schema["required"])


def test_an_order_and_a_sighting_are_one_of_their_scenes() -> None:
    schemas = asyncapi()["components"]["schemas"]
    for kind in ("Order", "Sighting"):
        scenes = [one["$ref"].rpartition("/")[2] for one in schemas[kind]["oneOf"]]
        assert scenes == [f"{scene}{kind}" for scene in ("Blink", "Bright", "Dim", "Schedule")]
        for scene in scenes:
            said = schemas[scene]["properties"]["scene"]["const"]
            assert scene.lower().startswith(said)
    assert schemas["Faults"]["items"]["enum"] == FAULTS
    assert schemas["Status"]["enum"] == ["online", "offline"]


def test_the_feed_is_the_contracts() -> None:
    feed = asyncapi()["channels"]["feed"]
    assert feed["address"] == "/v1/feed"
    assert {"snapshot", "incident", "lamps"} <= set(feed["messages"])
    assert set(feed["bindings"]["ws"]["query"]["properties"]) == {
        *("after", "tick", "jurisdiction")
    }
    assert {"1013", "4404"} <= set(feed["x-close-codes"])
    assert "20 s" in feed["description"]


def test_an_incident_in_the_feed_is_the_very_incident_of_http() -> None:
    frame = asyncapi()["components"]["schemas"]
    reference = {"$ref": "./openapi.json#/components/schemas/IncidentOut"}
    assert frame["IncidentFrame"]["properties"]["incident"] == reference
    assert frame["SnapshotFrame"]["properties"]["incidents"]["items"] == reference
