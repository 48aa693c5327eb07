"""Come here for `lamplighter lamps credentials`: passwords and certificates for lamps."""

import csv
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from dispatch.clock import now
from dispatch.database import Database
from dispatch.keyboard import with_database
from dispatch.settings import Settings
from lights.certificates import Authority
from lights.custody import write_whole
from lights.keyring import DISPATCHER, Keyring, Password
from lights.store import load_lamps

_TELL_BROKER: Final = """\
The embedded broker notices by itself; the very first passwords need a restart of the dispatcher.
Mosquitto: run it with {folder}/mosquitto.conf (or include that file), then after every change:
  kill -HUP $(pidof mosquitto)"""


@click.group()
def credentials() -> None:
    """Who may speak for which lamp."""


@credentials.command()
@click.argument("lamp_ids", nargs=-1)
@click.option("--all", "all_lamps", is_flag=True, help="Every lamp in service that has none yet.")
@click.option("--certificates", is_flag=True, help="Client certificates too (TLS).")
@click.option("--host", "hosts", multiple=True, help="The broker's name, for its certificate.")
@click.option("--yes", is_flag=True, help="Do not ask, also where other lamps are locked out.")
def make(
    lamp_ids: tuple[str, ...],
    all_lamps: bool,
    certificates: bool,
    hosts: tuple[str, ...],
    yes: bool,
) -> None:
    """Make passwords (and certificates) for lamps; they are shown once, in a CSV file.

    From then on the brokers let nobody in without one: make them for --all.
    """
    settings = Settings.read(os.environ)
    _refuse_host_alone(settings, certificates, hosts)
    keyring = Keyring(settings.credentials)
    served = with_database(_lamps_in_service)
    wanted = [key for key in served if key not in keyring] if all_lamps else list(lamp_ids)
    _refuse_unknown(wanted, served)
    if not wanted and not hosts:
        why = " (every lamp has its password already)" if all_lamps else ""
        raise click.UsageError(f"name the lamps, or say --all{why}")
    _warn_of_locked_out(keyring, wanted, served, yes)
    dispatcher = [] if DISPATCHER in keyring else [DISPATCHER]
    wanted += dispatcher
    _make(settings, keyring, wanted, wanted if certificates else [], hosts)


def _refuse_host_alone(settings: Settings, certificates: bool, hosts: Sequence[str]) -> None:
    """The broker's own certificate can be renewed alone, where an authority has been made."""
    if hosts and not certificates and not (settings.credentials / "tls").is_dir():
        raise click.UsageError(
            "--host names the broker in its certificate, and no certificates have been made: say "
            "--certificates too, or leave --host out"
        )


def _warn_of_locked_out(
    keyring: Keyring, wanted: Sequence[str], served: Sequence[str], yes: bool
) -> None:
    """Before anything is written: who has no password is let in by no broker any more."""
    without = [key for key in served if key not in keyring and key not in wanted]
    if not without:
        return
    when = "are locked out already" if keyring.lamps else "are locked out from then on"
    click.echo(
        f"{len(without)} of {len(served)} lamps in service will have no password, such as "
        f"{without[0]}: they {when}, and light for nobody. --all makes theirs too",
        err=True,
    )
    if not yes and not keyring.lamps and sys.stdin.isatty():
        click.confirm("Lock them out?", abort=True, default=False)


@credentials.command()
@click.argument("lamp_ids", nargs=-1, required=True)
def rotate(lamp_ids: tuple[str, ...]) -> None:
    """Give lamps new passwords and certificates; the old ones are good no longer."""
    settings = Settings.read(os.environ)
    keyring = _keyring_there(settings)
    _refuse_unknown(lamp_ids, [*keyring.lamps, DISPATCHER])
    certificates = settings.credentials / "tls" / "lamps"
    certified = [one for one in lamp_ids if (certificates / f"{one}.crt").exists()]
    _make(settings, keyring, lamp_ids, certified, ())


@credentials.command()
@click.argument("lamp_ids", nargs=-1, required=True)
def revoke(lamp_ids: tuple[str, ...]) -> None:
    """Shut lamps out, such as a controller that was stolen."""
    settings = Settings.read(os.environ)
    keyring = _keyring_there(settings)
    _refuse_unknown(lamp_ids, keyring.lamps)
    keyring.revoke(lamp_ids)
    if (settings.credentials / "tls").exists():
        Authority(settings.credentials / "tls", now()).revoke(lamp_ids)
    click.echo(f"{len(lamp_ids)} shut out: {', '.join(lamp_ids)}")
    click.echo(_TELL_BROKER.format(folder=settings.credentials))


@credentials.command("list")
def list_them() -> None:
    """The lamps that have a password."""
    for lamp_id in _keyring_there(Settings.read(os.environ)).lamps:
        click.echo(lamp_id)


def _make(
    settings: Settings,
    keyring: Keyring,
    users: Sequence[str],
    certified: Sequence[str],
    hosts: Sequence[str],
) -> None:
    made = keyring.make(users)
    file = settings.credentials / f"passwords-{now():%Y%m%dT%H%M%SZ}.csv"
    write_whole(file, _csv(made))
    click.echo(f"{len(made)} passwords are in {file}: flash them, then delete it")
    if certified or hosts:
        authority = Authority(settings.credentials / "tls", now())
        authority.certify_lamps(certified)
        if hosts:
            authority.certify_server(hosts)
        click.echo(f"Certificates, each with its key, are in {authority.folder}")
    click.echo(_TELL_BROKER.format(folder=settings.credentials))


def _csv(made: Sequence[Password]) -> str:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("lamp_id", "password"))
    lines.writerows((one.user, one.password) for one in made)
    return text.getvalue()


def _refuse_unknown(wanted: Sequence[str], known: Sequence[str]) -> None:
    missing = sorted(set(wanted) - set(known))
    if missing:
        raise click.ClickException(
            f"{', '.join(missing[:5])}: no such lamp. Import the lamps first, and see "
            "`lamplighter lamps credentials list` for those that have a password"
        )


async def _lamps_in_service(database: Database) -> list[str]:
    async with database.reading() as connection:
        return [lamp.lamp_id for lamp in await load_lamps(connection)]


def _keyring_there(settings: Settings) -> Keyring:
    """Those that were made; who looks for them in the wrong folder is told."""
    folder = settings.credentials
    if not folder.is_dir():
        raise click.ClickException(
            f"there are no credentials in {folder}: make them with `lamplighter lamps credentials "
            "make`, or name the data folder of the dispatcher in LAMPLIGHTER_DATA_DIR"
        )
    click.echo(f"Credentials: {folder}", err=True)
    return Keyring(folder)
