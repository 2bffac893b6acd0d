"""A small procedure that satisfies every check, for tests to break in one place."""

import json
from html import escape

from processes.checks import check
from tests.processes.drawing import (
    call,
    decision,
    diagram,
    end,
    flow,
    timer,
    user,
    way,
    xor,
)

SETTINGS = """
name = "Sampleton"
closed_days = [2027-12-28]
[roles]
"Social worker" = ["social_worker", "out_of_hours"]
[scopes]
discussion = "discussion"
[start]
referral = "record_referral"
[[beside]]
process = "late"
name = "Explain"
roles = ["team_manager"]
"""
DEADLINE = {
    "rule": '"WT-01"', "name": '"Decide"', "words": '"Within 1 working day"',
    "from": "received_at", "until": "decided_at", "amount": "1", "unit": '"working days"',
    "strength": '"must"', "calendar": '"national"', "remind": '["at 09:00"]',
    "escalate": "[]", "source": '"Working Together"',
}  # fmt: skip


def sound():
    """The files of the procedure, as `check` takes them."""
    return {
        "pathway.bpmn": pathway(),
        "discussion.bpmn": diagram("discussion", user("hold"), way("start", "hold", "end")),
        "late.bpmn": diagram("late", user("explain"), way("start", "explain", "end")),
        "deadlines.dmn": deadlines(DEADLINE),
        "what_follows.dmn": table(
            "what_follows", "UNIQUE", ["harm"], ["next_step"],
            [["true", '"discussion"'], ["false", '"nothing"']],
        ),
        "forms/record_referral.form": form("received_at", "decided_at", "harm"),
        "forms/hold.form": form("held_at"),
        "forms/explain.form": form("reason"),
        "procedure.toml": SETTINGS.encode(),
    }  # fmt: skip


def pathway(*drawn, without=()):
    """The sound pathway and what a test draws into it."""
    parts = {
        "record_referral": user("record_referral"),
        "timer": timer("decide_due", "record_referral", date='deadline("WT-01")')
        + end("passed", throws="late")
        + way("decide_due", "passed"),
        "decide": decision("decide", "what_follows"),
        "choice": xor("what_follows", default="nothing"),
        "discussion": call("discussion"),
        "way": way("start", "record_referral", "decide", "what_follows"),
        "yes": flow("what_follows", "discussion", when='next_step = "discussion"'),
        "no": flow("what_follows", "end", id="nothing"),
        "after": way("discussion", "end"),
    }
    kept = [part for name, part in parts.items() if name not in without]
    return diagram("pathway", *kept, *drawn)


STRAIGHT = way("start", "explain", "end")


def problems(drawn, **more):
    """What is found when the late process, or another, is drawn like this."""
    files = sound() | {name.replace("__", "/") + ".bpmn": d for name, d in more.items()}
    files |= {"late.bpmn": drawn}
    return [p for p in check(files) if p.file == "late.bpmn"]


def late(*drawn, **how):
    return problems(diagram("late", user("explain"), *drawn, **how))


def assert_found(found, place, says):
    assert any(p.element == place and says in p.says for p in found), found


def form(*keys, **of_first):
    components = [
        {"type": "textfield", "key": key, "label": key, "id": f"c{number}"}
        for number, key in enumerate(keys)
    ]
    components[0].update(of_first)
    return json.dumps({"type": "default", "components": components}).encode()


def deadlines(*rows, **changed):
    outputs = list(DEADLINE)
    cells = [['"case"', "-", *({**row, **changed}[name] for name in outputs)] for row in rows]
    return table("deadlines", "COLLECT", ["scope", "true"], outputs, cells)


def table(decision, policy, inputs, outputs, rows, id=None):
    """A decision table; each row is its input cells, then its output cells."""
    columns = "".join(
        f'<input id="i{n}" label="{name}"><inputExpression><text>{name}</text></inputExpression>'
        "</input>"
        for n, name in enumerate(inputs)
    ) + "".join(f'<output id="o{n}" name="{name}"/>' for n, name in enumerate(outputs))
    rules = "".join(
        f'<rule id="row_{number}">'
        + "".join(_entry(cell, n < len(inputs)) for n, cell in enumerate(row))
        + "</rule>"
        for number, row in enumerate(rows, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        f' namespace="d"><decision id="{id or decision}" name="{decision}">'
        f'<decisionTable id="t" hitPolicy="{policy}">{columns}{rules}</decisionTable></decision>'
        "</definitions>"
    ).encode()


def _entry(cell, is_input):
    kind = "inputEntry" if is_input else "outputEntry"
    return f"<{kind}><text>{escape(cell, quote=False)}</text></{kind}>"
