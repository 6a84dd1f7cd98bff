"""The model of `system.yaml`: everything that a pack may say of its system."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.core.duty import DutyRules
from bot.core.policy import Timings
from bot.core.zones import zone_named
from bot.packs.exposure_models import FigureEntry, RaiseEntry
from bot.packs.inventory import (
    CalendarEntry,
    DatabaseEntry,
    EndpointEntry,
    ExchangeEntry,
    HostEntry,
    LogEntry,
    ServiceEntry,
)
from bot.packs.shapes import LastingSpan, Line, Name, SeverityWord, Span, Strict

_OURS = Timings()


def _a_zone(value: str) -> str:
    return zone_named(value).key if value else value


_DUTIES = DutyRules()

_Meaning = Annotated[str, Field(min_length=1, max_length=75, pattern=r"^[^\r\n]*$")]
"""A form in Slack shows so much of it beside a choice."""


class VariableEntry(Strict):
    """A value that differs between desks or environments, written `${name}` elsewhere. Never a secret."""

    help: Line
    """What to put there, for the one who has to."""
    default: str = ""
    """The value where none is given; empty: it must be set."""


class ContactEntry(Strict):
    """Somebody who can be reached: a person, a shared mailbox, a hotline."""

    name: Line
    """What to call them."""
    addresses: dict[str, str] = Field(min_length=1)
    """Address by way of paging: `slack` a user id, `phone` and `sms` a number, `mail`, `pagerduty` a routing key, ...;
    `${variables}` may stand in them."""
    help: str = ""
    """What to know of them, in one line."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that this contact stands for."""


class PageEntry(Strict):
    """One recipient of a level."""

    to: Line
    """A role, a contact or a `#channel` (which gets a small card of its own)."""
    by: tuple[str, ...] = ()
    """The ways, all used side by side; none for a channel."""


class LevelEntry(Strict):
    """One rung of the ladder."""

    name: Line
    """What people call it."""
    after: Span
    """When it is paged, counted from the start of the round, not from the level before."""
    page: tuple[PageEntry, ...] = Field(min_length=1)
    """Who is paged."""


class PolicyEntry(Strict):
    """Whom to page and after how long."""

    levels: tuple[LevelEntry, ...] = Field(min_length=1)
    """The rungs, each later than the one before, the first at 0m."""
    repeats: bool = True
    """False: the ladder ends after its last level, although nobody has acknowledged."""
    starts_late: bool = False
    """True: the first level is meant to wait."""
    help: str = ""
    """Why it is as it is."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that this policy stands for."""


class ChoiceEntry(Strict):
    """One row of the table that picks the policy of an incident. The first that fits is taken."""

    severities: tuple[SeverityWord, ...] = ()
    """For these severities; none: for all."""
    types: tuple[Name, ...] = ()
    """For these issue types; none: for all."""
    policy: Name
    """The policy to take."""


class TimingsEntry(Strict):
    """The desk's own judgement where the usual one does not suit it."""

    repeat_after: LastingSpan = _OURS.repeat_after
    """From the last level to the next round."""
    call_again: LastingSpan = _OURS.call_again
    """From a call that was not answered to its repetition."""
    call_attempts: Annotated[int, Field(ge=1, le=10)] = _OURS.call_attempts
    """Calls per page before the phone counts as failed."""
    one_call: Span = _OURS.one_call
    """Pages to one number within this span become one call."""
    way_patience: Span = _OURS.way_patience
    """After this long of passing failures a way counts as failed for the ladder."""
    ack_lasts: Span = _OURS.ack_lasts
    """A critical acknowledgement without human activity is asked about after this long."""
    confirm_within: Span = _OURS.confirm_within
    """The time a holder has to confirm."""
    reopen_within: Span = _OURS.reopen_within
    """A firing this soon after the end reopens the incident."""
    warn_every: LastingSpan = _OURS.warn_every
    """How often to say that a resolved incident's alert still fires."""
    undo_merge: Span = _OURS.undo_merge
    """How long a merge can be undone."""
    digest_every: LastingSpan = _OURS.digest_every
    """How often new alerts of a storm are summarised in the thread."""
    update_critical: Span = _OURS.update_critical
    """How often a critical incident wants an update of its report; 0m: nobody is asked for any."""
    update_high: Span = _OURS.update_high
    """The same of a high one."""
    update_medium: Span = _OURS.update_medium
    """The same of a medium one."""
    update_low: Span = _OURS.update_low
    """The same of a low one."""
    review_after: Span = _OURS.review_after
    """After the end of a critical or high incident its postmortem is asked for when this is over; 0m: never."""
    review_every: LastingSpan = _OURS.review_every
    """How often it is asked for again."""
    review_times: Annotated[int, Field(ge=1, le=100)] = _OURS.review_times
    """How often it is asked for at most."""


class PlanEntry(Strict):
    """The ladders, and which is taken when."""

    timings: TimingsEntry = TimingsEntry()
    """Overrides of the usual spans."""
    policies: dict[Name, PolicyEntry] = Field(min_length=1)
    """The ladders by name."""
    choose: tuple[ChoiceEntry, ...] = Field(min_length=1)
    """The table that picks one by severity and issue type; the first row that fits is taken."""
    catch_all: Name
    """The policy for alerts that no route knows, and for what no row fits."""


class StakeholdersEntry(Strict):
    """Who reads the reports of incidents and does not work on them: channels and mailing lists."""

    channels: tuple[str, ...] = ()
    """Slack channels, each with one message per incident that is kept current: `#name` or an id. One whose variable is
    not set is left out; so are mails."""
    mails: tuple[str, ...] = ()
    """Mail addresses that get every update, each of one mailbox or list."""
    severities: tuple[SeverityWord, ...] = ()
    """For incidents of these severities; none: of all."""


class DutiesEntry(Strict):
    """When a lead, communications and a scribe are asked for."""

    severities: tuple[SeverityWord, ...] = ("critical", "high")
    """For incidents of these severities; none: never."""
    ask_after: LastingSpan = _DUTIES.ask_after
    """How long one may be nobody's before the thread is asked."""


class RouteEntry(Strict):
    """What an alert means. The first route whose expression does not say no is taken."""

    name: Line
    """What people call it; it stands in the reason why somebody was paged."""
    when: str = ""
    """An expression over labels, annotations, numbers, severity, title, text and endpoint; none: always. An answer that
    is unknown, because a value cannot be read, counts as yes."""
    severity: SeverityWord | None = None
    """The severity, whatever the monitor says; none: the monitor's."""
    type: str = ""
    """The issue type; none: the system's usual one."""
    component: str = ""
    """The part of the system; none: what the alert's label says."""
    component_label: str = "component"
    """The label that names the part of the system."""
    policy: str = ""
    """The policy, whatever the severity; none: by severity and type."""
    group_by: tuple[str, ...] = ()
    """Labels whose values make one incident of this route; none: the monitor's own group, else the component."""
    first_step: str = ""
    """What to do first, for somebody who was just woken."""
    suite: str = ""
    """The suite of checks that is run by itself when such an incident opens, and at each level; none: `health`."""
    covers: tuple[str, ...] = ()
    """Ids of the guide's inventory that this route stands for."""


class SystemFile(Strict):
    """A trading system: who is paged for it, when and how, what its alerts mean, and what it is made of."""

    name: Name
    """The system's name in commands; the folder's name."""
    title: Line
    """What people call it."""
    channel: str
    """The Slack channel of its incidents: `#name` or an id."""
    private_channel: str = ""
    """Where evidence of a security incident goes; none: nowhere."""
    other_channels: tuple[str, ...] = ()
    """Further channels whose commands mean this system."""
    time_zone: Annotated[str, AfterValidator(_a_zone)] = ""
    """Where its nights and weeks are counted, a name of the time zone database such as `Europe/London`; none: as
    TOCSIN_TIME_ZONE says."""
    owns: str = ""
    """An expression: which alerts of an endpoint that serves several systems are this one's."""
    jobs: tuple[str, ...] = ()
    """The Prometheus jobs that scrape it. Not used yet: kept for telling by its jobs which system an alert is of."""
    first_step: str = ""
    """What to do first where the route does not say."""
    variables: dict[Name, VariableEntry] = {}
    """Values that differ between desks or environments. `${name}` stands for them anywhere in the pack. Set one with
    the environment variable TOCSIN_VAR_<SYSTEM>_<NAME>, else in `environments/<environment>.yaml`, else by its
    default."""
    hosts: dict[Name, HostEntry] = {}
    """Where commands can run, by id."""
    services: dict[Name, ServiceEntry] = {}
    """What runs, by id."""
    endpoints: dict[Name, EndpointEntry] = {}
    """Addresses that answer questions, by id."""
    logs: dict[Name, LogEntry] = {}
    """Logs that may be read, by id."""
    databases: dict[Name, DatabaseEntry] = {}
    """Databases, by id."""
    exchanges: dict[Name, ExchangeEntry] = {}
    """Venues and brokers, by id."""
    calendar: CalendarEntry | None = None
    """When it trades. Not used yet: kept for actions that depend on whether a market is open."""
    contacts: dict[Name, ContactEntry] = Field(min_length=1)
    """Who can be reached, by id."""
    roles: dict[Name, tuple[Name, ...]] = {}
    """Contacts by role, the first being the first choice."""
    types: dict[Name, str] = {}
    """The issue types it knows, each with what it means; none: only one kind of issue."""
    default_type: str = ""
    """The issue type where nothing says another; required where there are types."""
    severities: dict[str, SeverityWord] = {}
    """The monitors' own words for severities, where they differ from the usual ones."""
    severity_meanings: dict[SeverityWord, _Meaning] = {}
    """What each severity means here, in at most 75 characters, for whoever has to choose one; none: the usual."""
    exposure: Annotated[dict[Name, FigureEntry], Field(max_length=8)] = {}
    """What is at risk while an incident lasts: numbers that checks read, at most eight, in the order in which they are
    shown."""
    raises: tuple[RaiseEntry, ...] = ()
    """By what an incident is made graver by itself."""
    plan: PlanEntry
    """Whom to page when."""
    stakeholders: tuple[StakeholdersEntry, ...] = ()
    """Who reads the reports; none: they stay in the incident's thread."""
    duties: DutiesEntry = DutiesEntry()
    """When to ask who leads, who tells others and who writes it down."""
    routes: tuple[RouteEntry, ...] = ()
    """What alerts mean; the first that fits is taken."""
