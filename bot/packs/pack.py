"""Pack: one system's file as it is read, with what the checks of its meaning need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.oncall import Contact
from bot.packs.models import LevelEntry, SystemFile
from bot.packs.problems import Problems, meant
from bot.packs.reading import Document
from bot.packs.variables import Variables, references
from bot.packs.ways import WayInfo, read_address


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """What is known of a system when its meaning is checked."""

    file: SystemFile
    document: Document
    contacts: Mapping[str, Contact]
    ways: Mapping[str, WayInfo]
    public_address: bool
    problems: Problems

    def people(self, to: str) -> list[Contact]:
        """The contacts behind a role or a contact's id."""
        ids = self.file.roles.get(to, (to,))
        return [self.contacts[id_] for id_ in ids if id_ in self.contacts]

    def address(self, contact: Contact, way: str) -> str:
        """The address that a way uses, or the setting that should hold it; empty: neither."""
        address = contact.address(way) or contact.unset.get(way, "")
        return address or (contact.unset.get("phone", "") if way == "sms" else "")

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


def read_contacts(
    file: SystemFile, document: Document, variables: Variables, ways: Mapping[str, WayInfo], problems: Problems
) -> dict[str, Contact]:
    """The contacts with the addresses that are set; the others by the setting that should hold them."""
    return {
        id_: _contact(id_, entry.name, entry.addresses, document, variables, ways, problems)
        for id_, entry in file.contacts.items()
    }


def _contact(
    id_: str,
    name: str,
    written: Mapping[str, str],
    document: Document,
    variables: Variables,
    ways: Mapping[str, WayInfo],
    problems: Problems,
) -> Contact:
    addresses: dict[str, str] = {}
    unset: dict[str, str] = {}
    known = {*ways, *(info.address for info in ways.values() if info.address)}
    for way, text in written.items():
        place = document.place("contacts", id_, "addresses", way)
        if way not in known:
            problems.error(place, f"there is no way of paging called {way!r}", meant(way, known))
            continue
        missing = variables.missing(text)
        if missing:
            if variables.declares(missing):
                unset[way] = variables.setting(missing)
            continue
        filled = variables.fill(text)
        address, wrong, remedy = read_address(way, filled, ways.get(way))
        if not wrong:
            addresses[way] = address
            continue
        if text == f"${{{(references(text) or [''])[0]}}}":
            place, origin = variables.origin(references(text)[0])
            wrong = f"{origin}: {wrong}"
        problems.error(place, f"{way} of {name}: {wrong}", remedy)
    contact = Contact(id=id_, name=name, addresses=addresses, unset=unset)
    for way, info in ways.items():
        if info.address and way not in unset and not contact.address(way):
            if info.address in addresses:
                addresses[way] = addresses[info.address]
            elif info.address in unset:
                unset[way] = unset[info.address]
    return contact
