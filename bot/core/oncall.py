"""Contacts and roles, and who answers for a level now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.core.policy import Level

SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
"""The id of a member of Slack, whole."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Somebody who can be reached: a person, a shared mailbox or a hotline."""

    id: str
    """Unique within its system."""
    name: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    """Address by pager name: `slack` a user id (U...), `mail`, `phone`, `sms` (E.164), `pagerduty` a routing key, ...
    Only addresses that are set."""
    unset: Mapping[str, str] = field(default_factory=dict)
    """Pager name to the name of the variable that should hold this address but is not set."""

    @property
    def slack(self) -> str:
        """The Slack user id, or an empty string."""
        return self.addresses.get("slack", "")

    def address(self, way: str) -> str:
        """The address for a way, or an empty string. A text message goes to the phone where no other is given."""
        return self.addresses.get(way) or (self.addresses.get("phone", "") if way == "sms" else "")

    def variable(self, way: str) -> str:
        """The variable that should hold the address for a way that has none, or an empty string."""
        return self.unset.get(way) or (self.unset.get("phone", "") if way == "sms" else "")


def outsider(id_: str, name: str, slack: str = "") -> Contact:
    """Somebody who is no contact of the system. They can be reached in Slack at most: by the user id that is known of
    them, or by their `id_` where it is one."""
    user = slack or (id_ if SLACK_USER.fullmatch(id_) else "")
    return Contact(id=id_, name=name, addresses={"slack": user} if user else {})


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who did something: a person, a monitor or the bot itself."""

    id: str
    """A contact's id where the person is one, else the Slack user id, else a name such as `bot`."""
    name: str
    via: str
    """How they said it: `slack`, `link`, `phone`, `pagerduty`, `terminal`, `monitor`, `bot`."""
    slack: str = ""
    """The Slack user id, for mentions; empty where unknown."""
    person: bool = True
    """False for the bot and for monitors: what they do is no human activity (ESCALATION 12)."""
    remark: str = ""
    """What could not be checked about them. It is for the record and the log, and not for those who read the thread."""


BOT = Actor(id="bot", name="Tocsin", via="bot", person=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """The people of one system: its contacts, its roles, and who stands in for a role right now."""

    contacts: Mapping[str, Contact]
    roles: Mapping[str, Sequence[str]]
    """Role to the ids of its contacts, in order."""
    overrides: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Role to the ids that `/oncall set` put in their place."""

    def on_call(self, who: str) -> tuple[Contact, ...]:
        """The contacts behind a role or a contact's id; empty when there is nobody, which the ladder treats as a level
        that cannot be reached."""
        if who in self.overrides:
            ids: Sequence[str] = self.overrides[who]
        elif who in self.roles:
            ids = self.roles[who]
        else:
            ids = (who,)
        return tuple(self.contacts[i] for i in ids if i in self.contacts)

    def behind(self, level: Level) -> Iterator[tuple[Contact, str]]:
        """Whom a level pages now by which way, in its order."""
        for target in level.targets:
            if not target.is_channel:
                for contact in self.on_call(target.to):
                    for way in target.ways:
                        yield contact, way

    def somebody(self, id_: str, name: str, slack: str = "") -> Contact:
        """The contact of that id, else an outsider. Where the pack has no Slack user for a contact, it is the one that
        they were seen as."""
        known = self.contacts.get(id_)
        if known is None:
            return outsider(id_, name, slack)
        return known if known.slack or not slack else replace(known, addresses={**known.addresses, "slack": slack})

    def identify(self, *, slack: str = "", mail: str = "") -> Contact | None:
        """The contact that a Slack user or a mail address is, if any."""
        for contact in self.contacts.values():
            if slack and contact.slack == slack:
                return contact
            if mail and contact.addresses.get("mail", "").lower() == mail.lower():
                return contact
        return None
