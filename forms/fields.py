"""A marshmallow field for each kind of question, made to be answered by people.

Every field reads what a page posts, what a scenario or the API writes (ISO dates, yes and no), and
its own values again. A refusal is a whole sentence that names the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from forms.local_time import FIRST_YEAR, LAST_YEAR, TimeNotReadable, in_london, read_moment

DATE_PARTS = ("day", "month", "year")
TIME_PARTS = (*DATE_PARTS, "hour", "minute")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RANGES = {
    "day": (1, 31),
    "month": (1, 12),
    "year": (FIRST_YEAR, LAST_YEAR),
    "hour": (0, 23),
    "minute": (0, 59),
}
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")
_UNKEEPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """Return text as it can be kept: one kind of line end, no control characters."""
    return unicodedata.normalize("NFC", _UNKEEPABLE.sub("", text.replace("\r\n", "\n")))


class Words(fields.Field[str]):
    """Text, on one line or on many."""

    def __init__(self, *, lines: bool, **rest: Any) -> None:
        super().__init__(**rest)
        self.lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"{_name(self)} must be words.")
        text = clean(value).strip()
        return text if self.lines else " ".join(text.split())


class Number(fields.Field[Decimal]):
    """An exact number."""

    def __init__(self, *, digits: int | None, **rest: Any) -> None:
        super().__init__(**rest)
        self.digits = digits

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Decimal:
        plain = isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool)
        text = str(value)[:40].strip().replace(",", "") if plain else ""
        if not _NUMBER.fullmatch(text):
            raise ValidationError(f"{_name(self)} must be a number, such as 12.")
        number = Decimal(text)
        if self.digits == 0 and number != round(number):
            raise ValidationError(f"{_name(self)} must be a whole number.")
        if self.digits and number != round(number, self.digits):
            most = f"{self.digits} digit{'s' if self.digits > 1 else ''}"
            raise ValidationError(f"{_name(self)} can have at most {most} after the point.")
        return number


class Day(fields.Field[date]):
    """A date: three posted parts, or ISO."""

    parts: tuple[str, ...] = DATE_PARTS

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:
        try:
            moment = self._moment(value)
        except TimeNotReadable as error:
            raise ValidationError(f"{_name(self)}: {_uncapital(str(error))}") from error
        return self._of_kind(moment)

    def _of_kind(self, moment: date) -> date:
        if isinstance(moment, datetime):
            raise ValidationError(f"{_name(self)} must be a date without a time.")
        return moment

    def _moment(self, value: Any) -> date:
        if isinstance(value, Mapping):
            return in_london(self._made_of(value))
        if isinstance(value, str):
            return read_moment(value.strip())
        if isinstance(value, date):
            return in_london(value)
        raise TimeNotReadable("this is not a date.")

    def _made_of(self, typed: Mapping[str, Any]) -> date:
        texts = {part: str(typed.get(part) or "").strip() for part in self.parts}
        missing = [part for part, text in texts.items() if not text]
        if missing:
            raise ValidationError(f"{_name(self)} must include {_listed(missing)}.")
        numbers = {part: self._number(part, text) for part, text in texts.items()}
        try:
            day = date(numbers["year"], numbers["month"], numbers["day"])
        except ValueError as error:
            written = " ".join(texts[part] for part in DATE_PARTS)
            raise TimeNotReadable(
                f"{written} is not in the calendar. Check the day and the month."
            ) from error
        if self.parts == DATE_PARTS:
            return day
        return datetime.combine(day, time(numbers["hour"], numbers["minute"]))

    def _number(self, part: str, text: str) -> int:
        least, most = _RANGES[part]
        if part == "month" and text[:3].lower() in _MONTHS:
            return _MONTHS.index(text[:3].lower()) + 1
        if not re.fullmatch("[0-9]{1,4}", text) or not least <= int(text) <= most:
            raise ValidationError(
                f"{_name(self)}: the {part} must be a number from {least} to {most}."
            )
        return int(text)


class DayAndTime(Day):
    """A date and a time of day in London: five posted parts, or ISO."""

    parts = TIME_PARTS

    def _of_kind(self, moment: date) -> date:
        if not isinstance(moment, datetime):
            raise ValidationError(f"{_name(self)} must include the time of day.")
        return moment


class Choice(fields.Field[str]):
    """One of the answers offered."""

    def __init__(self, *, offered: tuple[str, ...], **rest: Any) -> None:
        super().__init__(**rest)
        self.offered = offered

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str) or value not in self.offered:
            raise ValidationError(f"{_name(self)}: choose one of the answers offered.")
        return value


class Choices(Choice):
    """Any number of the answers offered, in the order they are offered."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        chosen = [value] if isinstance(value, str) else value
        if not isinstance(chosen, list) or not all(
            isinstance(each, str) and each in self.offered for each in chosen
        ):
            raise ValidationError(f"{_name(self)}: choose from the answers offered.")
        return [each for each in self.offered if each in chosen]


class YesNo(fields.Field[bool]):
    """Yes or no, as a choice that has to be made."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        known = _truth(value)
        if known is None:
            raise ValidationError(f"{_name(self)}: choose yes or no.")
        return known


class Tick(fields.Field[bool]):
    """A box to tick; left alone it is no."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        known = _truth(value)
        if known is None:
            raise ValidationError(f"{_name(self)} can only be ticked or left alone.")
        return known


def is_blank(typed: Any) -> bool:
    """Tell whether nothing was given: no words, no parts, no choices."""
    if isinstance(typed, Mapping):
        return all(is_blank(part) for part in typed.values())
    return typed is None or typed == [] or (isinstance(typed, str) and not clean(typed).strip())


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return (
        {"yes": True, "true": True, "no": False, "false": False}.get(value)
        if (isinstance(value, str))
        else None
    )


def _name(field: fields.Field[Any]) -> str:
    return f"“{field.metadata['label']}”"


def _listed(parts: list[str]) -> str:
    words = [f"{'an' if part == 'hour' else 'a'} {part}" for part in parts]
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _uncapital(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
