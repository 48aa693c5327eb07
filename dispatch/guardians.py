"""Come here for what guardians of a walk get: a link that expires, and a letter when it goes wrong.

The link opens the page `/guardian`. Its token is a keyed hash and stored nowhere: a letter that
waits knows the guardian's number alone, and gets its link on the way out. It stands behind the `#`,
which browsers send to no server: it is in no log on the way, and a messenger that fetches the link
to show a preview of it is not shown where somebody is. A letter goes to the gateway that the
district has named `guardian`, which knows how to reach a contact (text message, messenger); it
holds no position.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from dispatch.letter_budget import LetterBudget
from dispatch.outbox import Deliver
from dispatch.outbox_rows import Letter
from dispatch.store import Row
from dispatch.tokens import reporter_token
from dispatch.walk import Guardian, News, Walk
from dispatch.walk_life import Decision
from dispatch.walk_plan import WalkPlan
from dispatch.walk_record import Record
from dispatch.walk_words import news_words
from lights.wire import rfc3339

GATEWAY: Final = "guardian"
PAGE: Final = "/guardian"
_TROUBLE: Final[frozenset[News]] = frozenset({"late", "alarmed"})
_URGENCY: Final[dict[News, int]] = {"late": 2, "alarmed": 3, "well": 1, "arrived": 1}


def says_trouble(body: str) -> bool:
    """Whether a letter to a guardian says that something is wrong."""
    return orjson.loads(body).get("news") in _TROUBLE


class Guardians:
    """`wants` tells whether a target can be reached at all; `new_id` is the shell's chance;
    `public_url` where browsers find us, if that is known."""

    def __init__(
        self,
        secret: Callable[[], bytes],
        plan: WalkPlan,
        wants: Callable[[str], bool],
        new_id: Callable[[], str],
        public_url: str | None = None,
    ) -> None:
        self._secret = secret
        self._plan = plan
        self._wants = wants
        self._new_id = new_id
        self._page = f"{public_url or ''}{PAGE}"
        self._budget = LetterBudget(plan.letters_most, plan.letters_window)
        self._links: dict[str, tuple[str, int]] = {}

    def can_be_told(self) -> bool:
        """Whether the district has a gateway."""
        return self._wants(GATEWAY)

    def token(self, walk: Walk, number: int) -> str:
        """What the link of the walk's guardian of that number ends with."""
        return self._token(walk.walk_id, number)

    def _token(self, walk_id: str, number: int) -> str:
        return reporter_token(self._secret(), f"guardian {number} of walk {walk_id}")

    def link(self, walk: Walk, number: int) -> str:
        """The page that this guardian opens; whole where we know how browsers find us."""
        return self._link(walk.walk_id, number)

    def _link(self, walk_id: str, number: int) -> str:
        return f"{self._page}#{self._token(walk_id, number)}"

    def expires_at(self, walk: Walk) -> datetime:
        """When the links of a walk stop working; of one that is not over, at the latest."""
        last = walk.started_at + self._plan.longest if walk.is_live else walk.updated_at
        return last + self._plan.link_for

    def know(self, record: Record) -> None:
        """From now on the links of this walk lead somewhere."""
        walk = record.walk
        for number in range(len(walk.guardians)):
            self._links.setdefault(self.token(walk, number), (walk.walk_id, number))

    def forget(self, walk: Walk) -> None:
        """The links of this walk lead nowhere any more."""
        for number in range(len(walk.guardians)):
            self._links.pop(self.token(walk, number), None)

    def find(
        self, token: str, known: Callable[[str], Record | None], now: datetime
    ) -> tuple[Record, Guardian] | None:
        """The walk and the guardian of a link that still works."""
        walk_id, number = self._links.get(token, ("", 0))
        record = known(walk_id)
        if record is None:
            self._links.pop(token, None)
            return None
        if now >= self.expires_at(record.walk):
            return None
        return record, record.walk.guardians[number]

    def with_link(self, letter: Letter) -> Letter:
        """The letter as it goes out: the same whenever it is sent."""
        body = orjson.loads(letter.body)
        if "number" not in body:
            return letter
        body["link"] = self._link(letter.incident_id, body.pop("number"))
        return letter._replace(body=orjson.dumps(body).decode())

    def giving_links(self, targets: Mapping[str, Deliver]) -> dict[str, Deliver]:
        """The same targets; the gateway is told each letter with its link."""
        tell = targets.get(GATEWAY)
        own = {GATEWAY: lambda letter: tell(self.with_link(letter))} if tell else {}
        return {**targets, **own}

    def letters(self, before: Walk, decision: Decision, now: datetime) -> list[Row]:
        """The letters of a decision: one for each guardian, where there is a way to them.

        Whose telephone has had its share gets none; where that is everybody's, the walk says so.
        """
        news = decision.news
        if news is None or not self.can_be_told():
            return []
        rows: list[Row] = []
        for number, guardian in enumerate(before.guardians):
            if not self._budget.is_spent(guardian.contact, news in _TROUBLE, now):
                self._budget.spend(guardian.contact, news in _TROUBLE, now)
                rows.append(self._row(before, number, guardian, news, now))
        return rows

    def unwritten(self, letters: list[Row]) -> None:
        """These letters are on no disk: they were none."""
        for letter in letters:
            body = orjson.loads(letter["body"])
            self._budget.give_back(body["contact"], body["news"] in _TROUBLE)

    def has_had_enough(self, guardian: Guardian, now: datetime) -> bool:
        """Whether a guardian can be told of no trouble more for now."""
        return self._budget.is_spent(guardian.contact, True, now)

    def _row(
        self, walk: Walk, number: int, guardian: Guardian, news: News, now: datetime
    ) -> dict[str, Any]:
        words = news_words(news, walk.name)
        body = {
            "type": "walk",
            "target": f"guardian:{walk.walk_id}",
            "urgency": _URGENCY[news],
            "news": news,
            "at": rfc3339(now),
            "contact": guardian.contact,
            "name": guardian.name,
            "words": {"ko": words.ko, "en": words.en},
            "number": number,
        }
        return {
            "outbox_id": self._new_id(),
            "target": GATEWAY,
            "incident_id": walk.walk_id,
            "body": orjson.dumps(body).decode(),
            "made_at": now,
            "due_at": now,
            "attempts": 0,
            "urgency": _URGENCY[news],
            "seq": 0,
        }
