"""gcp_logs, on what gcloud 496 prints."""

import json

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.gcp_logs import PROBE
from bot.transports.base import Ran
from tests.probes.kit import Always, Recorded, fails, look, no_program

FILTER = 'resource.type="k8s_container" AND textPayload:ERROR'


def entry(at: str, severity: str = "ERROR", **said: object) -> dict:
    return {"timestamp": f"2026-11-21T03:{at}Z", "severity": severity, "insertId": "x", **said}


ENTRIES = [
    entry("11:55.123456789", textPayload="order rejected\nsecond line"),
    entry("11:50", jsonPayload={"message": "latency_us: 120"}),
    entry("11:40", "INFO", jsonPayload={"a": 1}),
]


async def test_entries():
    line = f"gcloud logging read {FILTER} --limit=50 --order=desc --format=json --freshness=600s --project=p-1 --quiet"
    seen = await look(PROBE, {line: json.dumps(ENTRIES)}, filter=FILTER, since="10m", project="p-1", pattern="^ERROR")
    assert (seen.facts["count"], seen.facts["errors"], seen.facts["last_age_s"]) == (2, 2, 4.9)
    assert seen.facts["severities"] == {"ERROR": 2, "INFO": 1}
    assert seen.excerpt == ["ERROR order rejected second line", "ERROR latency_us: 120"]


async def test_the_filter_is_one_argument():
    hostile = 'textPayload:"$(id); --project=other `x`"'
    recorded = Always("[]")
    await look(PROBE, recorded, filter=hostile)
    (asked,) = recorded.asked
    assert asked[3] == hostile
    assert not any(one.startswith("--project") for one in asked)


async def test_there_are_none():
    facts = (await look(PROBE, Always("[]"), filter=FILTER, since="10m")).facts
    assert (facts["found"], facts["count"], facts["errors"]) == (False, 0, 0)


async def test_more_than_are_read():
    facts = (await look(PROBE, Always(json.dumps(ENTRIES)), filter=FILTER, since="10m", lines=3, pattern="x")).facts
    assert (facts["found"], facts["count"], facts["errors"], facts["complete"]) == (None, None, None, False)


async def test_entries_that_say_nothing():
    seen = await look(PROBE, Always('[{}, {"timestamp": 5, "jsonPayload": []}]'), filter=FILTER)
    assert seen.facts["severities"] == {"DEFAULT": 2}


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Ran(code=1, out="", err="ERROR: (gcloud.logging.read) PERMISSION_DENIED: denied"), Trouble.PERMISSION),
        (Ran(code=1, out="", err="ERROR: (gcloud.logging.read) INVALID_ARGUMENT: Unparseable filter"), Trouble.PARSE),
        (Ran(code=1, out="", err="ERROR: (gcloud.auth) Reauthentication failed."), Trouble.AUTH),
        (Ran(code=0, out="garbage", err=""), Trouble.PARSE),
        (Ran(code=0, out="[]", err="", cut=True), Trouble.TOO_MUCH),
        (no_program("gcloud"), Trouble.MISSING),
    ],
)
async def test_where_it_cannot_look(said: object, trouble: Trouble):
    await fails(PROBE, Always(said), trouble, None, filter=FILTER)


@pytest.mark.parametrize("wrong", ["--project=other", "a\nb", ""])
def test_a_filter_is_no_option(wrong: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(filter=wrong)


async def test_nothing_else_is_run():
    recorded = Recorded({f"gcloud logging read {FILTER} --limit=50 --order=desc --format=json --quiet": "[]"})
    await look(PROBE, recorded, filter=FILTER)
    assert len(recorded.asked) == 1
