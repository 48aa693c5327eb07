"""The connection to the MQTT broker: on both brokers, to an older one, to one that comes late."""

import asyncio
import gc

import pytest

from lights.mqtt_client import Message
from tests.conftest import Broker as RunningBroker
from tests.lights.brokers import (
    Ears,
    connected,
    next_message,
    speaker,
)
from tests.parts import MosquittoServer

ORDER = Message("lamps/L1/order", b'{"v":1,"seq":1,"scene":"schedule"}', 600)


async def test_it_hears_what_lamps_say_and_nothing_else(broker: RunningBroker) -> None:
    ears = Ears()
    async with connected(broker.host, broker.port, ears), speaker(broker) as lamp:
        await lamp.publish("lamps/L1/order", b"not for us")
        await lamp.publish("lamps/L1/door/status", b"not for us")
        await lamp.publish("lamps/L1/sighting", b"", qos=0)
        await lamp.publish("lamps/L1/sighting", b"\xff\x00", qos=1)
        await lamp.publish("lamps/쌍문/sighting", b"x" * 10_000)
        await lamp.publish("lamps/L2/status", b"online", qos=1, retain=True)
        await ears.until(lambda: len(set(ears.heard)) >= 4)
    assert set(ears.heard) == {
        ("lamps/L1/sighting", b""),
        ("lamps/L1/sighting", b"\xff\x00"),
        ("lamps/쌍문/sighting", b"x" * 10_000),
        ("lamps/L2/status", b"online"),
    }


async def test_what_is_heard_leaves_no_work_for_the_garbage_collector(
    broker: RunningBroker,
) -> None:
    many = 500
    ears = Ears()
    async with connected(broker.host, broker.port, ears), speaker(broker) as lamp:
        gc.collect()
        gc.disable()
        try:
            for number in range(many):
                await lamp.publish("lamps/L1/sighting", b"%d" % number, qos=0)
            await ears.until(lambda: ears.heard[-1:] == [("lamps/L1/sighting", b"%d" % (many - 1))])
            left = gc.collect()
        finally:
            gc.enable()
    assert len(ears.heard) == many
    assert left < many


async def test_it_hears_the_status_that_was_said_before_it_came(broker: RunningBroker) -> None:
    async with speaker(broker) as lamp:
        await lamp.publish("lamps/L1/status", b"offline", qos=1, retain=True)
    ears = Ears()
    async with connected(broker.host, broker.port, ears):
        await ears.until(lambda: ("lamps/L1/status", b"offline") in ears.heard)


@pytest.mark.parametrize("qos", [0, 1])
async def test_it_says_orders_in_turn_not_retained_and_with_their_expiry(
    broker: RunningBroker, qos: int
) -> None:
    orders = [Message("lamps/L1/order", b"%d" % number, 300 - number) for number in range(120)]
    async with (
        speaker(broker) as lamp,
        connected(broker.host, broker.port, Ears(), qos) as (ours, _),
    ):
        await lamp.subscribe("lamps/+/order", qos=1)
        assert await ours.say(iter(orders)) == 120
        assert await ours.say([]) == 0
        came = [await next_message(lamp) for _ in orders]
    assert [message.payload for message in came] == [order.payload for order in orders]
    assert {message.qos for message in came} == {qos}
    assert not any(message.retain for message in came)
    if broker.kind == "production":  # MQTT 5
        expiries = [getattr(message.properties, "MessageExpiryInterval", None) for message in came]
        assert expiries == pytest.approx([order.expires_s for order in orders], abs=5)


async def test_an_order_that_nobody_hears_is_kept_for_nobody(broker: RunningBroker) -> None:
    async with connected(broker.host, broker.port, Ears(), qos=1) as (ours, _):
        assert await ours.say([ORDER]) == 1
        async with speaker(broker) as lamp:
            await lamp.subscribe("lamps/+/order", qos=1)
            await ours.say([Message("lamps/L1/order", b"the next", 600)])
            assert (await next_message(lamp)).payload == b"the next"


async def test_a_broker_that_goes_in_the_middle_of_a_round_ends_nothing(
    mosquitto: MosquittoServer,
) -> None:
    ears = Ears()
    async with connected(mosquitto.host, mosquitto.port, ears) as (broker, life):
        saying = asyncio.create_task(broker.say([ORDER] * 20_000))
        await asyncio.sleep(0)  # the round has begun and looks up between two batches
        await asyncio.to_thread(mosquitto.kill)
        assert await saying <= 20_000
        await ears.until(lambda: ears.turns == [True, False])
        assert await broker.say([ORDER]) == 0
        assert not life.done()
        await asyncio.to_thread(mosquitto.start)
        await ears.until(lambda: ears.turns[-1])
        assert await broker.say([ORDER]) == 1
