"""How dates and times are written on a page: exact, and as an experienced colleague says them.

All functions are pure: the present moment is given. Times are shown in London.
"""

from datetime import date, datetime, time

from forms import local_time
from forms.local_time import LONDON


def local(moment: datetime) -> datetime:
    """Return the moment as London's clock shows it."""
    return moment.astimezone(LONDON)


def day(when: date | datetime, now: datetime) -> str:
    """Write a date: “Monday 7 December”, with its year unless that is the present one."""
    on = local(when).date() if isinstance(when, datetime) else when
    written = f"{on:%A} {on.day} {on:%B}"
    return written if on.year == local(now).year else f"{written} {on.year}"


def short_day(when: date | datetime) -> str:
    """Write a date for a table: “Mon 7 Dec 2026”."""
    on = local(when).date() if isinstance(when, datetime) else when
    return f"{on:%a} {on.day} {on:%b} {on.year}"


def clock(when: datetime) -> str:
    """Write a time of day: “4:50pm”, “9am”, “midday”, “midnight”."""
    return local_time.say_time(local(when).time())


def moment(when: datetime, now: datetime) -> str:
    """Write an instant: “4:50pm on Friday 4 December”."""
    return f"{clock(when)} on {day(when, now)}"


def due(due_at: datetime, now: datetime) -> str:
    """Write the last moment in time: “by Monday 7 December”, “today by midnight”."""
    at = local(due_at)
    whole_day = at.time().replace(microsecond=0) == time(23, 59, 59)
    if at.date() == local(now).date():
        return "today by midnight" if whole_day else f"today by {clock(at)}"
    return f"by {day(at, now)}" if whole_day else f"by {moment(at, now)}"


def due_in_full(due_at: datetime) -> str:
    """Write the last moment in time for a letter, which is read on another day."""
    at = local(due_at)
    whole_day = at.time().replace(microsecond=0) == time(23, 59, 59)
    said = local_time.say_day(at)
    return f"by the end of {said}" if whole_day else f"by {clock(at)} on {said}"


def age(born: date, on: date) -> str:
    """Write a child's age: “7 years”, “11 months”, “6 weeks”, or “not yet born”."""
    if born > on:
        return "not yet born"
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months >= 24:
        return f"{months // 12} years"
    if months >= 3:
        return f"{months} months"
    weeks = (on - born).days // 7
    return f"{weeks} week{'' if weeks == 1 else 's'}"


def lower_first(words: str) -> str:
    """Begin with a small letter, to go on in the middle of a sentence."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def capitalize_first(words: str) -> str:
    """Begin with a capital letter, and leave the rest as it is."""
    return words[:1].upper() + words[1:]


def listed(words: list[str]) -> str:
    """Join words as a sentence does: “Maya, Leo and Finn”."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def first_and_initial(name: str) -> str:
    """Write a child's name as the list of tasks does: “Maya Doe” is “Maya D”."""
    first, *others = name.split() or [""]
    return f"{first} {others[-1][0].upper()}" if others else first


def initials(name: str) -> str:
    """Write a child's name as lists and mail do: “Maya Doe” is “MD”."""
    return "".join(part[0].upper() for part in name.split() if part[0].isalpha())[:3]
