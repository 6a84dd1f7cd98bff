"""Errand: one claimed message, made ready to be sent; and Outcome: what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import DeliveryFailed
from bot.core.message import Carried, Sent
from bot.core.page import Outgoing, Page
from bot.engine.compose import SlackPost


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """One claimed message, made ready inside the claiming transaction."""

    row: Outgoing
    page: Page | None = None
    others: tuple[Outgoing, ...] = ()
    """Further messages that the same call stands for."""
    message: Carried | None = None
    post: SlackPost | None = None
    problem: str = ""
    """Why it cannot be tried now."""
    card_first: bool = False
    """The post is the card that its thread hangs on; it comes after that."""
    wanted: bool = True
    """False: it may have left before, and is no longer wanted. So it is found out, and not sent."""

    @property
    def ids(self) -> list[int]:
        """The rows this errand settles."""
        return [self.row.id, *(other.id for other in self.others)]

    @property
    def paging(self) -> Page | None:
        """The page it carries to a person; None for what only tells."""
        return self.page if self.row.kind == "page" else None

    @property
    def pages(self) -> list[str]:
        """The keys of the pages it carries, those that the same call stands for included."""
        return [] if self.paging is None else [self.paging.key, *(other.page for other in self.others)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of an errand. Neither: it never left, and is no longer wanted."""

    sent: Sent | None = None
    failure: DeliveryFailed | None = None
