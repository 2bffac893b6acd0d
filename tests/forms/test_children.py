"""One form for several children: what is asked of each by itself, and what once for all."""

import pytest

import forms
from forms.children import may_differ, offering, own_keys, rows_for
from forms.components import first_key
from tests.forms.questions import OPTIONS, YES_NO, form, question

SEEN = {
    "type": "group",
    "label": "The child",
    "properties": {"each": "child"},
    "components": [question("textarea", "wishes")],
}
DECISION = {
    "type": "group",
    "label": "The decision",
    "properties": {"each": "child if different"},
    "components": [
        question("radio", "decided", values=YES_NO["values"], properties={"answer": "yes/no"})
    ],
}
REASON = question("textarea", "reason", conditional={"hide": "=decided != true"})
WHO = question("textfield", "who", conditional={"hide": "=reason = null"})
COMMON = question("textarea", "concerns")
CHOSEN = {
    "type": "checklist", "key": "applies_to", "label": "Which children?", "values": [],
    "properties": {"offers": "children"},
}  # fmt: skip
ACTIONS = {
    "type": "dynamiclist", "path": "actions", "label": "Actions",
    "components": [question("textfield", "action"), CHOSEN],
}  # fmt: skip


def test_what_is_each_child_s_own_is_asked_of_each_and_the_rest_once():
    asked = form(COMMON, SEEN, DECISION, REASON)
    assert own_keys(asked, ()) == {"wishes"}
    assert [first_key(each) for each in may_differ(asked)] == ["decided"]


def test_what_depends_on_an_answer_that_differs_is_asked_of_the_child_too():
    asked = form(COMMON, SEEN, DECISION, REASON, WHO)
    assert own_keys(asked, {"decided"}) == {"wishes", "decided", "reason", "who"}


def test_a_list_whose_rows_depend_on_an_answer_that_differs_is_asked_of_the_child_too():
    inner = question("textfield", "step", conditional={"hide": "=decided != true or mine = null"})
    rows = {"type": "dynamiclist", "path": "steps", "label": "Steps"}
    asked = form(DECISION, {**rows, "components": [question("textfield", "mine"), inner]})
    assert own_keys(asked, {"decided"}) == {"decided", "steps"}
    assert own_keys(asked, ()) == set()


def test_the_children_are_offered_where_a_row_asks_which_of_them():
    asked = offering(form(ACTIONS), ["Maya D", "Leo D"])
    posted = {"actions-0-action": "Visit", "actions-0-applies_to": ["Leo D"]}
    assert asked.read(posted, {}).values["actions"] == [
        {"action": "Visit", "applies_to": ["Leo D"]}
    ]
    stranger = asked.read({**posted, "actions-0-applies_to": ["Kai L"]}, {})
    assert "choose from the answers offered" in stranger.errors["actions-0-applies_to"]


def test_of_one_child_alone_it_is_not_asked_which():
    posted = {"actions-0-action": "Visit", "actions-0-applies_to": ["Leo D"]}
    assert form(ACTIONS).read(posted, {}).values["actions"] == [{"action": "Visit"}]


def test_a_child_s_record_has_the_rows_that_concern_it():
    asked = offering(form(ACTIONS), ["Maya D", "Leo D"])
    rows = [
        {"action": "For all", "applies_to": []},
        {"action": "For Leo", "applies_to": ["Leo D"]},
        {"action": "For both", "applies_to": ["Maya D", "Leo D"]},
    ]
    kept = rows_for(asked, {"actions": rows, "concerns": "x"}, "Maya D")
    assert [each["action"] for each in kept["actions"]] == ["For all", "For both"]
    assert kept["concerns"] == "x"


@pytest.mark.parametrize(
    ("component", "says"),
    [
        ({**COMMON, "properties": {"each": "sister"}}, "property each can be: child, child if"),
        ({**ACTIONS, "properties": {"becomes": "letters"}}, "becomes of a dynamiclist can be"),
        ({**COMMON, "properties": {"becomes": "actions"}}, "becomes is of a dynamiclist only"),
        (question("radio", values=OPTIONS, properties={"offers": "children"}), "a checklist only"),
        ({**SEEN, "components": []}, "asks nothing"),
        ({**ACTIONS, "components": [{**COMMON, "properties": {"each": "child"}}]}, "A row is not"),
    ],
)
def test_a_property_that_would_not_do_as_it_says_is_refused(component, says):
    with pytest.raises(forms.FormNotReadable, match=says):
        form(component)


def test_the_button_says_the_same_for_several_children():
    asked = form(COMMON, {"type": "button", "label": "Sign the record"})
    assert offering(asked, ["Isla M", "Ravi M"]).button == "Sign the record"
