"""A desk that has money at risk: its checks read the account and the orders from files, which a story writes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.scenarios.desks import ANN, BOB

_SYSTEM = """\
name: desk
title: A desk with money at risk
channel: "#hft-operations"
variables:
  folder: {{default: "{folder}", help: where its files are}}
hosts:
  box: {{transport: local}}
contacts:
  ann: {{name: Ann, addresses: {{slack: {ann}, mail: ann@example.com, phone: "+1-555-0100"}}}}
  bob: {{name: Bob, addresses: {{slack: {bob}, mail: bob@example.com, phone: "+1-555-0101"}}}}
roles: {{first: [ann], second: [bob]}}
types:
  trading: Anything that keeps the desk from trading
  financial_loss: A loss above the limit may be coming
default_type: trading
severity_meanings:
  critical: Over $1,000 may be lost
exposure:
  orders: {{title: open orders, check: book, fact: values.orders}}
  positions: {{title: positions, check: book, fact: values.positions}}
  result: {{title: profit, below_zero: loss, check: account, fact: values.pnl, unit: USD}}
raises:
  - {{name: "loss above $1,000", when: exposure.result < -1000, severity: critical, type: financial_loss}}
plan:
  policies:
    loud:
      levels:
        - {{name: First, after: 0m, page: [{{to: first, by: [slack, mail, phone]}}]}}
        - {{name: Second, after: 5m, page: [{{to: second, by: [slack, mail, phone]}}]}}
    quiet:
      levels:
        - {{name: First, after: 0m, page: [{{to: first, by: [slack, mail]}}]}}
        - {{name: Second, after: 30m, page: [{{to: second, by: [slack, mail]}}]}}
  choose:
    - {{severities: [critical, high], policy: loud}}
    - {{policy: quiet}}
  catch_all: loud
routes:
  - {{name: slow, when: "labels.alertname == 'Slow'", severity: medium, component: gw1}}
"""

_CHECKS = """\
suites:
  health: Does it trade?
checks:
  book:
    title: The book of orders
    probe: config_read
    at: box
    with: {path: "${folder}/book.json", keys: [orders, positions]}
    fail: not present
    says: "{values.orders} orders, {values.positions} positions"
    suites: [health]
  account:
    title: The account
    probe: config_read
    at: box
    with: {path: "${folder}/account.json", keys: [pnl]}
    says: "result {values.pnl} USD"
"""


class RiskingDesk:
    """Its pack and its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        pack = folder / "packs" / "desk"
        pack.mkdir(parents=True)
        (pack / "system.yaml").write_text(_SYSTEM.format(folder=folder, ann=ANN, bob=BOB))
        (pack / "checks.yaml").write_text(_CHECKS)
        self.holds(orders=14, positions=3, pnl=250.0)

    @property
    def environ(self) -> dict[str, str]:
        """The variables of a bot that serves it."""
        return {"TOCSIN_PLAYBOOKS": str(self._folder / "packs"), "TOCSIN_SYSTEMS": "desk"}

    def holds(self, *, orders: int = 14, positions: int = 3, pnl: float) -> None:
        """What its files say from now on."""
        (self._folder / "book.json").write_text(json.dumps({"orders": orders, "positions": positions}))
        (self._folder / "account.json").write_text(json.dumps({"pnl": pnl}))

    def loses_its_account(self) -> None:
        """The account's file is gone: nobody can say what is at stake."""
        (self._folder / "account.json").unlink()
