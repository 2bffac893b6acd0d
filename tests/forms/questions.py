"""Forms and questions, for tests to read answers through."""

from typing import Any

import orjson

import forms
from forms import Form


def form(*components: dict[str, Any]) -> Form:
    """Return a form of these components, read as a file of it would be."""
    content = orjson.dumps({"type": "default", "id": "test", "components": components})
    return forms.load(content, "test.form")


def question(kind: str, key: str = "it", **rest: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": "The question", **rest}


def required(kind: str, error: str = "", **rest: Any) -> dict[str, Any]:
    return question(kind, validate={"required": True}, properties={"error": error}, **rest)


OPTIONS = [{"value": "met", "label": "It is met"}, {"value": "not_met", "label": "It is not met"}]
YES_NO: dict[str, Any] = {
    "properties": {"answer": "yes/no"},
    "values": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
}
ACTIONS = {
    "type": "dynamiclist",
    "path": "actions",
    "label": "Further actions",
    "properties": {"item": "Action"},
    "components": [
        {"type": "textfield", "key": "action", "label": "What is to be done?"},
        {
            "type": "textfield",
            "key": "person",
            "label": "Who does it?",
            "validate": {"required": True},
            "properties": {"error": "Name a person"},
        },
        {"type": "datetime", "subtype": "date", "key": "due_on", "dateLabel": "By when?"},
        {"type": "checkbox", "key": "urgent", "label": "It is urgent"},
    ],
}
HELD_AT = question("datetime", "held_at", subtype="datetime", dateLabel="When was it held?")


def held(**parts: str) -> dict[str, str]:
    whole = {"day": "4", "month": "12", "year": "2026", "hour": "16", "minute": "50"} | parts
    return {f"held_at-{name}": text for name, text in whole.items()}
