"""Endpoints: where monitors post, by which secrets, and that none of these is in a file."""

from datetime import UTC, datetime

import pytest

from bot.packs import load_endpoints
from bot.plugs import discover
from bot.sources.base import Source

SYSTEMS = ("hft", "tmt")
GOOD = """\
endpoints:
  prom:
    source: alertmanager
    systems: [hft]
    bearer: ["${prom_token}", "${prom_token_next}"]
    max_body: 4096
  own:
    source: json
    hmac: ["${own_secret}"]
    signature_header: X-Own-Signature
    timestamp_header: X-Own-Time
    mapping: {title: what.happened, severity: level}
"""
SECRETS = {"PROM_TOKEN": "t1", "PROM_TOKEN_NEXT": "t2", "OWN_SECRET": "s"}


def read(folder, text=GOOD, variables=SECRETS, environment="", systems=SYSTEMS):
    (folder / "endpoints.yaml").write_text(text)
    return load_endpoints([folder], systems, variables=variables, environment=environment)


def test_values(tmp_path):
    loaded = read(tmp_path)
    prom, own = loaded.endpoints
    assert loaded.problems == ()
    assert loaded.notes == (f"endpoints: {tmp_path / 'endpoints.yaml'} is used instead of the bundled ones",)
    assert (prom.name, prom.source, prom.systems, prom.bearer) == ("prom", "alertmanager", ("hft",), ("t1", "t2"))
    assert (prom.hmac, prom.max_body, dict(prom.parameters), prom.open) == ((), 4096, {}, True)
    assert (own.systems, own.hmac, own.max_body) == (SYSTEMS, ("s",), 1 << 20)
    assert (own.signature_header, own.timestamp_header) == ("x-own-signature", "x-own-time")
    assert own.parameters == {"title": "what.happened", "severity": "level"}


def test_a_secret_is_in_no_representation(tmp_path):
    assert "t1" not in repr(read(tmp_path).endpoints)


def test_one_of_two_secrets_is_enough(tmp_path):
    loaded = read(tmp_path, variables={"PROM_TOKEN_NEXT": "t2", "OWN_SECRET": "s"})
    assert loaded.problems == ()
    assert loaded.endpoints[0].bearer == ("t2",)


@pytest.mark.parametrize(("environment", "level"), [("", "warning"), ("staging", "warning"), ("production", "error")])
def test_an_endpoint_without_secrets_is_closed_and_says_what_to_set(tmp_path, environment, level):
    loaded = read(tmp_path, variables={"PROM_TOKEN": " ", "OWN_SECRET": "s"}, environment=environment)
    (problem,) = loaded.problems
    assert (problem.level, problem.line) == (level, 2)
    assert problem.message == "endpoint 'prom' has no secret, so that every alert posted there is refused"
    assert problem.remedy == "set TOCSIN_VAR_PROM_TOKEN"
    assert not loaded.endpoints[0].open


@pytest.mark.parametrize(
    ("old", "new", "line", "level", "said", "remedy"),
    [
        ('"${prom_token}"', '"hunter2"', 5, "error", "bearer of 'prom' is not the name of a variable", "${prom_token}"),
        ('"${own_secret}"', '"x${own_secret}"', 9, "error", "hmac of 'own' is not the name", "secrets are no part"),
        (
            "systems: [hft]",
            "systems: [hft, hfft]",
            2,
            "warning",
            "names the system 'hfft', which is not active",
            "'hft'",
        ),
        ("systems: [hft]", "systems: [sapphire]", 2, "error", "endpoint 'prom' has no active system", "systems: all"),
        ("source: json", "sauce: json", 8, "error", "'sauce' is not known in endpoints.own", "did you mean 'source'"),
        ("    source: json\n", "", 7, "error", "'source' is missing in endpoints.own", "the kind of monitor"),
        ("max_body: 4096", "max_body: 10", 6, "error", "endpoints.prom.max_body: 10:", "the largest body"),
        ("max_body: 4096", "max_body: big", 6, "error", "'big' is not a whole number", "the largest body"),
        ("  own:", "  prom:", 7, "error", "'prom' is here twice", "another name"),
        ("  own:", "  O/wn:", 7, "error", "'O/wn' is no good name in endpoints", "small letters"),
        (GOOD, "endpoints: {}\n", 1, "error", "endpoints: it is empty", "the endpoints by name"),
        (GOOD, "", 1, "error", "the file is empty", "write"),
    ],
)
def test_problems(tmp_path, old, new, line, level, said, remedy):
    assert GOOD.count(old) == 1
    problems = read(tmp_path, GOOD.replace(old, new)).problems
    found = [problem for problem in problems if said in problem.message and remedy in problem.remedy]
    assert [(problem.line, problem.level) for problem in found] == [(line, level)], problems


def test_a_literal_secret_is_not_repeated(tmp_path):
    secret = "a8f5f167f44f4964e6c998dee827110c"
    loaded = read(tmp_path, GOOD.replace('"${prom_token}"', f'"{secret}"'))
    assert {problem.level for problem in loaded.problems} == {"error"}
    assert secret not in str(loaded.problems)
    assert loaded.endpoints[0].bearer == ("t2",)


def test_the_bundled_endpoints_serve_all_systems_once_their_secret_is_set():
    loaded = load_endpoints([], SYSTEMS, variables={"ALERTMANAGER_TOKEN": "t"})
    assert [endpoint.name for endpoint in loaded.endpoints] == ["alertmanager", "grafana", "generic"]
    assert [endpoint.source for endpoint in loaded.endpoints] == ["alertmanager", "grafana", "json"]
    assert [endpoint.open for endpoint in loaded.endpoints] == [True, False, False]
    assert all(endpoint.systems == SYSTEMS for endpoint in loaded.endpoints)
    assert [(problem.level, problem.remedy) for problem in loaded.problems] == [
        ("warning", "set TOCSIN_VAR_GRAFANA_TOKEN or TOCSIN_VAR_GRAFANA_SECRET"),
        ("warning", "set TOCSIN_VAR_GENERIC_TOKEN or TOCSIN_VAR_GENERIC_SECRET"),
    ]
    assert loaded.notes == ()


def test_the_sources_understand_the_bundled_endpoints():
    sources = discover("bot.sources", "SOURCE", Source)
    for endpoint in load_endpoints([], SYSTEMS, variables={"GENERIC_TOKEN": "t"}).endpoints:
        sources[endpoint.source].parameters.model_validate(endpoint.parameters)


def test_the_generic_endpoint_takes_as_much_as_there_is():
    generic = load_endpoints([], SYSTEMS, variables={"GENERIC_TOKEN": "t"}).endpoints[2]
    parse = discover("bot.sources", "SOURCE", Source)["json"].parse
    now = datetime(2026, 11, 20, 3, 12, tzinfo=UTC)
    body = b'[{"title": "Losses", "severity": "high", "labels": {"loss": "1500"}}, {"title": "Over", "status": "ok"}]'
    losses, over = parse(body, {}, generic, now)
    assert (losses.title, losses.severity, losses.labels["loss"], losses.firing) == ("Losses", "high", "1500", True)
    assert (over.title, over.firing) == ("Over", False)


def test_the_generic_endpoint_takes_the_system_where_the_body_says_it():
    generic = load_endpoints([], SYSTEMS, variables={"GENERIC_TOKEN": "t"}).endpoints[2]
    parse = discover("bot.sources", "SOURCE", Source)["json"].parse
    body = b'[{"title": "a", "system": "tmt"}, {"title": "b", "labels": {"system": "hft"}}, {"title": "c"}]'
    alerts = parse(body, {}, generic, datetime(2026, 11, 20, 3, 12, tzinfo=UTC))
    assert [alert.labels.get("system", "") for alert in alerts] == ["tmt", "hft", ""]


def test_where_an_endpoint_is_written(tmp_path):
    places = read(tmp_path).places
    assert {name: place.line for name, place in places.items()} == {"prom": 2, "own": 7}


def test_the_first_folder_with_endpoints_wins(tmp_path):
    empty, full = tmp_path / "a", tmp_path / "b"
    empty.mkdir()
    full.mkdir()
    (full / "endpoints.yaml").write_text(GOOD)
    loaded = load_endpoints([empty, full], SYSTEMS, variables=SECRETS)
    assert [endpoint.name for endpoint in loaded.endpoints] == ["prom", "own"]
