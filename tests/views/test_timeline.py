"""A timeline to read: as a message with the reader's times, as a file in UTC and the desk's zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.pin import Pin, Quote, as_read
from bot.core.timeline import PINNED, Entry
from bot.views.terminal import timeline
from bot.views.timeline import MOST_SHOWN, message, whole
from tests.views.kit import ANN, HOSTILE, HOSTILE_URL, accepted, incident, inert, mrkdwn_texts, shown

LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def entry(text: str, hours: float = 0, kind: str = "note", **more: object) -> Entry:
    return Entry(at=LATE + timedelta(hours=hours), kind=kind, text=text, who=ANN, **more)  # type: ignore[arg-type]


def pinned(text: str, link: str = "https://x/1", name: str = "Bob") -> Entry:
    quote = Quote(place="C1", ts="1.2", said_at=LATE, person="U0BOB", name=name, text=text, link=link)
    pin = Pin(incident=12, quote=quote, pinned_by="Ann", pinned_at=LATE)
    data = {**pin.data, "files": [{"name": "book.png", "link": "https://x/2"}]}
    return as_read([Entry(at=LATE, kind=PINNED, text=text, who=ANN, data=data)])[0]


ENTRIES = [entry("gw1 is down"), entry("gw1 is back", 1, why="restarted")]


def test_days_have_headings_in_the_readers_zone() -> None:
    """In UTC it spans two days; in Berlin it was Saturday already."""
    assert "*Friday, 20 November 2026* (UTC)" in shown(message(incident(), ENTRIES, 2, UTC))
    assert "*Saturday, 21 November 2026* (UTC)" in shown(message(incident(), ENTRIES, 2, UTC))
    assert "November" not in shown(message(incident(), ENTRIES, 2, BERLIN))


def test_where_several_read_it_each_line_has_its_day() -> None:
    told = shown(message(incident(), ENTRIES, 2, None))
    assert "November" not in told, "which day it is differs from reader to reader: Slack tells each"
    assert told.count("{date_short_pretty} {time}") == 2
    assert shown(message(incident(), ENTRIES[:1], 1, None)).count("date_short_pretty") == 0


def test_it_says_how_much_of_it_there_is() -> None:
    assert "the newest 2 of 2,000 entries" in shown(message(incident(), ENTRIES, 2000, UTC))
    assert message(incident(), ENTRIES, 2, UTC).text == "Timeline of INC-12: 2 entries"


def test_a_pinned_message_leads_to_where_it_was_said() -> None:
    told = shown(message(incident(), [pinned("positions are flat")], 1, UTC))
    assert "📌 <https://x/1|Bob>: positions are flat <https://x/2|book.png>" in told


def test_as_much_as_there_may_be_is_accepted_and_harmless() -> None:
    many = [entry(HOSTILE, n, why=HOSTILE, kind=HOSTILE[:20]) for n in range(MOST_SHOWN - 1)]
    for zone in (BERLIN, None):
        drawn = message(incident(title=HOSTILE), [pinned(HOSTILE, HOSTILE_URL, HOSTILE), *many], 5000, zone)
        accepted(drawn)
        assert re.search(r"the newest [12]\d of 5,000 entries", drawn.text), "those that a message holds"
        for text in mrkdwn_texts(drawn.blocks):
            inert(text)


def test_the_file_is_in_utc_and_the_desks_zone() -> None:
    assert whole(incident(), [*ENTRIES, pinned("flat")], BERLIN, LATE) == (
        "Timeline of INC-12 (hft, critical): Market data feed is stale\n"
        "Times in UTC, and Europe/Berlin. As of 2026-11-20 23:30 UTC: 3 entries.\n"
        "\n"
        "Friday, 2026-11-20 (UTC)\n"
        "  23:30:00  00:30 (Sat)  note            gw1 is down – Ann Dealer\n"
        "\n"
        "Saturday, 2026-11-21 (UTC)\n"
        "  00:30:00  01:30  note            gw1 is back – Ann Dealer\n"
        "                            why: restarted\n"
        "\n"
        "Friday, 2026-11-20 (UTC)\n"
        "  23:30:00  00:30 (Sat)  pinned          Bob: flat\n"
        "                            why: pinned by Ann\n"
        "                            file: book.png https://x/2\n"
        "                            https://x/1\n"
    )
    assert "Times in UTC." in whole(incident(), ENTRIES, ZoneInfo("UTC"), LATE)


def test_two_thousand_entries_are_all_in_the_file() -> None:
    text = whole(incident(), [entry(f"step {n}", n / 60) for n in range(2000)], BERLIN, LATE)
    assert all(f"step {n} " in text for n in (0, 999, 1999))


def test_as_recorded_a_pinned_message_is_its_authors() -> None:
    """Who pinned it is told besides by the record's own line of the pin."""
    quote = Quote(place="C1", ts="1.2", said_at=LATE, person="U0BOB", name="Bob", text="pin me", link="https://x/1")
    pin = Pin(incident=12, quote=quote, pinned_by="Ann", pinned_at=LATE)
    recorded = Entry(at=LATE, kind=PINNED, text="pin me", who=ANN, data=pin.data)
    assert "|Bob>: pin me" in shown(message(incident(), [recorded], 1, UTC))
    assert "pin me – Bob" in "\n".join(timeline([recorded]))
