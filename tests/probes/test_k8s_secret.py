"""k8s_secret, on objects as Kubernetes 1.30 gives them. Never a value."""

import base64

from bot.core.evidence import Trouble
from bot.probes.k8s_secret import PROBE
from tests.probes.clusters import CORE, NAMESPACE, made, refused, seen
from tests.transports.cluster import status_of

VALUE = "do-not-show-this-to-anybody"
ENCODED = base64.b64encode(VALUE.encode()).decode()
REGCRED = made("regcred", type="kubernetes.io/dockerconfigjson", data={".dockerconfigjson": ENCODED, "empty": ""})
GIVEN = {"namespace": NAMESPACE, "object": "regcred"}


async def test_one_that_is_there():
    told = await seen(PROBE, {f"{CORE}/secrets": [REGCRED]}, **GIVEN, keys=[".dockerconfigjson", "other"])
    assert told.facts == {
        "exists": True, "type": "kubernetes.io/dockerconfigjson", "keys": [".dockerconfigjson", "empty"],
        "missing_keys": ["other"], "empty_keys": ["empty"], "age_s": 86400.0,
    }  # fmt: skip
    assert told.table.rows == ((".dockerconfigjson", "set"), ("empty", "empty"), ("other", "missing"))


async def test_no_value_is_shown():
    told = await seen(PROBE, {f"{CORE}/secrets": [REGCRED]}, **GIVEN)
    assert VALUE not in repr(told)
    assert ENCODED not in repr(told)


async def test_one_that_is_not_there():
    facts = (await seen(PROBE, {f"{CORE}/secrets": []}, **GIVEN, keys=["a"])).facts
    assert (facts["exists"], facts["missing_keys"], facts["keys"]) == (False, ["a"], None)


async def test_one_that_may_not_be_read():
    """That is not the same as one that is not there."""
    forbidden = {f"{CORE}/secrets/regcred": (403, status_of(403, "secrets is forbidden"))}
    await refused(PROBE, forbidden, Trouble.PERMISSION, "forbidden", **GIVEN)


async def test_answers_that_are_none():
    await refused(PROBE, {f"{CORE}/secrets/regcred": b"garbage"}, Trouble.PARSE, "not understood", **GIVEN)
    await refused(PROBE, {f"{CORE}/secrets/regcred": (500, {})}, Trouble.REFUSED, "500", **GIVEN)


async def test_one_that_holds_nothing():
    facts = (await seen(PROBE, {f"{CORE}/secrets": [made("regcred", type="Opaque")]}, **GIVEN)).facts
    assert (facts["keys"], facts["exists"]) == ([], True)
