"""Compose: from a row of the outbox to what is really sent. Cards and lists are drawn here, from the newest state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.core.incident import Incident
from bot.core.message import Carried
from bot.core.oncall import Actor
from bot.core.page import Outgoing, Page
from bot.core.playbook.turning import way_back
from bot.core.signing import sign
from bot.core.timeline import Entry
from bot.engine import items, offers, reporting
from bot.engine.desk import Desk
from bot.engine.keeping import kept_message
from bot.store.cards import Card
from bot.store.transaction import Tx
from bot.views.blocks import Drawn
from bot.views.card import card, small_card
from bot.views.direct import News, edited, notice
from bot.views.lines import digest, line
from bot.views.pages import speech_for
from bot.views.playbook import step_message
from bot.views.speech import SLACK_AWAY

LINKS_LAST = timedelta(days=7)
_LISTED = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Makes the signed addresses by which a page is answered."""

    public_url: str
    """Empty: there is no public address, and no link."""
    secret: str
    slack_url: str = ""
    """The workspace's address, for permalinks."""
    to_board: bool = False
    """Whether there is a board that links lead to."""

    def answer(self, page: Page) -> str:
        """The page that asks once more and then acknowledges."""
        return self._signed("a", "answer", page)

    def callback(self, page: Page) -> str:
        """Where the provider tells what became of this page."""
        return self._signed(f"callbacks/{page.way}", "callback", page)

    def _signed(self, path: str, purpose: str, page: Page) -> str:
        if not self.public_url:
            return ""
        token = sign(self.secret, purpose, page.key, page.made_at + LINKS_LAST)
        return f"{self.public_url.rstrip('/')}/{path}/{token}"

    def board(self, at: datetime) -> str:
        """Where the board begins for whoever follows a link that was made `at` this time; empty without one."""
        if not self.public_url or not self.to_board:
            return ""
        return f"{self.public_url.rstrip('/')}/board/s/{sign(self.secret, 'board-link', 'board', at + LINKS_LAST)}"

    def thread(self, shown: Card | None) -> str:
        """The permalink of a card."""
        if shown is None or not shown.ts or not self.slack_url:
            return ""
        return f"{self.slack_url.rstrip('/')}/archives/{shown.place}/p{shown.ts.replace('.', '')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackPost:
    """Something for a channel: a card to post or edit, or a line for its thread."""

    key: str
    """What it is found by again when Slack's answer was lost."""
    channel: str
    drawn: Drawn
    card: str
    """The card that it is or hangs on: its channel, as the pack names it."""
    ts: str = ""
    """Edit this message; empty: post a new one."""
    thread_ts: str = ""
    broadcast: bool = False
    file: str = ""
    """Name of a file to attach instead of a message; its content is `content`."""
    content: str = ""


def carried(
    tx: Tx,
    desk: Desk,
    links: Links,
    row: Outgoing,
    page: Page | None,
    others: Sequence[Page],
    slack_away: datetime | None,
) -> Carried:
    """The message a pager is to carry; `others` are the pages that the same call stands for."""
    if row.kind == "report":
        row = reporting.letter(tx, desk, row)
    payload = row.payload
    shown = tx.cards.main_of([row.incident]).get(row.incident)
    body, speech = payload["body"], payload["speech"]
    if slack_away is not None and payload["way"] != "slack" and row.kind == "page":
        body = f"Slack has not answered since {slack_away:%H:%M} UTC: answer here, not there.\n\n{body}"
    if others:
        bundle = [i for p in ([page] if page else []) + list(others) if (i := tx.incidents.get(p.incident)) is not None]
        speech = speech_for(bundle)
    if slack_away is not None:
        speech = f"{speech} {SLACK_AWAY}"
    thread = _place(page) if row.kind == "notice" and page is not None else {}
    drawn = _in_slack(tx, row, links.thread(shown), page if thread else None)
    return Carried(
        key=row.key,
        incident=row.incident,
        to=payload["to"],
        person=payload["person"],
        purpose=payload["purpose"],
        subject=drawn.text,
        body=body,
        short=payload["short"],
        speech=speech,
        severity=payload["severity"],
        system=payload["system"],
        component=payload["component"],
        verb=payload["verb"] or "trigger",
        dedup=payload["dedup"],
        answer_link=links.answer(page) if page is not None and row.kind == "page" else "",
        callback=links.callback(page) if page is not None and row.kind == "page" else "",
        link=links.thread(shown),
        blocks=drawn.blocks,
        at=datetime.fromisoformat(payload["at"]),
        attempt=row.attempts,
        thread=thread,
    )


def _in_slack(tx: Tx, row: Outgoing, thread: str, page: Page | None) -> Drawn:
    """Its first line and its blocks: a notice by Slack as things stand when it is sent, all else as it was written."""
    payload = row.payload
    incident = tx.incidents.get(row.incident) if row.kind == "notice" and payload["way"] == "slack" else None
    if incident is None:
        return Drawn(text=payload["subject"], blocks=tuple(payload.get("blocks", ())))
    return items.drawn(tx, row, thread) or _notice(tx, payload, incident, thread, page)


def _notice(tx: Tx, payload: Mapping[str, Any], incident: Incident, thread: str, page: Page | None) -> Drawn:
    """The quiet message in Slack: an edit of the page, or a message of its own."""
    news = News(
        what=payload["what"],
        who=payload["who"],
        who_id=payload.get("who_id", ""),  # a row of an older version has none
        who_slack=payload["who_slack"],
    )
    if page is None:
        return notice(incident, news.what, who=news.who, who_slack=news.who_slack, link_to=thread)
    return edited(
        incident,
        tx.incidents.escalations(incident.number),
        news,
        reader=page.person,
        part=page.part,
        purpose=page.purpose,
        link_to=thread,
    )


def _place(page: Page) -> Mapping[str, str]:
    channel, _, ts = page.place.partition("/")
    return {"channel": channel, "ts": ts} if ts else {}


def slack_post(tx: Tx, desk: Desk, links: Links, row: Outgoing) -> SlackPost | None:
    """The card or line of a row; None when there is nothing to show (any more). Raises CardMissing."""
    incident = tx.incidents.get(row.incident)
    if incident is None:
        return None
    if row.kind == "report" and not row.payload.get("thread"):
        return _report(tx, desk, row, incident)
    cards = tx.cards.of(row.incident)
    main = next((c for c in cards if not c.small), None)
    if row.kind == "card":
        mine = next((c for c in cards if c.channel == row.payload["channel"]), None)
        return _card(
            tx,
            desk,
            links,
            incident,
            mine or Card(incident=incident.number, channel=row.payload["channel"]),
            main,
            row.made_at,
        )
    if main is None or not main.ts:
        raise CardMissing(_card(tx, desk, links, incident, main, main, row.made_at) if main else None)
    return _thread(tx, desk, links, row, incident, main)


class CardMissing(Exception):
    """The thread has no card to hang on, for somebody deleted it: `post` is a new one."""

    def __init__(self, post: SlackPost | None) -> None:
        super().__init__()
        self.post = post


def _card(
    tx: Tx, desk: Desk, links: Links, incident: Incident, mine: Card, main: Card | None, at: datetime
) -> SlackPost:
    ladders = tx.incidents.escalations(incident.number)
    others = tx.cards.main_of([n for n in (incident.follows, incident.merged_into) if n])
    places = {number: links.thread(shown) for number, shown in others.items()}
    if mine.small:
        drawn = small_card(incident, ladders, thread=links.thread(main))
    else:
        first, _ = tx.alerts.joined_since(incident.number, None, 3)
        fitting = offers.offers(tx, desk, incident) if incident.is_open else []
        drawn = card(
            incident,
            ladders,
            alerts=[(a.title, a.firing) for a in first],
            board=links.board(at),
            links=places,
            offers=[(one.playbook.name, one.playbook.title) for one in fitting],
            duties=tx.duties.of(incident.number),
        )
    key, channel = f"card.{incident.number}.{mine.channel}", mine.place or mine.channel
    return SlackPost(key=key, channel=channel, card=mine.channel, drawn=drawn, ts=mine.ts)


def _report(tx: Tx, desk: Desk, row: Outgoing, incident: Incident) -> SlackPost | None:
    """The report in a stakeholders' channel, where it stands already or is to stand."""
    channel = row.payload["channel"]
    there = tx.reports.at(incident.number, channel)
    if there is None and channel not in reporting.readers(desk, incident).channels:
        return None
    # Without a link to the board: stakeholders are told of this incident, and need not see the others.
    drawn = reporting.message(tx, desk, incident)
    place, ts = (there.place, there.ts) if there is not None else ("", "")
    key = f"report.{incident.number}.{channel}"
    return SlackPost(key=key, channel=place or channel, card="", drawn=drawn, ts=ts)


def _thread(tx: Tx, desk: Desk, links: Links, row: Outgoing, incident: Incident, main: Card) -> SlackPost | None:
    payload = row.payload
    broadcast = False
    under = partial(SlackPost, key=row.key, channel=main.place, card=main.channel, thread_ts=main.ts)
    if row.kind == "file":
        said = Drawn(text=payload["name"], blocks=())
        name, content = payload["name"], payload["content"]
        return under(drawn=said, file=name, content=content)
    if row.kind == "report":
        return under(drawn=reporting.message(tx, desk, incident, links.board(row.made_at)))
    if row.kind == "step":
        run = tx.runs.get(payload["run"])
        if run is None:
            return None
        drawn = step_message(run.id, run.books, run.walk, holder=run.holder, way=way_back(run.books, run.walk))
        return replace(under(drawn=drawn), key=f"step.{run.id}", ts=run.ts)
    if row.kind == "kept":
        name = payload["name"]
        now_drawn = kept_message(tx, incident, name)
        if now_drawn is None:
            return None
        there = tx.kept.ts(incident.number, name) or ""
        return replace(under(drawn=now_drawn), key=f"kept.{incident.number}.{name}", ts=there)
    if row.kind == "digest":
        since = datetime.fromisoformat(payload["since"]) if payload["since"] else None
        shown, total = tx.alerts.joined_since(incident.number, since, _LISTED)
        if not total:
            return None  # those that joined again were listed before
        drawn = digest([a.title for a in shown], total, since, incident.firing, label=incident.label)
    else:
        who = Actor(id="", name=payload["who"], slack=payload["slack"], via=payload["via"], person=payload["person"])
        data, level = payload["data"], payload["level"]
        entry = Entry(
            at=row.made_at,
            kind=payload["kind"],
            text=payload["text"],
            why=payload["why"],
            who=who,
            level=level,
            data=data,
        )
        drawn = line(entry, incident, loud=payload["loud"])
        broadcast = payload["broadcast"]
    return under(drawn=drawn, broadcast=broadcast)
