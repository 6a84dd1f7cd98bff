"""A desk with stakeholders: people who read how an incident stands, in a channel and by mail, and do not work on it."""

from __future__ import annotations

from pathlib import Path

from bot.playground.values import Message
from bot.playground.workspace import Workspace
from tests.scenarios.desks import ANN, BOB

HEADS, EVERYBODY = "heads@example.com", "everybody@example.com"
"""Mailing lists: of critical and high incidents; of critical ones."""

READERS = "#hft-engineering"
"""The stakeholders' channel; it is there in every local Slack."""

_SYSTEM = f"""\
name: desk
title: A desk that tells
channel: "#hft-operations"
contacts:
  ann: {{name: Ann, addresses: {{slack: {ANN}, mail: ann@example.com, phone: "+1-555-0100"}}}}
  bob: {{name: Bob, addresses: {{slack: {BOB}, mail: bob@example.com, phone: "+1-555-0101"}}}}
  cid: {{name: Cid, addresses: {{mail: cid@example.com, phone: "+1-555-0102"}}}}
roles: {{first: [ann], second: [bob], third: [cid]}}
plan:
  policies:
    ladder:
      levels:
        - {{name: Operations, after: 0m, page: [{{to: first, by: [slack, phone]}}]}}
        - {{name: Engineering, after: 5m, page: [{{to: second, by: [slack, phone]}}]}}
        - {{name: Architecture, after: 15m, page: [{{to: third, by: [mail, phone]}}]}}
  choose: [{{policy: ladder}}]
  catch_all: ladder
stakeholders:
  - {{channels: ["{READERS}"], mails: [{HEADS}], severities: [critical, high]}}
  - {{mails: [{EVERYBODY}], severities: [critical]}}
routes:
  - {{name: all, when: "labels.alertname != ''", component: feed}}
"""


class ToldDesk:
    """Its pack; a story may put templates into it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "packs"
        self.pack = self._folder / "desk"
        self.pack.mkdir(parents=True)
        (self.pack / "system.yaml").write_text(_SYSTEM)

    @property
    def environ(self) -> dict[str, str]:
        """What a bot must be told to serve it."""
        return {"TOCSIN_PLAYBOOKS": str(self._folder), "TOCSIN_SYSTEMS": "desk"}

    def template(self, name: str, text: str) -> None:
        """Give it a template of its own."""
        (self.pack / "templates").mkdir(exist_ok=True)
        (self.pack / "templates" / name).write_text(text)


def reports(slack: Workspace) -> list[Message]:
    """The reports in the stakeholders' channel, oldest first."""
    return [m for m in slack.messages(READERS) if not m.is_reply and "📄" in m.readable()]


def files(slack: Workspace, end: str) -> list[str]:
    """The contents of the files whose names end so, oldest first."""
    return [bytes(one.content).decode() for one in slack.files() if one.name.endswith(end)]


__all__ = ["EVERYBODY", "HEADS", "READERS", "ToldDesk", "files", "reports"]
