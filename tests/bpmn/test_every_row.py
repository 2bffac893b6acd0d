"""Every row of signing.dmn refuses what lacks its thing, in words, until its question is answered.

What is checked is a case as `processes.signing` sees it: answers that the forms have read, with the
people who gave them. Only rows about the rest of a case, which a scenario shows in a whole pathway,
are asked directly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from forms import Component
from processes import database, library, signing
from processes.loaded import LoadedCase
from processes.models import Base, Case, Person, Task
from processes.signing import Refusal
from tests.bpmn.closing import CLOSING
from tests.bpmn.complete_record import (
    BRIGHTON,
    LONDON,
    PROCEDURES,
    TOM,
    Row,
    changed_record,
    complete,
    not_relevant,
    person,
    table,
)
from tests.bpmn.omissions import SIGN, SIGNING, Omission
from tests.processes.conftest import Pathway

HELD = "hold_strategy_discussion"
NOON = datetime(2026, 12, 7, 12, tzinfo=LONDON)
SENT = [{"name": "Jo Lane", "sent_at": NOON}]
ALONE: Omission = (
    SIGN,
    {"participants": [person("Tom Reyes", "social_care", knows_child=True)]},
    "PR-02",
)
# What the rest of a case says, and not its answers.
OF_THE_CASE = {"deadlines_missed", "linked_cases", "enquiry_running", "discussion_number"}
OF_THE_ENGINE = re.compile(
    r"\b(null|true|false|task|fact|token|gateway|element|row|field|instance|diagram)s?\b|_"
)
SENTENCE = re.compile(r"[A-Z][^:]+ cannot be [^:]+: [^ ].+\. [A-Z].+\.")


class Asked(NamedTuple):
    """One row of a procedure."""

    procedure: str
    id: str


Signing = Callable[[str, Row], list[Refusal]]
ROWS = [Asked(each, row.id) for each in PROCEDURES for row in table(each, "signing").rules]
# What a row's own question cannot answer alone.
ALSO: dict[str, Row] = {
    "wt_04_quorum": {"quorum_decision": "proceed"},
    "sl_06_quorum": {"quorum_decision": "proceed"},
    "bh_07_quorum": {"quorum_decision": "proceed"},
    "bh_02": {"calls": [{"called_at": NOON, "callers": "Everyone", "decided": True}]},
    "bh_10_consultant": {
        "participants": [*complete(BRIGHTON)["participants"], not_relevant("medical_consultant")]
    },
    "bh_17_author": {"signed_by": {"id": TOM, "roles": ["team_manager"]}},
    "wt_13_running": {"enquiry_running": False},
}


@pytest.fixture(scope="module")
def signing_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signing]:
    """Ask what signing a case with these answers refuses, one case for each procedure."""
    pathways: dict[str, Pathway] = {}

    def ask(procedure: str, record: Row) -> list[Refusal]:
        if procedure not in pathways:
            engine = database.connect(f"sqlite:///{tmp_path_factory.mktemp(procedure)}/one.sqlite")
            Base.metadata.create_all(engine)
            pathways[procedure] = Pathway(engine, library.read(procedure))
            pathways[procedure].start()
        return refusals(pathways[procedure], record)

    yield ask
    for each in pathways.values():
        each.sessions.kw["bind"].dispose()


def refusals(pathway: Pathway, record: Row) -> list[Refusal]:
    """Return why the case's signing task is refused, if it says this and nothing else is known."""
    with pathway.sessions() as session:
        case_id = session.scalars(select(Case.id)).one()
        by = Person(**record["signed_by"])
        loaded = LoadedCase.load(session, case_id, now=pathway.now, by=pathway.person(session))
        task = Task(element=record["task"], instance_id=1)
        sheets = typed(loaded.procedure, record)
        answers = sheets.pop(task.element, {})
        known = [
            SimpleNamespace(
                element=element, answers=sheet, scope="case", number=0, instance_id=1,
                writers=record["written_by"].get(element),
            )
            for element, sheet in sheets.items()
        ]  # fmt: skip
        try:
            signing.check(loaded, task, answers, ("case", 0), known, by=by)
        except signing.SigningRefused as refused:
            return refused.refusals
        return []


def typed(procedure: library.Procedure, record: Row) -> dict[str, Row]:
    """Return the answers of each form as it reads them, what was held after what was planned."""
    said = {key: value for key, value in record.items() if value is not None}
    sheets = {}
    for element, form in sorted(procedure.forms.items(), key=lambda each: each[0] == HELD):
        if said.keys() & set(form.keys):
            read = form.read_answers(said, said)
            wrong = {key.split("-")[0] for key in read.errors} & said.keys()
            assert not wrong, (element, read.errors)
            sheets[element] = read.values
    return sheets


@pytest.mark.parametrize("asked", ROWS, ids=lambda each: f"{each.procedure} {each.id}")
def test_a_row_refuses_in_a_sentence_until_its_question_is_answered(
    asked: Asked, signing_of: Signing
):
    says = asks(asked) if OF_THE_CASE & names(asked) else signing_of
    # given a record that lacks what the row is about
    refused = ((each, told(asked, says, each)) for each in lacking(asked))
    found = next(((each, why) for each, why in refused if why), None)
    assert found, "nothing that is left out is refused by it"
    record, refusal = found

    # then signing is refused in a sentence that says what is missing and the way out
    assert SENTENCE.fullmatch(refusal.says), refusal.says
    assert not OF_THE_ENGINE.search(refusal.says), refusal.says

    # and what answers the question at which it stands is enough, whatever it is for a prompt
    question = question_of(asked, refusal.question)
    put_right = [record | each | ALSO.get(asked.id, {}) for each in answers_to(question, asked)]
    still = [told(asked, says, each) for each in put_right]
    assert not all(still), f"no answer to {question.key} is enough"
    if strength(asked) == "consider":
        assert not any(still), f"an answer to {question.key} is not enough"


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_case_that_lacks_nothing_is_signed(procedure: str, signing_of: Signing):
    assert signing_of(procedure, changed_record(procedure, SIGN)) == []


def row_of(asked: Asked) -> Any:
    rows = table(asked.procedure, "signing").rules
    return next(each for each in rows if each.id == asked.id)


def names(asked: Asked) -> frozenset[str]:
    found: frozenset[str] = row_of(asked).tests[1].names
    return found


def strength(asked: Asked) -> str:
    return str(row_of(asked).outputs[1].evaluate({}))


def asks(asked: Asked) -> Signing:
    """Ask the row itself, of a record that says what the rest of the case does too."""

    def ask(_: str, record: Row) -> list[Refusal]:
        row = row_of(asked)
        if not fires(row, record):
            return []
        rule, _, question, says = (each.evaluate(record) for each in row.outputs)
        return [Refusal(1, rule, question, says)]

    return ask


def fires(row: Any, record: Row) -> bool:
    of_task, when = row.tests
    return bool(of_task.matches(record["task"], record) and when.matches(True, record))


def told(asked: Asked, says: Signing, record: Row) -> Refusal | None:
    """Return the refusal of this row, told apart from another's by its question and words."""
    rule, _, question, words = row_of(asked).outputs
    refused = says(asked.procedure, record)
    mine = rule.evaluate(record), question.evaluate(record)
    start = str(words.evaluate(record) or "")
    return next(
        (each for each in refused if (each.rule, each.question) == mine and each.says == start),
        None,
    )


@cache
def records(procedure: str) -> tuple[Row, ...]:
    omissions = [*SIGNING, *CLOSING, ALONE]
    return tuple(changed_record(procedure, task, **changes) for task, changes, _ in omissions)


def lacking(asked: Asked) -> list[Row]:
    row = row_of(asked)
    return [each for each in records(asked.procedure) if fires(row, each)]


def question_of(asked: Asked, key: str) -> Component:
    forms = library.read(asked.procedure).forms.values()
    asking = (each for form in forms for each in form.questions() if each.key == key)
    return next(asking, None) or pytest.fail(f"no form asks {key}")


def answers_to(question: Component, asked: Asked) -> list[Row]:
    """Return answers to a question: each that is offered, else something of its kind."""
    whole = complete(asked.procedure).get(question.key)
    some: list[Any] = [whole] if whole else []
    if question.type == "dynamiclist":
        some.append(SENT)
    elif question.type == "checklist":
        some += [[each.value] for each in question.options]
    elif question.properties.get("answer") == "yes/no":
        some += [True, False]
    elif question.options:
        some += [each.value for each in question.options]
    else:
        some.append({"date": date(2026, 12, 11), "datetime": NOON}.get(question.type, "Words."))
    return [{question.key: each} for each in some]
