"""Who may look at the board: whoever followed a signed link, and the desk's screen by its token. Both get a session."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.core.signing import read, sign

COOKIE = "tocsin_board"
BY_LINK, BY_TOKEN = timedelta(hours=12), timedelta(days=30)
"""How long a session lasts: of a person who came by a link, and of the screen, which nobody is to tend every day."""

_LINK = "link"


@dataclass(frozen=True, kw_only=True)
class BoardDoor:
    """Opens and knows sessions. A session is a signed cookie: any replica knows those of the others."""

    secret: str
    public_url: str
    tokens: Sequence[str] = ()
    """Of the desk's screen: several, while one is replaced. Who came by one that is no longer here may not look."""
    by_links: bool = False
    """Whether cards carry links; without, those that were sent open nothing any more."""

    def admits(self, request: Request, now: datetime) -> bool:
        """Whether this request may look: by its session, or by a token in its header."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.knows(token.strip())
        subject = read(self.secret, "board-session", request.cookies.get(COOKIE, ""), now)
        if subject == _LINK:
            return self.by_links
        return subject is not None and subject in {_digest(one) for one in self.tokens}

    def knows(self, token: str) -> bool:
        """Whether it is one of the tokens. How long that takes says nothing of them."""
        given = token.encode()
        return sum(hmac.compare_digest(given, one.encode()) for one in self.tokens) > 0  # all are compared, always

    def link(self, token: str, now: datetime) -> bool:
        """Whether the token of a link is genuine, and not too old."""
        return self.by_links and read(self.secret, "board-link", token, now) is not None

    def open_by_link(self, request: Request, response: Response, now: datetime) -> None:
        """Let whoever came by a genuine link look from now on."""
        self._open(request, response, _LINK, now, BY_LINK)

    def open_by_token(self, request: Request, response: Response, token: str, now: datetime) -> None:
        """Let the screen that has this token look from now on."""
        self._open(request, response, _digest(token), now, BY_TOKEN)

    def _open(self, request: Request, response: Response, subject: str, now: datetime, lasts: timedelta) -> None:
        response.set_cookie(
            COOKIE,
            sign(self.secret, "board-session", subject, now + lasts),
            max_age=int(lasts.total_seconds()),
            path="/board",
            httponly=True,
            samesite="lax",
            secure=self._is_secret_on_its_way(request),
        )

    def _is_secret_on_its_way(self, request: Request) -> bool:
        """Whether the browser speaks https: what stands before the bot and ends it is known by the public address. On
        the desk's own network the screen may come without."""
        public = urlsplit(self.public_url)
        at_home = request.headers.get("host", "").lower() == public.netloc.lower()
        return request.url.scheme == "https" or (public.scheme == "https" and at_home)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:16]


SAFETY: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
"""Headers of all its answers."""

PRINTED = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
"""The policy of a report: it brings its style along, and neither script nor form."""
