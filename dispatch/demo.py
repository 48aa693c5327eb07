"""Come here for `lamplighter demo`: everything at once, on embedded defaults, kept nowhere."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from dispatch import loop
from dispatch.clock import ClockWasSet, now
from dispatch.database import Database
from dispatch.imports import import_areas, import_lamps
from dispatch.lamp_file import as_geojson
from dispatch.plan import DEFAULT
from dispatch.serve import Dispatcher
from dispatch.settings import Settings
from dispatch.sign_in.accounts import FIRST
from geo.area import areas_from_geojson
from lights.inventory import read_inventory

_DOBONG: Final = Path(__file__).parent.parent / "geo" / "dobong"
_PLAN: Final = replace(
    DEFAULT, following=replace(DEFAULT.following, by_day=True), one_time_for=None
)
"""Whoever tries it in the morning wants to see the light go with the walkers too; and who comes
back to a demo that has run for weeks signs in with what it printed."""
_PRESS: Final = """\
curl -s -X POST {url}/v1/reports -H 'Content-Type: application/json' -d '{{
  "report_id": "'$(python3 -c 'import uuid; print(uuid.uuid4())')'",
  "position": {{"lon": 127.0165, "lat": 37.6512, "accuracy_m": 12}}}}'"""


def run(
    lamps: Path | None,
    areas: Path | None,
    *,
    is_open: bool,
    walkers: int,
    wall: Callable[[], datetime] = now,
) -> None:
    """Serve a demo until it is interrupted; with `is_open` nobody is asked who they are."""
    with tempfile.TemporaryDirectory(prefix="lamplighter-demo-") as folder:
        settings = _settings(Path(folder), is_open)
        asyncio.run(_fill(settings, lamps, areas))
        streets: list[subprocess.Popen[bytes]] = []

        def announce(dispatcher: Dispatcher, port: int) -> None:
            url = f"http://{settings.http_listen[0]}:{port}"
            file = Path(folder) / "lamps.geojson"
            if not streets:
                streets.append(_street(dispatcher, file))
                if walkers:
                    streets.append(_people(url, file, walkers))
            _say(url, dispatcher)

        try:
            _again_when_the_clock_was_set(lambda: loop.run(settings, announce, _PLAN, wall))
        finally:
            for street in streets:
                street.terminate()
                street.wait(10)


def _again_when_the_clock_was_set(serve: Callable[[], None]) -> None:
    """A demo is its own supervisor: a laptop that has slept wakes up at another time."""
    while True:
        try:
            return serve()
        except* ClockWasSet as errors:
            click.echo(f"\n{errors.exceptions[0]}. The demo does so now, with what it had.")


def _settings(folder: Path, is_open: bool) -> Settings:
    chosen = dict(os.environ)
    if is_open:
        chosen["LAMPLIGHTER_SIGN_IN"] = "none"
    chosen["LAMPLIGHTER_DATA_DIR"] = str(folder)
    for name, usual in (("LAMPLIGHTER_HTTP_LISTEN", 8080), ("LAMPLIGHTER_MQTT_LISTEN", 1883)):
        chosen.setdefault(name, f"127.0.0.1:{_free_port(usual)}")
    return Settings.read(chosen)


def _free_port(usual: int) -> int:
    """The usual port, or any free one where something else has it: a demo should just start."""
    for port in (usual, 0):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(door.getsockname()[1])
    return 0


async def _fill(settings: Settings, lamps: Path | None, areas: Path | None) -> None:
    inventory = read_inventory((lamps or _DOBONG / "lamps.csv").read_bytes())
    outlines, _ = areas_from_geojson(json.loads((areas or _DOBONG / "areas.geojson").read_bytes()))
    database = Database(settings.database_url)
    try:
        await database.bring_up_to_date()
        await import_areas(database, outlines, dry_run=False)
        await import_lamps(database, inventory, dry_run=False)
    finally:
        await database.close()


def _street(dispatcher: Dispatcher, file: Path) -> subprocess.Popen[bytes]:
    """The street knows only the wire, so it is a process of its own."""
    file.write_bytes(as_geojson(dispatcher.district.register.in_box(-180, -90, 180, 90)))
    broker = dispatcher.broker.address
    command = [sys.executable, "-m", "firmware_sim"]
    command += ["--mqtt", f"mqtt://{broker.host}:{broker.port}"]
    command += ["--lamps", str(file)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603


def _people(url: str, file: Path, walkers: int) -> subprocess.Popen[bytes]:
    """Simulated people who walk home; the light goes with them."""
    command = [sys.executable, "-m", "firmware_sim.pedestrians", "--url", url]
    command += ["--lamps", str(file), "--walkers", str(walkers)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603


def _say(url: str, dispatcher: Dispatcher) -> None:
    click.echo(
        f"""
Lamplighter is running with a simulated street of {len(dispatcher.district.register)} lamps.

  Control room       {url}/
  Police desk        {url}/police
  Lighting crew      {url}/lamps
  Caller's phone     {url}/sos
  Accounts, audit    {url}/accounts  {url}/audit
{_first_sign_in(dispatcher.first_password)}  Press SOS          {url}/press
  or from a shell:

{_PRESS.format(url=url)}

  For the commands of the README:  export LAMPLIGHTER_DATA_DIR={dispatcher.settings.data_dir}

Nothing is kept when this ends. Ctrl-C ends it.
"""
    )


def _first_sign_in(password: str | None) -> str:
    """Where somebody must sign in, with what: it is good for choosing their own."""
    return f"  First sign-in      name {FIRST}, password {password}\n" if password else ""
