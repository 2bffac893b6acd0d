"""A meeting as a calendar file, read again by a calendar's own library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from papers import Meeting, email_in, press

MEETING = Meeting(
    uid="0123456789@safeguarding-pathway",
    sequence=0,
    title="Strategy discussion, SP-00042",
    says="Why you are invited: to say what the school knows; and, if need be, more.",
    starts=datetime(2027, 3, 28, 13, 0, tzinfo=UTC),
    where="Line 3; room \\5, first floor",
    organiser=('Tom "T" Reyes', "tom@example.org"),
    invited=("Jane Smith", "jane@example.org"),
    made_at=datetime(2027, 3, 26, 9, 30, tzinfo=UTC),
)


def test_a_calendar_reads_what_the_meeting_says():
    calendar, event = read(MEETING)
    assert calendar["method"] == "REQUEST"
    assert event["uid"] == MEETING.uid
    assert event["sequence"] == 0
    assert event["summary"] == MEETING.title
    assert event["description"] == MEETING.says
    assert event["location"] == MEETING.where
    assert event["attendee"] == "mailto:jane@example.org"
    assert event["organizer"] == "mailto:tom@example.org"
    assert event["organizer"].params["CN"] == 'Tom "T" Reyes'
    assert event.decoded("duration") == timedelta(hours=1)


def test_its_time_is_londons_on_the_day_the_clocks_change():
    calendar, event = read(MEETING)
    starts = event.decoded("dtstart")
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert starts.isoformat() == "2027-03-28T14:00:00+01:00"
    (zone,) = calendar.walk("VTIMEZONE")
    clock = zone.to_tz(lookup_tzid=False)
    offsets = {
        moment: datetime(*moment, tzinfo=clock).utcoffset()
        for moment in ((2027, 3, 28, 0, 59), (2027, 3, 28, 2, 1), (2027, 10, 31, 3, 0))
    }
    hour = timedelta(hours=1)
    assert list(offsets.values()) == [timedelta(0), hour, timedelta(0)]


def test_a_meeting_without_a_time_of_day_takes_the_day():
    calendar, event = read(replace(MEETING, starts=date(2026, 12, 23)))
    assert event.decoded("dtstart") == date(2026, 12, 23)
    assert "duration" not in event
    assert calendar.walk("VTIMEZONE") == []


def test_a_withdrawn_invitation_removes_the_meeting():
    calendar, event = read(replace(MEETING, sequence=2, is_withdrawn=True))
    assert calendar["method"] == "CANCEL"
    assert (event["uid"], event["sequence"]) == (MEETING.uid, 2)
    assert event["status"] == "CANCELLED"


def test_who_has_no_email_address_gets_the_meeting_all_the_same():
    calendar, event = read(replace(MEETING, invited=("Jane Smith", "")))
    assert calendar["method"] == "PUBLISH"
    assert "attendee" not in event


def test_no_text_adds_a_line_of_its_own():
    calendar, event = read(replace(MEETING, says="a\nATTENDEE:mailto:x@example.org\r\nEND:VEVENT"))
    assert event["attendee"] == "mailto:jane@example.org"
    assert len(calendar.walk("VEVENT")) == 1


def test_an_email_address_is_found_among_other_words():
    assert email_in("01273 000000 or jane.smith@example.org (days)") == "jane.smith@example.org"
    assert email_in("01273 000000") == ""


def read(meeting: Meeting) -> tuple[Any, Event]:
    calendar = Calendar.from_ical(press.calendar_file(meeting))
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return calendar, event
