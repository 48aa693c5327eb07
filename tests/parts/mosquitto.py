"""Come here for a private Mosquitto broker: start it, kill it, start it again on the same port."""

import functools
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.parts.processes import (
    accepts,
    end,
    find_program,
    free_port,
    spawn,
    temporary_folder,
    wait_until,
)


@functools.cache
def mosquitto_program() -> str:
    """Debian puts it into sbin, which is not on everybody's path. Raises PartMissing."""
    return find_program("Mosquitto", "mosquitto", also=("/usr/sbin", "/opt/homebrew/sbin"))


class MosquittoServer:
    """A private Mosquitto on `host`, on a port of its own that it keeps over restarts.

    Without a store it forgets everything when it ends, so a restart is also a test of lost retained
    messages.
    """

    def __init__(
        self,
        port: int | None = None,
        config: str | None = None,
        host: str = "127.0.0.1",
        inside: Sequence[str] = (),
        store: Path | None = None,
    ) -> None:
        """With `config` it runs a configuration of the product, on this port instead of its own.

        `inside`: words before the command that put it elsewhere, such as into another network.
        In a `store` it keeps what it knows every second, and finds it again after kill().
        """
        self._store = store
        self.host = host
        self._inside = inside
        self.port = port or free_port()
        self._given = config
        self._folder = temporary_folder("mosquitto")
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://{self.host}:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Return when it accepts connections, after kill() on the same port."""
        config = self._folder / "mosquitto.conf"
        config.write_text(self._config())
        self._process = spawn([*self._inside, mosquitto_program(), "-c", str(config)], self._log)
        wait_until(lambda: accepts(self.port, self.host), self._process, self._log, "Mosquitto")

    def reload(self) -> None:
        """Have it read its passwords, access list and revoked certificates again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    @property
    def pid(self) -> int | None:
        """The broker's process, None while it does not run."""
        return self._process.pid if self._process else None

    def kill(self) -> None:
        """kill -9: no will is sent, every connection breaks."""
        self._end(None)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _config(self) -> str:
        # Otherwise root becomes the user mosquitto, who may not write here.
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name}\n"
        listener = f"listener {self.port} {self.host}\n"
        if self._given is not None:
            return user + re.sub(r"^listener .*$", listener, self._given, flags=re.MULTILINE)
        return user + listener + self._own_settings()

    def _own_settings(self) -> str:
        return (
            "allow_anonymous true\n"
            # Without it an acknowledged publish waits 40 ms for the delayed TCP acknowledgement.
            "set_tcp_nodelay true\n"
            # A thousand lamps answer at once in the benches; the default of 1,000 drops some.
            "max_queued_messages 100000\n"
            "log_dest stderr\n"
            "log_type error\n"
            "log_type warning\n"
        ) + self._persistence()

    def _persistence(self) -> str:
        if self._store is None:
            return "persistence false\n"
        return (
            f"persistence true\npersistence_location {self._store}/\n"
            "autosave_interval 1\nautosave_on_changes false\n"
        )

    @property
    def is_running(self) -> bool:
        """False after kill(), and where it has given up by itself."""
        return self._process is not None and self._process.poll() is None

    def _end(self, gently: signal.Signals | None) -> None:
        if self._process is not None:
            end(self._process, gently)
            self._process = None
