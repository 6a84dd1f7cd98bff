"""What works in a terminal alone: help shows it only there."""

from __future__ import annotations

import click

from commands._grammar import Verb
from commands.base import TERMINAL


def _in_terminal(ctx: click.Context) -> bool:
    return getattr(ctx.obj, "place", TERMINAL) == TERMINAL


class InTerminal(click.Option):
    """An option that is refused elsewhere."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return super().get_help_record(ctx) if _in_terminal(ctx) else None


class TerminalVerb(Verb):
    """A subcommand that is refused elsewhere."""

    def shown_in(self, ctx: click.Context) -> bool:
        """Whether the help page names it."""
        return _in_terminal(ctx)
