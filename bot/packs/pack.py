"""Pack: one system's file as it is read, with what the checks of its meaning need to know."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from bot.core.oncall import Contact
from bot.packs.models import LevelEntry, SystemFile
from bot.packs.problems import Place, Problems, meant
from bot.packs.reading import Document
from bot.packs.variables import Variables, references
from bot.packs.ways import WayInfo, read_address


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """What is known of a system when its meaning is checked."""

    file: SystemFile
    document: Document
    contacts: Mapping[str, Contact]
    wrong: Set[tuple[str, str]]
    """Contact and way of addresses that are written but wrong: said once, they are not said to be missing too."""
    ways: Mapping[str, WayInfo]
    public_address: bool
    problems: Problems

    def people(self, to: str) -> list[Contact]:
        """The contacts behind a role or a contact's id."""
        ids = self.file.roles.get(to, (to,))
        return [self.contacts[id_] for id_ in ids if id_ in self.contacts]

    def address(self, contact: Contact, way: str) -> str:
        """The address that a way uses, or the setting that should hold it, or a word for a wrong one; empty: none."""
        address = contact.address(way) or contact.unset.get(way, "")
        if not address and way in self.ways and self.ways[way].address and (contact.id, way) not in self.wrong:
            way = self.ways[way].address
        return address or (f"wrong {way} of {contact.id}" if (contact.id, way) in self.wrong else "")

    def knows(self, level: LevelEntry) -> bool:
        """Whether everybody and every way of a level is known, so that more can be said of it."""
        return all(
            page.to.startswith("#") or (self.people(page.to) and all(way in self.ways for way in page.by))
            for page in level.page
        )

    def wakes(self, level: LevelEntry) -> bool:
        """Whether a level has somebody with an address for a way that wakes."""
        return any(
            way in self.ways and self.ways[way].wakes and self.address(contact, way)
            for page in level.page
            for way in page.by
            for contact in self.people(page.to)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """Reads the addresses of contacts."""

    document: Document
    variables: Variables
    ways: Mapping[str, WayInfo]
    problems: Problems
    wrong: set[tuple[str, str]] = field(default_factory=set)
    """Contact and way of those that cannot be used."""

    def contacts(self, file: SystemFile) -> dict[str, Contact]:
        """The contacts with the addresses that are set; the others by the setting that should hold them."""
        return {id_: self._contact(id_, entry.name, entry.addresses) for id_, entry in file.contacts.items()}

    def _contact(self, id_: str, name: str, written: Mapping[str, str]) -> Contact:
        addresses: dict[str, str] = {}
        unset: dict[str, str] = {}
        known = {*self.ways, *(info.address for info in self.ways.values() if info.address)}
        for way, text in written.items():
            place = self.document.place("contacts", id_, "addresses", way)
            missing = self.variables.missing(text)
            if way not in known:
                self.problems.error(place, f"there is no way of paging called {way!r}", meant(way, known))
            elif missing and self.variables.declares(missing):
                unset[way] = self.variables.setting(missing)
            elif missing or not self._read(id_, name, way, text, place, addresses):
                self.wrong.add((id_, way))
        for way, info in self.ways.items():
            if info.address and way not in addresses and way not in unset:
                addresses |= {way: addresses[info.address]} if info.address in addresses else {}
                unset |= {way: unset[info.address]} if info.address in unset else {}
        return Contact(id=id_, name=name, addresses=addresses, unset=unset)

    def _read(self, id_: str, name: str, way: str, text: str, place: Place, addresses: dict[str, str]) -> bool:
        address, wrong, remedy = read_address(way, self.variables.fill(text), self.ways.get(way))
        if not wrong:
            addresses[way] = address
            return True
        names = references(text)
        if names and text == f"${{{names[0]}}}":
            place, origin = self.variables.origin(names[0])
            wrong = f"{origin}: {wrong}"
        self.problems.error(place, f"{way} of {name}: {wrong}", remedy)
        return False
