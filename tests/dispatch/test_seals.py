"""The journal's chain: whatever is changed, taken away or moved is found, and an erasure is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.seals import BEGINNING, ERASED, Link, chain_of, faults, seal_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Journal = list[Link]


def journal(*entries: tuple[str, str, str]) -> Journal:
    """(incident, event, words) in order, each carrying on the one before."""
    made: Journal = []
    before = BEGINNING
    for number, (incident, event, words) in enumerate(entries):
        at, detail, salt = NOON + timedelta(seconds=number), {"words": words}, f"salt{number}"
        seal = seal_of(salt, words, detail, None)
        before = chain_of(before, number + 1, incident, at, event, "operator", seal)
        link = Link(
            number + 1, incident, at, event, "operator", words, detail, None, salt, seal, before
        )
        made.append(link)
    return made


def erase(made: Journal, incident: str) -> Journal:
    """As the store does it before the entry that says so."""
    last = max(link.seq for link in made if link.about == incident and link.event == ERASED)
    return [
        replace(link, reason="", detail={}, frame=None, salt=None)
        if link.about == incident and link.seq < last
        else link
        for link in made
    ]


def erasures(made: Journal) -> dict[str, int]:
    return {link.about: link.seq for link in made if link.event == ERASED}


NIGHT = journal(
    ("a", "opened", "뒤에 누가"),
    ("b", "opened", ""),
    ("a", "noted", "CCTV 3번"),
    ("a", "closed", "accidental"),
    ("a", ERASED, "its time is over"),
)


@pytest.mark.parametrize(
    ("tamper", "at", "why"),
    [
        (lambda one: [replace(one[0], reason="another"), *one[1:]], 1, "words were changed"),
        (lambda one: [replace(one[0], detail={}), *one[1:]], 1, "words were changed"),
        (lambda one: [replace(one[0], frame="{}"), *one[1:]], 1, "words were changed"),
        (lambda one: [replace(one[0], actor="nobody"), *one[1:]], 1, "was changed"),
        (lambda one: [replace(one[0], at=NOON - timedelta(hours=1)), *one[1:]], 1, "was changed"),
        (lambda one: one[:1] + one[2:], 3, "after entry 1 comes entry 3"),
        (lambda one: one[1:], 2, "after entry 0 comes entry 2"),
        (lambda one: [one[0], one[2], one[1], *one[3:]], 3, "after entry 1 comes entry 3"),
        (lambda one: [replace(one[1], seq=1), replace(one[0], seq=2), *one[2:]], 1, "was changed"),
        (lambda one: [*one[:1], replace(one[1], salt=None), *one[2:]], 2, "no erasure says so"),
        (lambda one: [*one[:4], replace(one[4], salt=None)], 5, "no erasure says so"),
    ],
)
def test_what_was_tampered_with_is_found_where_it_is(
    tamper: Callable[[Journal], Journal], at: int, why: str
) -> None:
    tampered = tamper(list(NIGHT))
    first = next(faults(tampered, erasures(NIGHT)))
    assert first.seq == at
    assert why in first.why


def test_a_journal_as_it_was_written_has_no_faults_before_and_after_an_erasure() -> None:
    assert list(faults(NIGHT, erasures(NIGHT))) == []
    erased = erase(NIGHT, "a")
    assert list(faults(erased, erasures(NIGHT))) == []
    assert [link.salt for link in erased] == [None, "salt1", None, None, "salt4"]


def test_words_that_come_back_after_an_erasure_are_found() -> None:
    erased = erase(NIGHT, "a")
    back = [replace(erased[0], reason="뒤에 누가"), *erased[1:]]
    assert [fault.seq for fault in faults(back, erasures(NIGHT))] == [1]


words = st.text(max_size=5)
entries = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["opened", "noted", "closed"]), words),
    min_size=1,
    max_size=8,
)


@given(entries, st.data())
def test_no_single_change_goes_unseen(
    written: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    made = journal(*written)
    assert list(faults(made, {})) == []
    place = data.draw(st.integers(0, len(made) - 1))
    name, value = data.draw(
        st.sampled_from(
            [
                *(("about", "x"), ("event", "x"), ("actor", "x"), ("reason", "xxxxxx")),
                *(
                    ("detail", {"x": 1}),
                    ("frame", "x"),
                    ("salt", "x"),
                    ("seal", "x"),
                    ("chain", "x"),
                ),
                ("at", NOON - timedelta(days=1)),
            ]
        )
    )
    changed: dict[str, Any] = {name: value}
    made[place] = replace(made[place], **changed)
    assert list(faults(made, {}))
