"""`lamplighter demo`, which nobody watches over, on a laptop that is shut and opened again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.house import report
from tests.parts import free_port
from tests.patience import DEADLINE_S

ROOT = Path(__file__).resolve().parents[2]
DEMO = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dispatch import demo

ahead = Path(sys.argv[1])


def wall():
    return datetime.now(UTC) + timedelta(hours=int(ahead.read_text()))


demo.run(None, None, is_open=True, walkers=0, wall=wall)
"""


@asynccontextmanager
async def a_demo(ahead: Path, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """Whose clock is as many hours ahead as the file says."""
    listen = {
        "LAMPLIGHTER_HTTP_LISTEN": f"127.0.0.1:{port}",
        "LAMPLIGHTER_MQTT_LISTEN": f"127.0.0.1:{free_port()}",
    }
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DEMO, str(ahead)),
        cwd=ROOT,
        env=os.environ | listen | {"PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield demo
    finally:
        demo.send_signal(signal.SIGINT)
        await demo.communicate()


async def says(demo: asyncio.subprocess.Process, words: str) -> None:
    assert demo.stdout is not None
    async with asyncio.timeout(2 * DEADLINE_S):
        while words not in (line := (await demo.stdout.readline()).decode()):
            assert line, "it has ended"


async def test_a_demo_goes_on_by_itself_when_the_clock_was_set(tmp_path: Path) -> None:
    ahead, port = tmp_path / "ahead", free_port()
    ahead.write_text("0")
    async with (
        a_demo(ahead, port) as demo,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE_S) as client,
    ):
        await says(demo, "Lamplighter is running")
        before = (await client.post("/v1/reports", json=report())).json()["incident_id"]
        ahead.write_text("8")
        await says(demo, "the machine's clock was set by +288")
        await says(demo, "Lamplighter is running")
        after = await client.post("/v1/reports", json=report())
        assert after.status_code == 201
        known = (await client.get(f"/v1/incidents/{before}")).json()
        assert known["opened_at"] < after.json()["received_at"]
    assert demo.returncode == 0
