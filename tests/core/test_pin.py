"""The timeline as people read it: pinned messages as they are now, where they were said."""

from datetime import timedelta

from bot.core.pin import Attached, Pin, Quote, as_read
from bot.core.timeline import PIN_CHANGED, PINNED, UNPINNED, Entry
from tests.core.kit import ANNA, BORIS, NOW, at


def quote(text: str = "gw1 is back", minute: float = 1, ts: str = "1.2") -> Quote:
    file = Attached(name="book.png", link="https://files/1")
    return Quote(
        place="C1", ts=ts, said_at=at(minute), person="U2", name="Boris", text=text, link="https://x/1", files=(file,)
    )


def entry(kind: str, minute: float, text: str = "", pinned: Quote | None = None, who=ANNA) -> Entry:
    data = Pin(incident=1, quote=pinned, pinned_by="Anna", pinned_at=at(minute)).data if pinned else {}
    return Entry(at=at(minute), kind=kind, text=text or (pinned.text if pinned else kind), who=who, data=data)


def told(entries: list[Entry]) -> list[tuple[str, str, float]]:
    return [(e.kind, e.text, (e.at - NOW) / timedelta(minutes=1)) for e in as_read(entries)]


def test_without_pins_it_is_as_it_was_written():
    entries = [entry("opened", 0), entry("note", 1), entry("note", 1)]
    assert as_read(entries) == entries


def test_a_message_stands_where_it_was_said_by_who_said_it():
    entries = [entry("opened", 0), entry("note", 2), entry(PINNED, 5, pinned=quote())]
    assert told(entries) == [("opened", "opened", 0), (PINNED, "gw1 is back", 1), ("note", "note", 2)]
    (shown,) = [e for e in as_read(entries) if e.kind == PINNED]
    assert (shown.who.name, shown.who.slack, shown.why) == ("Boris", "U2", "pinned by Anna")
    assert shown.data["files"] == [{"name": "book.png", "link": "https://files/1"}]


def test_an_edit_counts_and_is_said():
    entries = [
        entry(PINNED, 5, pinned=quote()),
        entry(PIN_CHANGED, 6, pinned=quote("gw1 is not back"), who=BORIS),
        entry(PIN_CHANGED, 7, pinned=quote("gw2 is back"), who=BORIS),
    ]
    assert told(entries) == [(PINNED, "gw2 is back", 1)]
    assert as_read(entries)[0].why == "pinned by Anna, edited since"


def test_what_was_taken_off_is_not_shown_until_it_is_put_there_again():
    off = [entry(PINNED, 5, pinned=quote()), entry(UNPINNED, 6, pinned=quote())]
    assert told(off) == []
    assert told([*off, entry(PINNED, 8, pinned=quote("again"))]) == [(PINNED, "again", 1)]


def test_messages_do_not_get_mixed_up():
    entries = [
        entry(PINNED, 5, pinned=quote("one", 3, "1.1")),
        entry(PINNED, 6, pinned=quote("two", 2, "1.2")),
        entry(UNPINNED, 7, pinned=quote("one", 3, "1.1")),
    ]
    assert told(entries) == [(PINNED, "two", 2)]
