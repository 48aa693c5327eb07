"""Come here for the table of what was sent to both pairs, and what came of it, as in the README."""

from collections.abc import Callable, Mapping, Sequence

from tests.fuzz.stage import Found, Row

_HEAD = (
    "what was sent",
    "inputs",
    "5xx",
    "amiss",
    "memory before / most, MB",
    "s",
)


def table(pairs: Mapping[str, Sequence[Found]]) -> str:
    """Markdown; where several pairs were fuzzed, each cell says them in this order."""
    rows = {
        name: [row for house in houses for row in house.rows.items()]
        for name, houses in pairs.items()
    }
    by_pair = [dict(found) for found in rows.values()]
    kinds = list(dict.fromkeys(kind for found in by_pair for kind in found))
    lines = [_HEAD, ["---", *["---:"] * (len(_HEAD) - 1)]]
    lines += [_cells(kind, [found.get(kind) for found in by_pair]) for kind in kinds]
    lines.append(_sums(by_pair))
    drawn = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"Each cell: {', then '.join(pairs)}.\n\n{drawn}\n\n{_told(pairs)}"


def _cells(kind: str, rows: Sequence[Row | None]) -> Sequence[str]:
    return (
        kind,
        _each(rows, lambda row: f"{row.tally.tried:,}"),
        _each(rows, lambda row: str(row.tally.server_errors)),
        _each(rows, lambda row: str(len(row.tally.faults))),
        _each(rows, lambda row: f"{row.before / 1e6:.0f} / {row.most / 1e6:.0f}", "; "),
        _each(rows, lambda row: f"{row.seconds:.0f}"),
    )


def _each(rows: Sequence[Row | None], cell: Callable[[Row], str], between: str = " + ") -> str:
    return between.join("–" if row is None else cell(row) for row in rows)


def _sums(by_pair: Sequence[Mapping[str, Row]]) -> Sequence[str]:
    found = [list(one.values()) for one in by_pair]
    return (
        "**all**",
        " + ".join(f"{sum(row.tally.tried for row in rows):,}" for rows in found),
        " + ".join(str(sum(row.tally.server_errors for row in rows)) for rows in found),
        " + ".join(str(sum(len(row.tally.faults) for row in rows)) for rows in found),
        "; ".join(f"most {max((row.most for row in rows), default=0) / 1e6:.0f}" for rows in found),
        " + ".join(f"{sum(row.seconds for row in rows):.0f}" for rows in found),
    )


def _told(pairs: Mapping[str, Sequence[Found]]) -> str:
    taken = " + ".join(str(sum(len(one.taken) for one in houses)) for houses in pairs.values())
    lost = " + ".join(str(sum(len(one.lost) for one in houses)) for houses in pairs.values())
    return f"SOS pressed and answered meanwhile: {taken}; lost: {lost}."


def wrong(pairs: Mapping[str, Sequence[Found]]) -> Mapping[str, list[str]]:
    """All that must not be, by pair."""
    found = {
        name: [
            *(one for house in houses for one in (*house.faults, *house.lost)),
            *(one for house in houses for row in house.rows.values() for one in row.tally.faults),
        ]
        for name, houses in pairs.items()
    }
    return {name: list(dict.fromkeys(words)) for name, words in found.items() if words}
