"""What a receiver answers to a CAP message, and what is no answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dispatch.cap import NAMESPACE
from dispatch.cap_ack import LARGEST, NotAnAck, Unreadable, read_ack
from dispatch.incident import State
from tests.dispatch.caps import SCHEMA, opened, parsed
from tests.dispatch.told import ack_of

# ---- what a receiver answers


REFERENCE = "lamplighter,06h02mbb.2,2026-11-22T12:00:30-00:00"


def test_an_ack_says_who_has_taken_which_message() -> None:
    others = "else,06h02mbb.1,2026-11-22T12:00:30-00:00"
    ack = read_ack(ack_of(f"{others} {REFERENCE}"), "06h02mbb", 2, "lamplighter")
    assert ack == ("police.example", "ack-1", "06h02mbb.2")
    SCHEMA.assertValid(etree.fromstring(ack_of(REFERENCE)))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ack_of(""), "references must name"),
        (ack_of("lamplighter,06h02mbb.3,x"), "references must name"),
        (ack_of("lamplighter,06h02mbb.0,x"), "references must name"),
        (ack_of("lamplighter,06h02mbb.٢,x"), "references must name"),
        (ack_of("lamplighter,06h02mbb." + "1" * 5000 + ",x"), "references must name"),
        (ack_of("lamplighter,other.1,x"), "references must name"),
        (ack_of("else,06h02mbb.1,x"), "references must name"),
        (ack_of(REFERENCE, sender=""), "sender must be there"),
        (ack_of(REFERENCE, sender="a b"), "sender must be there"),
        (ack_of(REFERENCE, name="x" * 201), "identifier must be there"),
        (ack_of(REFERENCE).replace(b">Ack<", b">Alert<"), "msgType must be Ack"),
        (ack_of(REFERENCE).replace(b"cap:1.2", b"cap:1.1"), "root must be alert"),
        (b"<alert/>", f"root must be alert of {NAMESPACE}"),
    ],
)
def test_what_is_no_ack_of_ours_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(NotAnAck, match=words):
        read_ack(body, "06h02mbb", 2, "lamplighter")


_LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><alert>&b;</alert>'
_FILE = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><alert>&f;</alert>'
_ELSEWHERE = b'<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/x.dtd"><alert/>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<alert",
        b"\xff\xfe\x00",
        b"{}",
        b'<?xml version="1.0" encoding="no-such"?><alert/>',
        b"<alert>" + b"<a>" * 100_000,
        _LAUGHS,
        _FILE,
        _ELSEWHERE,
    ],
)
def test_what_is_never_read_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_ack(body, "06h02mbb", 2, "lamplighter")


@given(st.binary(max_size=200))
def test_junk_is_refused_and_is_no_fault_of_ours(body: bytes) -> None:
    with pytest.raises((Unreadable, NotAnAck)):
        read_ack(body, "06h02mbb", 2, "lamplighter")
    assert len(body) < LARGEST


def test_states_are_all_described() -> None:
    states: list[State] = ["open", "acknowledged", "assigned", "en_route", "on_scene", "closed"]
    for state in states:
        parsed(replace(opened(), state=state))
