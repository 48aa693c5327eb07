"""Come here for the table of what was broken, and what was found afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.judging import Verdict
from tests.conftest import Kind

_HEAD = (
    *("blow", "rounds, embedded + production", "reports", "walks", "lost, twice, untold"),
    *("walks wrong", "lamps wrong; outlived, dark", "feed gaps, journal faults"),
    "longest until all in step, s",
)
_KINDS: tuple[Kind, ...] = ("embedded", "production")


@dataclass
class Row:
    """One kind of blow on one pair; `cannot` says why it was not done."""

    pair: Kind
    blow: str
    cannot: str | None = None
    broken: str | None = None
    """Why this cannot be told."""
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def longest_s(self) -> float:
        """Until all was in step."""
        return max(one.in_step_s for one in self.verdicts)


def table(rows: Sequence[Row]) -> str:
    """Markdown, as it stands in the README: a line for each blow, with both pairs in it."""
    blows: dict[str, dict[str, Row]] = {}
    for row in rows:
        blows.setdefault(row.blow, {})[row.pair] = row
    lines = [_HEAD, ["---"] * len(_HEAD), *(_cells(one, pairs) for one, pairs in blows.items())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cells(blow: str, pairs: Mapping[str, Row]) -> Sequence[str]:
    verdicts = [one for row in pairs.values() for one in row.verdicts]
    if not verdicts:
        row = next(iter(pairs.values()))
        why = row.broken or f"not possible here: {row.cannot}"
        return (blow, why, *[""] * (len(_HEAD) - 2))

    def sums(*names: str) -> str:
        return ", ".join(str(sum(getattr(one, name) for one in verdicts)) for name in names)

    done = [pairs.get(kind) for kind in _KINDS]
    rounds = " + ".join(str(len(row.verdicts)) if row and row.verdicts else "–" for row in done)
    longest = " / ".join(f"{row.longest_s:.1f}" for row in done if row and row.verdicts)
    return (
        *(blow, rounds, sums("reports"), sums("walks"), sums("lost", "twice", "untold")),
        *(sums("walks_wrong"), sums("wrong_lamps", "outlived"), sums("gaps", "journal"), longest),
    )


def summary(rows: Sequence[Row]) -> str:
    """How much it was."""
    verdicts = [one for row in rows for one in row.verdicts]
    reports, walks = (sum(getattr(one, what) for one in verdicts) for what in ("reports", "walks"))
    return f"{len(verdicts)} blows, {reports:,} reports, {walks:,} walks home"


def wrong(rows: Sequence[Row]) -> Mapping[str, list[str]]:
    """What was found, by blow; empty where all was right."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.broken:
            found[f"{row.pair}, {row.blow}"] = [row.broken]
        for verdict in row.verdicts:
            if not verdict.is_right:
                found.setdefault(f"{row.pair}, {row.blow}", []).extend(verdict.words)
    return found
