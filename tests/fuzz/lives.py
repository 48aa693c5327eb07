"""Come here for lives by chance: what people do to one report or one walk, in any order.

Law: what the answer before said is possible is done, everything else is refused in words, and
nothing that was refused has changed anything.
"""

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.fuzz.tally import Tally
from tests.house import HERE, report
from tests.patience import FOR_LONG_S

_STEPS: Final = 25
"""Calls in a life."""
_BODIES: Final[dict[str, dict[str, Any]]] = {
    "acknowledge": {},
    "assign": {"unit": "쌍문파출소 순21"},
    "en-route": {},
    "arrive": {},
    "note": {"text": "CCTV 3번에 보임"},
    "instruct": {"text": "후문으로"},
    "scene": {"scene": "bright"},
    "close": {"disposition": "genuine"},
    "reopen": {},
    "release": {"text": "끝"},
    "erase": {"text": "본인 요청"},
}
_STEPS_OF_A_WALK: Final[dict[str, dict[str, Any]]] = {
    "answer": {"answer": "fine"},
    "pause": {"minutes": 30},
    "resume": {},
    "extend": {"minutes": 20},
    "arrive": {},
    "end": {},
}
_PIN: Final = "4821"
whens = st.integers(-(10**6), 10**6) | st.integers(-300, 10)
"""Seconds from now, as a phone's clock may have them."""


class Caller:
    """Makes calls, and holds against them what must not be."""

    def __init__(self, client: httpx.Client, tally: Tally) -> None:
        self._client = client
        self.tally = tally

    def asks(
        self, method: str, path: str, *, token: str = "", body: Any = None, key: str = ""
    ) -> httpx.Response:
        """One call; put off as a flood, it is made again."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        while True:
            answer = self._client.request(method, path, headers=headers, json=body)
            kind = answer.headers.get("content-type", "")
            self.tally.answered(answer.status_code, kind, f"{method} {path}")
            if answer.status_code != 429:
                return answer
            time.sleep(float(answer.headers["retry-after"]))

    def expects(self, answer: httpx.Response, *statuses: int, because: str) -> bool:
        """Whether it was answered so; another answer is a fault."""
        if answer.status_code in statuses:
            return True
        what = f"{answer.request.method} {answer.request.url.path}"
        self.tally.faults.append(f"{answer.status_code} to {what}, {because}: {answer.text[:300]}")
        return False


class Life(RuleBasedStateMachine):
    """What lives of reports and of walks have in common."""

    caller: ClassVar[Caller]

    def fixes(self, whens: list[int]) -> dict[str, Any]:
        """Positions as a phone says them, in any order."""
        now = datetime.now(UTC)
        return {
            "positions": [
                {
                    "lon": HERE.lon + seconds % 7 * 1e-4,
                    "lat": HERE.lat,
                    "fixed_at": (now + timedelta(seconds=seconds)).isoformat(),
                }
                for seconds in whens
            ]
        }


class LifeOfAReport(Life):
    """One report: its caller, the desk and a stranger."""

    @initialize(silent=st.booleans(), drill=st.booleans(), has_place=st.booleans())
    def somebody_cries(self, silent: bool, drill: bool, has_place: bool) -> None:
        place = HERE if has_place else None
        self.body = report(place, silent=silent, drill=drill)
        answer = self.caller.asks("POST", "/v1/reports", body=self.body)
        self.caller.expects(answer, 201, because="it is new")
        self.taken = answer.json()
        self.path = f"/v1/reports/{self.taken['report_id']}"
        self.desk = f"/v1/incidents/{self.taken['incident_id']}"
        self.shown = self.caller.asks("GET", self.desk).json()

    @rule()
    def the_phone_says_it_again(self) -> None:
        answer = self.caller.asks("POST", "/v1/reports", body=self.body)
        known = self.caller.expects(answer, 200, because="it was known")
        if known and answer.json()["incident_id"] != self.taken["incident_id"]:
            self.caller.tally.faults.append(f"{self.path} has two incidents")

    @rule(whens=st.lists(whens, min_size=1, max_size=5))
    def the_caller_moves(self, whens: list[int]) -> None:
        token, body = self.taken["reporter_token"], self.fixes(whens)
        answer = self.caller.asks("POST", f"{self.path}/positions", token=token, body=body)
        self.caller.expects(answer, 200, because="it is the caller's own")

    @rule()
    def the_caller_withdraws(self) -> None:
        token = self.taken["reporter_token"]
        answer = self.caller.asks("POST", f"{self.path}/withdraw", token=token)
        self.caller.expects(answer, 200, because="it is the caller's own")

    @rule(token=st.sampled_from(("", "x", "🔑".encode().hex(), "0" * 4000)))
    def a_stranger_asks(self, token: str) -> None:
        answer = self.caller.asks("GET", self.path, token=token)
        self.caller.expects(answer, 401, because="it is a stranger's token")

    @rule(move=st.sampled_from(sorted(_BODIES)), again=st.booleans())
    def the_desk_moves(self, move: str, again: bool) -> None:
        possible, key = move in self.shown["allowed"], uuid.uuid4().hex
        for _ in range(1 + again):
            answer = self.caller.asks(
                "POST", f"{self.desk}/{move}", body=_BODIES[move] or None, key=key
            )
            because = f"{move} is {'' if possible else 'not '}among {self.shown['allowed']}"
            if not self.caller.expects(answer, 200 if possible else 409, because=because):
                break
        self.look()

    @rule(days=st.integers(1, 20))
    def a_supervisor_holds_it(self, days: int) -> None:
        possible = "hold" in self.shown["allowed"]
        until = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        answer = self.caller.asks(
            "POST", f"{self.desk}/hold", body={"until": until, "text": "수사"}
        )
        self.caller.expects(answer, 200 if possible else 409, because="of what is allowed")
        self.look()

    def look(self) -> None:
        """What the desk is shown now."""
        answer = self.caller.asks("GET", self.desk)
        if self.caller.expects(answer, 200, because="an incident does not go away"):
            self.shown = answer.json()

    def teardown(self) -> None:
        """It is there still, and its journal tells of it from the beginning."""
        token = self.taken["reporter_token"]
        answer = self.caller.asks("GET", self.path, token=token)
        self.caller.expects(answer, 200, because="what was taken is not lost")
        told = self.caller.asks("GET", f"{self.desk}/journal").json()["entries"]
        if [entry["event"] for entry in told][:1] != ["opened"]:
            self.caller.tally.faults.append(f"the journal of {self.desk} lacks its beginning")


class LifeOfAWalk(Life):
    """One walk home: its phone, with a PIN or without, and a stranger."""

    @initialize(pin=st.booleans())
    def somebody_sets_out(self, pin: bool) -> None:
        self.pin = {"pin": _PIN} if pin else {}
        guardian = {"contact": "010-1234-5678", "consent": True, "consent_version": "2026-11"}
        asked = {"expected_minutes": 700, "guardians": [guardian], **self.pin}
        self.walk_id = str(uuid.uuid4())
        body = {"walk_id": self.walk_id, **asked}
        answer = self.caller.asks("POST", "/v1/walks", body=body)
        self.caller.expects(answer, 201, because="it is new")
        self.shown = answer.json()
        self.token = self.shown["walker_token"]
        self.link = self.shown["guardians"][0]["link"].partition("#")[2]

    @rule(step=st.sampled_from(sorted(_STEPS_OF_A_WALK)))
    def the_walker_does(self, step: str) -> None:
        possible = step in self.shown["possible"]
        self._do(step, _STEPS_OF_A_WALK[step] | self.pin, 200 if possible else 409)

    @rule(step=st.sampled_from(("pause", "end", "extend")), pin=st.sampled_from(("0000", None)))
    def somebody_who_lacks_the_pin_does(self, step: str, pin: str | None) -> None:
        if not self.pin:
            return
        is_over = self.shown["state"] in ("arrived", "ended")
        over = 200 if step in self.shown["possible"] else 409  # with all else its PIN is forgotten
        statuses = (over,) if is_over else (400, 401, 403, 409, 422)
        self._do(step, _STEPS_OF_A_WALK[step] | {"pin": pin}, *statuses)

    @rule(whens=st.lists(whens, max_size=5))
    def the_phone_speaks(self, whens: list[int]) -> None:
        self._do("positions", self.fixes(whens), 200)

    @rule()
    def the_walker_wants_help(self) -> None:
        live = self.shown["state"] not in ("arrived", "ended")
        self._do("answer", {"answer": "help"}, 200 if live else 409)

    @rule()
    def the_guardian_looks(self) -> None:
        answer = self.caller.asks("GET", "/v1/walks/shared", token=self.link)
        self.caller.expects(answer, 200, 401, because="it is the guardian's link")

    @rule(call=st.sampled_from(("", "/showings")))
    def the_guardian_asks_for_more(self, call: str) -> None:
        answer = self.caller.asks("GET", f"/v1/walks/{self.walk_id}{call}", token=self.link)
        self.caller.expects(answer, 401, 404, because="a guardian is no walker")

    def _do(self, step: str, body: dict[str, Any], *statuses: int) -> None:
        path = f"/v1/walks/{self.walk_id}"
        answer = self.caller.asks("POST", f"{path}/{step}", token=self.token, body=body)
        because = f"the walk is {self.shown['state']}, possible are {self.shown['possible']}"
        self.caller.expects(answer, *statuses, because=because)
        shown = self.caller.asks("GET", path, token=self.token)
        if self.caller.expects(shown, 200, because="a walk does not go away"):
            self.shown = shown.json()


def live(url: str, lives: int, *, steps: int = _STEPS, dice: int = 1) -> Tally:
    """So many lives of reports, and as many of walks. Blocks: call it in a thread."""
    tally = Tally("lives")
    how = settings(
        max_examples=lives,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    soon = httpx.Limits(keepalive_expiry=1.0)  # as `tests.house.caller`
    with httpx.Client(base_url=url, timeout=FOR_LONG_S, limits=soon) as client:
        for life in (LifeOfAReport, LifeOfAWalk):
            theirs = type(life.__name__, (life,), {"caller": Caller(client, tally)})
            run_state_machine_as_test(seed(dice)(theirs), settings=how)
    return tally
