"""gcp_resource, on what gcloud 496 and bq 2.1 print."""

import json

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.gcp_resource import PROBE
from bot.transports.base import Ran
from tests.probes.kit import Always, fails, look, no_program

LIST = "gcloud compute ssl-certificates list --format=json --quiet"
ONE = "gcloud compute ssl-certificates describe sapphire-trading-cert --global --format=json --quiet"


def certificate(name: str, status: str | None) -> dict:
    return {"name": name, "type": "MANAGED", **({"managed": {"status": status}} if status else {})}


def error(said: str, code: int = 1) -> Ran:
    return Ran(code=code, out="", err=f"ERROR: (gcloud.compute.ssl-certificates.describe) {said}\n")


async def test_certificates():
    said = [certificate("a", "ACTIVE"), certificate("b", "PROVISIONING"), certificate("by-hand", None)]
    seen = await look(PROBE, {LIST: json.dumps(said)}, resource="ssl_certificate")
    assert seen.facts == {
        "exists": None, "count": 3, "names": ["a", "b", "by-hand"], "state": None,
        "states": {"ACTIVE": 1, "PROVISIONING": 1, "there": 1}, "bad": ["b"], "healthy": None, "unhealthy": None,
    }  # fmt: skip


async def test_one_certificate():
    said = json.dumps(certificate("sapphire-trading-cert", "ACTIVE"))
    facts = (await look(PROBE, {ONE: said}, resource="ssl_certificate", called="sapphire-trading-cert")).facts
    assert (facts["exists"], facts["state"], facts["bad"]) == (True, "ACTIVE", [])


async def test_one_that_is_not_there():
    said = error("Could not fetch resource:\n - The resource 'projects/p/x' was not found")
    seen = await look(PROBE, {ONE: said}, resource="ssl_certificate", called="sapphire-trading-cert")
    assert (seen.facts["exists"], seen.facts["count"], seen.facts["state"]) == (False, 0, None)


async def test_a_backend_service_and_its_health():
    describe = "gcloud compute backend-services describe web --region=us-central1 --format=json --project=p-1 --quiet"
    health = "gcloud compute backend-services get-health web --region=us-central1 --format=json --project=p-1 --quiet"
    groups = [
        {"backend": "a", "status": {"healthStatus": [{"healthState": "HEALTHY"}, {"healthState": "UNHEALTHY"}]}},
        {"backend": "b", "status": {"kind": "none"}},
    ]
    record = {describe: '{"name": "web"}', health: json.dumps(groups)}
    facts = (
        await look(PROBE, record, resource="backend_service", called="web", region="us-central1", project="p-1")
    ).facts
    assert (facts["healthy"], facts["unhealthy"], facts["state"]) == (1, 1, "there")


async def test_service_accounts_that_are_disabled():
    said = [{"email": "a@p.iam.gserviceaccount.com"}, {"email": "b@p.iam.gserviceaccount.com", "disabled": True}]
    record = {"gcloud iam service-accounts list --format=json --quiet": json.dumps(said)}
    facts = (await look(PROBE, record, resource="service_account")).facts
    assert facts["bad"] == ["b@p.iam.gserviceaccount.com"]


async def test_a_build_and_what_it_printed_last():
    record = {
        "gcloud builds describe b-1 --format=json --quiet": '{"id": "b-1", "status": "FAILURE"}',
        "gcloud builds log b-1 --quiet": "step 1\nstep 2\nERROR: token=hunter2hunter2hunter2 build failed\n",
    }
    seen = await look(PROBE, record, resource="build", called="b-1", log=True)
    assert (seen.facts["state"], seen.facts["bad"]) == ("FAILURE", ["b-1"])
    assert seen.excerpt[0].endswith("build failed")
    assert "hunter2" not in repr(seen)


async def test_data_sets():
    said = [{"id": "p:history", "datasetReference": {"datasetId": "history"}}]
    record = {"bq --project_id=p-1 --headless --quiet --format=json ls --max_results=500": json.dumps(said)}
    assert (await look(PROBE, record, resource="dataset", project="p-1")).facts["names"] == ["history"]
    record = {"bq --headless --quiet --format=json show history": json.dumps(said[0])}
    assert (await look(PROBE, record, resource="dataset", called="history")).facts["exists"] is True


@pytest.mark.parametrize("said", ["[]", ""])
async def test_there_are_none(said: str):
    facts = (await look(PROBE, {LIST: said}, resource="ssl_certificate")).facts
    assert (facts["count"], facts["state"], facts["bad"]) == (0, None, [])


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (error("You do not currently have an active account selected."), Trouble.AUTH),
        (error("There was a problem refreshing your current auth tokens: invalid_grant"), Trouble.AUTH),
        (error("Required 'compute.sslCertificates.list' permission for 'projects/p'"), Trouble.PERMISSION),
        (error("HTTPError 429: Quota exceeded"), Trouble.REFUSED),
        (error("Unable to find the server at compute.googleapis.com"), Trouble.REFUSED),
        (error("something new"), Trouble.PARSE),
        (Ran(code=1, out="BigQuery error in ls operation: Access Denied: Project p", err=""), Trouble.PERMISSION),
        (Ran(code=0, out="garbage", err=""), Trouble.PARSE),
        (Ran(code=0, out='["a"]', err=""), Trouble.PARSE),
        (Ran(code=0, out="[" * 50_000, err=""), Trouble.PARSE),
        (Ran(code=0, out="[]", err="", cut=True), Trouble.TOO_MUCH),
        (no_program("gcloud"), Trouble.MISSING),
        (Ran(code=127, out="", err="sh: 1: gcloud: not found"), Trouble.MISSING),
    ],
)
async def test_where_it_cannot_look(said: object, trouble: Trouble):
    await fails(PROBE, Always(said), trouble, None, resource="ssl_certificate")
    if trouble is not Trouble.TOO_MUCH:
        await fails(PROBE, Always(said), trouble, None, resource="ssl_certificate", called="a")


@pytest.mark.parametrize(
    "wrong",
    [{"called": "--help"}, {"called": "a b"}, {"region": "a;b"}, {"project": "-p"}, {"log": True}, {"resource": "vm"}],
)
def test_what_no_parameter_may_be(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**{"resource": "build"} | wrong)
