"""registry_image, on answers as Docker's registry and Docker Hub give them."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest
import respx
from pydantic import ValidationError

from bot.core.evidence import Seen, Trouble
from bot.probes.registry_image import PROBE
from tests.probes import kit
from tests.probes.ports import GIVES_UP, listening, nobody
from tests.probes.postgres import at

pytestmark = GIVES_UP

REGISTRY = "https://registry.example.com"
MANIFEST = f"{REGISTRY}/v2/rust-core-engine/manifests/latest"
PASSWORD = "hunter2-and-more"
IMAGE = {
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"size": 7023},
    "layers": [{"size": 32654}, {"size": 16724}],
}  # fmt: skip
INDEX = {
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [
        {"digest": "sha256:aa", "platform": {"os": "linux", "architecture": "amd64"}},
        {"digest": "sha256:bb", "platform": {"os": "linux", "architecture": "arm64"}},
        {"digest": "sha256:cc", "platform": {"os": "unknown", "architecture": "unknown"}},
    ],
}  # fmt: skip
DIGEST = {"Docker-Content-Digest": "sha256:0f"}


async def look(address: str = REGISTRY, within_s: float = 5.0, **parameters: Any) -> Seen:
    async with httpx.AsyncClient() as client:
        site = at(address, http=client, secret=lambda name: PASSWORD, within_s=within_s)
        return await kit.look(PROBE, site, **{"repository": "rust-core-engine"} | parameters)


async def fails(trouble: Trouble, says: str | None = None, address: str = REGISTRY, **parameters: Any) -> str:
    with pytest.raises(Exception, match=says) as failed:
        await look(address, **parameters)
    assert failed.value.trouble is trouble, str(failed.value)
    assert PASSWORD not in str(failed.value)
    return str(failed.value)


def challenge(realm: str) -> httpx.Response:
    return httpx.Response(401, headers={"WWW-Authenticate": f'Bearer realm="{realm}",service="registry.example.com"'})


@respx.mock
async def test_one_that_is_there():
    respx.get(MANIFEST).respond(json=IMAGE, headers=DIGEST)
    assert (await look()).facts == {
        "exists": True, "digest": "sha256:0f", "type": "application/vnd.oci.image.manifest.v1+json", "platforms": [],
        "layers": 2, "bytes": 49378,
    }  # fmt: skip


@respx.mock
async def test_one_for_several_platforms():
    respx.get(MANIFEST).respond(json=INDEX, headers=DIGEST)
    seen = await look()
    assert (seen.facts["platforms"], seen.facts["bytes"]) == (["linux/amd64", "linux/arm64"], None)
    assert seen.table.rows[1] == ("linux/arm64", "sha256:bb")


@respx.mock
async def test_one_that_is_not_there():
    respx.get(MANIFEST).respond(404, json={"errors": [{"code": "MANIFEST_UNKNOWN"}]})
    seen = await look()
    assert (seen.facts["exists"], seen.facts["digest"]) == (False, None)


@respx.mock
async def test_a_token_is_fetched_with_the_login():
    asked = respx.get(MANIFEST).mock(side_effect=[challenge(f"{REGISTRY}/token"), httpx.Response(200, json=IMAGE)])
    tokens = respx.get(f"{REGISTRY}/token").respond(json={"token": "short-lived"})
    assert (await look(user="puller", secret="pw")).facts["exists"] is True
    request = tokens.calls.last.request
    assert dict(request.url.params) == {"service": "registry.example.com", "scope": "repository:rust-core-engine:pull"}
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(f"puller:{PASSWORD}".encode()).decode()
    assert asked.calls.last.request.headers["Authorization"] == "Bearer short-lived"
    assert "Authorization" not in asked.calls[0].request.headers


@respx.mock
async def test_tokens_from_another_host_only_where_the_pack_names_it():
    """Or a registry could have the password sent anywhere."""
    realm = "https://auth.docker.io/token"
    respx.get(MANIFEST).mock(side_effect=[challenge(realm), challenge(realm), httpx.Response(200, json=IMAGE)])
    tokens = respx.get(realm).respond(json={"access_token": "short-lived"})
    await fails(Trouble.AUTH, "name it in login_host", user="puller", secret="pw")
    assert not tokens.called
    assert (await look(user="puller", secret="pw", login_host="auth.docker.io")).facts["exists"] is True


@respx.mock
@pytest.mark.parametrize(
    "realm", ["http://registry.example.com/token", "https://registry.example.com.evil.test/t", "x"]
)
async def test_a_place_for_tokens_that_is_another(realm: str):
    respx.get(MANIFEST).mock(return_value=challenge(realm))
    await fails(Trouble.AUTH, "wants a login at", user="puller", secret="pw")


@respx.mock
async def test_a_basic_login():
    basic = httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="x"'})
    asked = respx.get(MANIFEST).mock(side_effect=[basic, httpx.Response(200, json=IMAGE), basic, basic, basic])
    assert (await look(user="puller", secret="pw")).facts["exists"] is True
    assert asked.calls.last.request.headers["Authorization"].startswith("Basic ")
    await fails(Trouble.AUTH, "401", user="puller", secret="pw")
    await fails(Trouble.AUTH, "nobody in without a login")


@respx.mock
@pytest.mark.parametrize(
    ("token", "trouble"),
    [
        (httpx.Response(401, json={"details": "incorrect username or password"}), Trouble.AUTH),
        (httpx.Response(200, json={"no": "token"}), Trouble.PARSE),
        (httpx.Response(200, text="garbage"), Trouble.PARSE),
        (httpx.Response(503), Trouble.REFUSED),
    ],
)
async def test_no_token(token: httpx.Response, trouble: Trouble):
    respx.get(MANIFEST).mock(return_value=challenge(f"{REGISTRY}/token"))
    respx.get(f"{REGISTRY}/token").mock(return_value=token)
    await fails(trouble, None, user="puller", secret="pw")


@respx.mock
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (httpx.Response(200, text="garbage"), Trouble.PARSE),
        (httpx.Response(200, text=""), Trouble.PARSE),
        (httpx.Response(200, json={"something": "else"}), Trouble.PARSE),
        (httpx.Response(200, content=b"x" * 17_000_000), Trouble.TOO_MUCH),
        (httpx.Response(403), Trouble.PERMISSION),
        (httpx.Response(302, headers={"Location": "https://elsewhere.test"}), Trouble.PARSE),
        (httpx.Response(500), Trouble.REFUSED),
        (httpx.Response(429), Trouble.REFUSED),
        (httpx.ConnectError("no"), Trouble.REFUSED),
        (httpx.ReadTimeout("slow"), Trouble.TIMEOUT),
    ],
)
async def test_a_registry_that_is_ill(answer: Any, trouble: Trouble):
    respx.get(MANIFEST).mock(side_effect=[answer])
    await fails(trouble)


async def test_nobody_there():
    await fails(Trouble.REFUSED, None, f"http://{nobody()}")
    await fails(Trouble.DNS, None, "no-such-host.invalid")
    async with listening() as silent:
        await fails(Trouble.TIMEOUT, None, f"http://{silent}", within_s=0.5)
    async with listening(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", hangs_up=True) as garbage:
        await fails(Trouble.PARSE, None, f"http://{garbage}")


@pytest.mark.parametrize("address", ["", "ftp://x", "https://u:p@host", "a b"])
async def test_an_address_is_that_of_a_registry(address: str):
    await fails(Trouble.MISSING, "address of the registry", address)


@pytest.mark.parametrize(
    "wrong",
    [
        {"repository": "../x"},
        {"repository": "A"},
        {"tag": "a/b"},
        {"tag": "-a"},
        {"login_host": "a/b"},
        {"user": "a:b"},
    ],
)
def test_what_no_parameter_may_be(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**{"repository": "a"} | wrong)
