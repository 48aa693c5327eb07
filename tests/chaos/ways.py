"""Come here for what a night is prepared for, and the ways between its parts that it needs."""

import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from enum import StrEnum
from pathlib import Path

from tests.chaos.cable import Cable
from tests.chaos.ground import (
    CALLERS,
    LAMPS_SIDE,
    SCREENS,
    WALKERS,
    Network,
    SmallDisk,
    no_namespaces,
)
from tests.chaos.wrong_clock import WrongClock
from tests.conftest import Kind
from tests.parts.processes import accepts, end, spawn, wait_until

Address = tuple[str, int]

_DISK_MB = 512
"""A new cluster with PostGIS takes 150; what is left is filled by the blow."""
_BY_HTTP = (CALLERS, SCREENS, WALKERS)


class Laid(StrEnum):
    """What a night is prepared for."""

    PLAIN = "plain"
    CABLE = "cable"
    """A cable of ours between dispatcher and broker, and one between broker and lamps."""
    NETWORK = "network"
    """Every part in a network of its own, or with a cable to each other where that is forbidden."""
    DISK = "disk"
    """Database, broker and dispatcher each keep what they know on a disk of their own."""
    CLOCK = "clock"
    """Dispatcher, database and broker each go by a wall clock of their own."""
    SILENCE = "silence"
    """Lamps whose own clock is so far ahead that their orders soon end."""


class Ways:
    """Where each part runs, and how the others find it. `kind` is which pair."""

    def __init__(self, kind: Kind, laid: Laid, stack: AsyncExitStack, folder: Path) -> None:
        self.kind = kind
        self.laid = laid
        self.cables: dict[str, Cable] = {}
        self.network: Network | None = None
        self.disks: dict[str, SmallDisk] = {}
        self.clocks: dict[str, WrongClock] = {}
        self._stack = stack
        self._folder = folder
        if laid is Laid.NETWORK and no_namespaces() is None:
            self.network = Network()
            stack.callback(self.network.end)
        if laid is Laid.DISK:
            self._mount("database")
            data = self._mount("dispatcher") / "data"
            store = data / "broker"
            store.mkdir(parents=True)
            self._mount("broker", store if kind == "embedded" else None)
        if laid is Laid.CLOCK:
            parts = ("dispatcher", *(("database", "broker") if kind == "production" else ()))
            self.clocks = {part: WrongClock() for part in parts}

    def _mount(self, part: str, folder: Path | None = None) -> Path:
        disk = self.disks[part] = SmallDisk(_DISK_MB, folder)
        self._stack.callback(disk.end)
        return disk.folder

    def keep(self, part: str) -> Path:
        """The folder where a part keeps what it knows."""
        return self.disks[part].folder if part in self.disks else self._folder

    def inside(self, part: str) -> Sequence[str]:
        """The words before a part's command that put it into its network."""
        return () if self.network is None else self.network.inside(part)

    def by_its_clock(self, part: str) -> Sequence[str]:
        """The words directly before a part's program that put it under its own clock."""
        clock = self.clocks.get(part)
        if clock is None:
            return ()
        return ["env", *(f"{name}={value}" for name, value in clock.environment.items())]

    def host(self, part: str) -> str:
        """Where a part listens."""
        return "127.0.0.1" if self.network is None else self.network.address(part)

    async def lead(self, name: str, there: Address) -> Address:
        """Where to go to get there: by a cable, where this night needs one of that name."""
        if not self._has_cable(name):
            return there
        cable = await self._stack.enter_async_context(Cable(there))
        self.cables[name] = cable
        return cable.host, cable.port

    def _has_cable(self, name: str) -> bool:
        if self.laid is Laid.CABLE:
            return name in ("broker", "lamps")
        return self.laid is Laid.NETWORK and self.network is None

    async def doors(self, port: int) -> dict[str, Address]:
        """Where callers, screens and walkers find the dispatcher's HTTP."""
        found = self._stood_before(_BY_HTTP, port)
        return {side: await self.lead(side, there) for side, there in found.items()}

    async def door_to_lamps(self, port: int) -> Address:
        """Where lamps find the broker that the dispatcher has on its loopback."""
        return await self.lead("lamps", self._stood_before((LAMPS_SIDE,), port)[LAMPS_SIDE])

    def _stood_before(self, sides: Sequence[str], port: int) -> dict[str, Address]:
        """Where these find what the dispatcher has on its loopback.

        It takes no one from elsewhere without passwords; in a network of its own something stands
        before it, as a proxy does in a city.
        """
        if self.network is None:
            return dict.fromkeys(sides, ("127.0.0.1", port))
        hosts = {side: self.network.dispatcher_for(side) for side in sides}
        cable = [sys.executable, "-m", "tests.chaos.cable", ",".join(hosts.values()), str(port)]
        log = self._folder / "door.log"
        inside = self.network.inside("dispatcher")
        process = spawn([*inside, *cable, "127.0.0.1", str(port)], log)
        self._stack.callback(end, process, None)
        for host in hosts.values():
            wait_until(lambda at=host: accepts(port, at), process, log, "the door")  # type: ignore[misc]
        return {side: (host, port) for side, host in hosts.items()}
