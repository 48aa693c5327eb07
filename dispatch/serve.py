"""Come here for how the dispatcher is put together: every room is built and introduced here.

One process, one event loop, one TaskGroup. The first part that dies ends all, the process exits
with an error, and its supervisor starts it again; the database remembers.
"""

import asyncio
import functools
import gc
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import uvloop

from dispatch import outbox_rows, store
from dispatch.clock import new_id, now
from dispatch.database import Database, is_outage
from dispatch.desk import Desk
from dispatch.district import District
from dispatch.feed import Feed
from dispatch.guardians import Guardians
from dispatch.http_server import Server, Stopped, bind, until_stopped
from dispatch.lamp_tests import LampTests
from dispatch.ledger import Ledger
from dispatch.letters import Letters
from dispatch.metrics import Night, registry
from dispatch.outbox import Outbox
from dispatch.plan import DEFAULT, Plan
from dispatch.push.webhook import client, webhooks
from dispatch.routes.rooms import Rooms
from dispatch.scribe import Scribe, Written
from dispatch.settings import BadSetting, Settings
from dispatch.sign_in.accounts import Accounts
from dispatch.sign_in.choice import is_loopback
from dispatch.sign_in.door import Door
from dispatch.sign_in.keys import Passwords
from dispatch.sign_in.sessions import Sessions
from dispatch.sign_in.throttle import Throttle
from dispatch.sources.app import report_routes
from dispatch.sources.walks import WalkDoor
from dispatch.steady import SteadyClock
from dispatch.view import change_json, incident_json
from dispatch.walk_help import WalkHelp
from dispatch.walk_view import walks_json
from dispatch.walks import Record, Walks
from dispatch.web import application
from lights.answers import Answer
from lights.broker import Broker, BrokerAddress
from lights.embedded import EmbeddedBroker
from lights.escort import Escort
from lights.fleet import Fleet, LampChange
from lights.keyring import DISPATCHER, Keyring, Password
from lights.store import load_claims, load_health, raise_counter, save_health, sweep_claims
from lights.trodden_store import load_trodden, save_trodden

log = logging.getLogger(__name__)

SCREENS: Final = Path(__file__).parent.parent / "control_room_ui" / "dist"
_KEEP_HEALTH_EVERY_S: Final = 5.0
_HEALTH_AT_ONCE: Final = 500
"""A few milliseconds of the one writer: a whole district must not keep a cry waiting."""
_KEEP_TRODDEN_EVERY_S: Final = 3_600.0
"""So that what is written tells of no walk when it was; a crash forgets an hour of counting."""
_SCRUB_AGAIN_S: Final = 5.0
_TIDY_EVERY_S: Final = 600.0
_COLLECT_AFTER: Final = (50_000, 20, 50)
"""Python's 700 looks through a hundred thousand lamps many times a second for nothing."""
_LETTERS_KEPT_FOR: Final = timedelta(days=1)
"""As long as a receiver may ask what it was sent last night."""


class Dispatcher:
    """Every room of the house. `serve` runs it until it is stopped or something dies."""

    def __init__(self, settings: Settings, plan: Plan = DEFAULT) -> None:
        self.settings = settings
        self.plan = plan
        self.database = Database(settings.database_url)
        self.district = District(
            self.database, left=lambda lamp_ids: self.fleet.watch.forget(lamp_ids)
        )
        self.night = Night()
        self.fleet = Fleet(
            clock=now,
            say=lambda messages: self.broker.say(messages),
            reserve_seqs=self._reserve_seqs,
            serves=self.district.serves,
            answered=lambda answer: self._answered(answer),
            changed=self._lamps_changed,
            pace=plan.pace,
            patience=plan.patience,
        )
        self.escort = Escort(
            clock=now,
            fleet=self.fleet,
            register=lambda: self.district.register,
            rank=plan.ranks.walk,
            numbers=plan.following,
        )
        self.broker = Broker(
            settings.mqtt or BrokerAddress(*settings.mqtt_listen),
            self.fleet.heard,
            self.fleet.broker_is,
            settings.mqtt_qos,
        )
        self.http = client()
        self.outbox = Outbox(
            self.database,
            webhooks(self.http, settings.webhooks, now),
            now,
            settle=lambda letter: self.letters.taken(letter),
        )
        self.feed = Feed(
            self.database,
            snapshot=self._snapshot,
            lit=self._lit,
            totals=self._totals,
            knows=self.district.has_jurisdiction,
            walks=lambda: walks_json(self.walks, plan.walk),
            clock=now,
        )
        scribe = Scribe(
            plan,
            frame=lambda incident, same: incident_json(incident, same, self._seen),
            wants=self.outbox.wants,
            new_id=new_id,
            cap_sender=settings.cap_sender,
        )
        self.ledger = Ledger(self.database, plan, scribe, self._written)
        self.letters = Letters(self.ledger, self.database, plan, now)
        self.desk = Desk(
            self.ledger, self.database, self.district, self.fleet, plan, clock=now, new_id=new_id
        )
        self.sessions = Sessions(self.database, clock=now, new_id=new_id)
        self.door = Door(settings.sign_in.way, self.sessions, secure=settings.sign_in.behind_tls)
        self.accounts = Accounts(
            *(self.database, self.sessions, Passwords(), Throttle(), settings.secret, now)
        )
        self.first_password: str | None = None
        self.lamp_tests = LampTests(self.database, self.fleet, plan, clock=now, new_id=new_id)
        self.guardians = Guardians(
            functools.cache(settings.secret), plan.walk, self.outbox.wants, new_id
        )
        self.walks = Walks(
            self.ledger,
            self.database,
            plan.walk,
            self.escort,
            nobody_lives=lambda place: self.district.nobody_lives(place, plan.walk.lonely_m),
            letters=self.guardians.letters,
            adopted=self._walk_changed,
            clock=SteadyClock(now, time.monotonic),
        )
        self.walk_help = WalkHelp(self.walks, self.desk, self.database, now)
        self._erased = asyncio.Event()
        self._erased.set()  # the last process may have erased and ended
        self._tasks: dict[str, asyncio.Task[None]] = {}

    # ---- introductions

    def _answered(self, answer: Answer) -> None:
        if answer.owner.startswith("incident:"):
            self.night.answered(bool(answer.silent), answer.after)
        self.desk.lamps_have_answered(answer)

    def _walk_changed(self, record: Record) -> None:
        self.guardians.know(record)
        self.walk_help.wake(record)

    def _written(self, written: Written) -> None:
        for owner, claims in written.claims.items():
            self.fleet.claims_are(owner, claims)
        self.feed.publish(written.frames)
        if written.erased:
            self._erased.set()
        self.outbox.wake(written.targets)

    def _lamps_changed(self, changes: Sequence[LampChange]) -> None:
        self.escort.lamps_changed(changes)
        self.feed.lamps_changed([change_json(change) for change in changes])

    def _seen(self, lamp_id: str) -> tuple[bool, tuple[str, ...]]:
        return self.fleet.shows_its_claim(lamp_id), self.fleet.watch.view(lamp_id).faults

    def _totals(self) -> dict[str, int]:
        totals = self.fleet.watch.totals
        return {
            "total": len(self.district.register),
            "online": totals.online,
            "lit": totals.lit,
            "faulty": totals.faulty,
        }

    def _lit(self) -> list[dict[str, Any]]:
        return [
            change_json(LampChange(lamp_id, known.view))
            for lamp_id, known in self.fleet.watch
            if known.view.scene not in (None, "schedule") or known.claims
        ]

    async def _snapshot(self, jurisdiction: str | None) -> tuple[int, dict[str, Any]]:
        async with self.database.reading() as connection:
            seq = await store.last_seq(connection)
            live = [
                one
                for one in await store.live_incidents(connection)
                if jurisdiction in (None, one.spot.jurisdiction)
            ]
            same = await store.resemblances(connection, [one.incident_id for one in live])
        incidents = [incident_json(one, same.get(one.incident_id, []), self._seen) for one in live]
        return seq, {"incidents": incidents, "lamps": self._totals()}

    async def _find_report(self, report_id: str) -> Any:
        async with self.database.reading() as connection:
            return await store.find_report(connection, report_id)

    async def _jurisdiction_of(self, incident_id: str) -> str | None:
        async with self.database.reading() as connection:
            found = await store.read_incident(connection, incident_id)
        return found.spot.jurisdiction if found is not None else None

    async def _reserve_seqs(self, size: int) -> int:
        while True:
            try:
                async with self.database.writing() as connection:
                    return await raise_counter(connection, "order_seq", size)
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("no order numbers could be reserved: %s", error)
            await asyncio.sleep(1.0)

    def alive(self) -> dict[str, bool]:
        """Each part and whether it is at work."""
        return {name: not task.done() for name, task in self._tasks.items()}

    # ---- life

    async def serve(self, announce: Callable[["Dispatcher", int], None] | None = None) -> None:
        """Serve until stopped; `announce` is called with the port once HTTP answers."""
        self.settings.make_data_dir()
        await self.database.bring_up_to_date()
        await self.district.load()
        await self._remember()
        await self._let_somebody_in()
        door = bind(*self.settings.http_listen)
        server = Server(self._application(), self.settings.sign_in.trusted_proxies)
        try:
            async with self._broker_beside() as watch_broker, asyncio.TaskGroup() as group:
                rooms = {
                    "broker": self.broker.run(),
                    "fleet": self.fleet.run(),
                    "escort": self.escort.run(),
                    "ledger": self.ledger.run(),
                    "feed": self.feed.run(),
                    "outbox": self.outbox.run(),
                    "letters": self.letters.run(),
                    "desk": self.desk.run(),
                    "sign-in": self.sessions.run(),
                    "lamp tests": self.lamp_tests.run(),
                    "walks": self.walks.run(),
                    "walk help": self.walk_help.run(),
                    "district": self.district.run(),
                    "keeper": self._keep(),
                    "scrubber": self._scrub(),
                    "embedded broker": watch_broker,
                    "http": until_stopped(server, door),
                }
                self._tasks = {name: group.create_task(room) for name, room in rooms.items()}
                if announce is not None:
                    announce(self, door.getsockname()[1])
        except* Stopped:
            log.info("stopped")
        finally:
            door.close()
            await self.http.aclose()
            await self.database.close()

    async def _let_somebody_in(self) -> None:
        await self.sessions.load()
        if self.settings.sign_in.way == "local":
            self.first_password = await self.accounts.first_password()

    @asynccontextmanager
    async def _broker_beside(self) -> AsyncIterator[Any]:
        if self.settings.mqtt is not None:
            yield asyncio.Event().wait()
            return
        host, port = self.settings.mqtt_listen
        keyring = Keyring(self.settings.credentials)
        if not keyring.lamps and not is_loopback(host):
            raise BadSetting(
                f"LAMPLIGHTER_MQTT_LISTEN is {host}:{port}, where others can reach it, and no lamp "
                "has a password yet: make them with `lamplighter lamps credentials make --all`"
            )
        guard = self.settings.credentials if keyring.lamps else None
        # A new password at every start: it is for this process alone.
        own = keyring.make([DISPATCHER])[0] if guard else Password("", "")
        async with EmbeddedBroker(host, port, self.settings.data_dir / "broker", guard) as embedded:
            address = BrokerAddress(host, embedded.port, own.user or None, own.password or None)
            self.broker.move_to(address)
            yield embedded.watch()

    async def _remember(self) -> None:
        """Take up the claims and the lamps' health where the last process left them."""
        async with self.database.reading() as connection:
            claims = await load_claims(connection, now())
            health = await load_health(connection)
            for lamp_id, wanted in await load_trodden(connection):
                self.escort.trodden.restore(lamp_id, wanted)
            for incident in reversed(await store.live_incidents(connection)):
                self.ledger.recent.note(incident)
        await self.walks.load()
        for known in health:
            self.fleet.watch.restore(*known)
        owners: dict[str, list[Any]] = {}
        for claim in claims:
            owners.setdefault(claim.owner, []).append(claim)
        for owner, held in owners.items():
            self.fleet.claims_are(owner, held)
            self.lamp_tests.remember(owner, held)

    def _application(self) -> Any:
        reports = report_routes(
            self.desk,
            self._find_report,
            self.settings.secret(),
            self._seen,
            now,
            self.walk_help,
            self.plan,
            self.night.told,
        )
        return application(
            Rooms(
                database=self.database,
                district=self.district,
                desk=self.desk,
                fleet=self.fleet,
                lamp_tests=self.lamp_tests,
                feed=self.feed,
                letters=self.letters,
                try_now=self.outbox.try_now,
                cap_sender=self.settings.cap_sender,
                cap_secrets=self.settings.cap_secrets,
                seen=self._seen,
                clock=now,
                broker_answers=lambda: self.broker.is_connected,
                alive=self.alive,
                metrics=registry(
                    self.night, self.fleet, self.feed, self.letters, self._totals, now
                ),
                reports=reports,
                doorkeeper=self.door,
                accounts=self.accounts,
                sessions=self.sessions,
                jurisdiction_of=self._jurisdiction_of,
                door=WalkDoor(
                    self.walks,
                    self.guardians,
                    self.settings.secret(),
                    self.escort.darkness_ahead,
                ),
                screens=SCREENS,
                map_style=self.settings.map_style,
                map_pmtiles=self.settings.map_pmtiles,
            )
        )

    async def _keep(self) -> None:
        """Write the lamps' health down, and let go of what nobody needs, for ever."""
        tidied = 0.0
        trodden = time.monotonic()
        while True:
            await asyncio.sleep(_KEEP_HEALTH_EVERY_S)
            try:
                await self._keep_health()
                if time.monotonic() - tidied > _TIDY_EVERY_S:
                    tidied = time.monotonic()
                    await self._tidy()
                if time.monotonic() - trodden > _KEEP_TRODDEN_EVERY_S:
                    trodden = time.monotonic()
                    await self._keep_trodden()
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("the lamps' health could not be kept: %s", error)

    async def _keep_health(self) -> None:
        while rows := self.fleet.watch.health_rows(now(), _HEALTH_AT_ONCE):
            async with self.database.writing() as connection:
                await save_health(connection, rows)
            self.fleet.watch.health_is_kept(row["lamp_id"] for row in rows)

    async def _keep_trodden(self) -> None:
        while rows := self.escort.trodden.rows(_HEALTH_AT_ONCE):
            async with self.database.writing() as connection:
                await save_trodden(connection, rows)
            self.escort.trodden.are_kept(rows)

    async def _scrub(self) -> None:
        """Leave nothing of what was erased in the database's own leftovers, for ever."""
        while True:
            await self._erased.wait()
            self._erased.clear()
            try:
                scrubbed = await self.database.scrub()
            except Exception as error:
                if not is_outage(error):
                    raise
                scrubbed = False
            if not scrubbed:  # somebody reads what is older
                await asyncio.sleep(_SCRUB_AGAIN_S)
                self._erased.set()

    async def _tidy(self) -> None:
        async with self.database.writing() as connection:
            await sweep_claims(connection, now())
            await outbox_rows.let_letters_go(connection, now() - _LETTERS_KEPT_FOR)


def run(settings: Settings, announce: Callable[[Dispatcher, int], None] | None = None) -> None:
    """Serve on a loop of its own until stopped."""

    def settled(dispatcher: Dispatcher, port: int) -> None:
        # What start-up made stays for ever: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        if announce is not None:
            announce(dispatcher, port)

    gc.set_threshold(*_COLLECT_AFTER)
    uvloop.run(Dispatcher(settings).serve(settled))
