"""The process that makes one paper: an order comes in as JSON, the paper goes out as bytes."""

import base64
import resource
import sys
from datetime import date, datetime
from typing import Any

import orjson

from papers import press
from papers.meeting import Meeting

MOST_MEMORY = 1_000_000_000


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (press.SECONDS, press.SECONDS))
    status, made = _made(orjson.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(made)
    return status


def _made(order: dict[str, Any]) -> tuple[int, bytes]:
    if order["do"] == "pdf":
        from papers import pdf

        return 0, pdf.typeset(order["paper"])
    if order["do"] == "calendar":
        from papers import calendar

        return 0, calendar.calendar_file(_meeting(order["meeting"]))
    return _docx(order)


def _docx(order: dict[str, Any]) -> tuple[int, bytes]:
    from papers import docx

    template = base64.b64decode(order["template"])
    if order["do"] == "problems":
        return 0, orjson.dumps(list(docx.problems(template, order["paper"], order["shown"])))
    try:
        return 0, docx.fill(template, order["paper"])
    except docx.TemplateRefused as refused:
        return press.REFUSED, str(refused).encode()


def _meeting(given: dict[str, Any]) -> Meeting:
    when = datetime if "T" in given["starts"] else date
    moments = {
        "starts": when.fromisoformat(given["starts"]),
        "made_at": datetime.fromisoformat(given["made_at"]),
    }
    return Meeting(**{**given, **moments})


if __name__ == "__main__":
    raise SystemExit(main())
