"""Come here for how the dispatcher lives: it takes up what is kept, lets every room work, and ends.

One process, one event loop, one TaskGroup. The first part that dies ends all, the process exits
with an error, and its supervisor starts it again; the database remembers.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from dispatch.alone import alone_in, alone_on
from dispatch.broker_beside import broker_beside
from dispatch.clock import watch_the_wall
from dispatch.front import front
from dispatch.house import House
from dispatch.http_server import Server, Stopped, bind, until_stopped
from dispatch.taking_up import take_up
from lights.open_files import allow_all

log = logging.getLogger(__name__)

Room = Coroutine[Any, Any, None]


class Dispatcher(House):
    """A house at work. `serve` runs it until it is stopped or something dies."""

    async def serve(self, announce: Callable[["Dispatcher", int], None] | None = None) -> None:
        """Serve until stopped; `announce` is called with the port once HTTP answers."""
        allow_all()
        self.settings.make_data_dir()
        folder = self.settings.data_dir
        with alone_in(folder), alone_on(self.database.file, folder):
            self.watchdog.listen()
            await self.sole.begin()
            try:
                await self._serve(announce)
            finally:
                await self.sole.end()

    async def _serve(self, announce: Callable[["Dispatcher", int], None] | None) -> None:
        await self.database.bring_up_to_date()
        await self.doubt.begin(self.database, self.clock())
        await self.verifier.begin()
        await self.district.load()
        await self.feed.begin()
        kept_in = (self.fleet, self.escort.trodden, self.ledger.recent, self.lamp_tests)
        await take_up(self.database, *kept_in, self.lamps_shown, self.clock())
        await self.walks.load()
        await self._let_somebody_in()
        door = bind(*self.settings.http_listen)
        server = Server(front(self), self.settings.sign_in.trusted_proxies)
        try:
            async with (
                broker_beside(self.settings, self.broker) as watch_broker,
                asyncio.TaskGroup() as group,
            ):
                rooms = self._rooms(watch_broker, until_stopped(server, door))
                for name, room in rooms.items():
                    self._tasks[name] = group.create_task(room)
                if announce is not None:
                    announce(self, door.getsockname()[1])
        except* Stopped:
            await self.verifier.end()
            log.info("stopped")
        finally:
            door.close()
            await self.http.aclose()
            await self.database.close()

    def _rooms(self, watch_broker: Room, http: Room) -> dict[str, Room]:
        """Everything that is at work for ever, by the name under which /healthz names it."""
        return {
            "broker": self.broker.run(),
            "fleet": self.fleet.run(),
            "escort": self.escort.run(),
            "ledger": self.ledger.run(),
            "feed": self.feed.run(),
            "outbox": self.outbox.run(),
            "letters": self.letters.run(),
            "showings": self.showings.run(),
            "desk": self.desk.run(),
            "sign-in": self.sessions.run(),
            "rechecks": self.rechecks.run(),
            "verifier": self.verifier.run(),
            "lamp tests": self.lamp_tests.run(),
            "walks": self.walks.run(),
            "walk help": self.walk_help.run(),
            "district": self.district.run(),
            "keeper": self.keeper.keep(),
            "scrubber": self.keeper.scrub(),
            "sole": self.sole.run(),
            "embedded broker": watch_broker,
            "clock": watch_the_wall(self.clock),
            "watchdog": self.watchdog.run(),
            "http": http,
        }

    async def _let_somebody_in(self) -> None:
        await self.sessions.load()
        if self.settings.sign_in.way == "local":
            self.first_password = await self.accounts.first_password()
