"""What nobody writes by accident: diagrams, tables, forms, scenarios and posts meant to do harm.

Each is a name, the content, and words of the sentence that refuses it.
"""

from __future__ import annotations

from typing import Any

import orjson

from tests.processes.checks.procedure import DEADLINE, deadlines, sound, table
from tests.processes.drawing import (
    call,
    diagram,
    element,
    end,
    flow,
    service,
    timer,
    user,
    way,
    xor,
)

LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;&b;&b;</a>'
ELSEWHERE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
NESTED = b"<a>" * 10_000 + b"</a>" * 10_000
TOO_LARGE = "10**6144 or more. Write something smaller."
RUNAWAY = "some i in 1..10**9 satisfies false"
TOO_LONG = "takes more than 250,000 steps, so it was stopped. Write something smaller."


def late(*drawn: str) -> bytes:
    """A process whose first task is to explain; where that leads is drawn."""
    content: bytes = diagram("late", user("explain"), way("start", "explain"), *drawn)
    return content


def straight(*drawn: str) -> bytes:
    return late(way("explain", "end"), *drawn)


def choice(when: str) -> bytes:
    ways = flow("which", "end", when=when), flow("which", "other", id="no")
    return late(way("explain", "which"), xor("which", default="no"), *ways, end("other"))


def timed(duration: str) -> bytes:
    return straight(timer("due", "explain", duration=duration), way("due", "gone"), end("gone"))


SCRIPT = element("scriptTask", "work", "<bpmn:script>import os</bpmn:script>")
BEFORE = (
    "<bpmn:extensionElements><spiffworkflow:preScript>import os</spiffworkflow:preScript>"
    "</bpmn:extensionElements></bpmn:userTask>"
)
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
ROUND = xor("a", default="a_to_b") + xor("b", default="b_to_a") + way("explain", "a", "b", "a")
MANY = [f"t{number}" for number in range(1_000)]

DIAGRAMS: list[tuple[str, bytes, str]] = [
    ("a script task", late(SCRIPT, way("explain", "work", "end")), "Scripts are never run. Ask"),
    ("a script before a task",
     straight().replace(b"</bpmn:userTask>", BEFORE.encode()), "neither before nor after a task"),
    ("entities that multiply", LAUGHS, "declares a document type (DOCTYPE). Take that line out"),
    ("an entity from a file", ELSEWHERE, "Take that line out"),
    ("a document type in other bytes", LAUGHS.decode().encode("utf-16"), "Take that line out"),
    ("a document type from elsewhere",
     b'<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>', "Take that line out"),
    ("another file included",
     straight().replace(b"</bpmn:definitions>", f"{INCLUDE}</bpmn:definitions>".encode()),
     "An include is not run. Take it out"),
    ("a loop of gateways", late(ROUND, flow("a", "end", when="number = 1")),
     "A loop through a, b has no user task, so it would go round by itself"),
    ("a process that calls itself", late(call("again", "late"), way("explain", "again", "end")),
     "the process calls itself, without end. Draw a loop"),
    ("a service on the net", late(service("home", "http://localhost/"), way("explain", "home")),
     "A service task does one of: start_linked_case"),
    ("a file of three megabytes", b" " * 3_000_000, "over 2 MB. Make it smaller"),
    ("ten thousand elements nested", NESTED, "nested more than 40 deep. Draw it flatter"),
    ("a thousand tasks", late(*map(user, MANY), way("explain", *MANY, "end")),
     "elements, more than 150. Move a part of it into a called process"),
    ("a letter", b"Dear colleague", "not well-formed XML: Start tag expected"),
    ("nothing", b"", "not well-formed XML: Document is empty"),
    ("a zip file", b"PK\x03\x04" + b"\x00" * 100, "not well-formed XML"),
    ("other bytes than it says", straight().replace(b"Explain", b"Erkl\xe4ren"),
     "Invalid bytes in character encoding"),
    ("an encoding there is not", straight().replace(b"UTF-8", b"klingon"), "Unsupported encoding"),
    ("one id for two tasks", straight(user("explain")), "2 elements have this id. Give each its"),
    ("an id of the engine", straight(user("Root")), "kept for the engine"),
    ("an id that is a path", straight(user("../../etc/passwd")), "Choose another"),
    ("an id of 50,000 signs", straight(user("e" * 50_000)), "longer than 100 signs"),
    ("a path into Python", choice("().__class__"), "is not FEEL. Line 1, column 2: I expected"),
    ("a call into Python", choice('__import__("os")'), "It calls “__import__”, which is no func"),
    ("an attribute of a function", choice("deadline.__globals__ = 1"), "It reads “deadline”"),
    ("brackets without end", choice("(" * 500 + "1" + ")" * 500), "nested more than 60 levels"),
    ("a text of 30,000 signs", choice(f'"{"a" * 30_000}" = 1'), "longer than 20,000 characters"),
    ("a number too large", choice("9**9**9**9**9 > 1"), TOO_LARGE),
    ("a search without end", choice(RUNAWAY), TOO_LONG),
    ("a duration too large", timed("9**9**9**9**9"), TOO_LARGE),
    ("a duration of ages", timed("P99999999999Y"), "is not a duration. Write one, such as P1D"),
    ("a timer that repeats", timed("R/PT1S"), "It reads “PT1S”, which no form asks"),
]  # fmt: skip


def what_follows(*rows: list[str], policy: str = "UNIQUE") -> bytes:
    content: bytes = table("what_follows", policy, ["harm"], ["next_step"], list(rows))
    return content


def answering(cell: str) -> bytes:
    return what_follows(["true", cell], ["false", '"nothing"'])


GOOD_TABLE: bytes = sound()["what_follows.dmn"]
SECOND = (
    b'<decision id="b" name="b"><literalExpression><text>1</text></literalExpression></decision>'
)
ITSELF = (
    b'<informationRequirement><requiredDecision href="#what_follows"/></informationRequirement>'
)

TABLES: list[tuple[str, bytes, str]] = [
    ("FEEL that is none", answering("1 +"), "rule 1, output “next_step”: Line 1, column 4"),
    ("a path into Python", answering("().__class__"), "I expected a value after `(`"),
    ("a function in Java", answering('function(x) external {java: {class: "Runtime"}}'),
     "Functions written in another language are refused"),
    ("a number too large", answering("9**9**9**9**9"), TOO_LARGE),
    ("a search without end", answering(RUNAWAY), TOO_LONG),
    ("a cell of 30,000 signs", answering("x" * 30_000), "longer than 20,000 characters"),
    ("many searches without end", what_follows(*[[f'"{n}"', RUNAWAY] for n in range(500)]),
     TOO_LONG),
    ("rows that hold together", what_follows(["true", '"a"'], ["-", '"b"']), "can hold together"),
    ("a policy there is not", what_follows(["-", "1"], policy="BEST"), "is not a hit policy"),
    ("a row without an answer", GOOD_TABLE.replace(
        b"<outputEntry><text>\"nothing\"</text></outputEntry>", b""), "one cell for every column"),
    ("two decisions", GOOD_TABLE.replace(b"</definitions>", SECOND + b"</definitions>"),
     "It has 2 decisions. Put each into a file of its own"),
    ("a decision that requires itself", GOOD_TABLE.replace(b"</decision>", ITSELF + b"</decision>"),
     "it requires itself"),
    ("entities that multiply", LAUGHS, "declares a document type (DOCTYPE). Take it out"),
    ("an entity from a file", ELSEWHERE, "declares a document type (DOCTYPE). Take it out"),
    ("ten thousand elements nested", NESTED, "more than 100 deep. Take out what is nested"),
    ("spaces without end", b"<a>" + b" " * 1_500_000 + b"</a>", "Divide the table"),
    ("a diagram", straight(), "is not a DMN file"),
    ("nothing", b"", "is not XML that can be read: Document is empty"),
]  # fmt: skip
ROWS: list[tuple[str, dict[str, str], str]] = [
    ("a rule too large", {"rule": "9**9**9**9**9"}, TOO_LARGE),
    ("an amount too large", {"amount": "10**30"}, "is not a whole number from 0 to 10000"),
    ("reminders without end", {"remind": "for i in 1..10**9 return i"}, "more than 50,000 items"),
    ("a unit there is not", {"unit": '"fortnights"'}, "is not one of: hours, same day"),
]
DEADLINES = [(name, deadlines(DEADLINE | row), says) for name, row, says in ROWS]


def form(*components: object, **rest: object) -> bytes:
    return orjson.dumps({"type": "default", "components": components, **rest})


def question(**changed: object) -> dict[str, object]:
    return {"type": "textfield", "key": "reason", "label": "Why?", **changed}


def asking(**changed: object) -> bytes:
    return form(question(**changed))


def groups(deep: int) -> dict[str, object]:
    return {"type": "group", "components": [groups(deep - 1)]} if deep else question()


FORMS: list[tuple[str, bytes, str]] = [
    ("no JSON", b"{", "This is not JSON"),
    ("bytes", b"\xff\xfe\x00", "This is not JSON"),
    ("brackets without end", b"[" * 100_000, "This is not JSON: depth limit exceeded"),
    ("another JSON", b'{"swagger": "2.0"}', "its type has to be “default”"),
    ("a million keys", orjson.dumps({str(number): 0 for number in range(1_000_000)}),
     "over 2 MB. Make it smaller"),
    ("a component that runs", asking(type="iframe"), "of type “iframe” is not one of: textfield"),
    ("a component of no kind", asking(type=["a"]), "is not one of: textfield"),
    ("groups in groups", form(groups(100)), "at most 500, 5 levels deep"),
    ("too many components", form(*[question(key=f"k{number}") for number in range(600)]),
     "at most 500, 5 levels deep"),
    ("a pattern without end", asking(validate={"pattern": "(a+)+$"}), "repeats a group: repeat"),
    ("a pattern of many ways", asking(validate={"pattern": ".*.*.*.*.*x"}), "too long to try"),
    ("a key of Python", asking(key="__class__"), "has to be small letters, digits and _"),
    ("a key of the facts", asking(key="number"), "means something else in expressions. Choose"),
    ("a key of FEEL", asking(key="null"), "means something else in expressions. Choose another"),
    ("a key of 61 letters", asking(key="k" * 61), "at most 60, a letter first"),
    ("one key twice", form(question(), question()), "Two questions have this key"),
    ("a path into Python", asking(conditional={"hide": "=().__class__"}), "cannot be read: Line 1"),
    ("a call into Python", asking(conditional={"hide": '=open("a")'}), "It calls “open”, which is"),
    ("a number too large", asking(conditional={"hide": "=9**9**9**9**9 = 1"}), TOO_LARGE),
    ("a property there is not", asking(properties={"x" * 9_000: ""}), "There are: answer, beco"),
    ("a rule there is not", asking(validate={"__init__": 1}), "cannot say “__init__”. Of a textf"),
    ("words that are worked out", asking(label="{{secret}}"), "has to be plain words"),
    ("a width without end", asking(layout={"columns": 10**9}), "has to be 1 to 16 columns"),
    ("files as many as it works out", asking(type="filepicker", multiple="=9**9**9**9"),
     "Its multiple has to be true or false"),
    ("files of any kind", asking(type="filepicker", accept="*/*"), "take out its accept"),
    ("rows without end", form({"type": "dynamiclist", "path": "r", "label": "Rows",
     "defaultRepetitions": 10**9, "components": []}), "A list begins with 0 to 50 rows"),
]  # fmt: skip

FILES = {
    "late.bpmn": DIAGRAMS,
    "what_follows.dmn": TABLES,
    "deadlines.dmn": DEADLINES,
    "forms/explain.form": FORMS,
}

SCENARIO = """title: A referral by night
procedure: england
children: [Ana R]
steps:
  - at: Fri 4 Dec 2026 14:00
    start: referral
    by: Night worker (out_of_hours)
    then:
      - task plan_strategy_discussion is not open
"""
MULTIPLIED = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"

SCENARIOS: list[tuple[str, bytes, str]] = [
    ("aliases that multiply", MULTIPLIED.encode(), "Anchors (&) and aliases (*) are not used"),
    ("a list in itself", b"&a [*a]", "Anchors (&) and aliases (*) are not used"),
    ("an object of Python", b"!!python/object/apply:os.system [id]", "Tags (!) are not used"),
    ("a large file", b"x" * 300_000, "larger than 200 kB"),
    ("too many parts", b"- x\n" * 30_000, "more than 20000 parts"),
    ("brackets without end", b"[" * 5_000, "nested more than 10 deep"),
    ("bytes", b"\xff\xfe\x00", "not text in UTF-8"),
    ("a zip file", b"PK\x03\x04\x00\x00", "not readable as YAML"),
    ("nothing", b"", "The file is empty"),
    ("a wrong weekday", SCENARIO.replace("Fri", "Sat").encode(), "4 Dec 2026 is a Friday"),
    ("a day there is not", SCENARIO.replace("4 Dec", "31 Feb").encode(), "has no such day"),
    ("a year far away", SCENARIO.replace("2026", "9999").encode(), "the years are 2000 to 2100"),
    ("a part there is not", f"{SCENARIO}run: rm\n".encode(), "has no “run”; it may have title"),
    ("two documents", f"{SCENARIO}---\n{SCENARIO}".encode(), "more than one document"),
    ("a call into Python", SCENARIO.replace("task plan_strategy_discussion is not open",
     "__import__(os)").encode(), "is not a sentence of the language; see docs/scenarios.md"),
]  # fmt: skip

ASKED: list[dict[str, Any]] = [
    question(),
    question(type="number", key="age", label="How old?"),
    question(type="datetime", subtype="date", key="seen_on", dateLabel="Seen when?"),
    question(type="filepicker", key="evidence", label="Any files?", multiple=True),
    question(type="select", key="threshold", values=[{"value": "met", "label": "It is met"}]),
    {"type": "dynamiclist", "path": "rows", "label": "Actions", "components": [question()]},
]
# what is sent as a file: its name, its bytes, and words of the sentence that refuses it
UPLOADS: list[tuple[str, str, bytes, str]] = [
    ("no name", "", b"%PDF-1.7", "A file needs a name, and its kind at the end: PDF,"),
    ("only an ending", ".pdf", b"%PDF-1.7", "A file needs a name"),
    ("a path and no name", "../../", b"%PDF-1.7", "A file needs a name"),
    ("no ending", "scan", b"%PDF-1.7", "A file needs a name"),
    ("no bytes", "scan.pdf", b"", "“scan.pdf” is empty. Choose the file again."),
    ("a page named as a PDF", "scan.pdf", b"<html><script>", "“scan.pdf” is not what its name"),
    ("a page", "scan.html", b"<html><script>", "“scan.html” is not one of the kinds"),
    ("a program", "scan.pdf.exe", b"MZ", "“scan.pdf.exe” is not one of the kinds"),
    ("a picture that runs", "scan.svg", b"<svg onload=''>", "is not one of the kinds"),
    ("a zip file", "scan.zip", b"PK\x03\x04", "is not one of the kinds"),
    ("an ending of other letters", "scan.pdƒ", b"%PDF-", "is not one of the kinds"),
    ("more than ten megabytes", "scan.txt", b"x" * 10_000_001, "is larger than 10 MB. Make it"),
]  # fmt: skip

POSTS: list[tuple[str, dict[str, Any], str]] = [
    ("a million rows", {"rows": [{"reason": "x"}] * 1_000_000}, "“Actions” can have at most 50"),
    ("rows that are none", {"rows": "all"}, "“Actions” must be a list of rows."),
    ("a list for a text", {"reason": ["a"]}, "“Why?” must be words."),
    ("an object for a text", {"reason": {"$ne": "x"}}, "“Why?” must be words."),
    ("a megabyte of text", {"reason": "x" * 1_000_000}, "“Why?” must be at most 1000 characters"),
    ("a number too large", {"age": "9e999999999"}, "“How old?” must be a number, such as 12."),
    ("no number", {"age": float("nan")}, "“How old?” must be a number, such as 12."),
    ("yes for a number", {"age": True}, "“How old?” must be a number, such as 12."),
    ("a day there is not", {"seen_on": {"day": "31", "month": "2", "year": "2027"}},
     "is not in the calendar. Check the day and the month."),
    ("a number for a day", {"seen_on": 20261204}, "“Seen when?”: this is not a date."),
    ("twenty-one files",
     {"evidence": [f"file {number} 9 {'0' * 64} a.pdf" for number in range(21)]},
     "“Any files?” can have at most 20 files: remove the others."),
    ("an answer not offered", {"threshold": "' OR 1=1"}, "choose one of the answers offered."),
]  # fmt: skip
