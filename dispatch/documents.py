"""Come here for the published documents: OpenAPI for HTTP, AsyncAPI for lamps and the feed.

OpenAPI is what FastAPI makes of the routes, put right here where FastAPI cannot know better.
`asyncapi.yaml` beside this file is written by hand and refers to OpenAPI's schemas at the address
where both are served, so that an incident is described once.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.responses import FileResponse, Response

from dispatch.document_security import SCHEMES, needs_token, secure
from dispatch.errors import MEDIA_TYPE
from dispatch.schemas.common import ProblemOut

OPENAPI: Final = Path(__file__).with_name("openapi.json")
"""The committed copy, for those who read before they run; a test holds it to the code."""
ASYNCAPI: Final = Path(__file__).with_name("asyncapi.yaml")

_NAMES: Final[Mapping[str, str]] = {
    "POST /v1/reports": "send_report",
    "GET /v1/reports/{report_id}": "read_report",
    "GET /v1/reports/{report_id}/showings": "list_showings_of_report",
    "POST /v1/reports/{report_id}/positions": "send_positions",
    "POST /v1/reports/{report_id}/withdraw": "withdraw_report",
    "GET /v1/incidents": "list_incidents",
    "GET /v1/incidents/{incident_id}": "read_incident",
    "GET /v1/incidents/{incident_id}/journal": "read_journal",
    "GET /v1/incidents/{incident_id}/replay": "replay_incident",
    "POST /v1/incidents/{incident_id}/acknowledge": "acknowledge_incident",
    "POST /v1/incidents/{incident_id}/assign": "assign_incident",
    "POST /v1/incidents/{incident_id}/en-route": "set_out_to_incident",
    "POST /v1/incidents/{incident_id}/arrive": "arrive_at_incident",
    "POST /v1/incidents/{incident_id}/note": "note_on_incident",
    "POST /v1/incidents/{incident_id}/scene": "set_scene_of_incident",
    "POST /v1/incidents/{incident_id}/close": "close_incident",
    "POST /v1/incidents/{incident_id}/reopen": "reopen_incident",
    "POST /v1/incidents/{incident_id}/instruct": "instruct_responders",
    "POST /v1/incidents/{incident_id}/link": "link_incident",
    "POST /v1/incidents/{incident_id}/unlink": "unlink_incident",
    "POST /v1/incidents/{incident_id}/hold": "hold_incident",
    "POST /v1/incidents/{incident_id}/release": "release_incident",
    "POST /v1/incidents/{incident_id}/erase": "erase_incident",
    "GET /v1/incidents/{incident_id}.cap": "read_cap",
    "POST /v1/incidents/{incident_id}.cap": "send_cap_ack",
    "GET /v1/outbox": "list_letters",
    "POST /v1/outbox/{outbox_id}/retry": "retry_letter",
    "POST /v1/outbox/{outbox_id}/told": "tell_letter",
    "POST /v1/walks": "start_walk",
    "GET /v1/walks": "list_walks",
    "GET /v1/walks/shared": "read_shared_walk",
    "GET /v1/walks/{walk_id}": "read_walk",
    "GET /v1/walks/{walk_id}/desk": "read_walk_at_desk",
    "GET /v1/walks/{walk_id}/showings": "list_showings_of_walk",
    "POST /v1/walks/{walk_id}/positions": "send_walk_positions",
    "POST /v1/walks/{walk_id}/answer": "answer_walk",
    "POST /v1/walks/{walk_id}/pause": "pause_walk",
    "POST /v1/walks/{walk_id}/resume": "resume_walk",
    "POST /v1/walks/{walk_id}/extend": "extend_walk",
    "POST /v1/walks/{walk_id}/consent/withdraw": "withdraw_consent",
    "POST /v1/walks/{walk_id}/arrive": "arrive_on_walk",
    "POST /v1/walks/{walk_id}/end": "end_walk",
    "GET /v1/lamps": "list_lamps",
    "GET /v1/lamps.geojson": "download_lamps_as_geojson",
    "GET /v1/lamps.csv": "download_lamps_as_csv",
    "GET /v1/lamps/{lamp_id}": "read_lamp",
    "GET /v1/areas": "list_areas",
    "POST /v1/lamps/test": "start_lamp_test",
    "GET /v1/lamps/test/{test_id}": "read_lamp_test",
    "DELETE /v1/lamps/test/{test_id}": "end_lamp_test",
    "POST /v1/lamps/retire": "retire_lamps",
    "POST /v1/imports/lamps": "import_lamps",
    "POST /v1/imports/lamps/rejects": "download_rejects",
    "POST /v1/imports/areas": "import_areas",
    "GET /v1/settings": "read_settings",
    "GET /v1/map/style.json": "read_map_style",
    "GET /v1/map/tiles.pmtiles": "read_map_tiles",
    "GET /v1/asyncapi.yaml": "read_asyncapi",
    "GET /v1/sign-in": "read_ways_to_sign_in",
    "POST /v1/sign-in": "sign_in",
    "GET /v1/sign-in/oidc": "go_to_provider",
    "GET /v1/sign-in/oidc/callback": "come_back_from_provider",
    "POST /v1/sign-in/oidc/farewell": "send_farewell",
    "POST /v1/sign-in/oidc/wall": "begin_wall_display",
    "POST /v1/sign-in/oidc/wall/answer": "ask_for_wall_display",
    "POST /v1/sign-out": "sign_out",
    "GET /v1/me": "read_myself",
    "POST /v1/me/password": "choose_password",
    "POST /v1/feed/ticket": "make_ticket",
    "GET /v1/accounts": "list_accounts",
    "POST /v1/accounts": "add_account",
    "POST /v1/accounts/{name}/roles": "change_roles",
    "POST /v1/accounts/{name}/password": "reset_password",
    "POST /v1/accounts/{name}/revoke": "revoke_account",
    "GET /v1/sessions": "list_sessions",
    "GET /v1/record": "list_record",
    "GET /v1/record.json": "download_record",
    "GET /v1/record.csv": "download_record_as_csv",
    "GET /v1/audit/chains": "read_chains",
    "POST /v1/audit/verify": "verify_chains",
    "GET /v1/audit/incidents": "audit_incidents",
    "GET /v1/audit/incidents/{incident_id}/showings": "audit_showings",
    "GET /v1/audit/incidents/{incident_id}/showings.csv": "download_showings_as_csv",
    "GET /v1/audit/incidents/{incident_id}/journal.csv": "download_journal_as_csv",
    "POST /v1/sessions/{session_id}/revoke": "revoke_session",
    "GET /healthz": "is_alive",
    "GET /readyz": "is_ready",
    "GET /metrics": "read_metrics",
}
"""The names that generated clients give to the calls: fixed, whatever our functions are called."""

_STEPS: Final = frozenset(
    f"POST /v1/walks/{{walk_id}}/{step}"
    for step in ("answer", "pause", "resume", "extend", "consent/withdraw")
)
"""What is not always possible on a walk; who has arrived or ended may say so again."""

_TAGS: Final = (
    {"name": "phone", "description": "A phone, or a city app's server on its behalf"},
    {"name": "desk", "description": "The control room and the police desk"},
    {"name": "lamps", "description": "Lamps and areas as GeoJSON"},
    {"name": "crew", "description": "Those who mend lamps: tests, imports, retirements"},
    {"name": "sign-in", "description": "Coming in and going out, and the feed's tickets"},
    {"name": "administration", "description": "Accounts, and who is signed in"},
    {"name": "audit", "description": "What was written down, and whether it was changed since"},
    {"name": "screens", "description": "What a deployment tells its screens"},
    {"name": "health", "description": "For whoever keeps the dispatcher running"},
)
_REFUSALS: Final[Mapping[str, str]] = {
    "400": "The body is not readable at all",
    "401": "The token is missing, or it is another's; or nobody is signed in",
    "403": "Whoever is signed in may not do this, or a page of another site asks",
    "404": "There is no such thing",
    "409": "Not as things are now: the state does not allow this (`allowed` or `possible` lists "
    "what it does), the inventory has changed since the preview, or the id is another phone's",
    "413": "The file is too large",
    "422": "Fields are wrong; `errors` says which, and why",
    "429": "Too many tries, or more from one source than people can send",
    "503": "The database is away and nothing was taken: send the same request again",
    "default": "Any other refusal, or a fault of ours",
}
_HEADERS: Final[Mapping[str, tuple[str, str]]] = {
    "401": ("WWW-Authenticate", "Bearer"),
    "429": ("Retry-After", "Seconds to wait before the next try"),
    "503": ("Retry-After", "Seconds to wait before the next try"),
}
_GEOJSON: Final = frozenset({"LampOut", "LampsOut", "FeatureCollectionOut"})


_CAN_CONFLICT: Final = ("POST /v1/incidents/", "POST /v1/outbox/")
_NOT_THAT_WAY: Final = frozenset(
    {
        "POST /v1/sign-in",
        "POST /v1/me/password",
        "GET /v1/sign-in/oidc",
        "GET /v1/sign-in/oidc/callback",
        "POST /v1/sign-in/oidc/farewell",
        "POST /v1/sign-in/oidc/wall",
        "POST /v1/sign-in/oidc/wall/answer",
        "POST /v1/accounts",
        "POST /v1/accounts/{name}/roles",
        "POST /v1/accounts/{name}/revoke",
    }
)
"""What is not possible with every way to sign in, or would lock the last administrator out."""
_HAS_AN_ID_OF_THE_PHONE: Final = frozenset({"POST /v1/reports", "POST /v1/walks"})
_SLOWED: Final = frozenset(
    {"POST /v1/sign-in", "POST /v1/me/password", "POST /v1/sign-in/oidc/wall"}
)
_FOR_STRANGERS: Final = ("GET /v1/sign-in", "POST /v1/sign-in/oidc", "POST /v1/sign-out")


def install(app: FastAPI) -> None:
    """Publish both documents under /v1."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = put_right(FastAPI.openapi(app))
        return app.openapi_schema

    async def asyncapi() -> Response:
        """What goes over MQTT and the feed, as AsyncAPI 3."""
        return FileResponse(ASYNCAPI, media_type="application/yaml")

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    app.add_api_route(
        *("/v1/asyncapi.yaml", asyncapi),
        tags=["screens"],
        response_class=Response,
        responses={200: {"content": {"application/yaml": {}}}},
    )


def put_right(document: dict[str, Any]) -> dict[str, Any]:
    """What FastAPI made, with names, token, media types and the refusals a call can give."""
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["servers"] = [{"url": "/", "description": "The dispatcher that serves this document"}]
    document["tags"] = list(_TAGS)
    document["security"] = []
    document["components"]["securitySchemes"] = dict(SCHEMES)
    document["components"]["schemas"] = _with_problem(document["components"]["schemas"])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = f"{method.upper()} {path}"
            _name(operation, call)
            secure(operation, call)
            operation["responses"] = _responses(operation, call)
    return document


def _with_problem(schemas: dict[str, Any]) -> dict[str, Any]:
    """No route declares its refusals: here is said, for all of them, which it can give."""
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    return dict(sorted((schemas | problem.pop("$defs") | {"ProblemOut": problem}).items()))


def _name(operation: dict[str, Any], call: str) -> None:
    operation["operationId"] = _NAMES.get(call, operation["operationId"])
    if "description" in operation:
        operation["summary"] = operation["description"].partition(".")[0]


def _responses(operation: dict[str, Any], call: str) -> dict[str, Any]:
    """Answers as declared, but for refusals: of those, exactly the ones that this call can give."""
    kept = {
        status: _with_media_type(answer)
        for status, answer in operation["responses"].items()
        if _schema_of(answer) not in ("ProblemOut", "HTTPValidationError")
    }
    refusals = {status: _refusal(status) for status in _can_refuse(operation, call)}
    return dict(sorted((refusals | kept).items()))


def _can_refuse(operation: dict[str, Any], call: str) -> list[str]:
    inputs = [one["name"] for one in operation.get("parameters", [])]
    body = operation.get("requestBody", {}).get("content", {})
    is_file = bool(body) and "application/json" not in body
    tags = set(operation.get("tags", []))
    known = bool(tags & {"sign-in", "administration", "audit"})
    can = {
        "400": (bool(body) and not is_file) or call.endswith("/farewell"),
        "401": needs_token(operation) or (known and not call.startswith(_FOR_STRANGERS)),
        "403": known and not call.endswith("/farewell"),
        "404": "{" in call or call in ("GET /v1/incidents", "GET /v1/outbox"),
        "409": call.startswith(_CAN_CONFLICT)
        or "version" in inputs
        or call in _STEPS
        or call in _NOT_THAT_WAY
        or call in _HAS_AN_ID_OF_THE_PHONE,
        "413": is_file,
        "422": bool(inputs) or "requestBody" in operation,
        "429": call in _SLOWED or call in _HAS_AN_ID_OF_THE_PHONE,
        "503": bool({"phone", "desk", "crew", "sign-in", "administration", "audit"} & tags),
        "default": True,
    }
    return [status for status, possible in can.items() if possible]


def _refusal(status: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    answer: dict[str, Any] = {"description": _REFUSALS[status], "content": {MEDIA_TYPE: problem}}
    if status in _HEADERS:
        name, words = _HEADERS[status]
        answer["headers"] = {name: {"description": words, "schema": {"type": "string"}}}
    return answer


def _with_media_type(answer: dict[str, Any]) -> dict[str, Any]:
    if _schema_of(answer) in _GEOJSON:
        answer["content"] = {"application/geo+json": answer["content"]["application/json"]}
    return answer


def _schema_of(answer: dict[str, Any]) -> str:
    content = answer.get("content", {}).get("application/json", {})
    reference: str = content.get("schema", {}).get("$ref", "")
    return reference.rpartition("/")[2]
