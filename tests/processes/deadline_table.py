"""A deadlines table of a few rows, and what it says of a few facts."""

from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import feel
from forms.local_time import LONDON
from processes import deadlines
from processes.calendar import Calendar

OUTPUTS = (
    "rule", "name", "words", "from", "until", "amount", "unit",
    "strength", "calendar", "remind", "escalate", "source",
)  # fmt: skip
ROW = {
    "scope": '"case"',
    "when": "-",
    "rule": '"BH-05"',
    "name": '"Hold the conference"',
    "words": '"Within 15 working days"',
    "from": "from",
    "until": "until",
    "amount": "15",
    "unit": '"working days"',
    "strength": '"must"',
    "calendar": '"national"',
    "remind": "null",
    "escalate": "null",
    "source": '"The paragraph in words"',
}


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


FRIDAY = london(2026, 12, 4, 14)


def table(*rows: dict[str, str]) -> feel.DecisionTable:
    """Return a deadlines table, read from DMN, whose rows differ from ROW as given."""

    def cell(text: str, kind: str) -> str:
        return f"<{kind}><text>{escape(text)}</text></{kind}>"

    rules = ""
    for number, changes in enumerate(rows):
        row = ROW | changes
        cells = cell(row["scope"], "inputEntry") + cell(row["when"], "inputEntry")
        cells += "".join(cell(row[name], "outputEntry") for name in OUTPUTS)
        rules += f'<rule id="row_{number}">{cells}</rule>'
    inputs = "".join(
        f'<input id="i_{name}"><inputExpression id="e_{name}">'
        f"<text>{name}</text></inputExpression></input>"
        for name in ("scope", "true")
    )
    outputs = "".join(f'<output id="o_{name}" name="{name}"/>' for name in OUTPUTS)
    xml = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tables"
        name="tables" namespace="http://example.org/tables">
        <decision id="deadlines" name="Deadlines"><decisionTable id="rows" hitPolicy="COLLECT">
        {inputs}{outputs}{rules}</decisionTable></decision></definitions>"""
    return feel.read_dmn(xml.encode(), "deadlines.dmn")["deadlines"]


def evaluate(row: dict[str, str], now: datetime, **facts: Any) -> deadlines.Deadline:
    found = evaluate_all([row], now, **facts)
    assert len(found) == 1
    return found[0]


def evaluate_all(
    rows: list[dict[str, str]], now: datetime, **facts: Any
) -> list[deadlines.Deadline]:
    context = {"scope": "case", "number": None, "from": None, "until": None, **facts}
    return deadlines.evaluate(table(*rows), [context], Calendar(), now)
