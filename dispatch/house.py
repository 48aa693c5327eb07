"""Come here for how the dispatcher is put together: every room is built and introduced here."""

import asyncio
import functools
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from secrets import token_hex

from dispatch.broker_trust import warnings
from dispatch.clock import new_id, now
from dispatch.database import Database
from dispatch.desk import Desk
from dispatch.district import District
from dispatch.doubt import ClockDoubt
from dispatch.feed import Feed
from dispatch.guardians import Guardians
from dispatch.heads import Heads
from dispatch.keeper import Keeper
from dispatch.lamp_frames import LampFrames
from dispatch.lamp_tests import LampTests, is_test
from dispatch.lamps_shown import LampsShown
from dispatch.ledger import Ledger
from dispatch.letters import Letters
from dispatch.metrics import Night
from dispatch.order_blocks import reserve_order_numbers
from dispatch.outbox import Outbox
from dispatch.outbox_rows import Letter
from dispatch.picture import Picture
from dispatch.plan import DEFAULT, Plan
from dispatch.push.webhook import client, webhooks
from dispatch.scribe import Scribe, Written
from dispatch.settings import Settings
from dispatch.showings import Showings
from dispatch.sign_in.accounts import Accounts
from dispatch.sign_in.door import Door
from dispatch.sign_in.keys import Passwords
from dispatch.sign_in.provider import provider_of
from dispatch.sign_in.rechecks import Rechecks
from dispatch.sign_in.sessions import Sessions
from dispatch.sign_in.throttle import Throttle
from dispatch.sign_in.vault import Vault
from dispatch.sole import Sole
from dispatch.steady import SteadyClock
from dispatch.verifying import Verifier
from dispatch.view import incident_json
from dispatch.walk_help import WalkHelp
from dispatch.walk_record import Record
from dispatch.walk_view import walks_json
from dispatch.walks import Walks
from dispatch.watchdog import Watchdog
from lights.answers import Answer
from lights.broker import Broker
from lights.broker_address import BrokerAddress
from lights.crew_veil import CrewVeil
from lights.escort import OWNER as WALKS
from lights.escort import Escort
from lights.fleet import Fleet
from lights.keyring import Keyring
from lights.veil import Veil
from lights.watch import LampChange

log = logging.getLogger(__name__)


class House:
    """Every room of the house. `wall` is the machine's clock, which anybody may set at any time."""

    def __init__(
        self, settings: Settings, plan: Plan = DEFAULT, wall: Callable[[], datetime] = now
    ) -> None:
        self.settings = settings
        self.plan = plan
        self.database = Database(settings.database_url)
        self.clock = SteadyClock(wall, time.monotonic)
        self.night = Night()
        self.doubt = ClockDoubt()
        self.sole = Sole(self.database, functools.partial(token_hex, 8))
        self.chain_key = functools.cache(settings.chain_key)
        self.first_password: str | None = None
        self.unprotected = warnings(settings, bool(Keyring(settings.credentials).lamps))
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.watchdog = Watchdog(self._tasks)
        self._build_lamps()
        self._build_telling()
        self._build_desk()
        self._build_sign_in()
        self._build_walks()
        self.keeper = Keeper(
            *(self.database, self.fleet.watch, self.escort.trodden, self.clock, self._surely)
        )

    def _build_lamps(self) -> None:
        plan, settings = self.plan, self.settings
        self.district = District(
            self.database,
            left=lambda lamp_ids: self.fleet.watch.forget(lamp_ids),
            units_told=(
                target.partition("unit:")[2] for target in settings.webhooks if "unit:" in target
            ),
        )
        self.fleet = Fleet(
            clock=self.clock,
            say=lambda messages: self.broker.say(messages),
            reserve_seqs=functools.partial(reserve_order_numbers, self.database),
            serves=self.district.serves,
            answered=lambda answer: self._answered(answer),
            changed=self._lamps_changed,
            pace=plan.pace,
            patience=plan.patience,
        )
        self.escort = Escort(
            clock=self.clock,
            fleet=self.fleet,
            register=lambda: self.district.register,
            rank=plan.ranks.walk,
            numbers=plan.following,
        )
        self.veil = Veil(self.fleet.watch, WALKS)
        self.crew_veil = CrewVeil(self.fleet.watch, is_test, self.clock)
        self.lamps_shown = LampsShown(self.district.lamps_in)
        self.broker = Broker(
            settings.mqtt or BrokerAddress(*settings.mqtt_listen),
            self.fleet.heard,
            self.fleet.broker_is,
            settings.mqtt_qos,
        )

    def _build_telling(self) -> None:
        self.picture = Picture(self.database, self.district, self.fleet, self.veil)
        self.showings = Showings(
            *(self.database, self.clock, self.plan.showings_kept_for, self._surely)
        )
        self.http = client()
        self.guardians = Guardians(
            *(functools.cache(self.settings.secret), self.plan.walk),
            *(lambda target: self.outbox.wants(target), new_id),
            self.settings.sign_in.public_url,
        )
        targets = webhooks(self.http, self.settings.webhooks, self.clock)
        self.outbox: Outbox = Outbox(
            self.database,
            self.guardians.giving_links(targets),
            self.clock,
            settle=lambda letter: self.letters.taken(letter),
            shown=self._letter_taken,
        )
        self.feed = Feed(
            self.database,
            snapshot=self.picture.snapshot,
            lamps=LampFrames(
                *(self.lamps_shown, self.veil.view, self.picture.lit, self.picture.totals),
                self.crew_veil,
            ),
            knows=self.district.has_jurisdiction,
            walks=lambda: walks_json(self.walks, self.plan.walk, self.walks.clock()),
            clock=self.clock,
            showings=self.showings,
        )

    def _build_desk(self) -> None:
        clock, plan = self.clock, self.plan
        scribe = Scribe(
            plan,
            frame=lambda incident, same: incident_json(incident, same, self.picture.seen),
            wants=self.outbox.wants,
            new_id=new_id,
            cap_sender=self.settings.cap_sender,
            key=lambda: self.chain_key("journal"),
        )
        self.ledger = Ledger(self.database, plan, scribe, self._written)
        self.letters: Letters = Letters(
            *(self.ledger, self.database, plan, clock),
            late=lambda one: self.walk_help.is_late(one),
            wants=self.outbox.wants,
        )
        self.desk = Desk(
            *(self.ledger, self.database, self.district, self.fleet, plan),
            clock=clock,
            new_id=new_id,
            surely=self._surely,
        )
        self.lamp_tests = LampTests(self.database, self.fleet, plan, clock=clock, new_id=new_id)

    def _build_sign_in(self) -> None:
        clock = self.clock
        sign_in = self.settings.sign_in
        self.sessions = Sessions(
            self.database,
            clock=clock,
            new_id=new_id,
            key=lambda: self.chain_key("record"),
            surely=self._surely,
        )
        self.door = Door(sign_in.way, self.sessions, secure=sign_in.behind_tls)
        self.accounts = Accounts(
            *(self.database, self.sessions, Passwords(), Throttle(), self.settings.secret, clock),
            self.plan.one_time_for,
        )
        self.provider = provider_of(sign_in, self.http, clock)
        heads = Heads(self.settings.heads_file)
        self.verifier = Verifier(self.database, heads, clock, self.chain_key)
        self.vault = Vault(functools.cache(self.settings.secret))
        self.rechecks = Rechecks(self.sessions, self.provider, self.vault, clock)

    def _build_walks(self) -> None:
        plan = self.plan.walk
        self.walks: Walks = Walks(
            self.ledger,
            self.database,
            plan,
            self.escort,
            nobody_lives=lambda place: self.district.nobody_lives(place, plan.lonely_m),
            letters=self.guardians,
            adopted=self._walk_changed,
            forgotten=lambda: self.keeper.has_erased(),
            secret=functools.cache(self.settings.secret),
            clock=self.clock,
            surely=self._surely,
        )
        self.walk_help: WalkHelp = WalkHelp(self.walks, self.desk, self.database, self.clock)

    # ---- introductions

    def _surely(self) -> datetime:
        """The time by which things are destroyed."""
        return self.doubt.surely(self.clock())

    def _answered(self, answer: Answer) -> None:
        if answer.owner.startswith("incident:"):
            silent, after = len(answer.silent), answer.after.total_seconds()
            words = "%d lamps asked, %d silent after %.3f s"
            log.info(words, answer.asked, silent, after, extra={"owner": answer.owner})
            self.night.answered(bool(answer.silent), answer.after)
        self.desk.lamps_have_answered(answer)

    def _walk_changed(self, record: Record) -> None:
        self.guardians.know(record)
        self.walk_help.wake(record)

    def _letter_taken(self, letter: Letter) -> None:
        self.showings.letter(letter)
        self.walk_help.letter_taken(letter)

    def _written(self, written: Written) -> None:
        for owner, claims in written.claims.items():
            self.fleet.claims_are(owner, claims)
        self.outbox.wake(written.targets)
        self.feed.publish(written.frames)
        if written.erased:
            self.keeper.has_erased()

    def _lamps_changed(self, changes: Sequence[LampChange]) -> None:
        self.escort.lamps_changed(changes)
        self.feed.lamps_changed(self.veil.changes(changes), self.crew_veil.changes(changes))
