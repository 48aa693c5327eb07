"""Come here for refused tries at accounts that there are: counted, and soon written down.

Laws: what a stranger types is no record, so that a try at a name that is no account's is in the log
alone. Nobody waits for the writing: how long an answer takes does not tell which names are
accounts'. A guesser fills neither the record nor the memory: of many tries few become entries, and
each says how many there were.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from dispatch.sign_in.record import Entry

_HOUR: Final = timedelta(hours=1)
"""After this long without one of a row's first, counting begins anew."""
_EACH: Final = 5
"""A person who mistypes; what comes after is a guesser, and counted in heaps."""
_HEAP: Final = 25
_WAITING: Final = 1_000
"""While the database is away; the oldest are in the log at least."""

SOMEBODY: Final = "somebody"
"""Who tried: nobody knows."""


class Refusals:
    """How often each account was tried in vain within an hour, and what is to be written of it."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[datetime, int]] = {}
        self._due: deque[Entry] = deque(maxlen=_WAITING)

    def refused(self, entry: Entry) -> None:
        """Somebody was, at the account that the entry is about."""
        began, count = self._counts.get(entry.whom, (entry.at, 0))
        if not timedelta(0) <= entry.at - began < _HOUR:
            began, count = entry.at, 0
        count += 1
        self._counts[entry.whom] = (began, count)
        if count <= _EACH or count % _HEAP == 0:
            self._due.append(entry._replace(detail={"times": count}))

    def due(self) -> Sequence[Entry]:
        """What is to be written down."""
        return list(self._due)

    def written(self, entry: Entry) -> None:
        """This one is."""
        if entry in self._due:  # else later ones have taken its place meanwhile
            self._due.remove(entry)
