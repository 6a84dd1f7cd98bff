"""Faces: how people and the bot look beside what they say."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from bot.playground.values import Person

_COLOURS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """A person as the templates show them."""

    id: str
    name: str
    real_name: str
    initials: str
    colour: str
    """A class of the stylesheet."""
    badge: str
    """`GUEST` or `EXTERNAL`; '' for members of the workspace and for the bot."""
    about: str


def face(person: Person) -> Face:
    """The same colour and initials wherever this person appears."""
    badge = "EXTERNAL" if person.is_stranger else "GUEST" if person.is_restricted else ""
    words = person.real_name.split() or [person.name]
    colour = "bot" if person.is_bot else f"c{zlib.crc32(person.name.encode()) % _COLOURS}"
    about = {"EXTERNAL": "of another company", "GUEST": "a guest"}.get(badge, "a member")
    city = person.tz.rpartition("/")[2].replace("_", " ")
    return Face(
        id=person.id,
        name=person.name,
        real_name=person.real_name,
        initials="T" if person.is_bot else "".join(word[0] for word in words[:2]).upper(),
        colour=colour,
        badge=badge,
        about=f"{about}, {city}",
    )
