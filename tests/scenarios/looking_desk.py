"""A desk whose checks look at real files: what they see is changed by writing to them."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.desks import ANN, BOB

_SYSTEM = """\
name: desk
title: A desk that looks
channel: "#hft-operations"
variables:
  folder: {{default: "{folder}", help: where its files are}}
hosts:
  box: {{transport: local}}
logs:
  orders: {{host: box, path: "${{folder}}/orders.log"}}
  feed: {{host: box, path: "${{folder}}/feed.log"}}
  gone: {{host: box, path: "${{folder}}/nothing-here.log"}}
contacts:
  ann: {{name: Ann, addresses: {{slack: {ann}, mail: ann@example.com, phone: "+1-555-0100"}}}}
  bob: {{name: Bob, addresses: {{slack: {bob}, mail: bob@example.com, phone: "+1-555-0101"}}}}
roles: {{first: [ann], second: [bob]}}
plan:
  policies:
    ladder:
      levels:
        - {{name: First, after: 0m, page: [{{to: first, by: [slack, mail, phone]}}]}}
        - {{name: Second, after: 5m, page: [{{to: second, by: [slack, mail, phone]}}]}}
  choose: [{{policy: ladder}}]
  catch_all: ladder
routes:
  - {{name: feed, when: "labels.alertname == 'FeedDown'", component: feed, suite: feed}}
"""

_CHECKS = """\
suites:
  health: Does it trade?
  feed: Do prices come?
  bundle: What somebody else needs to see
checks:
  orders:
    title: Orders
    probe: log_file
    at: orders
    with: {contains: [REJECTED]}
    fail: count > 0
    says: "{count} rejected"
    suites: [health]
  feed:
    title: Price feed
    probe: log_file
    at: feed
    with: {contains: [closed]}
    fail: count > 0
    says: "{count} times closed"
    suites: [health, feed, bundle]
    help: Prices are not to be trusted while it is closed.
  gone:
    title: The other log
    probe: log_file
    at: gone
    with: {contains: [x]}
    fail: count > 0
    suites: [health]
  order:
    title: One order
    probe: log_file
    at: orders
    with: {contains: ["{id}"]}
    fail: count == 0
    says: "{id} is there {count} times"
    asks: {id: {kind: order_id}}
watch:
  orders_rejected: {check: orders, every: 1m, for: 5m, severity: critical, component: orders}
"""

_FEED_DOWN = """\
title: The price feed is closed
offer: {{routes: [feed], checks: [feed]}}
parameters: {{exchange: {{kind: exchange, default: binance}}}}
start: closed
steps:
  closed:
    check: feed
    question: Is the feed closed?
    then:
      - {{when: state == 'fail', say: The feed is closed, go: reopen}}
      - {{say: The feed is open, go: fine}}
  reopen:
    do: Open the feed of {{exchange}} again.
    commands: ["feedctl open {{exchange}}"]
    on: box
    risk: R2
    guard: Once only.
    answers:
      - {{say: It is open, go: verify}}
      - {{say: It does not open, go: help}}
    at_most: 2
    after_that: help
  verify:
    check: feed
    question: Is it open now?
    then:
      - {{when: state == 'fail', say: It is still closed, go: reopen}}
      - {{say: It is open again, go: fixed}}
  blind:
    check: gone
    question: Does the other log say so too?
    then:
      - {{when: state == 'fail', say: It does, go: help}}
      - {{say: It does not, go: fixed}}
  help: {{escalate: "The feed of {{exchange}} stays closed.", go: others}}
  others: {{done: Others have it., outcome: handed_over}}
  fine:
    ask: The feed is open. Do prices come?
    answers: [{{say: They do, go: blind}}, {{say: They do not, go: elsewhere}}]
  elsewhere: {{goto: other}}
  fixed: {{done: "The feed of {{exchange}} is open.", outcome: fixed}}
"""

_OTHER = """\
title: Something else
parameters: {{pid: {{kind: pid, later: true, help: its number in the list}}}}
start: one
steps:
  one: {{ask: What is it?, answers: [{{say: This, go: end}}, {{say: That, go: kill}}, {{say: Neither, go: neither}}]}}
  kill: {{do: End it., commands: [ps -e, "kill -TERM {{pid}}"], risk: R2, go: end}}
  neither: {{done: It is neither., outcome: not_this}}
  end: {{done: Now we know., outcome: cause}}
"""


class LookingDesk:
    """Its pack and its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        pack = folder / "packs" / "desk"
        pack.mkdir(parents=True)
        (pack / "system.yaml").write_text(_SYSTEM.format(folder=folder, ann=ANN, bob=BOB))
        (pack / "checks.yaml").write_text(_CHECKS)
        (pack / "feed_down.yaml").write_text(_FEED_DOWN.format())
        (pack / "other.yaml").write_text(_OTHER.format())
        self.writes("orders", "42 FILLED", "43 FILLED")
        self.writes("feed", "open")

    @property
    def environ(self) -> dict[str, str]:
        """The variables of a bot that serves it."""
        return {"TOCSIN_PLAYBOOKS": str(self._folder / "packs"), "TOCSIN_SYSTEMS": "desk"}

    def writes(self, log: str, *lines: str) -> None:
        """Its log holds these lines from now on."""
        (self._folder / f"{log}.log").write_text("".join(f"2026-11-21 03:00:00 {line}\n" for line in lines))
