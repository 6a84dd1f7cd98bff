"""One transaction: the repositories over one connection, and the writes held back to its end.

Timeline entries, pages and outgoing messages are only appended while a verb runs, and so are changes of what the
repositories remember; they are written together at the end, one statement each, which is what makes a storm of alerts
cheap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from bot.core.incident import Incident
from bot.core.page import Outgoing, Page
from bot.core.timeline import Entry
from bot.store import tables
from bot.store.alerts import Alerts
from bot.store.board import Board
from bot.store.cards import Cards
from bot.store.checklists import Checklists
from bot.store.dialects import insert_rows
from bot.store.duties import Duties
from bot.store.incidents import Incidents
from bot.store.items import Items
from bot.store.kept import Kept
from bot.store.looks import Looks
from bot.store.merges import Merges
from bot.store.numbers import Figures
from bot.store.outbox import Outbox
from bot.store.pages import Pages
from bot.store.people import People
from bot.store.pins import Pins
from bot.store.reports import Reports
from bot.store.rows import entry_row, outgoing_row, page_row
from bot.store.runs import Runs
from bot.store.timeline import Timeline
from bot.store.watches import Watches
from bot.store.weekly import WeeklyDigests
from bot.store.wire import ask_all, commit, in_one_go

T = TypeVar("T")


class Tx:
    """What a verb may read and write. Valid only inside the function that was given it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.pages = Pages(connection)
        self.incidents = Incidents(connection, on_lock=self.pages.forget_those_of)
        self.alerts = Alerts(connection)
        self.outbox = Outbox(connection)
        self.cards = Cards(connection)
        self.people = People(connection)
        self.timeline = Timeline(connection)
        self.merges = Merges(connection)
        self.looks = Looks(connection)
        self.runs = Runs(connection)
        self.watches = Watches(connection)
        self.items = Items(connection)
        self.reports = Reports(connection)
        self.duties = Duties(connection)
        self.checklists = Checklists(connection)
        self.kept = Kept(connection)
        self.pins = Pins(connection)
        self.figures = Figures(connection)
        self.weekly = WeeklyDigests(connection)
        self.board = Board(connection)
        self.urgent = False
        """Whether there is something to be sent at once."""
        self.told: list[tuple[int, Entry]] = []
        """What this transaction puts on timelines."""
        self._entries: list[tuple[int, Entry]] = []
        self._pages: dict[tuple[object, ...], Page] = {}
        self._messages: dict[str, Outgoing] = {}

    @property
    def looking(self) -> bool:
        """Whether there is something to be looked at, at once."""
        return self.looks.planned or self.runs.looking

    def latest(
        self, groups: Collection[tuple[str, str]], fingerprints: Collection[str], also: Iterable[int] = ()
    ) -> dict[tuple[str, str], Incident]:
        """As `incidents.latest`. What is known of these alerts in the incident that is probably the latest is asked in
        the same go, for `alerts.known`: most alerts join one that others have joined before."""
        guess = self.incidents.guess(groups)
        if guess is None:
            return self.incidents.latest(groups, also)
        asked = self.incidents.question(groups, also), self.alerts.question(guess, fingerprints)
        locked, known = ask_all(self.connection, *asked)
        self.alerts.told(guess, fingerprints, known)
        return self.incidents.locked(groups, locked)

    def tell(self, incident: int, entry: Entry) -> None:
        """Put an entry on the timeline at the end of this transaction."""
        self._entries.append((incident, entry))
        self.told.append((incident, entry))

    def page(self, page: Page) -> None:
        """Record a new page at the end of this transaction. Of two to the same person for the same level by the same
        way the later one is recorded and sent."""
        twin = self._pages.get(_rung_of(page))
        if twin is not None:
            self._messages.pop(twin.key, None)
        self._pages[_rung_of(page)] = page

    def send(self, message: Outgoing) -> None:
        """Put a message into the outbox at the end of this transaction; one key once."""
        self._messages.setdefault(message.key, message)
        self.urgent |= message.urgent

    def alone(self, work: Callable[[], T]) -> T:
        """Do something within the transaction that, if it raises, leaves nothing behind."""
        self.flush()
        told = len(self.told)
        try:
            with self.connection.begin_nested():
                answer = work()
                self.flush()
            return answer
        except Exception:
            self._entries, self._pages, self._messages = [], {}, {}
            del self.told[told:]
            for one in self._remembering:
                one.forget()
            raise

    @property
    def _remembering(self) -> tuple[Incidents, Alerts, Cards, Pages, Outbox, People, Looks]:
        return self.incidents, self.alerts, self.cards, self.pages, self.outbox, self.people, self.looks

    def _write(self) -> None:
        """Write the changes that the repositories hold."""
        for one in self._remembering:
            one.write()

    def flush(self) -> None:
        """Write what was held back."""
        with in_one_go(self.connection):
            self._write_all()

    def commit(self) -> None:
        """Write what was held back, and commit."""
        with in_one_go(self.connection):
            self._write_all()
            commit(self.connection)

    def _write_all(self) -> None:
        self._write()
        if self._entries:
            insert_rows(self.connection, tables.timeline, [entry_row(n, e) for n, e in self._entries])
        if self._pages:
            insert_rows(self.connection, tables.pages, [page_row(p) for p in self._pages.values()])
        if self._messages:
            self.outbox.add([outgoing_row(m) for m in self._messages.values()])
        self._entries, self._pages, self._messages = [], {}, {}


def _rung_of(page: Page) -> tuple[object, ...]:
    ladder = (page.incident, page.part, page.epoch, page.round, page.level)
    return (*ladder, page.purpose, page.person, page.way)
