"""registry_image: whether a registry has an image, and may be pulled from."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._deadline import in_time, limit_of
from bot.probes._secrets import SecretName, secret_of
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site
from bot.transports.kubernetes_api import entries, mapping
from bot.transports.rest import Answer, fetch

Repository = Annotated[str, Field(max_length=255, pattern="^[a-z0-9]+([._/-]+[a-z0-9]+)*$")]
Reference = Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:-]*$")]
HostPort = Annotated[str, Field(max_length=260, pattern="^[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?$")]

_MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_CHALLENGE = re.compile(r"([a-z]+)=\"([^\"]{0,500})\"", re.IGNORECASE)


class RegistryImageParameters(Parameters):
    """Which image; the registry's address is the check's target."""

    repository: Repository = Field(description="The image, without its registry", examples=["rust-core-engine"])
    tag: Reference = Field(default="latest", description="The tag, or a digest as `sha256:...`")
    user: str = Field(
        default="", max_length=200, pattern=r"^[^\x00-\x20\x7f:]*$", description="The account; none: nobody"
    )
    secret: SecretName | None = Field(
        default=None, description="The pack's secret variable that holds the password or token"
    )
    login_host: HostPort | None = Field(
        default=None, description="The host that gives out tokens, where it is not the registry itself",
        examples=["auth.docker.io"],
    )  # fmt: skip


async def _look(parameters: RegistryImageParameters, site: Site) -> Seen:
    password = secret_of(site, parameters.secret)
    registry = _registry(site.address)
    path = f"{registry}/v2/{parameters.repository}/manifests/{quote(parameters.tag, safe=':')}"
    async with in_time(site, "the registry"):
        answer = await _ask(site, path, {"Accept": _MANIFESTS})
        if answer.status == 401:
            login = (parameters.user, password) if parameters.user else None
            key = await _login(answer, parameters, site, registry, login)
            answer = await _ask(site, path, {"Accept": _MANIFESTS, **key})
        if answer.status == 404:
            return Seen(facts={**dict.fromkeys(_FACTS), "exists": False})
        if answer.status != 200:
            raise answer.failure("the registry")
        manifest = mapping(answer.json("the registry"))
    facts = facts_of(manifest, answer.headers)
    return Seen(facts=facts, table=Table(columns=("platform", "digest"), rows=tuple(_platforms(manifest))))


def _registry(address: str) -> str:
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc or " " in address:
        raise ProbeFailed("the address of the registry is none: write https://registry.example.com", Trouble.MISSING)
    return f"{parts.scheme}://{parts.netloc}"


async def _ask(site: Site, url: str, headers: Mapping[str, str], params: Mapping[str, str] | None = None) -> Answer:
    return await fetch(
        site.http, url, what="the registry", within_s=limit_of(site), headers=dict(headers), params=dict(params or {})
    )


async def _login(
    refusal: Answer, parameters: RegistryImageParameters, site: Site, registry: str, login: tuple[str, str] | None
) -> dict[str, str]:
    """The header by which it lets us in: the login itself, or a token that it, or the host named in the pack, gives.

    The registry says where tokens are given out; a password goes only where the pack says so."""
    challenge = refusal.headers.get("www-authenticate", "")
    sort, _, rest = challenge.partition(" ")
    encoded = "" if login is None else base64.b64encode(":".join(login).encode()).decode()
    basic = {"Authorization": f"Basic {encoded}"} if encoded else {}
    if sort.lower() == "basic" and basic:
        return basic
    said = dict(_CHALLENGE.findall(rest))
    if sort.lower() != "bearer" or "realm" not in said:
        raise ProbeFailed("the registry lets nobody in without a login", Trouble.AUTH)
    realm = urlsplit(said["realm"])
    own = urlsplit(registry)
    if (realm.scheme, realm.netloc) not in ((own.scheme, own.netloc), ("https", parameters.login_host)):
        raise ProbeFailed(
            f"the registry wants a login at {realm.netloc[:100]}: name it in login_host if that is right", Trouble.AUTH
        )
    scope = {"service": said.get("service", ""), "scope": f"repository:{parameters.repository}:pull"}
    answer = await _ask(site, f"{realm.scheme}://{realm.netloc}{realm.path}", basic, scope)
    if answer.status in (400, 401, 403):
        raise ProbeFailed("the registry does not accept the login", Trouble.AUTH)
    if answer.status != 200:
        raise answer.failure("the registry")
    given = mapping(answer.json("the registry"))
    token = given.get("token") or given.get("access_token")
    if not isinstance(token, str):
        raise ProbeFailed("the registry gives no token", Trouble.PARSE)
    return {"Authorization": f"Bearer {token}"}


def facts_of(manifest: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """What a manifest says. Raises ProbeFailed where it is none."""
    layers = entries(manifest.get("layers"))
    if not layers and not entries(manifest.get("manifests")) and "config" not in manifest:
        raise ProbeFailed("the registry: the answer is not understood", Trouble.PARSE)
    sizes = [one.get("size") for one in layers]
    return {
        "exists": True,
        "digest": headers.get("docker-content-digest") or None,
        "type": str(manifest.get("mediaType") or headers.get("content-type") or "") or None,
        "platforms": [platform for platform, _ in _platforms(manifest)],
        "layers": len(layers) or None,
        "bytes": sum(size for size in sizes if isinstance(size, int)) if layers else None,
    }


def _platforms(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for one in entries(manifest.get("manifests")):
        platform = mapping(one.get("platform"))
        if platform.get("os") not in (None, "unknown"):
            found.append((f"{platform.get('os')}/{platform.get('architecture')}", str(one.get("digest") or "")))
    return found


_FACTS = {
    "exists": Fact(sort="flag", help="whether the registry has this image under this tag"),
    "digest": Fact(sort="text", help="what the tag stands for now"),
    "type": Fact(sort="text", help="what sort of manifest it is"),
    "platforms": Fact(sort="list", help="platforms that it is there for, where it is there for several"),
    "layers": Fact(sort="number", help="layers; unknown where it is there for several platforms"),
    "bytes": Fact(sort="number", unit="bytes", help="what has to be pulled; unknown for several platforms"),
}

PROBE = Probe(
    name="registry_image",
    help="An image in a registry: whether it is there and may be pulled, its digest, size and platforms.",
    parameters=RegistryImageParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("tag",),
)
