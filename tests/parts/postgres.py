"""Come here for a private PostgreSQL with PostGIS: start it, kill it, make databases in it."""

import functools
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.parts.processes import (
    PartFailed,
    PartMissing,
    accepts,
    end,
    free_port,
    output_of,
    runs,
    spawn,
    temporary_folder,
    wait_until,
)

_OLDEST_POSTGRES = 14  # SQLAlchemy and PostGIS 3 are tested from here on; Ubuntu 22.04 has it


_POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Fedora and its kin
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@functools.cache
def postgres_bin() -> Path:
    """The programs of the newest PostgreSQL that has PostGIS. Raises PartMissing."""
    on_path = shutil.which("pg_config")
    folders = [found for place in _POSTGRES_PLACES for found in Path("/").glob(place[1:])]
    folders += [Path(on_path).resolve().parent] if on_path else []
    usable = [(version, bin_) for bin_ in folders if (version := _postgis_version(bin_))]
    if not usable:
        raise PartMissing(f"PostgreSQL {_OLDEST_POSTGRES} or newer with PostGIS")
    return max(usable)[1]


def _postgis_version(bin_: Path) -> int | None:
    """The major version of the PostgreSQL in this folder; None without server or PostGIS."""
    if not (bin_ / "postgres").exists() or not (bin_ / "pg_config").exists():
        return None
    found = re.search(r"\d+", output_of([str(bin_ / "pg_config"), "--version"]))
    share = Path(output_of([str(bin_ / "pg_config"), "--sharedir"]).strip())
    version = int(found[0]) if found else 0
    has_postgis = (share / "extension" / "postgis.control").exists()
    return version if has_postgis and version >= _OLDEST_POSTGRES else None


class PostgresServer:
    """A private PostgreSQL cluster with PostGIS on a free port; every commit reaches the disk,
    unless told that it need not."""

    TEMPLATE = "lamplighter_template"

    def __init__(
        self,
        host: str = "127.0.0.1",
        inside: Sequence[str] = (),
        cluster: Path | None = None,
        outlives_the_machine: bool = True,
        beneath: Sequence[str] = (),
    ) -> None:
        """`inside`: words before its commands that put them elsewhere, such as into another
        network or onto another disk, where `cluster` is then its folder. A server that nobody
        kills need not outlive the machine: it does not wait for the disk. `beneath`: words directly
        before the server's program, where its user is the right one already."""
        self._beneath = beneath
        self.host = host
        self.port = free_port()
        self._bin = postgres_bin()
        self._inside = inside
        self._folder = temporary_folder("postgres")
        self._cluster = cluster or self._folder / "cluster"
        self._fsync = "on" if outlives_the_machine else "off"
        self._fresh = True
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Return when the server answers; after kill() it recovers first, on the same port."""
        fresh, self._fresh = self._fresh, False
        if fresh:
            self._initialise()
        self._process = spawn(self._postgres_command(), self._log)
        wait_until(self._answers, self._process, self._log, "PostgreSQL")
        if fresh:
            self._psql(f"CREATE DATABASE {self.TEMPLATE}")
            self._psql("CREATE EXTENSION postgis", database=self.TEMPLATE)

    @property
    def pid(self) -> int | None:
        """The postmaster, None while it does not run."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """False after kill(), and where it has given up by itself."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """kill -9 the postmaster and all its backends, as a power cut does."""
        self._end(None)

    def stop(self) -> None:
        """Orderly; open connections are closed by the server."""
        self._end(signal.SIGINT)

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@{self.host}:{self.port}/{database}"

    def create_database(self, template: str = TEMPLATE) -> str:
        """The URL of a new database: an empty one with PostGIS, or another one's copy."""
        self._made += 1
        name = f"test_{self._made}"
        # A copied template is 15 times faster than CREATE EXTENSION in each database.
        self._psql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove what create_database() made, also while somebody is connected to it."""
        self._psql(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def _initialise(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, _ordinary_user())
        initdb = [str(self._bin / "initdb"), "-D", str(self._cluster)]
        # --no-sync is for the making alone: a cluster half made in a power cut is made anew.
        initdb += ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        with self._log.open("ab") as log:
            words = [*self._inside, *_as_ordinary_user(), *initdb]
            subprocess.run(words, stdout=log, stderr=log, check=True)

    def _postgres_command(self) -> list[str]:
        settings: dict[str, object] = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": self._fsync,
            "synchronous_commit": "on",
            "max_connections": 200,  # test databases share the cluster; a pool may hold 20
        }
        if self.host != "127.0.0.1":
            settings["hba_file"] = self._open_door()
        words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        postgres = [str(self._bin / "postgres"), "-D", str(self._cluster), *words]
        return [*self._inside, *_as_ordinary_user(), *self._beneath, *postgres]

    def _open_door(self) -> str:
        """initdb trusts the loopback alone; whoever is in our own little network may come too."""
        door = self._folder / "hba"
        door.write_text("host all all all trust\n")
        return str(door)

    def _answers(self) -> bool:
        ready = [str(self._bin / "pg_isready"), "-q", "-h", self.host, "-p", str(self.port)]
        return accepts(self.port, self.host) and runs(ready)

    def _psql(self, statement: str, database: str = "postgres") -> None:
        where = ["-h", self.host, "-p", str(self.port), "-U", "postgres", "-d", database]
        psql = [str(self._bin / "psql"), "-X", "-q", *where, "-c", statement]
        ran = subprocess.run(psql, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise PartFailed(f"PostgreSQL refused `{statement}`: {ran.stderr.strip()}")

    def _end(self, gently: signal.Signals | None) -> None:
        if self._process is not None:
            end(self._process, gently)
            self._process = None


@functools.cache
def _ordinary_user() -> str:
    """Whom PostgreSQL runs as, since it refuses to run as root."""
    names = [name for name in ("postgres", "nobody") if _user_exists(name)]
    return names[0]


def _user_exists(name: str) -> bool:
    return runs(["id", name])


def _as_ordinary_user() -> list[str]:
    """What stands before a command that root must not run; it keeps the process id."""
    if os.geteuid() != 0:
        return []
    user = _ordinary_user()
    group = output_of(["id", "-gn", user]).strip()
    return ["setpriv", "--reuid", user, "--regid", group, "--init-groups", "--"]
