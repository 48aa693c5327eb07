"""Who is told where, as a deployment writes it down: read, or refused without a secret in it."""

import base64
from pathlib import Path

import pytest

from dispatch.push.addresses import read_addresses
from dispatch.settings import BadSetting, Settings

SECRET = "whsec_" + base64.b64encode(b"a very secret secret....").decode()
TOKEN = "token-in-the-path"


def test_targets_are_told_as_json_or_in_cap_or_both() -> None:
    found = read_addresses(
        "control_room=https://a/x; unit:쌍문파출소=cap+https://b/y?z=1;control_room=cap+http://c",
        f"control_room={SECRET},{SECRET}\nunit:쌍문파출소={SECRET}",
        "control_room",
    )
    assert {key: (one.form, one.url, len(one.secrets)) for key, one in found.items()} == {
        "control_room": ("json", "https://a/x", 2),
        "cap:unit:쌍문파출소": ("cap", "https://b/y?z=1", 1),
        "cap:control_room": ("cap", "http://c", 2),
    }
    assert read_addresses("", "") == {}


@pytest.mark.parametrize(
    ("text", "secrets", "words"),
    [
        (f"https://desk.example/{TOKEN}", "", "must be target=…"),
        (f"police=https://desk.example/{TOKEN}", "", "'police' is nobody who is told"),
        (f"unit:=https://desk.example/{TOKEN}", "", "'unit:' is nobody who is told"),
        (f"supervisor=ftp://desk.example/{TOKEN}", "", "address of supervisor must be http"),
        (f"supervisor=https:///{TOKEN}", "", "address of supervisor must be http"),
        (f"supervisor=https://x:99999/{TOKEN}", "", "address of supervisor must be http"),
        (f"supervisor=https://[x/{TOKEN}", "", "address of supervisor must be http"),
        (f"supervisor=http://a/{TOKEN};supervisor=http://b", "", "supervisor is told twice"),
        (f"supervisor=http://a/{TOKEN}", f"control_room={SECRET}", "'control_room', who has no"),
        (f"supervisor=http://a/{TOKEN}", f"supervisor={SECRET}!", "secret of supervisor must be"),
        (f"supervisor=http://a/{TOKEN}", SECRET.replace("=", ""), "must be target=…"),
    ],
)
def test_a_wrong_setting_is_refused_in_words_without_address_or_secret(
    text: str, secrets: str, words: str
) -> None:
    environment = {"LAMPLIGHTER_WEBHOOKS": text, "LAMPLIGHTER_WEBHOOK_SECRETS": secrets}
    with pytest.raises(BadSetting, match=words) as refusal:
        Settings.read(environment)
    assert TOKEN not in str(refusal.value)
    assert SECRET[6:30] not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "secret", "words"),
    [
        (f"http://desk.example/{TOKEN}", SECRET, "anybody on the way reads where people are"),
        (f"cap+http://10.0.0.7/{TOKEN}", SECRET, "anybody on the way reads where people are"),
        (f"https://desk.example/{TOKEN}", "", "has no secret"),
        (f"cap+https://desk.example/{TOKEN}", "", "has no secret"),
        (f"https://desk.example/{TOKEN}", SECRET, None),
        (f"http://127.0.0.1:9000/{TOKEN}", "", None),  # nobody is on the way
        (f"http://[::1]:9000/{TOKEN}", "", None),
        (f"http://localhost:9000/{TOKEN}", "", None),
        (f"http://127.0.0.1.example/{TOKEN}", SECRET, "anybody on the way"),
    ],
)
def test_beyond_this_machine_whoever_is_told_is_told_by_https_and_signed_or_named_as_trusted(
    address: str, secret: str, words: str | None
) -> None:
    environment = {"LAMPLIGHTER_WEBHOOKS": f"unit:쌍문파출소={address}"}
    if secret:
        environment["LAMPLIGHTER_WEBHOOK_SECRETS"] = f"unit:쌍문파출소={secret}"
    if words is not None:
        with pytest.raises(BadSetting, match=f"unit:쌍문파출소 .*{words}") as refusal:
            Settings.read(environment)
        assert "LAMPLIGHTER_WEBHOOKS_UNPROTECTED" in str(refusal.value)
        assert TOKEN not in str(refusal.value)
        environment["LAMPLIGHTER_WEBHOOKS_UNPROTECTED"] = "unit:쌍문파출소"
    assert len(Settings.read(environment).webhooks) == 1


def test_nobody_is_trusted_by_a_slip_of_the_pen() -> None:
    with pytest.raises(BadSetting, match="'unit:쌍문' is named in"):
        Settings.read(
            {
                "LAMPLIGHTER_WEBHOOKS": "unit:쌍문파출소=http://desk.example/",
                "LAMPLIGHTER_WEBHOOKS_UNPROTECTED": "unit:쌍문",
            }
        )


def test_secrets_can_stand_in_a_file_with_comments(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    path.write_text(f"# the police\n\nunit:쌍문파출소 = {SECRET}\n", encoding="utf-8")
    environment = {
        "LAMPLIGHTER_WEBHOOKS": f"unit:쌍문파출소=https://desk.example/{TOKEN}",
        "LAMPLIGHTER_WEBHOOK_SECRETS_FILE": str(path),
    }
    settings = Settings.read(environment)
    assert len(settings.webhooks["unit:쌍문파출소"].secrets) == 1
    assert TOKEN not in repr(settings)
    assert SECRET not in repr(settings)
    path.unlink()
    with pytest.raises(BadSetting, match="cannot be read: No such file"):
        Settings.read(environment)


@pytest.mark.parametrize("name", ["two words", "a,b", "<a>", "x" * 201])
def test_a_name_that_cap_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match="LAMPLIGHTER_CAP_SENDER"):
        Settings.read({"LAMPLIGHTER_CAP_SENDER": name})
