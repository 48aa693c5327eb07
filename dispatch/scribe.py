"""Come here for how one batch is laid into rows: incidents, claims, journal lines, frames, letters.

Law: every line of the journal is sealed, carries on the one before, and holds the very frame that
the screens are sent.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from dispatch import cap, store, tables, walk_store, whole_rows
from dispatch.batch import Batch
from dispatch.escalation import rings_at
from dispatch.incident import Incident, Tell
from dispatch.plan import Plan
from dispatch.rows import incident_row
from dispatch.seals import ERASED, Head, chain_of, seal_of
from dispatch.store import Line, Row
from lights.claim_store import claim_row, drop_claims
from lights.claims import Claim
from lights.schema import claim
from lights.wire import rfc3339

Frames = list[tuple[int, str]]


class Written(NamedTuple):
    """What a commit has made true."""

    frames: Frames
    claims: dict[str, tuple[Claim, ...]]
    targets: set[str]
    head: Head | None = None
    erased: bool = False
    """Places or words were taken out: of an incident, or of a walk that is over."""


class Scribe:
    """`frame` shows an incident as screens see it; `wants` tells whether a target has letters;
    `key` is the one of the journal's chain."""

    def __init__(
        self,
        plan: Plan,
        *,
        frame: Callable[[Incident, list[str]], dict[str, Any]],
        wants: Callable[[str], bool],
        new_id: Callable[[], str],
        cap_sender: str,
        key: Callable[[], bytes],
    ) -> None:
        self._plan = plan
        self._frame = frame
        self._wants = wants
        self._new_id = new_id
        self._cap_sender = cap_sender
        self._key = key

    async def write(self, connection: AsyncConnection, batch: Batch, head: Head | None) -> Written:
        """Lay a batch down behind the journal's head, which is looked up where it is not known."""
        walks_ended = await walk_store.save_walks(connection, batch.walks)
        await walk_store.save_letters_once(connection, batch.letters)
        told: set[str] = {letter["target"] for letter in batch.letters}
        if not batch.lines:
            return Written([], {}, told, erased=walks_ended)
        opened = {one.incident_id for one in batch.opened}
        rows = self._incident_rows(batch)
        await whole_rows.update_incidents(
            connection, [rows[key] for key in rows if key not in opened]
        )
        held = [owner for owner in batch.claims if owner.partition(":")[2] not in opened]
        await drop_claims(connection, held)
        head = head or await store.head(connection)
        frames = self._frames(batch, head.seq)
        letters = self._letter_rows(batch, frames)
        entries = self._journal_rows(batch, frames, head)
        erased = {row["incident_id"]: row["seq"] for row in entries if row["event"] == ERASED}
        for incident_id, seq in erased.items():
            await store.erase_words(connection, incident_id, seq)
        near = [pair for pair in batch.resembles if erased.keys().isdisjoint(pair)]
        new = {
            tables.incident: [rows[key] for key in rows if key in opened],
            tables.resemblance: store.resemblance_rows(near),
            claim: [claim_row(one) for claims in batch.claims.values() for one in claims],
            tables.outbox: [row for row in letters if not _is_erased(row, erased)],
            tables.journal: [_wordless(row) if _is_erased(row, erased) else row for row in entries],
        }
        await whole_rows.insert_rows(connection, new)
        targets = told | {row["target"] for row in letters}
        last = Head(entries[-1]["seq"], entries[-1]["chain"])
        return Written(frames, batch.claims, targets, last, walks_ended or bool(erased))

    def _incident_rows(self, batch: Batch) -> dict[str, Row]:
        return {
            key: incident_row(one, rings_at(one, self._plan))
            for key, one in batch.incidents.items()
        }

    # ---- the journal

    def _frames(self, batch: Batch, after: int) -> Frames:
        return [
            (seq, self._frame_text(seq, line, batch.same_as(line.decision.incident)))
            for seq, line in enumerate(batch.lines, after + 1)
        ]

    def _frame_text(self, seq: int, line: Line, same: list[str]) -> str:
        return orjson.dumps(
            {
                "type": "incident",
                "seq": seq,
                "event": line.decision.event,
                "at": rfc3339(line.at),
                "incident": self._frame(line.decision.incident, same),
            }
        ).decode()

    def _journal_rows(self, batch: Batch, frames: Frames, head: Head) -> list[dict[str, Any]]:
        """The lines, each sealed and carrying on the one before."""
        rows = [
            _journal_row(seq, line, frame, self._reached(line))
            for line, (seq, frame) in zip(batch.lines, frames, strict=True)
        ]
        before, key = head.chain, self._key()
        for row in rows:
            salt = self._new_id()
            seal = seal_of(salt, row["reason"], row["detail"], row["frame"])
            seq, incident_id, at = row["seq"], row["incident_id"], row["at"]
            said = (seq, incident_id, at, row["event"], row["actor"], seal)
            before = chain_of(key, before, *said)
            row |= {"salt": salt, "seal": seal, "chain": before}
        return rows

    def _reached(self, line: Line) -> dict[str, list[str]]:
        """Who was called, and who could not be: nobody has set an address for them."""
        called = [tell.target for tell in line.decision.tells if tell.urgency > 1]
        told = [one for one in called if one == "control_room" or self._wants(one)]
        return {"told": told, "not_told": [one for one in called if one not in told]}

    # ---- letters

    def _letter_rows(self, batch: Batch, frames: Frames) -> list[Row]:
        return [
            self._letter_row(tell, line, seq, frame)
            for line, (seq, frame) in zip(batch.lines, frames, strict=True)
            for tell in (*line.decision.tells, *_tells_in_cap(line))
            if self._wants(tell.target)
        ]

    def _letter_row(self, tell: Tell, line: Line, seq: int, frame: str) -> Row:
        return {
            "outbox_id": self._new_id(),
            "target": tell.target,
            "incident_id": line.incident_id,
            "body": self._body(tell, line, frame),
            "made_at": line.at,
            "due_at": line.at,
            "attempts": 0,
            "urgency": 0 if line.decision.incident.drill else tell.urgency,
            "seq": seq,
        }

    def _body(self, tell: Tell, line: Line, frame: str) -> str:
        if tell.target.startswith(cap.PREFIX):
            return cap.message(line.decision.incident, self._cap_sender).decode()
        return webhook_body(tell, frame)


def _is_erased(row: Row, erased: Mapping[str, int]) -> bool:
    """Whether it was said, in this very commit, before its incident was erased."""
    return bool(row["seq"] < erased.get(row["incident_id"], 0))


def _wordless(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **store.WORDLESS}


def _journal_row(seq: int, line: Line, frame: str, reached: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "seq": seq,
        "incident_id": line.incident_id,
        "at": line.at,
        "event": line.decision.event,
        "actor": line.actor,
        "reason": line.decision.reason,
        "detail": {**line.decision.detail, **{key: who for key, who in reached.items() if who}},
        "idempotency_key": line.idempotency_key,
        "frame": frame,
    }


def _tells_in_cap(line: Line) -> Iterable[Tell]:
    told = [tell.urgency for tell in line.decision.tells]
    urgency: cap.Urgency = 3 if 3 in told else 2 if 2 in told else 1
    return cap.tells(line.decision.incident, urgency) if line.is_news else ()


def webhook_body(tell: Tell, frame: str) -> str:
    """What a webhook is sent: the frame of the feed with its urgency and for whom it is."""
    told = {"urgency": tell.urgency, "target": tell.target}
    return orjson.dumps(told | orjson.loads(frame)).decode()
