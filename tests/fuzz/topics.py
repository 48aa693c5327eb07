"""Come here for junk over MQTT: on the topics of lamps and of nobody, by a lamp or by anybody."""

import random
from collections.abc import Iterator
from typing import Final

import aiomqtt

from tests.fuzz.tally import Tally

_LARGEST: Final = 60_000
"""The embedded broker takes 64 KB."""
_HEARD_S: Final = 5.0
"""Whose connection was cut while it spoke is not told by the library: then it calls again."""
_WORDS: Final = ("lamps", "order", "sighting", "status", "", "$SYS", "한글", "a" * 300)


def topics(lamp_ids: list[str], dice: random.Random) -> Iterator[str]:
    """For ever: those of lamps, and some that nobody has."""
    while True:
        lamp = dice.choice([*lamp_ids, "nobody", "x" * 64, "../../etc", "한글"])
        yield f"lamps/{lamp}/{dice.choice(('sighting', 'status', 'order'))}"
        yield "/".join(dice.choice(_WORDS) for _ in range(dice.randint(1, 6))).lstrip("$") or "a"


def payload(dice: random.Random) -> bytes:
    """Anything: bytes, nesting, numbers beyond all bounds, sightings that are nearly right."""
    near = b'{"v":1,"seq":%d,"scene":"%s","level":%d,"faults":%s,"at":"%s"}' % (
        dice.choice((0, -1, 2**31, 2**63, 10**400)),
        dice.choice((b"blink", b"schedule", b"bright", b"\xff", b"x" * 9000)),
        dice.choice((0, 100, -5, 10**30)),
        dice.choice((b"[]", b"null", b'["lamp_failure"]', b"[" * 5000, b'{"a":1}')),
        dice.choice((b"2026-11-22T12:00:00.000Z", b"", b"never", b"9999-99-99T99:99:99Z")),
    )
    return dice.choice(
        (
            near,
            dice.randbytes(dice.randint(0, 300)),
            b"[" * dice.randint(1, _LARGEST),
            b"",
            b"online",
            b"offline",
            b"null",
            b"9" * 5000,
            b"\0" * 100,
        )
    )


async def shout(
    host: str,
    port: int,
    lamp_ids: list[str],
    messages: int,
    *,
    user: str | None = None,
    password: str | None = None,
    dice: int = 1,
) -> Tally:
    """So many messages by whoever this is; a broker that hangs up is called again."""
    who = f"by lamp {user}" if user else "by whoever may say anything"
    tally, chance = Tally(f"MQTT messages {who}"), random.Random(dice)
    waiting = topics(lamp_ids, chance)
    while tally.tried < messages:
        try:
            async with aiomqtt.Client(
                host, port, username=user, password=password, identifier=user, timeout=60
            ) as client:
                while tally.tried < messages:
                    tally.tried += 1
                    said, retained = payload(chance), chance.random() < 0.05
                    topic = next(waiting)
                    await client.publish(topic, said, qos=0, retain=retained, timeout=_HEARD_S)
                await client.publish(f"lamps/{lamp_ids[0]}/status", "online", qos=1)  # all is out
        except (aiomqtt.MqttError, ValueError):
            tally.answers[0] += 1  # hung up on, or refused by the client's library
    return tally
