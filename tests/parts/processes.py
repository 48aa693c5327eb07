"""Come here for processes of the tests that cannot outlive them, and for the ports they use."""

import contextlib
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

# A cluster starts in 0.2 s and a broker in 0.02 s; a loaded machine may take far longer.
_START_SECONDS = 120.0
# Short against every start that is waited for, long enough not to burden the processor.
_LOOK_AGAIN_SECONDS = 0.005
# Below those that Linux (32768 on) and macOS (49152 on) give to connections and to whoever asks for
# any: a broker that is killed finds its port free when it comes back, and nobody else on it.
_OURS = range(10_000, 32_768)


class PartMissing(Exception):
    """A real part is not on this machine; the message says how to get it."""


class PartFailed(Exception):
    """A part is there but does not run; the message says what it said."""


class _Undertaker:
    """A process of its own that ends our processes and removes our folders once we are gone.

    It reads what to bury from a pipe, and sees the pipe's end however this process ended: done,
    Ctrl-C or kill -9. A parent-death signal would be Linux only and follow threads, not processes.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.parts.processes import bury; bury()"],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests
            text=True,
        )

    def note(self, what: str, value: object) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        pipe.write(f"{what} {value}\n")
        pipe.flush()


@functools.cache
def _undertaker() -> _Undertaker:
    return _Undertaker()


def bury() -> None:
    """The undertaker's life: read orders until the pipe ends, then do them."""
    pids: set[int] = set()
    folders: list[str] = []
    mounts: set[str] = set()
    for line in sys.stdin:
        what, _, value = line.rstrip("\n").partition(" ")
        if what == "process":
            pids.add(int(value))
        elif what == "ended":
            pids.discard(int(value))
        elif what == "mount":
            mounts.add(value)
        elif what == "unmounted":
            mounts.discard(value)
        else:
            folders.append(value)
    for pid in pids:
        kill_tree(pid)
    for place in mounts:
        subprocess.run(["umount", "--lazy", place], check=False)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def kill_tree(pid: int) -> None:
    """kill -9 a process and all that it started, parents first: like a power cut."""
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    wait_until_dead(family)


def wait_until_dead(processes: Sequence[psutil.Process]) -> None:
    """Return when none of them runs; one that only waits to be buried by its parent is dead."""
    deadline = time.monotonic() + _START_SECONDS
    while alive := [process for process in processes if _runs(process)]:
        if time.monotonic() > deadline:
            raise PartFailed(f"these processes do not end: {alive}")
        time.sleep(_LOOK_AGAIN_SECONDS)


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def spawn(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process that cannot outlive this one; what it prints goes to the log file."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
    _undertaker().note("process", process.pid)
    return process


def end(process: subprocess.Popen[bytes], gently: signal.Signals | None) -> None:
    """End a spawned process and all that it started; `gently` is tried first where given."""
    if gently and process.poll() is None:
        process.send_signal(gently)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_START_SECONDS)
    if process.poll() is None:
        kill_tree(process.pid)
    process.wait()
    _undertaker().note("ended", process.pid)


def temporary_folder(name: str) -> Path:
    """A new folder that is removed after the run at the latest."""
    folder = Path(tempfile.mkdtemp(prefix=f"lamplighter-{name}-"))
    _undertaker().note("folder", folder)
    return folder


def mount(folder: Path, megabytes: int) -> None:
    """Put a disk of its own, in memory, on a folder. For root alone; gone after the run."""
    options = f"size={megabytes}m,mode=1777"
    output_of(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)])
    _undertaker().note("mount", folder)


def unmount(folder: Path) -> None:
    """Take the disk away, whoever still has a file open on it."""
    output_of(["umount", "--lazy", str(folder)])
    _undertaker().note("unmounted", folder)


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on, and that nobody is given by chance."""
    return next(_free_ports())


@functools.cache
def _free_ports() -> Iterator[int]:
    """Each once, in an order of its own: several runs of tests share the machine."""

    def is_free(port: int) -> bool:
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return True
        return False

    ports = random.SystemRandom().sample(_OURS, len(_OURS))
    return filter(is_free, ports)


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, name: str
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            end = log.read_text(errors="replace")[-2000:]
            raise PartFailed(f"{name} does not run (exit code {process.poll()}):\n{end}")
        time.sleep(_LOOK_AGAIN_SECONDS)


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def output_of(command: Sequence[str]) -> str:
    """What a command prints. Raises where it fails."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def runs(command: Sequence[str]) -> bool:
    """Whether a command ends well; it prints nothing here."""
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def find_program(title: str, *names: str, also: Sequence[str] = ()) -> str:
    path = os.pathsep.join([os.environ.get("PATH", ""), *also, "/usr/local/sbin"])
    found = [program for name in names if (program := shutil.which(name, path=path))]
    if not found:
        raise PartMissing(title)
    return found[0]
