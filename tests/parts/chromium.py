"""Come here for a private headless Chromium that draws maps without a graphics card."""

import functools
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Self

from playwright._impl._driver import compute_driver_executable

from tests.parts.processes import (
    PartMissing,
    end,
    runs,
    spawn,
    temporary_folder,
    wait_until,
)

_CHROMIUM_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # root and containers have no user namespaces for it
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # WebGL in software: test machines have no graphics card
    "--disable-dev-shm-usage",  # containers have 64 MB there, a map needs more
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-port=0",
)


_CHROMIUM_PLACES = (
    (Path.home(), ".cache/ms-playwright/chromium-*/chrome-linux*/chrome"),
    (Path.home(), "Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*"),
    (Path("/Applications"), "Chromium.app/Contents/MacOS/Chromium"),
    (Path("/Applications"), "Google Chrome.app/Contents/MacOS/Google Chrome"),
)


@functools.cache
def chromium_program() -> str:
    """Chromium or Chrome from the machine, or Playwright's own. Raises PartMissing."""
    named = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    placed = [str(found) for root, place in _CHROMIUM_PLACES for found in root.glob(place)]
    for program in filter(None, [*named, *placed]):
        # Ubuntu's chromium-browser is there also where the snap that it starts is not.
        if runs([program, "--version"]):
            return program
    raise PartMissing("Chromium")


@functools.cache
def playwright_driver() -> str:
    """The Node that Playwright brings, which needs a library of the system. Raises PartMissing."""
    node, *_ = compute_driver_executable()
    if not runs([node, "--version"]):
        raise PartMissing("what Playwright's driver needs")
    return node


class ChromiumServer:
    """A private headless Chromium; Playwright connects to `endpoint` over its debugging port."""

    def __init__(self) -> None:
        self._folder = temporary_folder("chromium")
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [chromium_program(), *_CHROMIUM_ARGUMENTS, f"--user-data-dir={self._folder}"]
        self._process = spawn([*command, "about:blank"], self._log)
        wait_until(self._listens, self._process, self._log, "Chromium")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            end(self._process, signal.SIGTERM)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def endpoint(self) -> str:
        port = self._port_file.read_text().splitlines()[0]
        return f"http://127.0.0.1:{port}"

    @property
    def _port_file(self) -> Path:
        return self._folder / "DevToolsActivePort"

    def _listens(self) -> bool:
        return self._port_file.exists() and len(self._port_file.read_text().splitlines()) == 2
