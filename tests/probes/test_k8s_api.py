"""k8s_api, on answers as Kubernetes 1.30 gives them."""

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.core.evidence import Trouble
from bot.probes.k8s_api import PROBE
from tests.probes.clusters import LOGIN, refused, seen, site
from tests.probes.kit import look
from tests.probes.ports import GIVES_UP, listening, nobody
from tests.transports.cluster import cluster

pytestmark = GIVES_UP

GOOD = {
    "/version": {"gitVersion": "v1.30.4-gke.1348000", "platform": "linux/amd64"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"groups": [{"name": "apps", "versions": [{"groupVersion": "apps/v1"}]}]},
    "/readyz": b"[+]ping ok\n[+]etcd ok\nreadyz check passed\n",
}


def authorised(folder: Path) -> tuple[ssl.SSLContext, str]:
    """What a server shows, and the certificate by which it is believed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    both = folder / f"{certificate.serial_number}.pem"
    both.write_bytes(pem + key.private_bytes(*plain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(both)
    return context, pem.decode()


async def test_one_that_serves_all_that_is_needed():
    facts = (await seen(PROBE, GOOD, versions=["apps/v1", "v1"])).facts
    assert (facts["answers"], facts["version"], facts["ready"]) == (True, "v1.30.4-gke.1348000", True)
    assert (facts["served"], facts["missing"], facts["versions"], facts["failing"]) == (True, [], 2, [])
    assert facts["answer_ms"] > 0


async def test_one_that_does_not():
    facts = (await seen(PROBE, GOOD, versions=["apps/v1", "extensions/v1beta1"])).facts
    assert (facts["served"], facts["missing"]) == (False, ["extensions/v1beta1"])


async def test_one_that_is_not_ready():
    said = (500, b"[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n")
    told = await seen(PROBE, {**GOOD, "/readyz": said})
    assert (told.facts["ready"], told.facts["failing"]) == (False, ["[-]etcd failed: reason withheld"])


async def test_readiness_that_is_not_told_is_unknown():
    facts = (await seen(PROBE, {**GOOD, "/readyz": (403, {})})).facts
    assert facts["ready"] is facts["failing"] is None
    assert facts["answers"] is True


async def test_nobody_there():
    assert (await look(PROBE, site(f"http://{nobody()}"), **LOGIN)).facts["trouble"] == "refused"
    assert (await look(PROBE, site("https://no-such-host.invalid"), **LOGIN)).facts["trouble"] == "dns"


async def test_one_that_never_answers():
    async with listening() as silent:
        assert (await look(PROBE, site(f"http://{silent}", within_s=0.2), **LOGIN)).facts["trouble"] == "timeout"


async def test_a_wrong_token_is_not_repeated():
    async with cluster(GOOD) as one:
        told = await look(PROBE, site(one.address, secret=lambda name: "not-the-right-one"), **LOGIN)
    assert (told.facts["answers"], told.facts["trouble"]) == (False, "auth")
    assert "not-the-right" not in repr(told)


@pytest.mark.parametrize("said", [b"garbage", b"[]", b""])
async def test_something_else_answers(said: bytes):
    facts = (await seen(PROBE, {**GOOD, "/version": said})).facts
    assert (facts["answers"], facts["trouble"]) == (False, "parse")


async def test_what_may_not_be_asked():
    await refused(PROBE, {**GOOD, "/version": (403, {"message": "forbidden"})}, Trouble.PERMISSION, "forbidden")


async def test_another_authority_is_not_believed(tmp_path: Path):
    server, authority = authorised(tmp_path)
    _, other = authorised(tmp_path)
    async with cluster(GOOD, trust=server) as one:
        secrets = {"cluster_login": "x", "right": authority, "wrong": other}
        where = site(one.address.replace("127.0.0.1", "localhost"), secret=secrets.__getitem__)
        for authority in ("wrong", None):
            facts = (await look(PROBE, where, **LOGIN, authority=authority)).facts
            assert (facts["answers"], facts["trouble"]) == (False, "tls")
        assert (await look(PROBE, where, **LOGIN, authority="right")).facts["trouble"] == "auth"
