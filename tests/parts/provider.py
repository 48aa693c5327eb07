"""Come here for a district's OpenID Connect provider: oidc-provider, a real one, on Node."""

import functools
import json
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from tests.parts.processes import (
    PartMissing,
    accepts,
    end,
    free_port,
    spawn,
    temporary_folder,
    wait_until,
)

FOLDER: Final = Path(__file__).parent / "oidc"
_WITH_NODE: Final = Path(__file__).parents[2] / ".ci" / "with-node"
_INSTALLED: Final = FOLDER / "node_modules" / ".package-lock.json"


@functools.cache
def provider_program() -> str:
    """The program, with the packages of its lock file beside it. Raises PartMissing."""
    lock = FOLDER / "package-lock.json"
    if not _INSTALLED.exists() or _INSTALLED.stat().st_mtime < lock.stat().st_mtime:
        raise PartMissing("oidc-provider")
    return str(FOLDER / "provider.mjs")


def install_provider() -> None:
    """Fetch what its lock file names, into the folder beside it: nobody need be asked for that."""
    command = [str(_WITH_NODE), "npm", "ci", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=FOLDER, check=False)
    if _INSTALLED.exists():
        _INSTALLED.touch()  # npm keeps older times where nothing changed


class ProviderServer:
    """A private provider: the test says who its clients and people are.

    `ways`: how clients may say their secrets (OpenID Connect Core, 9).
    """

    def __init__(
        self,
        clients: Sequence[Mapping[str, Any]],
        people: Mapping[str, Mapping[str, Any]],
        ways: Sequence[str],
    ) -> None:
        self.port = free_port()
        self._folder = temporary_folder("provider")
        self._people = self._folder / "people.json"
        self.knows(people)
        known = str(self._people)
        self._said = {"port": self.port, "clients": clients, "people": known, "ways": ways}
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def knows(self, people: Mapping[str, Mapping[str, Any]]) -> None:
        """From now on it knows these people, and what it says of them."""
        fresh = self._people.with_suffix(".new")
        fresh.write_text(json.dumps(people), encoding="utf-8")
        fresh.replace(self._people)

    def start(self) -> None:
        """Return when it accepts connections."""
        command = [str(_WITH_NODE), "node", provider_program(), json.dumps(self._said)]
        self._process = spawn(command, self._log)
        wait_until(lambda: accepts(self.port), self._process, self._log, "oidc-provider")

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGTERM)
            self._process = None
