"""What of an address must not show up anywhere."""

from __future__ import annotations

import pytest

from bot.core.redaction import Redactor
from bot.core.secret_addresses import parts_of_secret, passwords_in


@pytest.mark.parametrize(
    ("address", "said", "stays"),
    [
        # a database's
        ("postgresql://tocsin:dbPassw0rd99@db.desk/n", "it was dbPassw0rd99 then", "tocsin at db.desk"),
        # written with escapes, and said without
        ("postgresql://u:p%40ss%2Fw0rd@h/n", "password p@ss/w0rd is wrong", "h/n"),
        # written without the escapes it should have
        ("postgresql://u:pa/ss#w0rd@h/n", "it was pa/ss#w0rd then", "h/n"),
        # among the parameters
        ("postgresql://h/n?user=tocsin&password=dbPassw0rd99", "it was dbPassw0rd99 then", "tocsin"),
        # a proxy's: as the header that holds both, encoded
        ("http://jim:proxyPw777@proxy:3128", "got amltOnByb3h5UHc3Nzc= there", "jim at proxy:3128"),
    ],
)
def test_a_password_is_found_and_the_rest_of_the_address_stays(address: str, said: str, stays: str) -> None:
    clean = Redactor(passwords_in(address))
    assert "[secret]" in clean.text(said)
    assert clean.text(stays) == stays


@pytest.mark.parametrize(
    "text", ["", "sqlite:///tocsin.db", "postgresql://tocsin@/tocsin?host=/run/pg", "https://slack.com/api/", "a:b@c"]
)
def test_where_there_is_no_password_none_is_found(text: str) -> None:
    assert passwords_in(text) == []


ADDRESS = "https://hc-ping.example.com/hooks/incident-responders/6f1e2ab4-7c1d-4f0e?key=Zx81Zx81Zx81Zx81Zx81"


@pytest.mark.parametrize(
    "said",
    [
        f"GET {ADDRESS} failed",
        "no route to hc-ping.example.com/hooks/incident-responders/6f1e2ab4-7c1d-4f0e?key=Zx81Zx81Zx81Zx81Zx81",
        "404 for 6f1e2ab4-7c1d-4f0e",  # a piece of its path
        "refused Zx81Zx81Zx81Zx81Zx81",
    ],
)
def test_a_secret_address_is_found_in_pieces(said: str) -> None:
    clean = Redactor(parts_of_secret(ADDRESS)).text(said)
    assert "[secret]" in clean
    assert "6f1e" not in clean
    assert "Zx81" not in clean


def test_its_host_and_its_words_are_none() -> None:
    clean = Redactor([*parts_of_secret(ADDRESS), *parts_of_secret("https://watch.example.com/")])
    said = "hc-ping.example.com and watch.example.com are slow, say the incident-responders"
    assert clean.text(said) == said


def test_a_key_that_is_no_address_is_looked_for_as_it_is() -> None:
    assert parts_of_secret("0123456789abcdef0123456789abcdef") == ["0123456789abcdef0123456789abcdef"]
