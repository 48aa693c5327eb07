"""Come here for the published documents as judges: does this answer, message or frame conform?

Published schemas let unknown fields through, because later versions may add some. Here every
object is closed, so that a field that nobody has described is found.
"""

import functools
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import yaml
from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT7, DRAFT202012

from dispatch.documents import ASYNCAPI, OPENAPI

_OPENAPI_AT = "https://dispatcher.invalid/v1/openapi.json"
_ASYNCAPI_AT = "https://dispatcher.invalid/v1/asyncapi.yaml"
"""Side by side, as they are served: the one refers to the other as ./openapi.json."""


class Nonconforming(AssertionError):
    """What came over the wire is not what the documents say."""


def as_committed(document: Any) -> str:
    """The text of the committed copy."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


@functools.cache
def openapi() -> Any:
    """The committed OpenAPI document."""
    return json.loads(OPENAPI.read_text(encoding="utf-8"))


@functools.cache
def asyncapi() -> Any:
    """The AsyncAPI document."""
    return yaml.safe_load(ASYNCAPI.read_text(encoding="utf-8"))


def nodes(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Everything in a document with the way to it."""
    yield at, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from nodes(inner, (*at, str(key)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from nodes(inner, (*at, str(place)))


def pointer(*way: str) -> str:
    """A JSON pointer, as the fragment of an address."""
    return "#" + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in way)


# ---- schemas


def _closed(schema: Any) -> Any:
    """The same with every object that has described fields closed, and every list of values."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: _closed(value) for key, value in schema.items()}
    if shut.get("type") == "object" and "properties" in shut:
        shut.setdefault("additionalProperties", False)
    if "x-extensible-enum" in shut:
        shut["enum"] = shut["x-extensible-enum"]
    return shut


@functools.cache
def _registry(close: bool) -> Registry[Any]:
    shape = _closed if close else lambda document: document
    return Registry().with_resources(
        [
            (_OPENAPI_AT, DRAFT202012.create_resource(shape(openapi()))),
            (_ASYNCAPI_AT, DRAFT7.create_resource(shape(asyncapi()))),
        ]
    )


@functools.cache
def _validator(address: str, close: bool) -> Draft7Validator | Draft202012Validator:
    # AsyncAPI's schemas are draft 7, also where they refer to OpenAPI's.
    kind = Draft7Validator if address.startswith(_ASYNCAPI_AT) else Draft202012Validator
    return kind(
        {"$ref": address}, registry=_registry(close), format_checker=FormatChecker(["date-time"])
    )


def _conform(value: Any, address: str, what: str, close: bool = True) -> None:
    error = best_match(_validator(address, close).iter_errors(value))
    if error is not None:
        raise Nonconforming(f"{what}: {error.json_path}: {error.message}")


def conforms_to_openapi(value: Any, *way: str, close: bool = True) -> None:
    """Raises Nonconforming unless the value is what the schema at that place says."""
    _conform(value, _OPENAPI_AT + pointer(*way), "/".join(way), close)


def conforms_to_asyncapi(value: Any, *way: str) -> None:
    """Raises Nonconforming unless the value is what the schema at that place says."""
    _conform(value, _ASYNCAPI_AT + pointer(*way), "/".join(way))


def resolved(reference: str, in_asyncapi: bool) -> Any:
    """What a $ref of a document leads to; raises where it leads nowhere."""
    base = _ASYNCAPI_AT if in_asyncapi else _OPENAPI_AT
    return _registry(False).resolver(base).lookup(reference).contents


# ---- HTTP


def calls() -> Iterator[tuple[str, str, Any]]:
    """Every call of OpenAPI: method, path template, operation."""
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def call_of(method: str, url: str) -> tuple[str, str, Any]:
    """The call that a request is."""
    path = urlsplit(url).path
    for known, template, operation in calls():
        pattern = re.sub(r"\{[^}]*\}", "[^/]+", template)
        if known == method.lower() and re.fullmatch(pattern, path):
            return known, template, operation
    raise Nonconforming(f"{method} {path} is in no document")


def answer_conforms(
    method: str, url: str, status: int, content_type: str, body: bytes
) -> tuple[str, str]:
    """Judge an HTTP answer; the operation and the status under which it is declared."""
    verb, path, operation = call_of(method, url)
    what = f"{method} {url} -> {status}"
    declared = operation["responses"].get(str(status))
    if declared is None:
        raise Nonconforming(f"{what}: this status is not declared")
    media_type = content_type.partition(";")[0]
    if media_type not in declared.get("content", {"": {}}):
        raise Nonconforming(f"{what}: {media_type} is not declared")
    if not declared.get("content", {}).get(media_type):
        return operation["operationId"], str(status)  # a redirection, or a file of another's form
    is_text = media_type.startswith("text/") or media_type.endswith("+xml")
    value = body.decode() if is_text else json.loads(body)
    way = ("paths", path, verb, "responses", str(status), "content", media_type, "schema")
    conforms_to_openapi(value, *way)
    return operation["operationId"], str(status)


def request_conforms(method: str, url: str, body: bytes) -> None:
    """Judge the body of a request that was taken; a phone may send fields that are not known."""
    verb, path, operation = call_of(method, url)
    if "application/json" not in operation.get("requestBody", {}).get("content", {}) or not body:
        return  # nothing was sent, or a file, which is judged by what reads it
    way = ("paths", path, verb, "requestBody", "content", "application/json", "schema")
    conforms_to_openapi(json.loads(body), *way, close=False)


# ---- MQTT and the feed


def channel_of(topic: str) -> str:
    """The name of the MQTT channel that a topic belongs to."""
    for name, channel in asyncapi()["channels"].items():
        pattern = channel["address"]
        for parameter in channel.get("parameters", {}):
            allowed = asyncapi()["components"]["parameters"][parameter]["x-pattern"]
            pattern = pattern.replace("{" + parameter + "}", allowed.strip("^$"))
        if re.fullmatch(pattern, topic):
            return str(name)
    raise Nonconforming(f"{topic} is in no channel")


def message_conforms(topic: str, payload: bytes) -> str:
    """Judge an MQTT message; the name of its channel."""
    name = channel_of(topic)
    (message,) = asyncapi()["channels"][name]["messages"]
    content_type = asyncapi()["components"]["messages"][message]["contentType"]
    text = payload.decode()
    value = text if content_type == "text/plain" else json.loads(text)
    conforms_to_asyncapi(value, "components", "messages", message, "payload")
    return name


def frame_conforms(frame: Any) -> str:
    """Judge a frame of the feed; its type, which is the name of its message."""
    name = str(frame.get("type"))
    if name not in asyncapi()["channels"]["feed"]["messages"]:
        raise Nonconforming(f"{name} is no frame of the feed")
    conforms_to_asyncapi(frame, "components", "messages", name, "payload")
    return name
