"""Days, nights and weeks as people count them, also when clocks are put forward and back."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.zones import name_of, night_of, week_ended, week_ends, zone_named

LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "instant", "night"),
    [
        (UTC, "2026-11-20 21:59:59", None),  # not yet
        (UTC, "2026-11-20 22:00", date(2026, 11, 20)),  # the night begins
        (UTC, "2026-11-21 06:59:59", date(2026, 11, 20)),  # and is that of the evening before
        (UTC, "2026-11-21 07:00", None),  # until seven
        (TOKYO, "2026-11-20 13:00", date(2026, 11, 20)),  # 22:00 there
        (TOKYO, "2026-11-20 22:00", None),  # 07:00 there, however dark it is elsewhere
        (LONDON, "2026-07-01 21:30", date(2026, 7, 1)),  # summer time
    ],
)
def test_the_night_of_an_instant(zone, instant, night):
    assert night_of(at(instant), zone) == night


@pytest.mark.parametrize(
    ("zone", "now", "ended", "ends"),
    [
        (UTC, "2026-11-23 08:59:59", "2026-11-16 09:00", "2026-11-23 09:00"),  # a Monday, before nine
        (UTC, "2026-11-23 09:00", "2026-11-23 09:00", "2026-11-30 09:00"),  # at nine
        (UTC, "2026-11-29 23:00", "2026-11-23 09:00", "2026-11-30 09:00"),  # on Sunday
        (TOKYO, "2026-11-23 00:00", "2026-11-23 00:00", "2026-11-30 00:00"),  # nine there
        (LONDON, "2026-03-29 12:00", "2026-03-23 09:00", "2026-03-30 08:00"),  # clocks go forward on that Sunday
        (LONDON, "2026-10-25 12:00", "2026-10-19 08:00", "2026-10-26 09:00"),  # and back
    ],
)
def test_a_week_ends_on_monday_at_nine_by_the_clock_on_the_wall(zone, now, ended, ends):
    assert (week_ended(at(now), zone), week_ends(at(now), zone)) == (at(ended), at(ends))


@pytest.mark.parametrize("name", ["Nowhere/City", "", "../../etc/passwd", "Europe", "UTC\0"])
def test_what_is_no_zone_is_refused_with_what_to_write(name):
    with pytest.raises(ValueError, match="Europe/London"):
        zone_named(name)


def test_a_zone_is_called_what_people_wrote():
    assert [name_of(zone) for zone in (zone_named("Europe/London"), UTC)] == ["Europe/London", "UTC"]
