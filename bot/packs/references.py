"""Checks that everything a pack names is there: people, ways, policies, types, hosts, channels."""

from __future__ import annotations

from bot.packs.models import PageEntry
from bot.packs.pack import Pack
from bot.packs.problems import meant
from bot.packs.reading import Steps
from bot.packs.variables import references
from bot.packs.ways import is_channel, read_address


def check_references(pack: Pack) -> bool:
    """Tell of every name that means nothing; False when no system can be made of the pack."""
    _check_channels(pack)
    _check_stakeholders(pack)
    _check_roles(pack)
    _check_types(pack)
    _check_inventory(pack)
    for name, policy in pack.file.plan.policies.items():
        at: Steps = ("plan", "policies", name, "levels")
        names: set[str] = set()
        for position, level in enumerate(policy.levels):
            if level.name in names:
                place = pack.document.place(*at, position)
                pack.problems.error(place, f"two levels of {name!r} are called {level.name!r}", "name one otherwise")
            names.add(level.name)
            for number, page in enumerate(level.page):
                _check_page(pack, page, (*at, position, "page", number))
    return _check_choices(pack)


def _check_page(pack: Pack, page: PageEntry, at: Steps) -> None:
    place, problems = pack.document.place(*at), pack.problems
    if page.to.startswith("#"):
        if not is_channel(page.to):
            problems.error(place, f"{page.to!r} is not a channel", "write #name in small letters")
        if page.by:
            problems.error(place, f"a channel such as {page.to} is not reached by ways", "delete `by`")
        return
    people = pack.people(page.to)
    if page.to not in pack.file.roles and page.to not in pack.file.contacts:
        known = [*pack.file.roles, *pack.file.contacts]
        problems.error(place, f"there is no role or contact {page.to!r}", meant(page.to, known))
    if not page.by:
        remedy = f"write by: [{', '.join(sorted(pack.ways)[:3])}]"
        problems.error(place, f"nothing says by which ways {page.to!r} is paged", remedy)
    for way in page.by:
        if way not in pack.ways:
            problems.error(place, f"there is no way of paging called {way!r}", meant(way, pack.ways))
            continue
        for contact in people:
            if not pack.address(contact, way):
                remedy = f"write contacts.{contact.id}.addresses.{way}, or take {way} out here"
                problems.warning(place, f"{contact.name} has no address for {way}", remedy)


def _check_roles(pack: Pack) -> None:
    for role, ids in pack.file.roles.items():
        place = pack.document.place("roles", role)
        if not ids:
            pack.problems.error(place, f"nobody has the role {role!r}", "write the id of at least one contact")
        if role in pack.file.contacts:
            pack.problems.error(place, f"{role!r} is a role and a contact", "name one of the two otherwise")
        for position, id_ in enumerate(ids):
            if id_ not in pack.file.contacts:
                there = pack.document.place("roles", role, position)
                pack.problems.error(there, f"there is no contact {id_!r}", meant(id_, pack.file.contacts))


def _check_channels(pack: Pack) -> None:
    file, problems = pack.file, pack.problems
    channels: list[tuple[Steps, str]] = [(("channel",), file.channel)]
    if file.private_channel:
        channels.append((("private_channel",), file.private_channel))
    channels += [(("other_channels", position), name) for position, name in enumerate(file.other_channels)]
    channels += [
        (("stakeholders", row, "channels", position), name)
        for row, entry in enumerate(file.stakeholders)
        for position, name in enumerate(entry.channels)
        if not references(name)
    ]
    for steps, name in channels:
        if not is_channel(name):
            remedy = 'write "#name" in small letters (with quotes: # begins a comment), or the channel\'s id'
            problems.error(pack.document.place(*steps), f"{name!r} is not a channel", remedy)


def _check_stakeholders(pack: Pack) -> None:
    for row, entry in enumerate(pack.file.stakeholders):
        place = pack.document.place("stakeholders", row)
        if not entry.channels and not entry.mails:
            pack.problems.error(place, "nobody is named here", "write channels: or mails:, or delete the row")
        for position, mail in enumerate(entry.mails):
            if references(mail):
                continue  # that its variable is not set is told already
            _, wrong, remedy = read_address("mail", mail, pack.ways.get("mail"))
            if wrong:
                pack.problems.error(pack.document.place("stakeholders", row, "mails", position), wrong, remedy)


def _check_types(pack: Pack) -> None:
    file, problems = pack.file, pack.problems
    if file.types and not file.default_type:
        problems.error(pack.document.place("types"), "nothing says which type is the usual one", "write default_type")
    _check_type(pack, file.default_type, ("default_type",))
    for position, choice in enumerate(file.plan.choose):
        for number, type_ in enumerate(choice.types):
            _check_type(pack, type_, ("plan", "choose", position, "types", number))
    for position, route in enumerate(file.routes):
        _check_type(pack, route.type, ("routes", position, "type"))


def _check_type(pack: Pack, type_: str, at: Steps) -> None:
    if type_ and type_ not in pack.file.types:
        pack.problems.error(pack.document.place(*at), f"there is no type {type_!r}", meant(type_, pack.file.types))


def _check_choices(pack: Pack) -> bool:
    """False when an incident could be given a policy that does not exist."""
    plan, problems, whole = pack.file.plan, pack.problems, True
    for position, choice in enumerate(plan.choose):
        place = pack.document.place("plan", "choose", position)
        if choice.policy not in plan.policies:
            problems.error(place, f"there is no policy {choice.policy!r}", meant(choice.policy, plan.policies))
            whole = False
        earlier = plan.choose[:position]
        if any(not row.severities and not row.types for row in earlier):
            problems.warning(place, "no incident gets this far: a row above fits all", "move this row up, or delete it")
    if plan.catch_all not in plan.policies:
        place = pack.document.place("plan", "catch_all")
        problems.error(place, f"there is no policy {plan.catch_all!r}", meant(plan.catch_all, plan.policies))
        whole = False
    for position, route in enumerate(pack.file.routes):
        if route.policy and route.policy not in plan.policies:
            place = pack.document.place("routes", position, "policy")
            problems.error(place, f"there is no policy {route.policy!r}", meant(route.policy, plan.policies))
    return whole


def _check_inventory(pack: Pack) -> None:
    file = pack.file
    for section in ("services", "endpoints", "logs", "databases", "exchanges"):
        for id_, entry in getattr(file, section).items():
            if entry.host and entry.host not in file.hosts:
                place = pack.document.place(section, id_, "host")
                pack.problems.error(place, f"there is no host {entry.host!r}", meant(entry.host, file.hosts))
    for id_, endpoint in file.endpoints.items():
        if endpoint.service and endpoint.service not in file.services:
            place = pack.document.place("endpoints", id_, "service")
            pack.problems.error(
                place, f"there is no service {endpoint.service!r}", meant(endpoint.service, file.services)
            )
