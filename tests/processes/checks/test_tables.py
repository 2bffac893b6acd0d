"""Decision tables: columns, cells, and rows that diagrams draw."""

import json

import pytest

from processes.checks import check
from tests.processes.checks.procedure import DEADLINE, assert_found, deadlines, sound, table


def found_in(name, content):
    return [p for p in check(sound() | {name: content}) if p.file == name]


def of_deadlines(**changed):
    return found_in("deadlines.dmn", deadlines(DEADLINE, **changed))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"unit": '"fortnights"'}, "Its unit does not fit"),
        ({"unit": "null"}, "Its unit does not fit"),
        ({"amount": "null"}, "Its amount does not fit"),
        ({"amount": "-3"}, "Its amount does not fit"),
        ({"amount": '"three"'}, "Its amount does not fit"),
        ({"strength": '"may"'}, "Its strength is “may”. Write one of: must, should, consider"),
        ({"calendar": '"lunar"'}, "Its calendar is “lunar”"),
        ({"remind": '["soon"]'}, "Its remind does not fit"),
        ({"escalate": '["at noon"]'}, "Its escalate does not fit"),
        ({"rule": '""'}, "Its rule is “”. Write text"),
        ({"name": "null"}, "Its name is empty. Write text"),
        ({"words": "5"}, "Its words is “5”. Write text"),
        ({"from": ""}, "counted from nothing"),
        ({"from": "recieved_at"}, "reads “recieved_at”"),
        ({"from": "today_at(1)"}, "calls “today_at”"),
        ({"from": 'deadline("WT-01")'}, "calls “deadline”"),
    ],
)
def test_a_row_that_is_no_deadline_is_refused(changed, says):
    assert_found(of_deadlines(**changed), "row_1", says)


def test_a_row_about_what_there_is_not_is_refused():
    # given a deadline of a scope, and a refusal of a task, that are mistyped
    scope = deadlines(DEADLINE).replace(b'"case"', b'"enquirey"')
    rows = [['"hold"', "true", '"A"', '"must"', '"held_at"', '"Add it."']]
    rows.append(['"hold", "hodl"', *rows[0][1:]])
    outputs = ["rule", "strength", "question", "says"]
    signing = table("signing", "COLLECT", ["task", "true"], outputs, rows)

    # then both would never hold, and that is said
    assert_found(found_in("deadlines.dmn", scope), "row_1", "“scope” with “enquirey”, which")
    (problem,) = found_in("signing.dmn", signing)
    assert (problem.element, problem.says[:34]) == ("row_2", "It is about the task “hodl”, which")


def test_who_has_to_take_part_is_one_of_those_a_list_offers():
    agencies = {
        "type": "select", "key": "agency", "label": "Agency",
        "values": [{"label": "Police", "value": "police"}],
    }  # fmt: skip
    people = {
        "type": "dynamiclist", "path": "people", "label": "People", "components": [agencies],
        "properties": {"becomes": "participants"},
    }  # fmt: skip
    form = json.dumps({"type": "default", "components": [people]}).encode()
    outputs = ["participant", "name", "strength", "if_absent", "role_text", "rule"]
    row = ["true", '["police", "polise"]', '"The police"', '"must"', '"refused"', '"Why"', '"A"']
    content = table("participants", "COLLECT", ["true"], outputs, [row])

    files = sound() | {"participants.dmn": content, "forms/hold.form": form}
    found = [each for each in check(files) if each.file == "participants.dmn"]
    assert_found(found, "row_1", "offers “polise”")
    assert len(found) == 1


def test_an_expression_that_is_not_feel_is_told_with_its_place():
    (problem,) = of_deadlines(amount="1 +")

    assert "Line 1, column" in problem.says


def test_two_rows_of_one_rule_are_refused_both():
    found = found_in("deadlines.dmn", deadlines(DEADLINE, DEADLINE))

    assert [p.element for p in found] == ["row_1", "row_2"]
    assert all("Another row has the rule “WT-01” too" in p.says for p in found)


def test_a_deadline_no_timer_draws_is_refused():
    other = DEADLINE | {"rule": '"WT-99"'}

    found = found_in("deadlines.dmn", deadlines(DEADLINE, other))

    assert_found(found, "row_2", "No timer of any diagram draws the deadline “WT-99”")


@pytest.mark.parametrize(
    ("policy", "inputs", "outputs", "says"),
    [
        ("UNIQUE", ["scope", "true"], list(DEADLINE), "Its hit policy is U. Make it COLLECT"),
        ("COLLECT", ["true"], list(DEADLINE), "Make them scope, true"),
        ("COLLECT", ["scope"], list(DEADLINE), "Make them scope, true"),
        ("COLLECT", ["true", "scope"], list(DEADLINE), "Make them scope, true"),
        ("COLLECT", ["scope", "true"], [*DEADLINE, "colour"], "Nobody reads the output column"),
        ("COLLECT", ["scope", "true"], list(DEADLINE)[1:], "“rule” is missing"),
    ],
)
def test_a_table_with_other_columns_is_refused(policy, inputs, outputs, says):
    content = table("deadlines", policy, inputs, outputs, [])

    assert_found(found_in("deadlines.dmn", content), "deadlines", says)


def test_participants_and_signing_have_the_columns_that_are_read():
    found = check(
        sound()
        | {
            "participants.dmn": table("participants", "COLLECT", ["true"], ["name", "rule"], []),
            "signing.dmn": table("signing", "UNIQUE", ["true"], ["rule", "says"], []),
        }
    )

    assert_found(found, "participants", "“if_absent” is missing")
    assert_found(found, "signing", "Make it COLLECT")
    assert_found(found, "signing", "Make them task, true")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (['"police"', '"Police"', '"perhaps"', '"ask"', '"Why"', '"WT-04"'], "Its strength"),
        (['"police"', '"Police"', '"must"', '"shout"', '"Why"', '"WT-04"'], "Its if_absent"),
        (["[]", '"Police"', '"must"', '"ask"', '"Why"', '"WT-04"'], "Its participant"),
    ],
)
def test_a_participant_has_values_that_are_known(cells, says):
    outputs = ["participant", "name", "strength", "if_absent", "role_text", "rule"]
    content = table("participants", "COLLECT", ["true"], outputs, [["-", *cells]])

    assert_found(found_in("participants.dmn", content), "row_1", says)


def test_signing_may_read_what_is_known_of_the_record_and_nothing_else():
    outputs = ["rule", "strength", "question", "says"]
    rows = [
        ['"hold"', f"{name} = null", '"IC-09"', '"must"', '"held_at"', '"Say when."']
        for name in ("signed_by", "missing_participants", "held_at", "signature")
    ]
    content = table("signing", "COLLECT", ["task", "true"], outputs, rows)

    (problem,) = found_in("signing.dmn", content)

    assert (problem.element, "“signature”" in problem.says) == ("row_4", True)


def test_rows_that_hold_together_are_refused_where_one_answer_is_wanted():
    content = table(
        "what_follows", "UNIQUE", ["harm"], ["next_step"], [["true", '"a"'], ["true", '"b"']]
    )

    (problem,) = found_in("what_follows.dmn", content)

    assert "row_1" in problem.says
    assert "row_2" in problem.says


def test_a_decision_has_the_id_of_its_file():
    content = table("what_follows", "UNIQUE", ["harm"], ["next_step"], [], id="other")

    (problem,) = found_in("what_follows.dmn", content)

    assert "“other”" in problem.says


def test_a_file_that_is_no_table_is_refused():
    assert found_in("what_follows.dmn", b"<nothing/>")
    assert found_in("what_follows.dmn", b"")


def test_a_procedure_without_deadlines_is_refused():
    files = sound()
    del files["deadlines.dmn"]

    assert any(p.file == "deadlines.dmn" and "missing" in p.says for p in check(files))
