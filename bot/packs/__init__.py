"""Reads `playbooks/<system>/` into values, and refuses what is wrong with file, line and what to write instead.

This is the room's door: `load` and `load_endpoints` for the content, `schemas` for editors."""

from bot.packs.checks import ProbeInfo
from bot.packs.contents import Contents
from bot.packs.endpoints import LoadedEndpoints, load_endpoints
from bot.packs.guide import Guide
from bot.packs.loading import Loaded, available, bundled, load
from bot.packs.models import SystemFile
from bot.packs.problems import Problem
from bot.packs.schemas import schemas, write_schemas
from bot.packs.ways import WayInfo

__all__ = [
    "Contents",
    "Guide",
    "Loaded",
    "LoadedEndpoints",
    "ProbeInfo",
    "Problem",
    "SystemFile",
    "WayInfo",
    "available",
    "bundled",
    "load",
    "load_endpoints",
    "schemas",
    "write_schemas",
]
