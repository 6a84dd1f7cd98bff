"""token: personal tokens for the terminal; in Slack it is /incident token."""

from __future__ import annotations

import click

from bot.core.oncall import Contact
from commands import _tokens
from commands._grammar import Unclear, Verb, Verbs, slack_id
from commands.base import TERMINAL, Command, Context, Reply

_PERSON = click.Option(["--person"], default="", metavar="PERSON", help="A contact's id, or a Slack user id (U...).")


@click.pass_obj
async def _create(context: Context, person: str) -> Reply:
    if not person:
        raise Unclear("Say for whom: tocsin token create --person PERSON")
    contact = _contact(context, person)
    return await _tokens.fresh(context, _id(person, contact), contact.name if contact is not None else person)


@click.pass_obj
async def _revoke(context: Context, person: str) -> Reply:
    if not person:
        raise Unclear("Say whose: tocsin token revoke --person PERSON")
    return await _tokens.revoke(context, _id(person, _contact(context, person)))


def _contact(context: Context, person: str) -> Contact | None:
    key = slack_id(person) or person
    for system in context.engine.desk.systems.values():
        found = system.contact(key) or system.roster.identify(slack=key, mail=key)
        if found is not None:
            return found
    return None


def _id(person: str, contact: Contact | None) -> str:
    """Slack's id where there is one: it means the same person in every system."""
    return (contact.slack or contact.id) if contact is not None else person


@click.pass_context
def _bare(ctx: click.Context) -> Reply:
    return Reply(text=ctx.get_help(), code=True)


COMMAND = Command(
    name="token",
    help="Make and revoke personal tokens for the terminal.",
    usage="create --person X | revoke --person X",
    grammar=Verbs(
        "token",
        [
            Verb(
                "create", callback=_create, params=[_PERSON], help="A new token, shown once; earlier ones stop working."
            ),
            Verb("revoke", callback=_revoke, params=[_PERSON], help="End all tokens of a person."),
        ],
        _bare,
        help="Personal tokens for the terminal on another host.",
    ),
    lives=frozenset({TERMINAL}),
)
