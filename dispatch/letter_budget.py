"""Come here for how often one telephone is written to, whoever names it as a guardian's.

Law: within a window nobody is written to more often than the plan says, about trouble and about its
end each; who hears of a trouble hears of its end too. A restart begins to count anew.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import Final

from dispatch.telephone import as_dialled

_CONTACTS_KEPT: Final = 50_000
"""The least recent is forgotten; to get there, more letters would have to be written in an hour
than a district's gateway sends in a month."""


class LetterBudget:
    """`most` letters a `window` for one contact, of each of two kinds."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window
        self._written: OrderedDict[tuple[str, bool], deque[datetime]] = OrderedDict()

    def is_spent(self, contact: str, is_trouble: bool, now: datetime) -> bool:
        """Whether this contact may hear no more of this kind now."""
        times = self._written.get((as_dialled(contact), is_trouble), deque())
        return len(times) >= self._most and now - times[0] < self._window

    def spend(self, contact: str, is_trouble: bool, now: datetime) -> None:
        """A letter was written."""
        key = (as_dialled(contact), is_trouble)
        times = self._written.setdefault(key, deque(maxlen=self._most))
        times.append(now)
        self._written.move_to_end(key)
        while len(self._written) > _CONTACTS_KEPT:
            self._written.popitem(last=False)

    def give_back(self, contact: str, is_trouble: bool) -> None:
        """The letter was not written after all."""
        times = self._written.get((as_dialled(contact), is_trouble))
        if times:
            times.pop()
