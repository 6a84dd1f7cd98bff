"""Change: one incident, locked, while one verb changes it. Every verb is written in terms of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.core import escalation as ladder
from bot.core.escalation import HELP, MAIN, Escalation
from bot.core.incident import Incident, no_such
from bot.core.oncall import BOT, Actor, Contact, Roster
from bot.core.page import DROPPED, Outgoing, Page
from bot.core.policy import Policy, Timings
from bot.core.text import clean
from bot.core.timeline import Entry
from bot.engine.desk import Desk
from bot.engine.keeping import REACH
from bot.store.cards import Card
from bot.store.transaction import Tx


class Change:
    """One incident in one transaction. `save` writes what was changed; without it nothing is."""

    def __init__(
        self,
        tx: Tx,
        desk: Desk,
        incident: Incident,
        now: datetime,
        *,
        new: bool = False,
    ) -> None:
        self.tx, self.desk, self.now = tx, desk, now
        self.incident = incident
        self._new, self._saved_incident = new, None if new else incident
        self._ladders: dict[str, Escalation] | None = {} if new else None
        self._saved_ladders: Mapping[str, Escalation] = {}

    @classmethod
    def load(cls, tx: Tx, desk: Desk, number: int, now: datetime) -> Change:
        """Lock an incident and read it; Refused where there is none of that number."""
        incident = tx.incidents.lock(number)
        if incident is None:
            raise no_such(number)
        return cls(tx, desk, incident, now)

    @property
    def ladders(self) -> dict[str, Escalation]:
        """Its escalations by part. Read when first asked for: most alerts that join change none."""
        if self._ladders is None:
            self._saved_ladders = self.tx.incidents.escalations(self.incident.number)
            self._ladders = dict(self._saved_ladders)
        return self._ladders

    @property
    def parts(self) -> list[str]:
        """Its parts but help, in the order in which they call: further types first, since only their people can stop
        them, and whom they call need not be called by a main of the same policy."""
        return sorted((part for part in self.ladders if part != HELP), key=lambda part: part == MAIN)

    @property
    def main(self) -> Escalation:
        """The incident's own ladder."""
        return self.ladders[MAIN]

    @property
    def timings(self) -> Timings:
        """The judgement calls frozen on this incident."""
        return self.incident.plan.timings

    @cached_property
    def roster(self) -> Roster:
        """Who answers for the roles now (ESCALATION 4: people are looked up when the page is sent)."""
        return self.desk.roster(self.tx, self.incident.system)

    @cached_property
    def brought(self) -> set[str]:
        """The parts that it has only because others were merged into it."""
        return set() if self._new else self.tx.merges.brought(self.incident.number)

    def policy(self, part: str = MAIN) -> Policy:
        """The frozen policy a ladder climbs."""
        return self.incident.plan.policies[self.ladders[part].policy]

    def holder_of(self, escalation: Escalation) -> Contact:
        """Who has a ladder, as a contact; somebody who is none can be reached in Slack at most."""
        return self.roster.somebody(escalation.holder, escalation.holder_name, escalation.holder_slack)

    def set(self, **values: Any) -> None:
        """Change fields of the incident."""
        self.incident = replace(self.incident, **values)

    def put(self, escalation: Escalation) -> None:
        """Change a ladder."""
        self.ladders[escalation.part] = escalation

    def stop_paging(self, escalation: Escalation) -> None:
        """Change a ladder so that its earlier pages are no longer wanted; those that have not left are dropped."""
        self.put(escalation)
        why = "cancelled before it was sent"
        for key in self.tx.outbox.drop_pages(self.incident.number, escalation.part, escalation.epoch, self.now):
            self.tx.pages.change([key], state=DROPPED, outcome=why, ended_at=self.now)

    def withdraw(self, part: str) -> None:
        """It has that part no longer: nobody further is called for it."""
        self.stop_paging(ladder.stop(self.ladders[part], self.now))
        del self.ladders[part]

    def replace_waiting(self, newer: Sequence[Page]) -> None:
        """These pages are made now: an earlier one of the same level to the same person by the same way is dropped, if
        it has not left."""
        why = "replaced by a newer page before it was sent"
        for key in self.tx.outbox.drop_twins(newer, self.now):
            self.tx.pages.change([key], state=DROPPED, outcome=why, ended_at=self.now)

    def touch(self, who: Actor) -> None:
        """A person did something: acknowledgements last from now (ESCALATION 12)."""
        if who.person:
            for escalation in list(self.ladders.values()):
                self.put(ladder.touch(escalation, self.now, self.timings, by=who.id))

    def tell(
        self,
        kind: str,
        text: str,
        *,
        who: Actor = BOT,
        why: str = "",
        level: int | None = None,
        page: str = "",
        thread: bool = True,
        broadcast: bool = False,
        loud: bool = False,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Put something on the timeline, and into the thread unless it would be noise there. `broadcast` shows it
        in the channel as well; `loud` also notifies the channel."""
        entry = Entry(
            at=self.now,
            kind=kind,
            text=self._stored(text),
            why=self._stored(why),
            who=who,
            level=level,
            page=page,
            data={**(data or {}), **({"remark": who.remark} if who.remark else {})},
        )
        self.tx.tell(self.incident.number, entry)
        if thread:
            story = {
                "kind": kind,
                "text": entry.text,
                "why": entry.why,
                "who": who.name,
                "slack": who.slack,
                "via": who.via,
                "person": who.person,
                "level": level,
                "broadcast": broadcast or loud,
                "loud": loud,
                "data": dict(entry.data),
            }
            self.post("line", story)

    def _stored(self, text: str) -> str:
        """Without secrets, and without what no database stores."""
        return clean(self.desk.redactor.text(text))

    def post(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Send something into the incident's thread, after what was sent there before."""
        self._post(f"{kind}.{self.incident.number}.{secrets.token_hex(8)}", kind, payload)

    def post_step(self, run: int) -> None:
        """Have the message of a playbook's run drawn anew. While one waits to be sent, one is enough."""
        self._post(f"step.{run}", "step", {"run": run})

    def keep(self, name: str) -> None:
        """Have a message of the thread that is kept current posted, or drawn anew: `duties`, `list.<checklist>`. While
        one waits to be sent, one is enough."""
        self.tx.kept.expect(self.incident.number, name)
        self._post(f"kept.{self.incident.number}.{name}", "kept", {"name": name})

    def keep_all(self) -> None:
        """Have all of those that the thread has and that offer something drawn anew: what they offer is another."""
        for name in self.tx.kept.names(self.incident.number):
            if not name.startswith(REACH):
                self.keep(name)

    def _post(self, key: str, kind: str, payload: Mapping[str, Any]) -> None:
        self.tx.send(
            Outgoing(
                key=key,
                kind=kind,
                incident=self.incident.number,
                lane=f"thread:{self.incident.number}",
                way="channel",
                target=f"channel:{self.channel}",
                not_before=self.now,
                made_at=self.now,
                payload={**payload, "channel": self.channel},
            )
        )

    def attach(self, name: str, content: str) -> None:
        """Attach a text whole to the thread, where a message would have to cut it."""
        self.post("file", {"name": name, "content": content})

    @property
    def channel(self) -> str:
        """The Slack channel of its system."""
        system = self.desk.systems.get(self.incident.system)
        return system.channel if system else f"#{self.incident.system}"

    def add_card(self, channel: str, *, small: bool) -> None:
        """A card of this incident is to stand in that channel and be kept current; a new one is posted at once."""
        self.tx.cards.add([Card(incident=self.incident.number, channel=channel, small=small)])
        self.tx.cards.redraw(self.incident.number, self.now)
        self.tx.urgent = True

    def save(self, leases: Sequence[str] = ()) -> None:
        """Write the incident and its ladders if they changed, and have the cards follow. `leases`: parts whose claim is
        given back even if nothing changed."""
        ladders = self.ladders if leases else self._ladders or {}
        changed = [e for part, e in ladders.items() if self._saved_ladders.get(part) != e]
        released = [e for part, e in ladders.items() if part in leases and e not in changed]
        withdrawn = self._saved_ladders.keys() - ladders.keys()
        for part in withdrawn:
            self.tx.incidents.drop_escalation(self.incident.number, part)
        dirty = self._saved_incident is None or self.incident != self._saved_incident
        if self._saved_incident is not None and dirty:
            self.tx.incidents.save(self.incident)
        self.tx.incidents.save_escalations([(self.incident.number, e) for e in [*changed, *released]])
        if self._saved_incident is not None and (dirty or changed or withdrawn):
            self.tx.cards.redraw(self.incident.number, self.now)
        self._saved_incident, self._saved_ladders = self.incident, dict(ladders)
