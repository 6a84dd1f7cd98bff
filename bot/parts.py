"""Parts of the composition that a single command needs, too: the clock, and what runs checks."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.configured import Content
from bot.core.clock import Clock
from bot.core.zones import zone_named
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.engine.sites import Sites
from bot.settings import Environment, Settings
from bot.transports.places import Places, SshKeys


def real_clock(speed: float = 1.0) -> Clock:
    """The present, by the database where that has a clock; `speed` makes a demo's time run faster from now on."""
    now = datetime.now(UTC)
    if speed == 1.0:
        return Clock(read=lambda: datetime.now(UTC), count=time.monotonic)
    return Clock(read=lambda: datetime.now(UTC), began=now, speed=speed)


def zone_here(environment: Environment, link: Path = Path("/etc/localtime")) -> str:
    """The time zone of whoever sits at this terminal, as TZ or the host says; empty where neither tells."""
    named = environment.values.get("TZ", "").removeprefix(":")
    found = named or str(link.resolve()).partition("zoneinfo/")[2]
    try:
        return zone_named(found).key if found else ""
    except ValueError:
        return ""


def investigation_of(
    settings: Settings,
    environment: Environment,
    content: Content,
    engine: Engine,
    http: httpx.AsyncClient,
    stack: AsyncExitStack,
) -> Investigation:
    """What runs the checks of the packs. Nothing is connected to before a check needs it; `stack` ends it all."""
    places = Places(ssh=SshKeys(key=settings.ssh_key, known_hosts=settings.ssh_known_hosts))
    stack.push_async_callback(places.close)
    secrets_of_packs = environment.secrets()
    sites = Sites(
        places=places,
        http=http,
        now=engine.clock.now,
        secret=lambda system, name: secrets_of_packs.get(f"{system}_{name}".upper(), ""),
    )
    return Investigation(probes=content.probes, site=sites.open, redactor=engine.desk.redactor, now=engine.clock.now)
