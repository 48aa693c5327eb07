"""Come here to start a street from the command line: `python -m firmware_sim --help`."""

import asyncio
import csv
import gc
import resource
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

import click
import httpx
import orjson
import uvloop

from firmware_sim.places import LampSpec, grid, lamps_of
from firmware_sim.radio import Broker
from firmware_sim.street import Street
from firmware_sim.trouble import Trouble
from firmware_sim.wire import Fault

# Polite to a dispatcher that is still starting, and soon enough for somebody who watches.
ASK_AGAIN_S: Final = 1.0
# Clocks that are off are off by up to this much, either way.
WORST_CLOCK_S: Final = 7200.0
_SHARE: Final = click.FloatRange(0, 1)


class Shares(NamedTuple):
    """Which part of the street has which trouble from the start, each 0 to 1."""

    dead: float
    junk: float
    clock_off: float
    faulty: float


@click.command(context_settings={"show_default": True})
@click.option(
    "--mqtt",
    "url",
    default="mqtt://127.0.0.1:1883",
    metavar="URL",
    help="The broker, mqtt(s)://name:password@host:port; {lamp_id} in it is each lamp's id.",
)
@click.option(
    "--passwords",
    "passwords_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of lamp_id,password: each lamp signs in as itself.",
)
@click.option(
    "--lamps",
    "source",
    metavar="FILE",
    help="A GeoJSON file of points, or the http://…/v1/lamps of a dispatcher.",
)
@click.option(
    "--grid", "count", type=click.IntRange(min=1), help="So many invented lamps instead of --lamps."
)
@click.option(
    "--gateway", default=1, type=click.IntRange(min=1), help="So many lamps share a connection."
)
@click.option(
    "--loss", default=0.0, type=_SHARE, help="Chance that a message gets lost, in each direction."
)
@click.option(
    "--delay",
    default=0.0,
    type=click.FloatRange(min=0),
    help="Median seconds that a message takes, in each direction; long-tailed.",
)
@click.option(
    "--reboot-every",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Mean time between restarts of a lamp.",
)
@click.option("--dead", default=0.0, type=_SHARE, help="Share of lamps without power.")
@click.option("--junk", default=0.0, type=_SHARE, help="Share of lamps that talk nonsense.")
@click.option("--clock-off", default=0.0, type=_SHARE, help="Share of lamps with a wrong clock.")
@click.option("--faulty", default=0.0, type=_SHARE, help="Share of lamps that report a fault.")
@click.option("--seed", type=int, help="The same seed rolls the same dice.")
def main(
    url: str,
    passwords_file: Path | None,
    source: str | None,
    count: int | None,
    gateway: int,
    loss: float,
    delay: float,
    reboot_every: float | None,
    dead: float,
    junk: float,
    clock_off: float,
    faulty: float,
    seed: int | None,
) -> None:
    """A street of simulated lamps, each a real MQTT client, until Ctrl-C or SIGTERM."""
    if (source is None) == (count is None):
        raise click.UsageError("say either --lamps FILE or --grid N")
    everywhere = Trouble(loss, loss, delay, reboot_every_s=reboot_every)
    shares = Shares(dead, junk, clock_off, faulty)
    broker = broker_of(url)
    if passwords_file is not None:
        broker = broker._replace(passwords=passwords_in(passwords_file))

    def build(lamps: list[LampSpec]) -> Street:
        dice = Random(seed)  # noqa: S311 - chance, not secrets
        dealt = troubles(lamps, everywhere, shares, dice)
        click.echo(f"{len(lamps)} lamps look for {broker.host}:{broker.port}")
        return Street(lamps, *broker, trouble=dealt, lamps_per_radio=gateway, seed=seed)

    _make_room()
    uvloop.run(_until_told(_live(source, count or 0, build)))


def broker_of(url: str) -> Broker:
    """Where `mqtt://name:password@host:port` leads. Raises click.BadParameter."""
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
        raise click.BadParameter("the broker is mqtt://host:port or mqtts://host:port")
    tls = parts.scheme == "mqtts"
    name, password = _credentials(parts)
    return Broker(parts.hostname, parts.port or (8883 if tls else 1883), name, password, tls)


def passwords_in(file: Path) -> dict[str, str]:
    """Passwords by lamp id. Raises click.BadParameter."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        try:
            return {row["lamp_id"]: row["password"] for row in csv.DictReader(lines)}
        except KeyError:
            raise click.BadParameter("the file needs the columns lamp_id and password") from None


def troubles(
    lamps: list[LampSpec], everywhere: Trouble, shares: Shares, dice: Random
) -> dict[str, Trouble]:
    """Deal the troubles out; a lamp may draw more than one."""
    kinds: list[tuple[float, Callable[[Trouble], Trouble]]] = [
        (shares.dead, lambda trouble: replace(trouble, dead=True)),
        (shares.junk, lambda trouble: replace(trouble, junk=1.0)),
        (shares.clock_off, lambda trouble: replace(trouble, clock_off=_wrong_clock(dice))),
        (shares.faulty, lambda trouble: replace(trouble, faults=_some_fault(dice))),
    ]
    dealt = dict.fromkeys((lamp.lamp_id for lamp in lamps), everywhere)
    for share, worsen in kinds:
        for lamp in dice.sample(lamps, round(share * len(lamps))):
            dealt[lamp.lamp_id] = worsen(dealt[lamp.lamp_id])
    return dealt


def _wrong_clock(dice: Random) -> timedelta:
    return timedelta(seconds=round(dice.uniform(-WORST_CLOCK_S, WORST_CLOCK_S)))


def _some_fault(dice: Random) -> frozenset[Fault]:
    return frozenset({dice.choice(list(Fault))})


def _credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    name = None if parts.username is None else unquote(parts.username)
    return name, None if parts.password is None else unquote(parts.password)


def _make_room() -> None:
    """One file descriptor a lamp, and a garbage collector that looks less often."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.set_threshold(50_000, 50, 100)  # ten thousand lamps connect in half the time


async def _until_told(life: Coroutine[None, None, None]) -> None:
    """Run until SIGINT or SIGTERM; a second one does not wait for the farewells."""
    task = asyncio.create_task(life)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


async def _live(source: str | None, count: int, build: Callable[[list[LampSpec]], Street]) -> None:
    if source is not None:
        click.echo(f"asking {source} for the lamps")
    street = build(grid(count) if source is None else await lamps_from(source))
    telling = asyncio.create_task(_tell(street))
    try:
        await street.run()
    finally:
        telling.cancel()
        said = street.counters
        click.echo(
            f"the street is dark: {said.orders} orders heard, {said.refused} refused, "
            f"{said.sightings} sightings said"
        )


async def _tell(street: Street) -> None:
    await street.all_connected()
    click.echo(f"{street.connected} connections are up")


async def lamps_from(source: str) -> list[LampSpec]:
    """The lamps of a GeoJSON file, or of a dispatcher as soon as it answers."""
    try:
        if source.startswith(("http://", "https://")):
            return lamps_of(orjson.loads(await _answer_of(source)))
        return lamps_of(orjson.loads(Path(source).read_bytes()))  # noqa: ASYNC240 - once, at start
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{source}: {error}") from None


async def _answer_of(url: str) -> bytes:
    """Ask until there is an answer that is not "not yet"; any other refusal is an error."""
    async with httpx.AsyncClient() as client:
        while True:
            with suppress(httpx.TransportError):
                answer = await client.get(url)
                if answer.status_code == httpx.codes.OK:
                    return answer.content
                if not answer.is_server_error:
                    raise click.ClickException(f"{url} answers {answer.status_code}")
            await asyncio.sleep(ASK_AGAIN_S)


if __name__ == "__main__":
    main()
