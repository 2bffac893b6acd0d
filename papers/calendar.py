"""A meeting as a calendar file (RFC 5545). Only `papers.press` imports this, in its own process."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from papers.meeting import Meeting

LONDON = ZoneInfo("Europe/London")
TAKES = timedelta(hours=1)  # nobody is asked how long it takes; an hour keeps the time free
# Europe/London as two rules: calendars are sure to read those, and no list of dates runs out.
_LONDON_CLOCKS = b"""\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


def calendar_file(meeting: Meeting) -> bytes:
    """Return the file: an invitation, or the withdrawal of one."""
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.made_at)
    event.add("summary", meeting.title)
    event.add("description", meeting.says)
    event.add("status", "CANCELLED" if meeting.is_withdrawn else "CONFIRMED")
    event.add("class", "CONFIDENTIAL")
    if meeting.where:
        event.add("location", meeting.where)
    _people(event, meeting)
    calendar = Calendar()
    calendar.add("prodid", "-//Safeguarding Pathway//EN")
    calendar.add("version", "2.0")
    calendar.add("method", _method(meeting))
    if isinstance(meeting.starts, datetime):
        event.add("dtstart", meeting.starts.astimezone(LONDON))
        event.add("duration", TAKES)
        calendar.add_component(Timezone.from_ical(_LONDON_CLOCKS))
    else:
        event.add("dtstart", meeting.starts)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _method(meeting: Meeting) -> str:
    """Say what the file is: only to somebody with an address can a calendar put a request."""
    if meeting.is_withdrawn:
        return "CANCEL"
    return "REQUEST" if meeting.invited[1] else "PUBLISH"


def _people(event: Event, meeting: Meeting) -> None:
    for what, (name, email) in (("organizer", meeting.organiser), ("attendee", meeting.invited)):
        if email:
            person = vCalAddress(f"mailto:{email}")
            person.params["CN"] = vText(name)
            if what == "attendee":
                person.params["RSVP"] = vText("TRUE")
            event.add(what, person)
