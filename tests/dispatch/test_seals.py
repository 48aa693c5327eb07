"""The journal's chain: whatever is changed, taken away or moved is found, and an erasure is not."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.seals import (
    BEGINNING,
    ERASED,
    START,
    UNKEYED,
    Head,
    Keyed,
    Link,
    chain_of,
    faults,
    key_of,
    mark_of,
    seal_of,
)
from dispatch.tokens import reporter_token

KEY = b"which no database holds"
KEYED = Keyed(KEY, START)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Journal = list[Link]


def journal(*entries: tuple[str, str, str]) -> Journal:
    """(incident, event, words) in order, each carrying on the one before."""
    made: Journal = []
    before = BEGINNING
    for number, (incident, event, words) in enumerate(entries):
        at, detail, salt = NOON + timedelta(seconds=number), {"words": words}, f"salt{number}"
        seal = seal_of(salt, words, detail, None)
        before = chain_of(KEY, before, number + 1, incident, at, event, "operator", seal)
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
    first = next(faults(tampered, erasures(NIGHT), KEYED))
    assert first.seq == at
    assert why in first.why


def test_a_journal_as_it_was_written_has_no_faults_before_and_after_an_erasure() -> None:
    assert list(faults(NIGHT, erasures(NIGHT), KEYED)) == []
    erased = erase(NIGHT, "a")
    assert list(faults(erased, erasures(NIGHT), KEYED)) == []
    assert [link.salt for link in erased] == [None, "salt1", None, None, "salt4"]


def test_words_that_come_back_after_an_erasure_are_found() -> None:
    erased = erase(NIGHT, "a")
    back = [replace(erased[0], reason="뒤에 누가"), *erased[1:]]
    assert [fault.seq for fault in faults(back, erasures(NIGHT), KEYED)] == [1]


def test_what_is_chained_without_the_key_or_with_another_is_found() -> None:
    def chained_with(key: bytes | None, since: int) -> Journal:
        made, before = list(NIGHT), NIGHT[since - 1].chain if since else BEGINNING
        for place, link in enumerate(made[since:], since):
            said = (link.seq, link.about, link.at, link.event, link.actor, link.seal)
            before = chain_of(key, before, *said)
            made[place] = replace(link, chain=before)
        return made

    told = erasures(NIGHT)
    for key, why in ((None, UNKEYED), (b"another", "it was changed, or what was before it was")):
        for since in range(len(NIGHT)):
            forged = list(faults(chained_with(key, since), told, KEYED))
            assert {one.why for one in forged} == {why}
            assert [one.seq for one in forged] == list(range(since + 1, len(NIGHT) + 1))
    old = chained_with(None, 0)
    for since in range(1, len(NIGHT) + 1):
        end = Keyed(KEY, Head(since, old[since - 1].chain))
        assert [one.seq for one in faults(old, told, end)] == list(range(since + 1, 6))


def test_no_token_that_a_caller_is_given_is_the_key_of_a_chain() -> None:
    secret = b"s" * 32
    tokens = {reporter_token(secret, f"chain: {chain}") for chain in ("journal", "record")}
    keys = {key_of(secret, chain) for chain in ("journal", "record")}
    assert len(keys) == 2
    assert not {urlsafe_b64encode(key[:32]).rstrip(b"=").decode() for key in keys} & tokens
    end = Head(3, "c")
    assert len({mark_of(key, one) for key in keys for one in (end, Head(2, "c"))}) == 4


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
    assert list(faults(made, {}, KEYED)) == []
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
    assert list(faults(made, {}, KEYED))
