"""Come here for the ends of the chains as they were last seen, kept outside of the database.

A chain that is cut short is whole by itself. Its end is remembered in a file of the data folder, by
every verification, in every second in which something was written, and when the dispatcher stops:
who cuts entries off has to know of that, and to reach it.

Law: what the file does not say of a chain is unknown, never "nothing was there yet".
"""

import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

import orjson

from dispatch.seals import START, Fault, Head
from lights.custody import write_whole
from lights.wire import rfc3339

Chain = Literal["journal", "record"]
CHAINS: Final[tuple[Chain, ...]] = get_args(Chain)


class Verified(NamedTuple):
    """What a verification has found: so many entries up to `head`, of some the words erased."""

    at: datetime
    head: Head
    entries: int
    erased: int
    faults: tuple[Fault, ...]


class Seen(NamedTuple):
    """The end as it was last seen, and the last verification; `is_unknown`: there were entries,
    and nobody remembered how many. Not so in files of versions that knew nothing of it:
    `is_keyed`, whatever is written is chained with the key, and `tells_all`, there is an entry of
    everybody who has a row."""

    head: Head = START
    verified: Verified | None = None
    is_unknown: bool = False
    is_keyed: bool = True
    tells_all: bool = True


class Heads:
    """Kept in `file`, written whole or not at all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing = threading.Lock()

    def read(self) -> dict[Chain, Seen]:
        """Of every chain; one of which nothing is `kept`, or can be read now, is unknown."""
        try:
            kept = self.kept()
        except OSError:
            kept = {}
        return dict.fromkeys(CHAINS, Seen(is_unknown=True)) | kept

    def kept(self) -> dict[Chain, Seen]:
        """Of those of which something is remembered, if only that there was nothing yet; OSError
        where nobody can tell now: then nothing is to be remembered in its place."""
        try:
            kept = orjson.loads(self._file.read_bytes())
            return {chain: _seen(kept[chain]) for chain in CHAINS if kept.get(chain) is not None}
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def keep(self, chain: Chain, seen: Seen) -> None:
        """Remember this of one of them; OSError where that cannot be."""
        with self._writing:
            self._keep(chain, seen)

    def advance(self, chain: Chain, before: Head, now: Head) -> None:
        """Remember a later end, unless somebody else has remembered another one meanwhile. It waits
        for the disk: call it on a thread."""
        with self._writing:
            seen = self.kept().get(chain)
            if seen is not None and seen.head == before:
                self._keep(chain, seen._replace(head=now))

    def _keep(self, chain: Chain, seen: Seen) -> None:
        kept = {name: _json(one) for name, one in (self.kept() | {chain: seen}).items()}
        write_whole(self._file, orjson.dumps(kept).decode())


def _json(seen: Seen) -> dict[str, Any]:
    last = seen.verified
    verified = None if last is None else verified_json(last)
    known = {"unknown": seen.is_unknown, "keyed": seen.is_keyed, "all": seen.tells_all}
    return {"head": list(seen.head), "verified": verified, **known}


def verified_json(one: Verified) -> dict[str, Any]:
    """As it is kept, and as screens see it."""
    return {
        "at": rfc3339(one.at),
        "seq": one.head.seq,
        "chain": one.head.chain,
        "entries": one.entries,
        "erased": one.erased,
        "faults": [{"seq": fault.seq, "why": fault.why} for fault in one.faults],
    }


def _seen(kept: Mapping[str, Any]) -> Seen:
    last = kept["verified"]
    verified = None if last is None else _verified(last)
    known = kept.get("unknown", False), kept.get("keyed", False), kept.get("all", False)
    return Seen(Head(*kept["head"]), verified, *known)


def _verified(kept: Mapping[str, Any]) -> Verified:
    found = tuple(Fault(**fault) for fault in kept["faults"])
    head = Head(kept["seq"], kept["chain"])
    return Verified(
        datetime.fromisoformat(kept["at"]), head, kept["entries"], kept["erased"], found
    )
