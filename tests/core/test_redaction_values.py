"""Redaction of mappings and of alerts: by the names of entries, at any depth, and with keys that stay distinct."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.redaction import Redactor, redact_alert

R = Redactor((), salt="pepper")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_mappings_by_name_and_by_text():
    tally: Counter[str] = Counter()
    clean = R.mapping(
        {
            "user": "bob",
            "password": "hunter2",  # by its name
            "api_keys": ["a1", "b2"],  # each of a list
            "pin": 1234,  # no name of a secret
            "secret": 1234,  # a number may be one
            "token": "USDC",  # a symbol
            "has_password": True,
            "headers": {"Authorization": "Bearer x1", "Host": "x"},  # at any depth
            "env": ["DB_PASSWORD=hunter2", "REGION=eu"],  # in a text
            "vars": [{"name": "DB_PASSWORD", "value": "x1"}, {"name": "REGION", "value": "eu"}],
            "object": {"kind": "Secret", "data": {"db.conf": "aGk="}, "metadata": {"name": "db"}},  # of Kubernetes
            7: None,
        },
        tally,
    )
    marker = R.marker
    assert clean == {
        "user": "bob",
        "password": marker("hunter2"),
        "api_keys": [marker("a1"), marker("b2")],
        "pin": 1234,
        "secret": marker("1234"),
        "token": "USDC",
        "has_password": True,
        "headers": {"Authorization": marker("Bearer x1"), "Host": "x"},
        "env": [f"DB_PASSWORD={marker('hunter2')}", "REGION=eu"],
        "vars": [{"name": "DB_PASSWORD", "value": marker("x1")}, {"name": "REGION", "value": "eu"}],
        "object": {"kind": "Secret", "data": {"db.conf": marker("aGk=")}, "metadata": {"name": "db"}},
        7: None,
    }
    assert tally.total() == 8
    assert R.mapping(clean) == clean


def test_tables_by_column_by_row_and_by_text():
    rows = [
        ("db.password", "hunter2", "k1"),
        ("db.host", "db-1:5432", "abc123xyz"),
        ("db.token", "set, 32 characters, fingerprint 3fa9", 12),
        ("note", "password=hunter2", None),
    ]
    marker = R.marker
    assert R.rows(("setting", "value", "api_key"), rows) == (
        ("db.password", marker("hunter2"), marker("k1")),
        ("db.host", "db-1:5432", marker("abc123xyz")),
        ("db.token", "set, 32 characters, fingerprint 3fa9", marker("12")),
        ("note", f"password={marker('hunter2')}", None),
    )


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (("message", "count", "order", "price"), ("Invalid password for trader", 41, "20261121-000417", "43210.55")),
        (("message", "count", "order", "price"), ("wrong password", 41, "74af-91", 43210.55)),
        (("what", "lines"), ("Invalid Passphrase", 3)),  # a count
        (("what", "lines"), ("Invalid Passphrase", "3")),
        (("what", "said"), ("the password of the user was refused", "by gw-07")),  # a sentence is no name
        (("name", "value"), ("password_encryption", "scram-sha-256")),  # PostgreSQL's setting
        (("wrong password", "host"), (7, "gw-07")),
    ],
)
def test_what_a_row_says_of_secrets_takes_no_evidence_out(columns: tuple[str, ...], row: tuple[object, ...]):
    assert R.rows(columns, [row]) == (row,)


@pytest.mark.parametrize("name", ["db.password", "DB_PASSWORD", "api secret", "POSTGRES_PASSWORD"])
def test_the_value_beside_a_name_goes(name: str):
    for columns in (("name", "value"), ("setting", "is"), ("what", "")):
        assert R.rows(columns, [(name, "hunter2x")]) == ((name, R.marker("hunter2x")),)


def test_counts_by_what_was_said_stay():
    said = {
        "reasons": {"Invalid Passphrase": 3, "wrong password given by the user": 12, "bad api secret": "4"},
        "password_encryption": "scram-sha-256",
    }
    assert R.mapping(said) == said
    assert R.mapping({"db password": "hunter2x"}) == {"db password": R.marker("hunter2x")}


def test_lists_under_a_name_that_may_be_a_secrets():
    value = {"tokens": ["USDC", "aB3dE5gH7jK9mN1p"], "keys": ["orders", "aB3dE5gH7jK9mN1pQ3sT"], "token": 7}
    assert R.mapping(value) == {
        "tokens": ["USDC", R.marker("aB3dE5gH7jK9mN1p")],
        "keys": ["orders", R.marker("aB3dE5gH7jK9mN1pQ3sT")],
        "token": 7,
    }


def test_a_mapping_nested_without_end_is_withheld():
    value: object = "password=hunter2"
    for _ in range(900):
        value = {"a": value}
    assert "hunter2" not in str(R.value(value))
    assert "withheld" in str(R.value(value))


def alert(**given) -> Alert:
    return Alert(**{"endpoint": "am", "fingerprint": "1a", "firing": True, "title": "t", "starts_at": NOON, **given})


def test_an_alert_has_no_secret_in_any_field():
    secret = "Zq81-abcdef-known"
    clean = redact_alert(
        Redactor([secret], salt="pepper"),
        alert(
            fingerprint=f"host-{secret}", group_key=f"{{}}:{{x={secret}}}", title=f"t {secret}", severity=secret,
            text=f"password={secret}", labels={"password": "12345", "x": secret}, annotations={"token": "abc123xyz"},
            numbers={"password": 12345.0, "loss": 5.0}, link=f"https://u:{secret}@x.example.com/",
        ),
    )  # fmt: skip
    assert secret not in str(clean)
    assert "12345" not in str(clean)
    assert "abc123xyz" not in str(clean)
    assert clean.numbers == {"loss": 5.0}
    assert clean.starts_at == NOON


def test_alerts_that_differ_in_a_secret_stay_two():
    one, two = (redact_alert(R, alert(fingerprint=f"token=abc123xyz{i}")).fingerprint for i in (1, 2))
    assert one != two
    assert one == redact_alert(R, alert(fingerprint="token=abc123xyz1")).fingerprint
    assert redact_alert(R, alert(fingerprint="1a30ba71cca2921f")).fingerprint == "1a30ba71cca2921f"


def test_an_alert_stays_within_its_bounds():
    clean = redact_alert(R, alert(title="pw=a1 " * 50, text="pw=a1 " * 21_333, labels={"x": "pw=a1 " * 160}))
    assert (len(clean.title), len(clean.text), len(clean.labels["x"])) == (texts.TITLE, texts.TEXT, texts.VALUE)
