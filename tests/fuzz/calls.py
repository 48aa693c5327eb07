"""Come here for calls by chance over HTTP: schemathesis makes them of the OpenAPI document.

Two of three know real ids and tokens, so that they come past 404 and 401. An answer has to be in
the document, with its body, headers and type as it says; a refusal is a problem document.
"""

import contextlib
import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.fuzz.tally import Tally
from tests.house import report
from tests.patience import FOR_LONG_S

_CHECKS: Final = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
_OFTEN: Final = 3
"""Every so manieth call is left with the ids that chance gave it."""
_FRESH_EVERY: Final = 8
"""Calls between two new incidents: ten a second of one address would be refused as a flood."""
_TOLD_OF_FAULT: Final = 400
_LEAVING: Final = "POST /v1/sign-out"
_SHARED: Final = "/v1/walks/shared"
_WALK: Final = {
    "expected_minutes": 20,
    "guardians": [{"contact": "010-1234-5678", "consent": True, "consent_version": "2026-11"}],
}


@dataclass(frozen=True)
class Somebody:
    """Who calls: a role, what they carry (and, to sign out, what else), and what is theirs to do.

    Only who is a caller has the tokens of reports and walks.
    """

    role: str
    headers: Mapping[str, str]
    to_leave: Mapping[str, str]
    may: Callable[[str, str], bool]


class Known:
    """What a caller needs to come past the doors: ids and tokens that there are."""

    def __init__(self, client: httpx.Client, lamp_id: str, *, has_tokens: bool) -> None:
        self._client = client
        self._has_tokens = has_tokens
        self._lamp_id = lamp_id
        self._turns = itertools.count()
        self._taken: dict[str, Any] = {}
        self._walk: dict[str, Any] = {}

    def fill(self, case: Case[Any]) -> None:
        """Put what there is into a call's path and headers."""
        names = case.path_parameters or {}
        if next(self._turns) % _FRESH_EVERY == 0:
            self._taken = self._post("/v1/reports", **report())
            self._walk = self._post("/v1/walks", walk_id=str(uuid.uuid4()), **_WALK)
        if "report_id" in names:
            token = self._taken["reporter_token"]
            self._put(case, names, "report_id", self._taken["report_id"], token)
        if "walk_id" in names:
            self._put(case, names, "walk_id", self._walk["walk_id"], self._walk["walker_token"])
        if case.operation.path == _SHARED and self._has_tokens:
            link = self._walk["guardians"][0]["link"]
            case.headers.update({"Authorization": f"Bearer {link.partition('#')[2]}"})
        if "incident_id" in names:
            names["incident_id"] = self._taken["incident_id"]
        if "lamp_id" in names:
            names["lamp_id"] = self._lamp_id

    def _put(
        self, case: Case[Any], names: dict[str, Any], name: str, value: str, token: str
    ) -> None:
        names[name] = value
        if self._has_tokens:
            case.headers.update({"Authorization": f"Bearer {token}"})

    def _post(self, path: str, **body: Any) -> dict[str, Any]:
        while (answer := self._client.post(path, json=body)).status_code == 429:
            time.sleep(float(answer.headers["retry-after"]))
        made: dict[str, Any] = answer.raise_for_status().json()
        return made


def call_all(
    url: str,
    examples: int,
    lamp_id: str,
    *,
    who: Somebody | None = None,
    dice: int = 1,
) -> Tally:
    """So many calls that fit the document and as many that do not, of every operation.

    Blocks: call it in a thread. The same `dice` make the same calls. Nobody is somebody whom a
    desk that asks nobody to sign in lets do everything.
    """
    tally = Tally("calls of the OpenAPI document" + (f" as {who.role}" if who else ""))
    has_tokens = who is None or who.role == "caller"
    document = schemathesis.openapi.from_url(f"{url}/v1/openapi.json")
    soon = httpx.Limits(keepalive_expiry=1.0)  # as `tests.house.caller`
    with httpx.Client(base_url=url, timeout=FOR_LONG_S, limits=soon) as client:
        known = Known(client, lamp_id, has_tokens=has_tokens)
        for found in document.get_all_operations():
            assert isinstance(found, Ok), found
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                made = found.ok().as_strategy(generation_mode=mode)
                _some(made, examples, dice, known, who, tally)
    return tally


def _some(
    made: Any, examples: int, dice: int, known: Known, who: Somebody | None, tally: Tally
) -> None:
    how = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    before = tally.tried

    @seed(dice)
    @how
    @given(case=made)
    def try_one(case: Case[Any]) -> None:
        if (tally.tried - before) % _OFTEN:
            known.fill(case)
        _call(case, who, tally)

    with contextlib.suppress(Unsatisfiable):  # a call without anything to get wrong
        try_one()


def _call(case: Case[Any], who: Somebody | None, tally: Tally) -> None:
    what = f"{case.method} {case.formatted_path[:200]}"
    action = f"{case.method} {case.operation.path}"
    if who is not None:
        case.headers.update(who.to_leave if action == _LEAVING else who.headers)
    answer = case.call(timeout=FOR_LONG_S)
    if answer.status_code < 400:
        tally.given.add(action)
        if who is not None and not who.may(action, who.role):
            tally.faults.append(f"{who.role} was given {what}: {answer.status_code}")
    kinds = answer.headers.get("content-type") or [""]
    tally.answered(answer.status_code, kinds[0], what)
    try:
        case.validate_response(answer, checks=_CHECKS)
    except BaseExceptionGroup as failures:
        words = " ".join(str(failures.exceptions[0]).split())[:_TOLD_OF_FAULT]
        tally.faults.append(f"{what}: {words}")
