"""manifest: prints the Slack app's manifest, for Slack's "Create an app from a manifest"."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import click
from ruamel.yaml import YAML

from commands._grammar import Unclear, Verb
from commands._manifest import manifest
from commands.base import TERMINAL, Command, Context, Reply


@click.pass_obj
async def _manifest(context: Context, url: str) -> Reply:
    if url and not url.startswith("https://"):
        raise Unclear(f"Slack calls https addresses only, not {url}: tocsin manifest --http https://...")
    made = manifest(context.commands, socket_mode=not url, public_url=url)
    return Reply(text=as_yaml(made), verbatim=True, data=made)


def as_yaml(made: Mapping[str, Any]) -> str:
    """The manifest as Slack's page takes it."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4000
    out = io.StringIO()
    yaml.dump(dict(made), out)
    return out.getvalue().rstrip()


COMMAND = Command(
    name="manifest",
    help="Print the Slack app's manifest.",
    usage="[--http https://...]",
    grammar=Verb(
        "manifest",
        callback=_manifest,
        params=[
            click.Option(
                ["--http", "url"],
                default="",
                metavar="URL",
                help="Without Socket Mode: where Slack reaches this bot (TOCSIN_PUBLIC_URL).",
            )
        ],
        help="Prints the app's manifest in YAML. Paste it at api.slack.com/apps, Create New App, From a manifest.",
    ),
    lives=frozenset({TERMINAL}),
)
