"""What signing refuses: each thing left out is refused by its own rule, and by no other."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from processes import library, signing
from processes.library import Procedure
from tests.bpmn.closing import AGREE, APPROVE, CLOSING, CONFERENCE, DEFERRED, FOUND, HELD, YOUNG
from tests.bpmn.complete_record import (
    AREA_A,
    BRIGHTON,
    ENGLAND,
    LONDON,
    PROCEDURES,
    SLOUGH,
    changed,
    changed_record,
    person,
    signing_says,
    table,
    with_action,
    with_person,
)
from tests.bpmn.omissions import (
    AGAIN,
    BY_TELEPHONE,
    CLOSE,
    EARLY,
    LEGAL,
    NO_POLICE,
    NOTHING_DONE,
    OUTCOME,
    RELAYED,
    SIGN,
    SIGNING,
    WITHHOLDING,
    Omission,
)

OMISSIONS = SIGNING + CLOSING
LATE = {"deadlines_missed": ["WT-07", "BH-05"]}
HELD_SEPARATELY = {"strategy_discussion_held_at": datetime(2027, 3, 30, 10, tzinfo=LONDON)}

ALL_THREE = [
    person("Tom Reyes", "social_care"),
    person("Ama Boateng", "police"),
    person("Ines Costa", "paediatrician"),
]
ONE_AGENCY = {"participants": [person("Tom Reyes", "social_care", knows_child=True)]}

ENOUGH: list[tuple[str, dict[str, Any]]] = [
    (SIGN, {}),
    (SIGN, NO_POLICE),
    (SIGN, NOTHING_DONE),
    (SIGN, RELAYED),
    (SIGN, EARLY),
    (SIGN, LEGAL),
    (SIGN, AGAIN),
    (SIGN, BY_TELEPHONE | {"follow_up_needed": False}),
    (SIGN, WITHHOLDING | {"withhold_reasons": ["prejudice_investigation"]}),
    (SIGN, {"actions": []}),
    (SIGN, {"media_interest": True, "same_from_another_source": "Yes."}),
    (
        SIGN,
        {"participants": changed("education", agrees="disagree"), "disagreement_step": "stands"},
    ),
    (OUTCOME, FOUND),
    (OUTCOME, FOUND | {"child_seen_on": None, "child_not_seen_reason": "Not yet born."}),
    (CONFERENCE, HELD),
    (CONFERENCE, {"conference_quorate": True, "plan_decided": False}),
    (APPROVE, DEFERRED),
    (AGREE, DEFERRED),
    (APPROVE, DEFERRED | LATE | {"deferral_approved": False}),
    (AGREE, DEFERRED | LATE | {"deferral_agreed": False}),
    (CLOSE, {}),
    (CLOSE, YOUNG | {"linked_cases": [HELD_SEPARATELY]}),
    (CLOSE, YOUNG | {"linked_discussion_reason": "He has moved abroad."}),
]


def refused_by(procedure: str, task: str, changes: dict[str, Any]) -> list[str]:
    return [each["rule"] for each in signing_says(procedure, task, **changes)]


def expected(omission: Omission, procedure: str) -> list[str]:
    rules = omission[2]
    rule = rules if isinstance(rules, str) else rules[PROCEDURES.index(procedure)]
    return [rule] if rule else []


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("omission", OMISSIONS, ids=lambda each: f"{each[0]} {list(each[1])}")
def test_what_is_left_out_is_refused_by_its_own_rule(procedure: str, omission: Omission):
    task, changes, _ = omission
    assert refused_by(procedure, task, changes) == expected(omission, procedure)


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize(
    ("task", "changes"), ENOUGH, ids=[f"{task} {list(changes)}" for task, changes in ENOUGH]
)
def test_what_is_complete_is_signed(procedure: str, task: str, changes: dict[str, Any]):
    assert refused_by(procedure, task, changes) == []


def test_the_sentence_names_the_row():
    [says] = signing_says(BRIGHTON, SIGN, actions=with_action(due_on=None))
    assert says["says"] == (
        "The record cannot be signed yet: the action “Arrange paediatric assessment” has no date. "
        "Add one."
    )


def test_a_ward_nurse_answers_for_a_child_in_hospital():
    ward = {"hospital_status": "inpatient", "participants": with_person("Ada Obi", "ward_nurse")}
    assert refused_by(BRIGHTON, SIGN, ward) == []


def test_a_meeting_accounts_for_agencies_that_a_telephone_call_need_not():
    three = {"participants": ALL_THREE, "on_school_roll": False}
    called = three | BY_TELEPHONE | {"follow_up_needed": False}
    assert refused_by(SLOUGH, SIGN, called) == []
    assert set(refused_by(SLOUGH, SIGN, three)) == {"SL-07"}


def test_one_agency_alone_is_no_strategy_discussion():
    assert "PR-02" in refused_by(ENGLAND, SIGN, ONE_AGENCY)
    assert "PR-02" not in refused_by(ENGLAND, SIGN, NO_POLICE)


def test_who_took_part_is_read_from_the_list_that_says_so_whatever_it_is_called():
    england, form = library.read(ENGLAND), "forms/hold_strategy_discussion.form"
    renamed = england.files[form].replace(b'"path": "participants"', b'"path": "those_there"')
    procedure = Procedure(ENGLAND, {**england.files, form: renamed})
    people = {"those_there": [ALL_THREE[0], person("Ama", "police", attended="absent")]}
    record: Any = SimpleNamespace(element="hold_strategy_discussion", answers=people)
    loaded: Any = SimpleNamespace(procedure=procedure)

    missing = signing.missing_participants(loaded, {}, [record])
    assert [each["name"] for each in missing] == ["The police", "A health practitioner"]


def test_every_row_is_the_only_one_to_refuse_something_left_out():
    """So no row can be taken away unnoticed by the tests above."""
    left_out = [(task, changes) for task, changes, _ in OMISSIONS] + [(SIGN, ONE_AGENCY)]
    for procedure in PROCEDURES:
        rows = table(procedure, "signing").rules
        alone = set()
        for task, changes in left_out:
            record = changed_record(procedure, task, **changes)
            asked = (row for row in rows if row.tests[0].matches(task, record))
            refusing = [row for row in asked if row.tests[1].matches(True, record)]
            rules = [row.outputs[0].evaluate(record) for row in refusing]
            alone |= {
                row.id for row, rule in zip(refusing, rules, strict=True) if rules.count(rule) == 1
            }
        assert [row.id for row in rows if row.id not in alone] == []


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_everyone_who_has_to_take_part_is_missed_by_a_row_of_signing(procedure: str):
    """So no row of participants.dmn is idle, and none can be taken away unnoticed."""
    idle = {row.id: cells(procedure, row) for row in table(procedure, "participants").rules}
    for task, changes, _ in SIGNING:
        record = changed_record(procedure, task, **changes)
        missing = record["missing_participants"]
        refused = says(procedure, record) if missing else []
        for each in missing:
            others = [other for other in missing if other != each]
            if says(procedure, record | {"missing_participants": others}) != refused:
                idle = {row: asks for row, asks in idle.items() if asks != each}
    assert list(idle) == []


def cells(procedure: str, row: Any) -> dict[str, Any]:
    outputs = table(procedure, "participants").outputs
    return {each.name: cell.evaluate({}) for each, cell in zip(outputs, row.outputs, strict=True)}


def says(procedure: str, record: dict[str, Any]) -> list[str]:
    return [each["says"] for each in table(procedure, "signing").decide(record) or []]


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_discussion_is_signed_in_whatever_format_it_was_held(procedure: str):
    form = library.read(procedure).forms["hold_strategy_discussion"]
    [asked] = [each for each in form.questions() if each.key == "discussion_format"]
    formats = [each.value for each in asked.options]
    assert {"face_to_face", "video", "telephone"} <= set(formats)
    assert procedure == SLOUGH or "series_of_calls" in formats
    decided = {"calls": [{"callers": "Everyone", "decided": True}], "follow_up_needed": False}
    for held in formats:
        assert (
            refused_by(procedure, SIGN, BY_TELEPHONE | decided | {"discussion_format": held}) == []
        )


def test_area_a_lets_the_out_of_hours_manager_chair_a_call():
    called = {"discussion_format": "telephone", "chair_role": "out_of_hours_manager"}
    assert refused_by(AREA_A, SIGN, called) == []
