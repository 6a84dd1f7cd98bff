"""Redaction of what vendors give out: two hundred and more secrets in every form, of which nothing may be readable; and
three hundred lines that look as if they held one, of which nothing may be missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import cycle
from urllib.parse import unquote

import pytest

from bot.core.redaction import Redactor
from tests.core.look_alikes import look_alikes
from tests.core.vendors import Made, secrets
from tests.core.written import KEPT, Written, alone, only_known, readable, under_its_name

MADE = list(secrets())
VENDORS = {"binance", "coinbase", "kraken", "alpaca", "oanda", "slack", "pagerduty", "twilio", "aws", "gcp", "database",
           "pem", "jwt"}  # fmt: skip
HARMLESS = list(look_alikes())
R = Redactor((), salt="pepper")


def test_there_are_enough_of_all():
    assert {made.vendor for made in MADE} == VENDORS
    assert len({made.value for made in MADE}) >= 200
    assert len(set(HARMLESS)) >= 250


def of(vendor: str) -> Iterator[Made]:
    return (made for made in MADE if made.vendor == vendor)


def wrong(made: Made, forms: Written, redactor: Redactor) -> Iterator[str]:
    """What is wrong with these forms of a secret once they are redacted."""
    for form, text in forms:
        clean = redactor.text(text)
        if piece := readable(clean, made.secret):
            yield f"{made}, {form}: {piece!r} of it is readable in {clean!r}"
        # An address within an address is encoded twice.
        if gone := [kept for kept in KEPT if kept not in unquote(unquote(clean))]:
            yield f"{made}, {form}: {gone} are gone in {clean!r}"
        if redactor.text(clean) != clean:
            yield f"{made}, {form}: something is found in its own output {clean!r}"


Case = Callable[[Made], tuple[Written, Redactor]]
CASES: dict[str, Case] = {
    "under its name": lambda made: (under_its_name(made), R),
    "by itself": lambda made: (alone(made.value) if made.telling else iter(()), R),
    "known to the bot": lambda made: (alone(made.value), knows(made)),
    "known to the bot, and else in no way": lambda made: (only_known(made.value), knows(made)),
}


@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_all_of_it_is_readable_where_nothing_is_redacted(vendor: str):
    """Or the tests here would find nothing."""
    for made in of(vendor):
        for form, text in (*under_its_name(made), *alone(made.value), *only_known(made.value)):
            assert readable(text, made.secret), f"{made}, {form}"


def knows(made: Made) -> Redactor:
    """A redactor that was given the secret, as the bot gives it: of an address also the password in it."""
    return Redactor([made.value, *([made.secret] if made.stays else [])], salt="pepper")


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_nothing_of_a_secret_is_readable_in_any_form(vendor: str, case: Case):
    assert [said for made in of(vendor) for said in wrong(made, *case(made))] == []


def test_the_rest_of_an_address_stays():
    assert [made.value for made in MADE if made.stays and made.stays not in R.text(f"at {made.value} there")] == []


@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_nothing_of_a_secret_is_readable_in_values(vendor: str):
    for made in of(vendor):
        name = made.name.lower()
        value = {
            "host": KEPT[0],
            "login": {name: made.value, "symbol": KEPT[1]},
            "logins": [{"name": made.name, "value": made.value}, {"price": KEPT[2]}],
            "env": [f"{made.name}={made.value}", f"HOST={KEPT[0]}"],
            "object": {"kind": "Secret", "data": {"x": made.value}},
            name: [made.value],
            "body": json.dumps({name: made.value}),
        }
        clean = json.dumps(R.mapping(value))
        assert readable(clean, made.secret) == ""
        assert all(kept in clean for kept in KEPT)


@pytest.mark.parametrize("vendor", sorted(VENDORS))
def test_nothing_of_a_secret_is_readable_in_a_table(vendor: str):
    """By the column's name, and by the name that the row begins with, as tables of settings have it."""
    for made in of(vendor):
        name = made.name.lower()
        rows = R.rows(("host", name, "price"), [(KEPT[0], made.value, KEPT[2])])
        rows += R.rows(("setting", "value"), [(f"broker.{name}", made.value), ("symbol", KEPT[1])])
        assert readable(str(rows), made.secret) == ""
        assert all(kept in str(rows) for kept in KEPT)


def test_evidence_stays_line_by_line():
    assert [(line, R.text(line)) for line in HARMLESS if R.text(line) != line] == []


@pytest.mark.parametrize("join", ["\n".join, "\n\n".join, json.dumps, lambda lines: json.dumps(lines, indent=2)])
def test_evidence_stays_in_one_text(join: Callable[[list[str]], str]):
    whole = join(HARMLESS)
    assert R.text(whole) == whole


def test_evidence_stays_in_values():
    value = {"lines": HARMLESS, "by_line": {f"line_{at}": line for at, line in enumerate(HARMLESS)}}
    assert R.value(value) == value
    assert R.rows(("at", "line"), list(enumerate(HARMLESS))) == tuple(enumerate(HARMLESS))


def test_evidence_stays_beside_secrets():
    """A secret after every line, by its name: the lines stay, and so does the order."""
    mixed = "\n".join(f"{line}\napi_secret={made.value}" for line, made in zip(HARMLESS, cycle(of_one_line())))
    clean = R.text(mixed)
    assert [line for line in HARMLESS if line not in clean] == []
    assert [made.name for made in of_one_line() if made.secret[:9] in clean or made.secret[-9:] in clean] == []


def of_one_line() -> Iterator[Made]:
    return (made for made in MADE if "\n" not in made.value and len(made.secret) >= 12)
