"""Finds what looks like a secret: packs are copied, reviewed and published, so nothing secret may be in one."""

from __future__ import annotations

import re

from bot.packs.problems import Problems
from bot.packs.reading import Document, Steps
from bot.packs.variables import texts

_FORMS = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")),
    ("a Slack token", re.compile(r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{8,}")),
    ("a Slack webhook", re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/\w+")),
    ("an AWS key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})")),
    ("a GitLab token", re.compile(r"\bglpat-[\w-]{16,}")),
    ("a Grafana token", re.compile(r"\bgl(?:sa|c)_[A-Za-z0-9_=]{20,}")),
    ("a Google key", re.compile(r"\bAIza[\w-]{30,}")),
    ("a JSON web token", re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}")),
    ("an API key", re.compile(r"\bsk-[\w-]{16,}")),
    ("a password in an address", re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@", re.IGNORECASE)),
)
_SECRET_KEY = re.compile(
    r"passw(?:or)?d|passphrase|secret|token|credential|bearer|hmac|api_?key|private_?key|routing_?key|access_?key|pagerduty",
    re.IGNORECASE,
)
_PASSWORD_KEY = re.compile(r"passw(?:or)?d$|passphrase$", re.IGNORECASE)
_RANDOM = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])[A-Za-z0-9+/=_\-]{12,}")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
# Words for people and names of variables may well speak of tokens.
_PROSE = frozenset({"help", "title", "first_step", "name", "when", "owns"})


def find_leaks(document: Document, problems: Problems) -> None:
    """Tell of everything in a document that looks like a secret, without repeating it."""
    for steps, text in texts(document.data, ()):
        what = _secret_in(steps, text)
        if what:
            remedy = "delete it here and change it where it is valid: secrets come from the environment of the bot"
            problems.error(document.place(*steps), f"this looks like {what}", remedy)


def _secret_in(steps: Steps, text: str) -> str:
    for what, form in _FORMS:
        if form.search(text):
            return what
    key = next((str(step) for step in reversed(steps) if isinstance(step, str) and _SECRET_KEY.search(step)), "")
    rest = _REFERENCE.sub("", text).strip()
    if not key or not rest or steps[-1] in _PROSE:
        return ""
    if _PASSWORD_KEY.search(key):
        return "a password"
    return f"the value of a secret ({key})" if _RANDOM.fullmatch(rest) else ""
