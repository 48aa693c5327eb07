"""Come here for the commands of `lamplighter`."""

import logging
import os
import sys
from pathlib import Path
from typing import TypeVar, get_args

import click
from alembic.util.exc import CommandError

from dispatch import clock, log_lines, loop
from dispatch import demo as demo_street
from dispatch.commands.accounts import accounts, apps, say_first_password
from dispatch.commands.credentials import credentials
from dispatch.commands.journal import journal
from dispatch.commands.privacy import privacy
from dispatch.database import Database, UnusableDatabase
from dispatch.http_server import CannotListen
from dispatch.imports import Change, import_areas, import_lamps, read_areas
from dispatch.keyboard import making_database, trying_on_database, with_database
from dispatch.lamp_file import as_geojson
from dispatch.log_lines import LogFormat
from dispatch.retiring import retire
from dispatch.serve import Dispatcher
from dispatch.settings import HELP, BadSetting, Settings, misspelt
from geo.area import Area, RejectedArea
from lights.embedded import BrokerDied
from lights.inventory import Inventory, read_inventory, rejects_csv
from lights.lamp import is_lamp_id
from lights.nats_program import BrokerNotStarted
from lights.store import load_lamps
from lights.tables import UnreadableFile

log = logging.getLogger(__name__)
T = TypeVar("T")

_WORDS_THAT_HELP = (
    BadSetting,
    UnusableDatabase,
    UnreadableFile,
    BrokerNotStarted,
    BrokerDied,
    CannotListen,
    clock.ClockWasSet,
    CommandError,
)
"""Failures whose message is for the person at the keyboard; everything else is a fault of ours."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nSettings (environment variables):\n" + HELP,
)
@click.option("-v", "--verbose", is_flag=True, help="Say more about what is being done.")
@click.option(
    "--log-format",
    type=click.Choice(get_args(LogFormat)),
    default="text",
    envvar="LAMPLIGHTER_LOG_FORMAT",
    show_default=True,
    help="Lines to be read, or JSON lines.",
)
def lamplighter(verbose: bool, log_format: LogFormat) -> None:
    """Street lights that answer a cry for help."""
    log_lines.set_up(log_format, verbose=verbose)


lamplighter.add_command(accounts)
lamplighter.add_command(apps)


def main() -> None:
    """The console script: failures that a person can mend are said in one line."""
    try:
        lamplighter(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        known = _known_failure(error)
        if known is None:
            log.critical("a fault of ours has ended the process", exc_info=error)
            sys.exit(1)
        click.echo(f"lamplighter: {known}", err=True)
        sys.exit(1)


def _known_failure(error: BaseException) -> BaseException | None:
    """The failure with words that help, also where a TaskGroup has wrapped it."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_known_failure, error.exceptions)), None)
    return error if isinstance(error, _WORDS_THAT_HELP) else None


@lamplighter.command()
def serve() -> None:
    """Run the dispatcher: HTTP, the feed, the lamps."""
    settings = Settings.read(os.environ)
    for words in misspelt(os.environ):
        click.echo(f"lamplighter: {words}", err=True)

    def announce(dispatcher: Dispatcher, port: int) -> None:
        click.echo(f"Lamplighter serves http://{settings.http_listen[0]}:{port}")
        for words in dispatcher.unprotected:
            log.warning(words)
        say_first_password(dispatcher.first_password, dispatcher.plan.one_time_for)

    loop.run(settings, announce)


@lamplighter.command()
@click.option("--lamps", type=click.Path(exists=True, path_type=Path), help="Your own inventory.")
@click.option("--areas", type=click.Path(exists=True, path_type=Path), help="Your own areas.")
@click.option("--open", "is_open", is_flag=True, help="Ask nobody to sign in.")
@click.option(
    "--walkers",
    default=5,
    show_default=True,
    type=click.IntRange(0, 1_000),
    help="Simulated people who walk home; the light goes with them.",
)
def demo(lamps: Path | None, areas: Path | None, is_open: bool, walkers: int) -> None:
    """Run the whole system with a simulated street of Dobong-gu; nothing is kept."""
    demo_street.run(lamps, areas, is_open=is_open, walkers=walkers)


@lamplighter.group()
def lamps() -> None:
    """The lamps of the district."""


lamps.add_command(credentials)
lamplighter.add_command(journal)
lamplighter.add_command(privacy)


@lamps.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def lamps_export(file: Path) -> None:
    """Write the lamps in service to a GeoJSON file, as for a simulated street."""

    async def work(database: Database) -> bytes:
        async with database.reading() as connection:
            return as_geojson(await load_lamps(connection))

    file.write_bytes(with_database(work))


@lamps.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the refused rows go (default: FILE.rejects.csv).",
)
def lamps_import(file: Path, dry_run: bool, yes: bool, rejects: Path | None) -> None:
    """Read a public CSV file of security lights or smart streetlights into the database."""
    inventory = _read_with_progress(file)
    _say_what_was_read(inventory)
    if inventory.rejected:
        target = rejects or file.with_name(file.name + ".rejects.csv")
        try:
            target.write_bytes(rejects_csv(inventory.rejected, inventory.header))
        except OSError as error:
            raise click.ClickException(
                f"the refused rows cannot be written to {target} ({error.strerror}): "
                "choose another place with --rejects"
            ) from None
        click.echo(f"The refused rows and their reasons are in {target}")

    async def work(database: Database) -> None:
        preview = await import_lamps(database, inventory, dry_run=True)
        _say_change("lamps", preview, "would be ")
        if preview.absent:
            click.echo(
                f"{len(preview.absent)} lamps of the same keeper are not in the file and stay, "
                f"such as {preview.absent[0]}: `lamplighter lamps retire` takes them out of service"
            )
        if dry_run or not (preview.added or preview.changed):
            return
        if not yes and sys.stdin.isatty():
            click.confirm("Write this?", abort=True, default=True)
        _say_change("lamps", await import_lamps(database, inventory, dry_run=False), "")

    (trying_on_database if dry_run else making_database)(work)


def _read_with_progress(file: Path) -> Inventory:
    content = file.read_bytes()
    with click.progressbar(length=1, label=f"Reading {file.name}", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        return read_inventory(content, progress)


def _say_what_was_read(inventory: Inventory) -> None:
    click.echo(f"{inventory.format}: {len(inventory.lamps)} lamps")
    for note in inventory.notes:
        click.echo(f"  {note.rows} {note.words}")
    if inventory.rejected:
        click.echo(f"Refused: {len(inventory.rejected)} rows")
        for rule, count, first in inventory.examples():
            click.echo(f"  {count} {rule}, such as row {first.row}: {first.reason}")


def _say_change(what: str, change: Change, mood: str) -> None:
    click.echo(
        f"{change.added} {what} {mood}added, {change.changed} {mood}changed, "
        f"{change.unchanged} unchanged"
    )


@lamps.command("retire")
@click.argument("what", nargs=-1, required=True, metavar="FILE|LAMP_ID...")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def lamps_retire(what: tuple[str, ...], dry_run: bool, yes: bool) -> None:
    """Take lamps out of service: those of a CSV file, or by their ids.

    Nothing of them is deleted, and a lamp that is imported again returns.
    """
    lamp_ids = [lamp_id for one in what for lamp_id in _lamps_named(one)]
    words = "{} lamps {}retired, {} were so before"

    async def work(database: Database) -> None:
        now = clock.now()
        preview = await retire(database, lamp_ids, now, dry_run=True)
        if preview.unknown:
            raise click.ClickException(
                f"{len(preview.unknown)} lamps are not known, such as {preview.unknown[0]}: "
                "nothing was changed"
            )
        click.echo(words.format(len(preview.retired), "would be ", len(preview.already)))
        if dry_run or not preview.retired:
            return
        if not yes and sys.stdin.isatty():
            click.confirm("Retire them?", abort=True, default=False)
        done = await retire(database, lamp_ids, now, dry_run=False)
        click.echo(words.format(len(done.retired), "", len(done.already)))

    with_database(work)


def _lamps_named(what: str) -> list[str]:
    """The lamps of a file, or the one with that id."""
    file = Path(what)
    if file.is_file():
        return [lamp.lamp_id for lamp in _read_with_progress(file).lamps]
    if is_lamp_id(what):
        return [what]
    raise click.ClickException(f"{what}: there is no such file, and it is no lamp's id")


@lamplighter.group()
def areas() -> None:
    """Jurisdictions and neighbourhoods of the district."""


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def areas_import(file: Path, dry_run: bool) -> None:
    """Read a GeoJSON file of polygons with name, kind and unit into the database."""
    found, refused = _read_areas(file)
    for one in refused:
        click.echo(f"Refused: feature {one.index} ({one.name or 'no name'}): {one.reason}")
    if not found:
        raise click.ClickException(f"{file.name}: none of its features can be used")

    async def work(database: Database) -> None:
        change = await import_areas(database, found, dry_run=dry_run)
        _say_change("areas", change, "would be " if dry_run else "")

    (trying_on_database if dry_run else making_database)(work)


def _read_areas(file: Path) -> tuple[list[Area], list[RejectedArea]]:
    try:
        return read_areas(file.read_bytes())
    except UnreadableFile as error:
        raise click.ClickException(f"{file.name}: {error}") from None
