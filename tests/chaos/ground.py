"""Come here for networks and disks of our own, that can be cut and filled without hurting anybody.

A network lives in a namespace of Linux that a sleeping process holds; with it, nothing is left.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.parts.processes import (
    mount,
    output_of,
    spawn,
    temporary_folder,
    unmount,
    wait_until,
)

LAMPS_SIDE = "lamps"
"""This process itself, at one switch with the parts."""
DESK = "police desk"
CALLERS = "callers"
SCREENS = "screens"
WALKERS = "walkers"
SIDES = (DESK, CALLERS, SCREENS, WALKERS)
"""This process too, each at a switch with the dispatcher and nobody else."""
_PARTS = ("dispatcher", "broker", "database")
_NUMBERS = itertools.count()
_PAGE = 4096
_HOLD = "ip link set lo up && echo held && exec sleep infinity"


def no_namespaces() -> str | None:
    """Why there can be none here; None where there can."""
    if not Path("/proc/self/ns").exists():
        return "namespaces are a thing of Linux"
    missing = [name for name in ("unshare", "nsenter", "ip", "bridge") if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} not found (Debian: util-linux, iproute2)"
    try_out = ["unshare", "--net", "true"]
    ran = subprocess.run(try_out, capture_output=True, text=True, check=False)
    if ran.returncode:
        return f"only root may make namespaces ({ran.stderr.strip()})"
    return _no_bridge()


def no_small_disk() -> str | None:
    """Why no disk of our own can be filled here; None where one can."""
    if not shutil.which("unshare"):
        return "unshare not found: there is no such disk but on Linux"
    try_out = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    ran = subprocess.run(try_out, capture_output=True, text=True, check=False)
    return f"only root may mount a disk ({ran.stderr.strip()})" if ran.returncode else None


def _no_bridge() -> str | None:
    words = "ip link add br0 type bridge && ip link add a0 type veth peer name b0"
    ran = subprocess.run(
        ["unshare", "--net", "sh", "-c", words], capture_output=True, text=True, check=False
    )
    return f"this kernel has no bridge or veth ({ran.stderr.strip()})" if ran.returncode else None


class _Holder:
    """A network of its own, for as long as this lives."""

    def __init__(self) -> None:
        log = temporary_folder("ground") / "log"
        self._process = spawn(["unshare", "--net", "sh", "-c", _HOLD], log)
        wait_until(lambda: "held" in log.read_text(), self._process, log, "a namespace")
        self.pid = self._process.pid
        self.inside = ["nsenter", "--target", str(self.pid), "--net"]

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


class SmallDisk:
    """A disk of so many megabytes, mounted on `folder`, that is full when we say so."""

    def __init__(self, megabytes: int, folder: Path | None = None) -> None:
        self.folder = folder or temporary_folder("disk")
        self._filler = self.folder / "filler"
        mount(self.folder, megabytes)

    def fill(self) -> None:
        """Not one byte is left."""
        with self._filler.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            filler.write(bytes(_PAGE))
            free = os.statvfs(self.folder)
            with contextlib.suppress(OSError):  # somebody may be faster; then page by page
                os.posix_fallocate(filler.fileno(), _PAGE, free.f_bavail * free.f_frsize)
            filler.seek(0, os.SEEK_END)
            while True:
                filler.write(bytes(_PAGE))

    def clear(self) -> None:
        """Somebody has made room."""
        self._filler.unlink(missing_ok=True)

    def end(self) -> None:
        unmount(self.folder)


class Network:
    """Dispatcher, broker and database, each with a network of its own, all at one switch.

    The lamps are at the switch too; callers, screens, walkers and the police desk each hang at one
    of their own with the dispatcher. Cut are always two ends: each still reaches everybody else.
    """

    def __init__(self) -> None:
        self._number = next(_NUMBERS)
        number = (os.getpid() + self._number) % 250
        self._switch = _Holder()
        self._holders = {part: _Holder() for part in _PARTS}
        self._nets = [f"10.{231 + net}.{number}" for net in range(1 + len(SIDES))]
        self._ports: dict[tuple[str, int], str] = {}
        for net in range(len(self._nets)):
            self._in_switch(f"ip link add br{net} type bridge && ip link set br{net} up")
        for place, part in enumerate(_PARTS, start=2):
            self._plug(part, 0, place)
        self._plug(LAMPS_SIDE, 0, 1)
        for net, side in enumerate(SIDES, start=1):
            self._plug("dispatcher", net, 2)
            self._plug(side, net, 1)

    def inside(self, part: str) -> list[str]:
        """The words before a command that put it into a part's network."""
        return self._holders[part].inside

    def address(self, part: str) -> str:
        """Where others find it."""
        if part in _PARTS:
            return f"{self._nets[0]}.{_PARTS.index(part) + 2}"
        return f"{self._nets[_net_of(part)]}.1"

    def dispatcher_for(self, side: str) -> str:
        """Where those at this side find the dispatcher."""
        return f"{self._nets[_net_of(side)]}.2"

    def cut(self, one: str, other: str) -> None:
        """Not a packet goes between these two, and nobody is told."""
        net = max(_net_of(one), _net_of(other))
        for part in (one, other):
            self._in_switch(f"bridge link set dev {self._ports[part, net]} isolated on")

    def mend(self) -> None:
        """All reach all again."""
        for port in self._ports.values():
            self._in_switch(f"bridge link set dev {port} isolated off")

    def end(self) -> None:
        for holder in (*self._holders.values(), self._switch):
            holder.end()

    def _plug(self, part: str, net: int, place: int) -> None:
        """A cable with one end in the part's network and the other in the switch."""
        port, end = f"p{net}{place}", f"lc{os.getpid() % 10_000}x{self._number}n{net}{place}"
        self._ports[part, net] = port
        _run("ip", "link", "add", end, "type", "veth", "peer", port, "netns", self._switch_pid)
        self._in_switch(f"ip link set {port} master br{net} && ip link set {port} up")
        inside: Sequence[str] = ()
        if part in self._holders:
            _run("ip", "link", "set", end, "netns", str(self._holders[part].pid))
            inside = self._holders[part].inside
        _run(*inside, "ip", "address", "add", f"{self._nets[net]}.{place}/24", "dev", end)
        _run(*inside, "ip", "link", "set", end, "up")

    @property
    def _switch_pid(self) -> str:
        return str(self._switch.pid)

    def _in_switch(self, words: str) -> None:
        _run(*self._switch.inside, "sh", "-c", words)


def _net_of(part: str) -> int:
    return SIDES.index(part) + 1 if part in SIDES else 0


def _run(*words: str) -> None:
    output_of(words)
