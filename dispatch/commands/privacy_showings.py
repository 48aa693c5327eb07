"""Come here for how `lamplighter privacy showings` tells who was shown a place: one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from dispatch.keyboard import local
from dispatch.showing_rows import Count, Key
from dispatch.sights import Method, Purpose

_HOW: Final[Mapping[Method, str]] = {
    "answer": "in answers to {}",
    "feed": "on the live feed",
    "link": "behind a guardian's link",
    "webhook": "in letters (webhook)",
    "cap": "in letters (CAP)",
}
_WHAT_FOR: Final[Mapping[Purpose, str]] = {
    "rescue": "during the rescue",
    "review": "looking back",
    "walk_home": "on the way home",
}


def told(found: Mapping[Key, Count]) -> Iterator[str]:
    """Lines: everybody in the order in which they first saw it, and each way under them."""
    people: dict[tuple[str, str], dict[Key, Count]] = defaultdict(dict)
    for key, count in sorted(found.items(), key=lambda one: one[1].first_at):
        people[key.role, key.recipient][key] = count
    for (role, name), ways in people.items():
        yield f"{name} ({role}): {_times(sum(one.times for one in ways.values()))}"
        for key, count in ways.items():
            how = _HOW[key.method].format(key.path)
            yield f"  {_times(count.times):>10}  {_between(count)}  {how}, {_WHAT_FOR[key.purpose]}"
    whole = sum(one.times for one in found.values())
    yield f"In all {_times(whole)}, to {_recipients(len(people))}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _recipients(count: int) -> str:
    return "1 recipient" if count == 1 else f"{count:,} recipients"


def _between(count: Count) -> str:
    first, last = local(count.first_at), local(count.last_at)
    return first if first == last else f"{first} to {_later(first, count.last_at)}"


def _later(first: str, last_at: datetime) -> str:
    """The day is said once where it is the same."""
    last = local(last_at)
    return last.partition(" ")[2] if first[:10] == last[:10] else last
