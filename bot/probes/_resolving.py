"""What a name resolves to: asked of each resolver by the bot itself (dnspython), else by dig or getent over there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.evidence import Trouble
from bot.core.text import one_line
from bot.probes._text import integer, not_understood, refused, said
from bot.probes.base import ProbeFailed, Site, not_installed

SYSTEM = "system"
"""Stands for the resolvers of the host itself."""
_MOST_ANSWERS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What one resolver says."""

    resolver: str
    rcode: str
    """`NOERROR`, `NXDOMAIN`, `SERVFAIL` ...; empty: no answer."""
    answers: tuple[str, ...] = ()
    """Sorted; names of CNAME records are left out where addresses are asked for."""
    ttl_s: int | None = None
    took_ms: float | None = None
    trouble: Trouble | None = None


async def resolve(name: str, kind: str, resolvers: Sequence[str], *, port: int, within_s: float) -> list[Answered]:
    """Ask each resolver at the same time, by the bot itself. Raises ProbeFailed only where nothing can be asked."""
    try:
        import dns.exception
        import dns.name
        import dns.resolver
    except ImportError:
        raise not_installed("dns") from None
    try:
        asked = dns.name.from_text(name)
        servers = [(one, one) for one in resolvers]
        if not servers:
            servers = [(SYSTEM, str(one)) for one in dns.resolver.Resolver().nameservers[:1]]
    except dns.exception.DNSException as problem:
        raise ProbeFailed(one_line(f"{name}: {problem}", 200), Trouble.DNS) from None
    return list(await asyncio.gather(*(_asked(label, where, port, asked, kind, within_s) for label, where in servers)))


async def _asked(label: str, where: str, port: int, name: Any, kind: str, within_s: float) -> Answered:
    import dns.asyncquery
    import dns.exception
    import dns.message
    import dns.rcode
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(kind)
    began = asyncio.get_running_loop().time()
    try:
        question = dns.message.make_query(name, wanted)
        answer, _ = await dns.asyncquery.udp_with_fallback(question, where, timeout=within_s, port=port)
    except dns.exception.Timeout:
        return Answered(resolver=label, rcode="", trouble=Trouble.TIMEOUT)
    except dns.exception.DNSException:
        return Answered(resolver=label, rcode="", trouble=Trouble.PARSE)
    except (OSError, ValueError):
        return Answered(resolver=label, rcode="", trouble=Trouble.REFUSED)
    took = (asyncio.get_running_loop().time() - began) * 1000
    sets = [one for one in answer.answer if one.rdtype == wanted]
    found = sorted(one_line(record.to_text(), 300) for one in sets for record in one)
    return Answered(
        resolver=label,
        rcode=dns.rcode.to_text(answer.rcode()),
        answers=tuple(found[:_MOST_ANSWERS]),
        ttl_s=min((one.ttl for one in answer.answer), default=None),
        took_ms=round(took, 3),
    )


_RECORD = re.compile(r"^(\S{1,255}\.)\s+(\d{1,10})\s+IN\s+([A-Z]{1,10})\s+(\S.{0,400})$", re.MULTILINE)
_STATUS = re.compile(r"status: ([A-Z]{1,12}),")
_TOOK = re.compile(r"^;; Query time: (\d{1,7}) msec", re.MULTILINE)
_SILENT = re.compile(r"no servers could be reached|timed out|communications error", re.IGNORECASE)


async def resolve_there(site: Site, name: str, kind: str, resolvers: Sequence[str], *, port: int) -> list[Answered]:
    """The same by the programs of another host, one resolver after the other. Raises ProbeFailed."""
    try:
        return [await _dig(site, name, kind, one, port) for one in resolvers or (SYSTEM,)]
    except ProbeFailed as failure:
        if failure.trouble is not Trouble.MISSING or resolvers or kind not in ("A", "AAAA"):
            raise
    return [await _getent(site, name, kind)]


async def _dig(site: Site, name: str, kind: str, resolver: str, port: int) -> Answered:
    where = () if resolver == SYSTEM else (f"@{resolver}", "-p", str(port))
    ran = await site.run("dig", "+noall", "+comments", "+answer", "+stats", "+time=2", "+tries=1", *where,
                         "-t", kind, "-q", name)  # fmt: skip
    if _SILENT.search(ran.out + ran.err):
        return Answered(resolver=resolver, rcode="", trouble=Trouble.TIMEOUT)
    text = said(ran, "dig")
    status = _STATUS.search(text)
    if status is None:
        raise not_understood("dig")
    records = _RECORD.findall(text)
    took = _TOOK.search(text)
    return Answered(
        resolver=resolver,
        rcode=status[1],
        answers=tuple(sorted(one_line(data, 300) for _, _, found, data in records if found == kind)[:_MOST_ANSWERS]),
        ttl_s=min((number for _, ttl, _, _ in records if (number := integer(ttl)) is not None), default=None),
        took_ms=float(took[1]) if took else None,
    )


async def _getent(site: Site, name: str, kind: str) -> Answered:
    """As programs there find addresses, with /etc/hosts and all; 2: there is no such name."""
    ran = await site.run("getent", "ahostsv4" if kind == "A" else "ahostsv6", name)
    if ran.code == 2 and not (ran.out + ran.err).strip():
        return Answered(resolver=SYSTEM, rcode="NXDOMAIN")
    if ran.code != 0:
        raise refused(ran, "getent")
    found = {line.split()[0] for line in ran.out.split("\n") if re.match(r"[0-9a-fA-F.:]+\s", line)}
    if not found:
        raise not_understood("getent")
    return Answered(resolver=SYSTEM, rcode="NOERROR", answers=tuple(sorted(found)[:_MOST_ANSWERS]))
