"""A small pack of playbooks to find, and one of another system that is about similar things."""

from __future__ import annotations

from bot.core.check import Check, Checks, Place, Target
from bot.core.error_entry import ErrorEntry
from bot.core.expression import compile_expression
from bot.core.finding import Material
from bot.core.playbook import Answer, Branch, Kind, Offer, Playbook, Step


def done(name: str = "end") -> Step:
    return Step(name=name, kind=Kind.DONE, text="That is all.", outcome="fixed")


def do(name: str, text: str, *commands: str, covers: tuple[str, ...] = (), go: str = "end") -> Step:
    answers = (Answer(say="Done", go=go),)
    return Step(name=name, kind=Kind.DO, text=text, commands=commands, answers=answers, covers=covers)


def book(
    name: str, title: str, *steps: Step, system: str = "desk", offer: Offer | None = None, **said: str
) -> Playbook:
    """`symptoms` and `words` are separated by semicolons."""
    return Playbook(
        name=name, system=system, title=title, start=steps[0].name, offer=offer or Offer(),
        steps={step.name: step for step in (*steps, done())}, covers=(f"D-{name}",),
        **{key: tuple(one.strip() for one in text.split(";")) for key, text in said.items()},
    )  # fmt: skip


def check(name: str, title: str, *words: str) -> Check:
    target = Target(kind="host", id="box", place=Place(id="box"))
    return Check(name=name, system="desk", title=title, probe="look", target=target, parameters={}, words=words)


CHECKS = Checks(by_name={"tick_age": check("tick_age", "How old the newest tick is", "ticks")}, suites={})

NO_DATA = book(
    "no_market_data", "No market data arrives",
    Step(
        name="look", kind=Kind.CHECK, text="Do prices come?", checks=("tick_age",),
        branches=(
            Branch(say="Our clock is off", go="clock", when=compile_expression("state == 'fail'")),
            Branch(say="Nobody has subscribed", go="subscribe"),
        ),
    ),
    do("subscribe", "Subscribe to the symbols again.", "desk subscribe {symbol}", covers=("D-no_market_data.2",)),
    do("clock", "Set the clock by NTP.", "ntpdate -s pool", covers=("D-no_market_data.3",)),
    symptoms="The rate of market data is zero.", words="feed dead; silent feed",
    offer=Offer(when=compile_expression("labels.alertname in ['NoMarketData', 'FeedSilent']")),
)  # fmt: skip
REJECTED = book(
    "orders_rejected", "The exchange rejects orders",
    do("funds", "Bring money to the exchange.", covers=("D-orders_rejected.1",)),
    do("lot", "Round the quantity to the lot size.", "desk filters {symbol}", covers=("D-orders_rejected.2",)),
    symptoms="Orders come back as rejected.", words="lot size; refused; bounced",
)  # fmt: skip
DATABASE = book(
    "database", "The database cannot be reached",
    do("up", "Start PostgreSQL.", "systemctl start postgresql"),
    do("pool", "End idle sessions.", "psql -c 'select pg_terminate_backend(pid)'", covers=("D-database.2",)),
    symptoms="Queries time out.", words="postgres; connection pool exhausted",
)  # fmt: skip
MEMORY = book(
    "memory", "Memory grows until the process is killed", do("dump", "Take a heap dump."),
    symptoms="The process takes more memory every hour.", words="leak",
)  # fmt: skip
PORT = ErrorEntry(
    name="port", system="desk", says=("Failed to bind to port *: Address already in use",), means="Another has it.",
    do="End the other process.", playbook="starting", step="port", covers=("D-error.1",),
)  # fmt: skip
QUEUE = ErrorEntry(
    name="queue", system="desk", says=("Queue full",), means="It cannot keep up.", do="Make the queue longer."
)
STARTING = book("starting", "The system does not start", do("log", "Read its log."), do("port", "Free the port."))
DESK = Material(
    system="desk", title="A small desk", names=("engine", "gateway-eu"), checks=CHECKS, errors=(PORT, QUEUE),
    playbooks=(NO_DATA, REJECTED, DATABASE, MEMORY, STARTING),
)  # fmt: skip

PODS = book("pods", "Pods restart again and again", do("why", "Read the log of the pod.", "kubectl logs POD"),
            system="cloud", words="CrashLoopBackOff")  # fmt: skip
CLOUD_DATABASE = book("redis", "The database cannot be reached", do("up", "Start Redis."), system="cloud")
CLOUD_MEMORY = book(
    "memory", "Memory grows until the process is killed", do("limit", "Raise the limit."), system="cloud"
)
CLOUD = Material(system="cloud", names=("coordinator", "redis"), playbooks=(PODS, CLOUD_DATABASE, CLOUD_MEMORY))
