"""Personal tokens of the terminal: made, shown once, revoked."""

from __future__ import annotations

import secrets
from datetime import datetime

from bot.engine.desk import Desk
from bot.store.transaction import Tx
from commands.base import TERMINAL, Context, Reply

_BYTES = 32


async def fresh(context: Context, person: str, name: str) -> Reply:
    """A new token for a person; those they had stop working. Only its hash is stored."""
    token = f"tocsin_{secrets.token_urlsafe(_BYTES)}"

    def make(tx: Tx, _desk: Desk, now: datetime) -> int:
        ended = tx.people.revoke_tokens(person, now)
        tx.people.add_token(token, person, name, now)
        return ended

    ended = await context.engine.do(make)
    end = f"tocsin token revoke --person {person}" if context.place == TERMINAL else "/incident token revoke"
    before = "\nThe one there was before has stopped working." if ended else ""
    text = f"""The token of {name} for the terminal, shown only this once:

{token}

On the host where you want to give commands, put these two lines into ~/.profile; or, without `export`, into the .env of
the folder you work in. The address is where the outside reaches the bot: its TOCSIN_PUBLIC_URL.

export TOCSIN_URL={context.engine.desk.public_url or "https://address.of.the.bot"}
export TOCSIN_TOKEN={token}

Then try: tocsin incident list
And when you are paged: tocsin incident ack 12

Whoever has it acts in the name of {name}. To end it: {end}{before}"""
    return Reply(text=text, personal=True, hands_over=True, code=True, data={"token": token, "person": person})


async def revoke(context: Context, person: str) -> Reply:
    """End all tokens of a person."""

    def end(tx: Tx, _desk: Desk, now: datetime) -> int:
        return tx.people.revoke_tokens(person, now)

    ended = await context.engine.do(end)
    many = f"{ended} token{'s' if ended > 1 else ''}"
    text = f"Revoked {many} of {person}." if ended else "There was no token to revoke."
    return Reply(text=text, personal=True, data={"revoked": ended})
