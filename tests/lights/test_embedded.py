"""Come here for what the embedded broker promises to the dispatcher that brings it along."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiomqtt
import psutil
import pytest

from lights.embedded import BrokerDied, EmbeddedBroker
from lights.nats_program import BrokerNotStarted, command_line
from tests.parts.processes import wait_until_dead
from tests.patience import DEADLINE_S, ask_until

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
STATUS = "lamps/L1/status"


async def heard(broker: EmbeddedBroker, topic: str) -> bytes:
    """The first message that a newcomer hears; it asks until then, as one must after a restart."""
    async with aiomqtt.Client(broker.host, broker.port) as client, asyncio.timeout(DEADLINE_S):
        hearing = asyncio.create_task(next_message(client))
        while not hearing.done():
            await client.subscribe(topic, qos=1)
            await asyncio.wait([hearing], timeout=0.05)
        return await hearing


async def next_message(client: aiomqtt.Client) -> bytes:
    async with asyncio.timeout(DEADLINE_S):
        message = await anext(aiter(client.messages))
    assert isinstance(message.payload, bytes)
    return message.payload


async def test_an_order_reaches_the_lamp_with_qos_0(tmp_path: Path) -> None:
    async with (
        EmbeddedBroker(LOOPBACK, 0, tmp_path) as broker,
        aiomqtt.Client(broker.host, broker.port) as lamp,
        aiomqtt.Client(broker.host, broker.port) as dispatcher,
    ):
        await lamp.subscribe("lamps/L1/order", qos=0)
        await dispatcher.publish("lamps/L1/order", b"blink", qos=0)
        assert await next_message(lamp) == b"blink"


async def test_a_retained_status_meets_whoever_comes_later(tmp_path: Path) -> None:
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path) as broker:
        async with aiomqtt.Client(broker.host, broker.port) as lamp:
            await lamp.publish(STATUS, b"online", qos=1, retain=True)
        assert await heard(broker, "lamps/+/status") == b"online"


async def test_the_will_of_a_dropped_lamp_is_retained(tmp_path: Path) -> None:
    async with (
        EmbeddedBroker(LOOPBACK, 0, tmp_path) as broker,
        aiomqtt.Client(broker.host, broker.port) as dispatcher,
    ):
        await dispatcher.subscribe("lamps/+/status", qos=1)
        lamp = await lamp_that_promises_offline(broker)
        lamp.close()  # the line breaks, without the word of goodbye that would cancel the will
        assert await next_message(dispatcher) == b"offline"
        assert await heard(broker, "lamps/+/status") == b"offline"


async def lamp_that_promises_offline(broker: EmbeddedBroker) -> asyncio.StreamWriter:
    """A connected lamp whose will is a retained "offline", as bytes: a client would say goodbye."""
    reader, writer = await asyncio.open_connection(broker.host, broker.port)
    words = [b"L1", STATUS.encode(), b"offline"]
    body = b"\x00\x04MQTT\x04\x2e\x00\x0a"  # 3.1.1; clean session, will, QoS 1, retained; 10 s
    body += b"".join(len(word).to_bytes(2, "big") + word for word in words)
    writer.write(b"\x10" + bytes([len(body)]) + body)
    assert await reader.readexactly(4) == b"\x20\x02\x00\x00"  # connected
    return writer


@pytest.mark.parametrize("orderly", [True, False], ids=["stopped", "killed"])
async def test_retained_words_outlive_the_broker(tmp_path: Path, orderly: bool) -> None:
    broker = EmbeddedBroker(LOOPBACK, 0, tmp_path)
    await broker.start()
    async with aiomqtt.Client(broker.host, broker.port) as lamp:
        await lamp.publish(STATUS, b"online", qos=1, retain=True)
    if not orderly:
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
    await broker.stop()
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path) as again:
        assert await heard(again, "lamps/+/status") == b"online"


async def test_a_dying_broker_wakes_its_watcher(tmp_path: Path) -> None:
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path) as broker:
        watching = asyncio.create_task(broker.watch())
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        with pytest.raises(BrokerDied, match="code -9"):
            await watching


async def test_a_broker_that_writes_no_more_since_its_disk_was_full_has_to_be_started_anew(
    tmp_path: Path,
) -> None:
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path) as broker:
        with (tmp_path / "nats.log").open("a") as log:  # what it says there: see `make chaos`
            log.write(
                "[ERR] Filestore [$MQTT_sess] Critical write error: no space left on device\n"
            )
        with pytest.raises(BrokerDied, match="disk was full"):
            async with asyncio.timeout(DEADLINE_S):
                await broker.watch()


async def test_a_stopped_broker_lets_its_watcher_go(tmp_path: Path) -> None:
    broker = EmbeddedBroker(LOOPBACK, 0, tmp_path)
    await broker.start()
    watching = asyncio.create_task(broker.watch())
    await asyncio.sleep(0)  # the watcher begins to watch
    await broker.stop()
    await watching
    assert broker.pid is None


async def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BrokerNotStarted, match=rf"port {port} .*LAMPLIGHTER_MQTT_LISTEN"):
            await EmbeddedBroker(LOOPBACK, port, tmp_path).start()


async def test_two_dispatchers_do_not_share_a_store(tmp_path: Path) -> None:
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path) as first:
        with pytest.raises(BrokerNotStarted, match="LAMPLIGHTER_DATA_DIR"):
            await EmbeddedBroker(LOOPBACK, 0, tmp_path).start()
        async with aiomqtt.Client(first.host, first.port):
            pass  # the first one is unharmed


_DISPATCHER = """
import asyncio, sys
from pathlib import Path
from lights.embedded import EmbeddedBroker

async def serve():
    async with EmbeddedBroker("127.0.0.1", 0, Path(sys.argv[1])) as broker:
        print(broker.pid, flush=True)
        await broker.watch()

asyncio.run(serve())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends the orphan")
def test_a_killed_dispatcher_leaves_no_broker_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _DISPATCHER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as dispatcher:
        assert dispatcher.stdout is not None
        broker = psutil.Process(int(dispatcher.stdout.readline()))
        dispatcher.kill()
    wait_until_dead([broker])


async def test_an_orphan_on_the_same_store_is_ended_first(tmp_path: Path) -> None:
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path):
        pass
    orphan = await started("nats-server", "-c", str(tmp_path / "nats.conf"))
    # Linux says for a moment that a program which has just been started has no command line.
    await ask_until(lambda: command_line(orphan.pid), lambda words: "nats-server" in words)
    (tmp_path / "nats.pid").write_text(str(orphan.pid))
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path), asyncio.timeout(DEADLINE_S):
        assert await orphan.wait() == -signal.SIGKILL


async def test_a_stranger_with_the_old_process_id_is_left_alone(tmp_path: Path) -> None:
    stranger = await started("python", "-c", "input()")
    (tmp_path / "nats.pid").write_text(str(stranger.pid))
    async with EmbeddedBroker(LOOPBACK, 0, tmp_path):
        assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def started(program: str, *arguments: str) -> asyncio.subprocess.Process:
    """A program of the environment, with the first output it makes where it makes some."""
    return await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name(program), *arguments, stdin=asyncio.subprocess.PIPE
    )
