"""Comparing: with a value that an answer can have, wherever the expression stands."""

import pytest

from processes.checks import check
from processes.library import read
from tests.processes.checks.procedure import assert_found, form, sound, table
from tests.processes.drawing import diagram, end, flow, user, way, xor

OFFERED = [{"value": each, "label": each} for each in ("assessment", "no_action")]
YES_NO = {
    "type": "radio",
    "properties": {"answer": "yes/no"},
    "values": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
}
ASKED = {
    "forms/explain.form": form("response", "reason", type="radio", values=OFFERED),
    "forms/hold.form": form("agencies", "held_at", type="checklist", values=OFFERED),
    "forms/record_referral.form": form("harm", "received_at", "decided_at", **YES_NO),
}


def found_in(name, **files):
    files = {each.replace("__", "."): content for each, content in files.items()}
    return [p for p in check(sound() | ASKED | files) if p.file == name]


def drawn(when):
    ways = flow("which", "end", id="d"), flow("which", "e", when=when, id="f")
    which = xor("which", default="d"), end("e"), way("start", "explain", "which")
    return diagram("late", user("explain"), *which, *ways)


@pytest.mark.parametrize(
    ("when", "name", "value"),
    [
        ('response = "assesment"', "response", "“assesment”"),
        ('"assesment" != response', "response", "“assesment”"),
        ('response in ("assesment", "no_action")', "response", "“assesment”"),
        ('response in ["no_action", "assesment"]', "response", "“assesment”"),
        ('not(response in (!= "assesment"))', "response", "“assesment”"),
        ('list contains(agencies, "polise")', "agencies", "“polise”"),
        ('"polise" in agencies', "agencies", "“polise”"),
        ('some a in agencies satisfies a = "polise"', "agencies", "“polise”"),
        ('count(agencies[item = "polise"]) > 0', "agencies", "“polise”"),
        ('previous_discussion.response = "yess"', "response", "“yess”"),
        ('some d in discussions satisfies d.response = "yess"', "response", "“yess”"),
        ('discussions[response = "yess"] != null', "response", "“yess”"),
        ('harm = "yes"', "harm", "“yes”"),
        ("response = true", "response", "true"),
        ('next_step = "diskussion"', "next_step", "“diskussion”"),
        ('origin = "refferal"', "origin", "“refferal”"),
        ('scope = "enquirey"', "scope", "“enquirey”"),
    ],
)
def test_a_gateway_compares_with_what_can_be_answered(when, name, value):
    found = found_in("late.bpmn", late__bpmn=drawn(when))

    assert_found(found, "f", f"It compares “{name}” with {value}, which it never is. It can be: ")
    assert len(found) == 1


@pytest.mark.parametrize(
    "when",
    [
        'response = "assessment" or response = null or harm = true',
        'list contains(agencies, "no_action") and response != reason',
        'reason = "anything"',  # not chosen
        'about.response = "yess"',  # of a deadline
        'some response in ["yess"] satisfies response = "yess"',
        'deadline("WT-01").response = "yess"',
        'discussion_number = "x"',
        'origin in ("referral", "linked")',
    ],
)
def test_what_can_be_answered_or_is_no_answer_may_be_compared(when):
    assert found_in("late.bpmn", late__bpmn=drawn(when)) == []


def test_a_choice_that_two_forms_ask_can_be_any_that_one_of_them_offers():
    more = [*OFFERED, {"value": "wait", "label": "Wait"}]
    second = {"forms/hold.form": form("response", type="select", values=more)}

    assert check(sound() | ASKED | second | {"late.bpmn": drawn('response = "wait"')}) == []
    words = {"forms/hold.form": form("response")}
    assert check(sound() | ASKED | words | {"late.bpmn": drawn('response = "other"')}) == []


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("response", '"assesment"', "“assesment”"),
        ("response", 'not("assesment", "no_action")', "“assesment”"),
        ("response", '!= "assesment"', "“assesment”"),
        ("response", '? = "assesment"', "“assesment”"),
        ("true", 'response = "assesment"', "“assesment”"),
    ],
)
def test_a_cell_of_a_table_compares_with_what_can_be_answered(column, cell, value):
    rows = [[cell, '"discussion"'], ["null", '"nothing"']]
    content = table("what_follows", "UNIQUE", [column], ["next_step"], rows)
    found = found_in("what_follows.dmn", what_follows__dmn=content)

    assert_found(found, "row_1", f"It compares “response” with {value}, which it never is.")


def test_a_condition_of_a_form_compares_with_what_can_be_answered():
    hidden = {"conditional": {"hide": '=response = "yess"'}}
    files = sound() | ASKED | {"forms/hold.form": form("held_at", **hidden)}

    assert_found(
        check(files), "held_at", "“yess”, which it never is. It can be: “assessment”, “no_"
    )


@pytest.mark.parametrize("name", ["england", "slough"])
def test_a_word_mistyped_in_a_real_procedure_is_found_where_it_stands(name):
    files = dict(read(name).files)
    pathway = files["pathway.bpmn"].replace(b'response = "strategy', b'response = "stratgy')
    assert pathway != files["pathway.bpmn"]

    (problem,) = check({**files, "pathway.bpmn": pathway})

    assert (problem.file, "“stratgy_discussion”, which" in problem.says) == ("pathway.bpmn", True)
