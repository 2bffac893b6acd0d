"""Answers in words, for reading, and as if typed, for a page that begins with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms import files
from forms.components import FILES, LIST, Component
from forms.fields import DATE_PARTS, TIME_PARTS, is_blank
from forms.local_time import say

NOT_ANSWERED = "Not answered"


def words(question: Component, value: Any) -> Any:
    """Say one answer: a text, or for a list its rows as lists of label and words."""
    if question.type == LIST:
        return [_row(question, row) for row in value or ()] or "None"
    if is_blank(value):
        return NOT_ANSWERED
    if question.type == FILES:
        return "\n".join(map(files.say, files.files_in(value))) or NOT_ANSWERED
    value = _value(question, value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return say(value)
    labels = {option.value: option.label for option in question.options}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(each, str(each)) for each in chosen)


def typed_again(question: Component, value: Any) -> Any:
    """Return a value as if it had just been typed."""
    if question.type == LIST:
        rows = [row for row in value or () if isinstance(row, Mapping)] if _is_list(value) else []
        return [
            {each.key: typed_again(each, row.get(each.key)) for each in question.questions()}
            for row in rows
        ]
    if question.type in ("date", "datetime"):
        return _parts(question, value)
    if question.type == FILES:
        return list(map(files.write, files.files_in(value)))
    if question.type == "checklist":
        return [str(each) for each in value] if _is_list(value) else []
    value = _value(question, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _row(question: Component, row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [
        (each.label, words(each, row[each.key])) for each in question.questions() if each.key in row
    ]


def _parts(question: Component, value: Any) -> dict[str, str]:
    names = DATE_PARTS if question.type == "date" else TIME_PARTS
    if isinstance(value, Mapping):
        return {name: str(value.get(name) or "") for name in names}
    moment, error = question.read(value)
    if error or moment is None:
        return dict.fromkeys(names, "")
    written = {name: str(getattr(moment, name)) for name in names}
    return written | {"minute": written["minute"].zfill(2)} if "minute" in names else written


def _value(question: Component, value: Any) -> Any:
    """Return a value that came from text or JSON as the value it means."""
    read, error = question.read(value) if not is_blank(value) else (None, "")
    return value if error else read


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))
