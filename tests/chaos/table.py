"""Come here for the table of what was broken, and what was found afterwards."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.judging import Verdict

_HEAD = (
    *("pair", "blow", "rounds", "reports", "lost", "twice", "untold", "lamps wrong", "outlived"),
    *("feed gaps", "journal", "in step s, p50", "longest"),
)


@dataclass
class Row:
    """One kind of blow on one pair; `cannot` says why it was not done."""

    pair: str
    blow: str
    cannot: str | None = None
    verdicts: list[Verdict] = field(default_factory=list)

    def cells(self) -> Sequence[str]:
        """As the head names them."""
        if not self.verdicts:
            return (self.pair, self.blow, f"not possible here: {self.cannot}", *[""] * 10)
        names = ("reports", "lost", "twice", "untold", "wrong_lamps", "outlived", "gaps", "journal")
        sums = [str(sum(getattr(one, name) for one in self.verdicts)) for name in names]
        times = [one.in_step_s for one in self.verdicts]
        middle, longest = statistics.median(times), max(times)
        return (self.pair, self.blow, str(len(times)), *sums, f"{middle:.1f}", f"{longest:.1f}")


def table(rows: Sequence[Row]) -> str:
    """Markdown, as it stands in the README."""
    lines = [_HEAD, ["---"] * len(_HEAD), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def wrong(rows: Sequence[Row]) -> Mapping[str, list[str]]:
    """What was found, by blow; empty where all was right."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for verdict in row.verdicts:
            if not verdict.is_right:
                found.setdefault(f"{row.pair}, {row.blow}", []).extend(verdict.words)
    return found
