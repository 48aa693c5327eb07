"""The published documents are valid, whole, and committed as they are served."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from dispatch.access import SCREENS
from dispatch.actions import Actions
from dispatch.documents import ASYNCAPI, OPENAPI
from dispatch.events import NAMES as MOVED_AND_SUCH
from dispatch.fields import EVENTS
from dispatch.front import front
from dispatch.moves import MOVES
from firmware_sim import wire as firmware
from lights import lamp as lamps
from lights import wire
from lights.orders import LONGEST_ORDER
from tests.conftest import Pair
from tests.house import running
from tests.wire.documents import (
    as_committed,
    asyncapi,
    calls,
    conforms_to_asyncapi,
    conforms_to_openapi,
    nodes,
    openapi,
    resolved,
)

_OF_ASYNCAPI = (
    Path(__file__).parents[2] / "control_room_ui/node_modules/@asyncapi/specs/schemas/3.0.0.json"
)


def problems_of_asyncapi(document: Any) -> list[str]:
    """What the AsyncAPI initiative's own schema finds wrong."""
    schema = json.loads(_OF_ASYNCAPI.read_text(encoding="utf-8"))
    checker = Draft7Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(document)]


# ---- valid


def test_openapi_is_valid() -> None:
    assert openapi()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(openapi()).iter_errors()] == []


def test_asyncapi_is_valid() -> None:
    assert problems_of_asyncapi(asyncapi()) == []


WORDS = frozenset(
    [
        "$ref",
        "type",
        "enum",
        "const",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "anyOf",
        "oneOf",
        "title",
        "description",
        "default",
        "examples",
        "x-extensible-enum",
    ]
)


@pytest.mark.parametrize("document", [openapi(), asyncapi()], ids=["openapi", "asyncapi"])
def test_every_schema_is_said_in_words_of_json_schema(document: Any) -> None:
    """A word that a validator does not know is no error to it: it only means nothing."""
    for way, schema in nodes(document["components"]["schemas"]):
        is_a_list_of_names = not way or way[-1] == "properties"
        if isinstance(schema, dict) and not is_a_list_of_names and "examples" not in way:
            assert set(schema) <= WORDS, way


def _without_action(document: Any) -> None:
    del document["operations"]["say_order"]["action"]


def _with_qos_3(document: Any) -> None:
    document["operations"]["say_order"]["bindings"]["mqtt"]["qos"] = 3


def _with_an_unknown_field(document: Any) -> None:
    document["channels"]["order"]["topic"] = "lamps/{lamp_id}/order"


def _with_a_type_that_is_none(document: Any) -> None:
    document["components"]["schemas"]["Percent"]["type"] = "percent"


@pytest.mark.parametrize(
    "spoil", [_without_action, _with_qos_3, _with_an_unknown_field, _with_a_type_that_is_none]
)
def test_a_spoilt_asyncapi_document_is_found(spoil: Callable[[Any], None]) -> None:
    spoilt = copy.deepcopy(asyncapi())
    spoil(spoilt)
    assert problems_of_asyncapi(spoilt)


@pytest.mark.parametrize("in_asyncapi", [False, True])
def test_every_reference_leads_somewhere(in_asyncapi: bool) -> None:
    document = asyncapi() if in_asyncapi else openapi()
    references = [
        value for way, value in nodes(document) if way[-1:] == ("$ref",) and isinstance(value, str)
    ]
    assert len(references) > 30
    for reference in references:
        assert isinstance(resolved(reference, in_asyncapi), dict), reference


async def test_the_committed_documents_are_what_a_dispatcher_serves(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        made = (await house.client.get("/v1/openapi.json")).json()
        assert as_committed(made) == OPENAPI.read_text(encoding="utf-8"), (
            "write it anew with .venv/bin/python -m tests.wire, and look at what has changed"
        )
        served = await house.client.get("/v1/asyncapi.yaml")
        assert served.headers["content-type"] == "application/yaml"
        assert served.content == ASYNCAPI.read_bytes()


# ---- whole


def test_every_call_has_a_name_of_its_own_a_tag_and_a_summary() -> None:
    named = [operation["operationId"] for _, _, operation in calls()]
    assert len(named) == len(set(named))
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in named)
    assert not any("v1" in name for name in named), "a route that documents.py does not name"
    known = {tag["name"] for tag in openapi()["tags"]}
    for _, _, operation in calls():
        assert set(operation["tags"]) <= known
        assert operation["summary"]


async def test_no_route_is_missing_in_openapi(sqlite_url: str, tmp_path: Path) -> None:
    async with running(Pair("embedded", sqlite_url, mqtt=None), tmp_path) as house:
        assert house.dispatcher is not None
        answered = set(Actions(front(house.dispatcher)))
    documented = {f"{method.upper()} {path}" for method, path, _ in calls()}
    sockets = {action for action in answered if action.startswith("WS ")}
    assert answered - sockets - documented == {SCREENS, "GET /v1/openapi.json"}
    assert documented <= answered


def test_every_refusal_is_a_problem_document() -> None:
    for _, _, operation in calls():
        for status, answer in operation["responses"].items():
            if status < "4":
                assert "application/problem+json" not in answer.get("content", {})
            elif (operation["operationId"], status) not in (
                ("is_alive", "503"),
                ("is_ready", "503"),
            ):
                assert list(answer["content"]) == ["application/problem+json"]
        assert "default" in operation["responses"]


def test_exactly_the_calls_of_a_caller_a_walker_and_a_guardian_ask_for_their_token() -> None:
    assert openapi()["components"]["securitySchemes"]["reporter_token"]["scheme"] == "bearer"
    token: list[dict[str, list[str]]] = [{"reporter_token": []}]
    asking = {op["operationId"] for _, _, op in calls() if op.get("security") == token}
    assert asking == {
        *("read_report", "send_positions", "withdraw_report"),
        *("read_walk", "send_walk_positions", "answer_walk", "pause_walk", "resume_walk"),
        *("extend_walk", "withdraw_consent", "arrive_on_walk", "end_walk"),
        *("list_showings_of_report", "list_showings_of_walk", "read_shared_walk"),
    }


def test_every_move_takes_an_idempotency_key_that_is_described() -> None:
    for method, path, operation in calls():
        headers = {one["name"]: one for one in operation.get("parameters", ())}
        is_move = method == "post" and path.startswith("/v1/incidents/{incident_id}/")
        assert ("Idempotency-Key" in headers) == is_move
        if is_move:
            assert headers["Idempotency-Key"]["description"]


def test_every_field_that_goes_out_is_required_but_for_those_of_a_problem() -> None:
    for name, schema in openapi()["components"]["schemas"].items():
        if name.endswith("Out") and name != "ProblemOut":
            assert set(schema["required"]) == set(schema["properties"]), name


def test_no_server_is_anybodys() -> None:
    for server in asyncapi()["servers"].values():
        assert server["host"] == "{host}:{port}"
        assert server["variables"]["host"]["default"] == "localhost"
    assert [server["url"] for server in openapi()["servers"]] == ["/"]


# ---- examples


def test_every_example_is_one() -> None:
    seen = 0
    for document, conforms in (
        (openapi(), conforms_to_openapi),
        (asyncapi(), conforms_to_asyncapi),
    ):
        for way, schema in nodes(document):
            if "schemas" in way and isinstance(schema, dict) and "examples" in schema:
                for example in schema["examples"]:
                    conforms(example, *way)
                    seen += 1
    assert seen > 30


def test_every_message_has_an_example_that_conforms() -> None:
    for name, message in asyncapi()["components"]["messages"].items():
        if name == "incident":
            continue  # its schema's own fields carry them
        assert message["examples"], name
        for example in message["examples"]:
            conforms_to_asyncapi(example["payload"], "components", "messages", name, "payload")


def test_every_scene_has_an_order_as_example() -> None:
    examples = asyncapi()["components"]["messages"]["order"]["examples"]
    assert [one["payload"]["scene"] for one in examples] == list(get_args(lamps.SceneName))


# ---- the same numbers as in the code


def _schema(name: str) -> Any:
    return asyncapi()["components"]["schemas"][name]


def test_the_lists_of_values_are_those_of_the_code() -> None:
    schemas = openapi()["components"]["schemas"]
    assert set(EVENTS) == {
        *MOVED_AND_SUCH.values(),
        "opened",
        "escalated",
        "reminded",
        "light_ended",
    }
    assert schemas["EntryOut"]["properties"]["event"]["x-extensible-enum"] == list(EVENTS)
    assert schemas["IncidentOut"]["properties"]["allowed"]["items"]["enum"] == list(MOVES)
    for faults in (
        schemas["LampPropertiesOut"]["properties"]["faults"],
        schemas["AskedLampOut"]["properties"]["faults"],
        _schema("Faults"),
    ):
        assert set(faults["items"]["enum"]) == wire.FAULTS == set(firmware.Fault)


def test_the_ranges_are_those_of_the_code() -> None:
    blink = _schema("BlinkOrder")["properties"]
    assert blink["period_ms"]["minimum"] == lamps.FASTEST_PERIOD_MS
    assert blink["period_ms"]["maximum"] == lamps.SLOWEST_PERIOD_MS
    assert blink["lit_ms"]["minimum"] == lamps.FASTEST_PERIOD_MS // 2
    assert blink["lit_ms"]["maximum"] == lamps.SLOWEST_PERIOD_MS * 2 // 3
    assert blink["low"]["minimum"] == blink["level"]["minimum"] == lamps.LOWEST_PERCENT
    assert _schema("OrderSeq")["maximum"] == _schema("SeenSeq")["maximum"] == firmware.LAST_SEQ
    expiry = asyncapi()["operations"]["say_order"]["bindings"]["mqtt"]["messageExpiryInterval"]
    assert expiry["maximum"] == LONGEST_ORDER.total_seconds()
    lamp_id = re.compile(asyncapi()["components"]["parameters"]["lamp_id"]["x-pattern"])
    for text in ("L1", "a_b-9", "x" * 64, "", "x" * 65, "a/b", "a.b", "a+", "등"):
        assert lamps.is_lamp_id(text) == (lamp_id.search(text) is not None)
