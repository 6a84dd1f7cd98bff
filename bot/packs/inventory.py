"""The models of what a system is made of: hosts, services, addresses, logs, databases, exchanges, trading hours.

Data for those who look and act; the ladder does not need it. Keys of these mappings are the ids by which checks,
actions and playbooks name the things, so that a target is never free text."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.packs.shapes import Line, Name, Port, Strict, Url


class HostEntry(Strict):
    """A place where commands can run."""

    transport: Literal["local", "ssh", "docker", "kubernetes"] = "local"
    """How to get there: on the bot's own machine, by ssh, into a container, into a pod."""
    address: str = ""
    """Host name or IP address for ssh; where the API of Docker or Kubernetes answers; empty: the usual one."""
    user: str = ""
    """The account to log in as; give it no more rights than looking needs."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """The port for ssh; 0: the usual one."""
    unit: str = ""
    """The container, or the pod or `deployment/name`, in which commands run."""
    namespace: str = ""
    """The Kubernetes namespace, or the Docker compose project."""
    secret: str = ""
    """Kubernetes: the secret variable with the account's token; in the bot's own cluster its pod's account will do."""
    authority: str = ""
    """Kubernetes: the secret variable with the certificate of the cluster's authority, PEM."""
    directory: str = ""
    """Where the system's relative paths begin, such as `./scripts`."""
    help: str = ""
    """What runs there, in one line."""


class ServiceEntry(Strict):
    """A part of the system that runs and can be restarted."""

    kind: Literal["systemd", "docker", "kubernetes", "process"]
    """Who keeps it running."""
    unit: str
    """What it is called there: the unit, the container, the deployment or the process."""
    host: Name
    """The id of the host it runs on."""
    component: str = ""
    """The component by which incidents name it; empty: its id."""
    ports: tuple[Port, ...] = ()
    """The ports it listens on."""
    selector: str = ""
    """Kubernetes: the label selector of its pods."""
    stateful: bool = False
    """It keeps data. Not used yet: actions that are to come never stop it along with the rest."""
    absent: str = ""
    """Why there is none here: it is not looked for then. Written in the file of an environment."""
    help: str = ""
    """What it does, in one line."""


class EndpointEntry(Strict):
    """An address of the system that answers questions."""

    url: Url
    """Where it is."""
    service: str = ""
    """The id of the service that answers; empty: none of ours."""
    host: str = ""
    """The id of the host to ask from; empty: from the bot."""
    help: str = ""
    """What it says, in one line."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that it stands for."""


class LogEntry(Strict):
    """A log that may be read."""

    host: Name
    """The id of the host it is on."""
    path: str = ""
    """The file."""
    unit: str = ""
    """The journal's unit, the container or the deployment, where it is no file."""
    help: str = ""
    """What is written there, in one line."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that it stands for."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.path) == bool(self.unit):
            raise ValueError("a log has either a path or a unit: write one of the two")
        return self


class DatabaseEntry(Strict):
    """A database the system depends on. Passwords are no part of a pack."""

    kind: Literal["postgresql", "timescaledb", "mongodb", "redis", "bigquery"]
    """What it is."""
    address: str
    """Host name and port."""
    name: str = ""
    """The database or data set."""
    user: str = ""
    """The account for looking; it must not be able to write."""
    host: str = ""
    """The id of the host to ask from; empty: from the bot."""
    path: str = ""
    """Where its files are, for questions about disk space."""
    absent: str = ""
    """Why there is none here: it is not looked for then. Written in the file of an environment."""
    help: str = ""
    """What it holds, in one line."""


class ExchangeEntry(Strict):
    """A venue or broker the system trades at."""

    api: Url
    """The address of its REST API."""
    stream: str = ""
    """The address of its WebSocket."""
    status: str = ""
    """Its public status page."""
    symbols: tuple[str, ...] = ()
    """Symbols to look at, as the venue writes them."""
    host: str = ""
    """The id of the host to ask from; empty: from the bot."""
    help: str = ""
    """What to know of it, in one line."""


class SessionEntry(Strict):
    """Hours of trading on certain days."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    """The days it begins on."""
    opens: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    """When it opens, `HH:MM` in the calendar's time zone, in quotes."""
    closes: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
    """When it closes; not later than `opens`: on the next day."""


class CalendarEntry(Strict):
    """When the system trades."""

    venue: Line
    """Whose hours these are."""
    timezone: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z_]+(/[A-Za-z0-9_+\-]+)*$")]
    """A name of the time zone database, such as `America/New_York` or `UTC`."""
    sessions: tuple[SessionEntry, ...] = Field(min_length=1)
    """The hours of a usual week."""
    help: str = ""
    """What else to know: holidays, maintenance."""
