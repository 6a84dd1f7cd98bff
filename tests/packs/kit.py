"""The kit of the packs' tests: a small pack that is right, the ways of paging, and what loading it says."""

from pathlib import Path

from bot.packs import Loaded, WayInfo, load

WAYS = {
    "slack": WayInfo(wakes=False, answers="slack"),
    "mail": WayInfo(wakes=False, answers="link"),
    "phone": WayInfo(wakes=True, answers="digit"),
    "sms": WayInfo(wakes=True, answers="link", address="phone"),
    "pagerduty": WayInfo(wakes=True, answers="webhook"),
    "siren": WayInfo(wakes=True, answers="none"),
}
"""Like the pagers there are, and a siren, which wakes everybody and takes no answer."""

DESK = """\
name: desk
title: A small desk
channel: "#desk"
owns: labels.system == 'desk'
variables:
  boss_phone: {help: telephone of the boss}
hosts:
  box: {transport: local}
logs:
  main: {host: box, path: /var/log/desk.log}
contacts:
  ann:
    name: Ann
    addresses: {slack: U01ANN, phone: "+1-555-0100", mail: ann@example.com}
  ben:
    name: Ben
    addresses: {phone: "+44 20 7946 0000", mail: ben@example.com}
  boss:
    name: The boss
    addresses: {phone: "${boss_phone}"}
roles:
  first: [ann]
  second: [ben]
types:
  trading: anything
  security: an intruder
default_type: trading
plan:
  policies:
    loud:
      levels:
        - name: First
          after: 0m
          page:
            - {to: first, by: [slack, phone]}
        - name: Second
          after: 5m
          page:
            - {to: second, by: [phone, mail]}
        - name: Boss
          after: 15m
          page:
            - {to: boss, by: [phone]}
    quiet:
      levels:
        - name: First
          after: 0m
          page:
            - {to: first, by: [slack, mail]}
  choose:
    - {severities: [critical, high], policy: loud}
    - {policy: quiet}
  catch_all: loud
routes:
  - name: losses
    when: matches(labels.alertname, 'Loss') and number(labels.loss) > 1000
    severity: critical
  - name: intruder
    when: matches(text, 'intruder')
    type: security
"""
"""Its only problem is that the boss's number is not set."""

BOSS = {"DESK_BOSS_PHONE": "+15550199"}
"""The variables with which it has no problem at all."""


def changed(*changes: tuple[str, str]) -> str:
    """The desk with parts of its text replaced; each part must be there once."""
    text = DESK
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def write(folder: Path, text: str | bytes = DESK, name: str = "desk", **overlays: str) -> Path:
    """A folder of packs with this one in it."""
    pack = folder / name
    (pack / "environments").mkdir(parents=True, exist_ok=True)
    raw = text.encode() if isinstance(text, str) else text
    (pack / "system.yaml").write_bytes(raw)
    for environment, content in overlays.items():
        (pack / "environments" / f"{environment}.yaml").write_text(content)
    return folder


def read(folder: Path, text: str | bytes = DESK, *, variables=BOSS, environment="", public=True, **overlays) -> Loaded:
    """Load the desk with this text."""
    write(folder, text, **overlays)
    return load([folder], [], variables=variables, environment=environment, ways=WAYS, public_address=public)


def line_of(text: str, mark: str) -> int:
    """The line, from 1, in which the mark stands; it must be in one only."""
    lines = [number for number, line in enumerate(text.split("\n"), 1) if mark in line]
    assert len(lines) == 1, f"{mark!r} is in the lines {lines}"
    return lines[0]
