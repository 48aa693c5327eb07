"""Come here for one sentence in both languages: each screen shows the one that its viewer reads."""

from typing import NamedTuple


class Words(NamedTuple):
    """One sentence in both languages."""

    ko: str
    en: str
