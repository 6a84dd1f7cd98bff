"""tocsin: argv and signals only. `run`, `demo` and `db` are here; everything else is a command of the open room."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog

from bot.core.errors import BadContent, TocsinError

if TYPE_CHECKING:
    from bot.app import App
    from bot.settings import Environment

# What a command line does not need is not imported for it: `--version` is there at once, and a look does not wait for
# the web and Slack.

log = structlog.get_logger("main")

_BROKEN = 70
_OBJECTS = 50_000
_USAGE = """Usage: tocsin COMMAND ...

  run                 the bot: Slack tokens and DATABASE_URL from the environment
  demo [--fast N]     everything on this machine, with a Slack in the browser; time runs N times faster
  db upgrade          bring the database to the newest schema
  --version           which version this is
"""


def main() -> None:
    """The console script."""
    # A start makes half a million objects that stay. To look for garbage among them each 700 takes a fifth of it.
    gc.set_threshold(_OBJECTS, 20, 20)
    sys.exit(run(sys.argv[1:]))


def run(argv: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    words = list(argv)
    if words in (["--version"], ["-V"], ["version"]):
        print(f"tocsin {version('tocsin')}")  # noqa: T201
        return 0
    from bot.one_command import commands_help, misused, run_line
    from bot.settings import Environment
    from commands.base import USAGE

    try:
        environment = Environment()
        match words:
            case ["run"]:
                return asyncio.run(_serve(environment))
            case ["run", *_]:
                return misused("tocsin run takes no words: its settings come from the environment and .env")
            case ["demo", *rest]:
                return _demo(rest)
            case ["db", "upgrade"]:
                return _upgrade(environment)
            case ["db", *_]:
                return misused("Write: tocsin db upgrade")
            case [] | ["-h" | "--help" | "help"]:
                print(_USAGE + commands_help())  # noqa: T201
                return 0 if words else USAGE
            case _:
                return asyncio.run(run_line(words, environment))
    except TocsinError as problem:
        print(f"tocsin: {problem}", file=sys.stderr)  # noqa: T201
        return _BROKEN
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read it, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def _serve(environment: Environment) -> int:
    """Run until told to stop; then stop in reverse."""
    from bot import logs
    from bot.app import build
    from bot.configured import desk_for, find_ways, load_content
    from bot.parts import real_clock

    settings = environment.settings()
    ways = find_ways(environment, settings)
    content = load_content(environment, settings, ways)
    desk = desk_for(settings, ways, environment, content)
    logs.configure(settings.log_level, settings.log_format, desk.redactor)
    enough = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, enough.set)
    gave_up = False

    def give_up() -> None:
        nonlocal gave_up
        gave_up = True
        log.error("slack_given_up", why="no connection for minutes: ending, so that whoever watches starts me again")
        enough.set()

    app = await build(environment, clock=real_clock(), give_up=give_up, content=content)
    try:
        await serve(app, enough)
    finally:
        await app.stop()
    return _BROKEN if gave_up else 0


async def serve(app: App, enough: asyncio.Event) -> None:
    """Answer the web until `enough`."""
    import uvicorn

    config = uvicorn.Config(
        app.web,
        host=app.settings.host,
        port=app.settings.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve(sockets=[_listen(app.settings.host, app.settings.port)]))
    await app.start()
    log.info("started", host=app.settings.host, port=app.settings.port, systems=list(app.engine.desk.systems))
    stopping = asyncio.create_task(enough.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    app.hang_up()
    server.should_exit = True
    stopping.cancel()
    await serving


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as problem:
        why = problem.strerror or "not possible"
        raise BadContent(f"cannot listen on {host}:{port} ({why}): set TOCSIN_HOST and TOCSIN_PORT") from None


def _upgrade(environment: Environment) -> int:
    from bot.store import migrations
    from bot.store.store import open_store

    store = open_store(environment.settings().database_url)
    store.migrate()
    print(f"The schema is at {migrations.version(store.engine)[0]}.")  # noqa: T201
    store.close()
    return 0


def _demo(rest: Sequence[str]) -> int:
    from bot.playground.demo import demo  # the only way to the playground; `run` never imports it

    return asyncio.run(demo(rest))


if __name__ == "__main__":
    main()
