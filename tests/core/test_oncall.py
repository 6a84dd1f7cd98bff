"""Who answers for a level now (ESCALATION 4, 32)."""

import pytest

from bot.core.oncall import BOT, Actor, Contact, Roster, outsider

ANNA = Contact(id="anna", name="Anna", addresses={"slack": "U1", "mail": "Anna@desk.example", "phone": "+491"})
BORIS = Contact(id="boris", name="Boris", addresses={"mail": "boris@desk.example", "sms": "+492"})
DESK = Contact(id="desk", name="Desk", unset={"phone": "DESK_PHONE"})
PEOPLE = {c.id: c for c in (ANNA, BORIS, DESK)}


def roster(**overrides: tuple[str, ...]) -> Roster:
    roles = {"primary": ["anna", "boris"], "backup": ["boris"], "nobody": [], "stale": ["gone"], "boris": ["anna"]}
    return Roster(contacts=PEOPLE, roles=roles, overrides=overrides)


# Who stands in, whom a level names, who is called.
CALLED = [
    # A role's contacts, in order.
    ({}, "primary", [ANNA, BORIS]),
    # A contact by id, without a role.
    ({}, "desk", [DESK]),
    # A role wins over a contact of the same name.
    ({}, "boris", [ANNA]),
    # 32: `/oncall set` overrides it.
    ({"primary": ("desk",)}, "primary", [DESK]),
    # It concerns that role only.
    ({"primary": ("desk",)}, "backup", [BORIS]),
    # A role without contacts, contacts the pack no longer has, a name nobody knows: nobody, and the next level comes.
    ({}, "nobody", []),
    ({}, "stale", []),
    ({}, "cto", []),
    # Somebody who stands in and has left the pack is left out, the other one is called.
    ({"primary": ("gone", "boris")}, "primary", [BORIS]),
]


@pytest.mark.parametrize(("overrides", "who", "called"), CALLED)
def test_on_call(overrides, who, called):
    """ESCALATION 4, 32: looked up when the page is sent."""
    assert list(roster(**overrides).on_call(who)) == called


# A contact, a way, its address.
ADDRESSES = [
    (ANNA, "phone", "+491"),
    # A text message goes to the phone where no other number is given.
    (ANNA, "sms", "+491"),
    (BORIS, "sms", "+492"),
    # But no call to a number that is for text messages.
    (BORIS, "phone", ""),
    (DESK, "phone", ""),
    (DESK, "sms", ""),
]


@pytest.mark.parametrize(("contact", "way", "address"), ADDRESSES)
def test_addresses(contact, way, address):
    assert contact.address(way) == address


# How somebody shows up, and who that is.
IDENTIFIED = [
    ({"slack": "U1"}, ANNA),
    # Mail addresses are the same in any case.
    ({"mail": "ANNA@desk.example"}, ANNA),
    ({"mail": "boris@desk.example"}, BORIS),
    ({"slack": "U9"}, None),
    # Nothing said is nobody, though there are contacts without that address.
    ({}, None),
    ({"slack": "", "mail": ""}, None),
]


@pytest.mark.parametrize(("shown", "who"), IDENTIFIED)
def test_identify(shown, who):
    assert roster().identify(**shown) == who


def test_what_the_bot_does_is_no_human_activity():
    """ESCALATION 12."""
    assert not BOT.person
    assert Actor(id="anna", name="Anna", via="slack").person


@pytest.mark.parametrize(
    ("id_", "slack", "addresses"),
    [
        ("U0DAN", "U0DAN", {"slack": "U0DAN"}),
        ("U0DAN", "", {"slack": "U0DAN"}),  # people of no pack are named by their Slack user id
        ("dan@desk.example", "", {}),  # by a terminal: nobody in Slack has that id
        ("dan", "U0DAN", {"slack": "U0DAN"}),
    ],
)
def test_an_outsider_is_reached_in_slack_at_most(id_, slack, addresses):
    assert outsider(id_, "Dan", slack) == Contact(id=id_, name="Dan", addresses=addresses)
    assert roster().somebody(id_, "Dan", slack) == outsider(id_, "Dan", slack)


def test_somebody_of_the_pack_is_the_contact_there():
    known = Roster(contacts={"eve": Contact(id="eve", name="Eve", addresses={"mail": "eve@desk.example"})}, roles={})
    assert known.somebody("eve", "Evelyn") == known.contacts["eve"]
    seen = known.somebody("eve", "Evelyn", "U0EVE")
    assert (seen.name, seen.addresses) == ("Eve", {"mail": "eve@desk.example", "slack": "U0EVE"})
