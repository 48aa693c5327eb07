"""Come here for what a night is prepared for, and the ways between its parts that it needs."""

import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from enum import StrEnum
from pathlib import Path

from tests.chaos.cable import Cable
from tests.chaos.ground import Network, SmallDisk, no_namespaces
from tests.conftest import Kind
from tests.parts.processes import accepts, end, spawn, wait_until

Address = tuple[str, int]

_DISK_MB = 512
"""A new cluster with PostGIS takes 150; what is left is filled by the blow."""


class Laid(StrEnum):
    """What a night is prepared for."""

    PLAIN = "plain"
    CABLE = "cable"
    """A cable of ours between dispatcher and broker, and one between broker and lamps."""
    NETWORK = "network"
    """Every part in a network of its own, or with a cable to each other where that is forbidden."""
    DISK = "disk"
    CLOCK = "clock"
    SILENCE = "silence"
    """Lamps whose own clock is so far ahead that their orders soon end."""


class Ways:
    """Where each part runs, and how the others find it. `kind` is which pair."""

    def __init__(self, kind: Kind, laid: Laid, stack: AsyncExitStack) -> None:
        self.kind = kind
        self.laid = laid
        self.cables: dict[str, Cable] = {}
        self.network: Network | None = None
        self.disk: SmallDisk | None = None
        self._stack = stack
        if laid is Laid.NETWORK and no_namespaces() is None:
            self.network = Network()
            stack.callback(self.network.end)
        if laid is Laid.DISK:
            self.disk = SmallDisk(_DISK_MB)
            stack.callback(self.disk.end)

    def inside(self, part: str) -> Sequence[str]:
        """The words before a part's command that put it into its network."""
        return () if self.network is None else self.network.inside(part)

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

    def reach_dispatcher(self, port: int, folder: Path) -> Address:
        """Where the world finds what the dispatcher has on its loopback.

        It takes no one from elsewhere without passwords; in a network of its own something stands
        before it, as a proxy does in a city.
        """
        if self.network is None:
            return "127.0.0.1", port
        host, log = self.network.address("dispatcher"), folder / "door.log"
        cable = [sys.executable, "-m", "tests.chaos.cable", host, str(port), "127.0.0.1", str(port)]
        process = spawn([*self.inside("dispatcher"), *cable], log)
        self._stack.callback(end, process, None)
        wait_until(lambda: accepts(port, host), process, log, "the door of the dispatcher")
        return host, port
