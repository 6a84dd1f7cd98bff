"""What a TLS server shows: its certificate as values, and why it is not trusted."""

from __future__ import annotations

import asyncio
import re
import ssl
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from bot.core.evidence import Trouble
from bot.core.text import one_line
from bot.probes._place import limit_of, why_not
from bot.probes._text import not_understood, refused
from bot.probes.base import ProbeFailed, Site, not_installed

_MOST_NAMES = 100
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,50000}-----END CERTIFICATE-----")
_PROTOCOL = re.compile(r"^(?:New, |    Protocol *: |Protocol: )(TLSv1(?:\.\d)?)", re.MULTILINE)
_VERDICT = re.compile(r"Verif(?:y return code|ication)(?:: (\d{1,3}))?[: ]*\(?([^\n)]{1,100})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the server showed at the handshake."""

    chain: Sequence[bytes]
    """Certificates in DER, the server's own first; empty: no handshake."""
    protocol: str = ""
    took_ms: float | None = None
    trusted: bool | None = None
    why_not: str = ""
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """One certificate."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """For which it was made: DNS names and addresses."""
    begins: datetime
    ends: datetime


async def handshake(host: str, port: int, name: str, *, ca_file: str, within_s: float) -> Shown:
    """By the bot itself. A server that is not trusted is asked once more, without checking, for what it shows."""
    try:
        checked = ssl.create_default_context(cafile=ca_file or None)
    except OSError:
        raise ProbeFailed(f"{ca_file}: cannot be read as certificates", Trouble.MISSING) from None
    first = await _shake(host, port, name, checked, within_s)
    if first.trouble is not Trouble.TLS or not first.why_not:
        return first
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    second = await _shake(host, port, name, unchecked, within_s)
    if not second.chain:
        return second
    return Shown(
        chain=second.chain, protocol=second.protocol, took_ms=second.took_ms, trusted=False, why_not=first.why_not
    )


async def _shake(host: str, port: int, name: str, context: ssl.SSLContext, within_s: float) -> Shown:
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(within_s):
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
    except ssl.SSLCertVerificationError as problem:
        return Shown(chain=(), why_not=one_line(problem.verify_message, 200), trouble=Trouble.TLS)
    except (OSError, UnicodeError, TimeoutError, ValueError) as problem:
        return Shown(chain=(), trouble=why_not(problem)[0])
    took = round((loop.time() - began) * 1000, 3)
    try:
        made: Any = writer.get_extra_info("ssl_object")
        whole = made.get_unverified_chain() if hasattr(made, "get_unverified_chain") else None
        own = made.getpeercert(binary_form=True)
        chain = tuple(whole) if whole else (own,) if own else ()
        return Shown(chain=chain, protocol=str(made.version()), took_ms=took, trusted=True)
    finally:
        writer.transport.abort()


async def handshake_there(site: Site, host: str, port: int, name: str, *, ca_file: str, seconds: float) -> Shown:
    """By openssl on another host. Raises ProbeFailed where it cannot be run."""
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    trust = ("-CAfile", ca_file) if ca_file else ()
    argv = (
        "openssl",
        "s_client",
        "-connect",
        where,
        "-servername",
        name,
        "-showcerts",
        "-verify_hostname",
        name,
        *trust,
    )
    # A line of input, or it would wait for one until the deadline.
    ran = await site.run(*argv, within_s=limit_of(site, seconds), given="\n")
    text = ran.out + ran.err
    chain = [ssl.PEM_cert_to_DER_cert(one) for one in _PEM.findall(ran.out)[:10]]
    verdicts = _VERDICT.findall(ran.out)
    if chain:
        protocol = _PROTOCOL.search(ran.out)
        said = verdicts[-1] if verdicts else None
        fine = said is not None and (said[0] == "0" or said[1].strip().upper() == "OK")
        return Shown(
            chain=chain,
            protocol=protocol[1] if protocol else "",
            trusted=None if said is None else fine,
            why_not="" if fine or said is None else one_line(said[1], 200),
        )
    reasons = (
        ("Connection refused", Trouble.REFUSED), ("Name or service not known", Trouble.DNS),
        ("timed out", Trouble.TIMEOUT), ("wrong version number", Trouble.TLS), ("no peer certificate", Trouble.TLS),
        ("CONNECTED(", Trouble.TLS),
    )  # fmt: skip
    for words, trouble in reasons:
        if words in text:
            return Shown(chain=(), trouble=trouble)
    raise refused(ran, "openssl") if ran.code else not_understood("openssl")


def read_certificate(der: bytes) -> Certificate:
    """Its fields. Raises ProbeFailed."""
    try:
        from cryptography import x509
        from cryptography.x509 import DNSName, IPAddress, SubjectAlternativeName
    except ImportError:
        raise not_installed("tls") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = x509.load_der_x509_certificate(der)
            try:
                named = read.extensions.get_extension_for_class(SubjectAlternativeName).value
            except x509.ExtensionNotFound:
                names: list[str] = []
            else:
                names = [*named.get_values_for_type(DNSName), *map(str, named.get_values_for_type(IPAddress))]
            return Certificate(
                subject=one_line(read.subject.rfc4514_string(), 300),
                issuer=one_line(read.issuer.rfc4514_string(), 300),
                names=tuple(one_line(name, 253) for name in names[:_MOST_NAMES]),
                begins=read.not_valid_before_utc,
                ends=read.not_valid_after_utc,
            )
    except ValueError:
        raise ProbeFailed("the certificate is not understood", Trouble.PARSE) from None


def fits(name: str, names: Sequence[str]) -> bool:
    """Whether one of the certificate's names stands for this one (RFC 9525): `*` is the whole first label."""
    try:
        address = str(ip_address(name))
    except ValueError:
        wanted = name.rstrip(".").lower()
        rest = wanted.partition(".")[2]
        lower = [one.rstrip(".").lower() for one in names]
        return wanted in lower or ("." in rest and f"*.{rest}" in lower)
    return address in names
