"""notify_selftest: whether a way to tell people would work, without telling anybody: mail, Slack, PagerDuty."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Literal, Self

import aiosmtplib
from pydantic import Field, model_validator

from bot.core.evidence import Seen, Trouble
from bot.core.text import one_line
from bot.packs.shapes import Name
from bot.probes._asking import secret_of
from bot.probes._http import ask
from bot.probes._http_answer import Question, Reply
from bot.probes._paths import FilePath
from bot.probes._place import HostName, Port, Seconds, Unreached, limit_of, why_not
from bot.probes._text import clean
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_SLACK = "https://slack.com/api"
_SLACK_HOOKS = "https://hooks.slack.com/"
_PAGERDUTY = "https://api.pagerduty.com"


class NotifySelftestParameters(Parameters):
    """Which way, and by which credentials."""

    way: Literal["smtp", "slack", "slack_webhook", "pagerduty"] = Field(
        description="smtp: greets and logs in; slack: a bot's token; slack_webhook: an incoming webhook, which is sent "
        "nothing to post; pagerduty: a key of the REST API",
        examples=["smtp", "slack", "slack_webhook", "pagerduty"],
    )
    secret: Name | None = Field(
        default=None, description="Name of the variable with the password, token, webhook's address or key",
        examples=["pagerduty_key"],
    )  # fmt: skip
    host: HostName | None = Field(default=None, description="smtp: the mail server", examples=["mail.example.com"])
    port: Port = Field(default=587, description="smtp: its port")
    tls: Literal["starttls", "tls", "none"] = Field(default="starttls", description="smtp: how it is encrypted")
    ca_file: FilePath | None = Field(default=None, description="smtp: authorities to trust; none: the usual ones")
    user: Name | None = Field(default=None, description="smtp: name of the variable with the account")
    seconds: Seconds = Field(default=10, description="Longest wait")

    @model_validator(mode="after")
    def _has_what_its_way_needs(self) -> Self:
        if self.way == "smtp" and self.host is None:
            raise ValueError("smtp needs a host")
        if self.way != "smtp" and self.secret is None:
            raise ValueError(f"{self.way} needs the name of a secret variable")
        return self


async def _look(parameters: NotifySelftestParameters, site: Site) -> Seen:
    began = asyncio.get_running_loop().time()
    facts: dict[str, Any] = {**dict.fromkeys(_FACTS), "reached": False}
    try:
        facts |= {"reached": True, **await _WAYS[parameters.way](parameters, site)}
    except Unreached as failure:
        facts |= {"trouble": str(failure.trouble), "says": str(failure)}
    facts["took_ms"] = round((asyncio.get_running_loop().time() - began) * 1000, 3)
    return Seen(facts=facts, excerpt=[facts["says"]] if facts["says"] else [])


async def _smtp(parameters: NotifySelftestParameters, site: Site) -> dict[str, Any]:
    """Greets, encrypts, logs in and leaves."""
    account = secret_of(site, parameters.user) if parameters.user else ""
    password = secret_of(site, parameters.secret) if parameters.secret else ""
    try:
        context = ssl.create_default_context(cafile=parameters.ca_file)
    except OSError:
        raise ProbeFailed(f"{parameters.ca_file}: cannot be read as certificates", Trouble.MISSING) from None
    limit = limit_of(site, parameters.seconds)
    client = aiosmtplib.SMTP(
        hostname=parameters.host, port=parameters.port, timeout=limit, use_tls=parameters.tls == "tls",
        start_tls=parameters.tls == "starttls", tls_context=context,
    )  # fmt: skip
    try:
        async with asyncio.timeout(limit):
            await client.connect()
            if account:
                await client.login(account, password)
            await client.quit()
    except aiosmtplib.SMTPAuthenticationError as refusal:
        return {"valid": False, "trouble": str(Trouble.AUTH), "says": _without(f"{refusal.code}", account, password)}
    except aiosmtplib.SMTPResponseException as refusal:
        return {"valid": False, "says": _without(f"{refusal.code} {refusal.message}", account, password)}
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as problem:
        trouble, word = why_not(problem)
        if isinstance(problem, aiosmtplib.SMTPTimeoutError):
            trouble, word = Trouble.TIMEOUT, "no answer in time"
        elif isinstance(problem, aiosmtplib.SMTPServerDisconnected):
            trouble, word = Trouble.LOST, "hung up"
        raise Unreached(f"the mail server: {word}", trouble) from None
    finally:
        client.close()
    return {"valid": True}


async def _slack(parameters: NotifySelftestParameters, site: Site) -> dict[str, Any]:
    token = secret_of(site, parameters.secret or "")
    url = f"{(site.address or _SLACK).rstrip('/')}/auth.test"
    reply = await ask(site, Question(url=url, method="POST", headers={"Authorization": f"Bearer {token}"}),
                      seconds=parameters.seconds)  # fmt: skip
    said = _object(reply)
    if said.get("ok") is True:
        return {"valid": True, "says": one_line(f"{said.get('user', '?')} of {said.get('team', '?')}", 200)}
    return {"valid": False, "trouble": str(Trouble.AUTH), "says": _without(str(said.get("error", "")), token)}


async def _slack_webhook(parameters: NotifySelftestParameters, site: Site) -> dict[str, Any]:
    """Asked to post nothing, a webhook that exists refuses the nothing: `no_text` or `invalid_payload`."""
    url = secret_of(site, parameters.secret or "")
    if not url.startswith(_SLACK_HOOKS) and not (site.address and url.startswith(site.address)):
        raise ProbeFailed(f"the variable {parameters.secret} is no address of an incoming webhook", Trouble.MISSING)
    reply = await ask(site, Question(url=url, method="POST", form="payload=%7B%7D"), seconds=parameters.seconds)
    said = one_line(reply.text, 100)
    if reply.status == 400 and said in ("no_text", "invalid_payload", "missing_text_or_fallback_or_attachments"):
        return {"valid": True}
    return {"valid": False, "status": reply.status, "says": _without(said, url)}


async def _pagerduty(parameters: NotifySelftestParameters, site: Site) -> dict[str, Any]:
    key = secret_of(site, parameters.secret or "")
    url = f"{(site.address or _PAGERDUTY).rstrip('/')}/abilities"
    headers = {"Authorization": f"Token token={key}", "Accept": "application/vnd.pagerduty+json;version=2"}
    reply = await ask(site, Question(url=url, headers=headers), seconds=parameters.seconds)
    if reply.status in (401, 403):
        return {"valid": False, "status": reply.status, "trouble": str(Trouble.AUTH)}
    valid = reply.is_success and isinstance(_object(reply).get("abilities"), list)
    return {"valid": valid, "status": reply.status}


def _object(reply: Reply) -> dict[str, Any]:
    said = reply.json()
    if not isinstance(said, dict):
        raise ProbeFailed(f"{reply.where}: the answer is not understood", Trouble.PARSE)
    return said


def _without(text: str, *secrets: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    return one_line(clean(text), 200)


_WAYS: dict[str, Callable[[NotifySelftestParameters, Site], Awaitable[dict[str, Any]]]] = {
    "smtp": _smtp, "slack": _slack, "slack_webhook": _slack_webhook, "pagerduty": _pagerduty,
}  # fmt: skip

_FACTS = {
    "reached": Fact(sort="flag", help="whether the other side answers"),
    "valid": Fact(sort="flag", help="whether it takes the credentials; unknown where it does not answer"),
    "trouble": Fact(sort="text", help="what is wrong: auth, refused, timeout, dns, tls or lost"),
    "status": Fact(sort="number", help="the answer's code, over HTTP"),
    "says": Fact(sort="text", help="what the other side says"),
    "took_ms": Fact(sort="number", unit="ms", help="how long all of it took"),
}

PROBE = Probe(
    name="notify_selftest",
    help="Whether mail, Slack or PagerDuty would take a message, without sending one.",
    parameters=NotifySelftestParameters,
    facts=_FACTS,
    look=_look,
    target="url",
)
