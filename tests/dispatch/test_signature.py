"""What is pushed is signed in the form of Standard Webhooks: an independent library verifies it."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from dispatch.push.signature import Secret, is_signed, signed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"x" * 64).decode()
BODY = '{"target":"unit:쌍문파출소"}'.encode()


def secrets(*texts: str) -> list[Secret]:
    return [Secret.read(text) for text in texts]


def test_a_signature_is_these_bytes() -> None:
    assert signed("letter-1", BODY, NOW, secrets(OLD)) == {
        "webhook-id": "letter-1",
        "webhook-timestamp": "1795348800",
        "webhook-signature": "v1,aPbvLKOsoXbDuhuhNx3e19P/RJE+i8ZWltdcU4iNiuY=",
    }


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_a_receiver_with_either_secret_verifies_while_one_is_being_changed(secret: str) -> None:
    headers = dict(signed("letter-1", BODY, datetime.now(UTC), secrets(OLD, NEW)))
    assert len(headers["webhook-signature"].split()) == 2
    assert Webhook(secret).verify(BODY, headers) == {"target": "unit:쌍문파출소"}


def test_a_receiver_with_another_secret_refuses() -> None:
    headers = dict(signed("letter-1", BODY, datetime.now(UTC), secrets(OLD, NEW)))
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(BODY, headers)


@pytest.mark.parametrize(
    "changed",
    [{"webhook-id": "letter-2"}, {"webhook-timestamp": "1795348801"}, {"webhook-signature": "v1,"}],
)
def test_nothing_that_is_signed_can_be_changed(changed: dict[str, str]) -> None:
    headers = dict(signed("letter-1", BODY, NOW, secrets(OLD)))
    assert is_signed(headers, BODY, NOW, secrets(OLD))
    assert not is_signed(headers | changed, BODY, NOW, secrets(OLD))
    assert not is_signed(headers, BODY + b" ", NOW, secrets(OLD))


@pytest.mark.parametrize(("minutes", "is_good"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_what_was_overheard_is_no_good_for_long(minutes: int, is_good: bool) -> None:
    headers = dict(signed("letter-1", BODY, NOW, secrets(OLD)))
    later = NOW + timedelta(minutes=minutes)
    assert is_signed(headers, BODY, later, secrets(NEW, OLD)) is is_good


def test_what_an_independent_library_signs_is_signed() -> None:
    said = Webhook(NEW).sign("ack-1", NOW, BODY.decode())
    headers = {
        "webhook-id": "ack-1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": said,
    }
    assert is_signed(headers, BODY, NOW, secrets(OLD, NEW))
    assert not is_signed(headers, BODY, NOW, secrets(OLD))


@given(st.dictionaries(st.sampled_from(("webhook-timestamp", "webhook-signature")), st.text()))
def test_junk_in_the_headers_is_no_signature_and_no_error(headers: dict[str, str]) -> None:
    assert not is_signed(headers, BODY, NOW, secrets(OLD))


def test_without_a_secret_there_is_an_id_and_a_time_but_no_signature() -> None:
    assert set(signed("letter-1", BODY, NOW, [])) == {"webhook-id", "webhook-timestamp"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "b29vb29vb29vb29vb29vb29vb29vb29v",
        "whsec_c2hvcnQ=",
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        "whsec_not/base64/!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
    ],
)
def test_a_secret_that_is_none_is_refused_without_being_said(text: str) -> None:
    with pytest.raises(ValueError, match="must be whsec_ followed by") as refusal:
        Secret.read(text)
    assert len(text) < 10 or text not in str(refusal.value)
    assert repr(Secret.read(OLD)) == "Secret(…)"
