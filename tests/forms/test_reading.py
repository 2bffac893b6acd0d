"""Form files: the procedures' own are read, and broken ones are refused with every reason."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

import forms
from forms import FormNotReadable
from forms.properties import PROPERTIES

FORMS = Path(__file__).parents[2] / "forms"
DOCUMENT = Path(__file__).parents[2] / "docs" / "forms.md"
YES_NO: dict[str, Any] = {
    "properties": {"answer": "yes/no"},
    "values": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
}


VALUES: dict[str, Any] = {"values": YES_NO["values"]}


def load(*components: Any) -> forms.Form:
    content = orjson.dumps({"type": "default", "id": "test", "components": list(components)})
    return forms.load(content, "test.form")


def problems_of(*components: Any) -> list[tuple[str, str]]:
    with pytest.raises(FormNotReadable) as refused:
        load(*components)
    return [(problem.key, problem.sentence) for problem in refused.value.problems]


def field(key: str | None = "it", **rest: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": "Question", **rest}


@pytest.mark.parametrize("path", sorted(FORMS.glob("*/*.form")), ids=lambda path: path.stem)
def test_every_form_of_the_procedures_is_read(path):
    form = forms.load(path.read_bytes(), path.name)
    assert form.id == path.stem
    assert all(question.label for question in form.questions())


def test_a_component_keeps_what_a_page_needs():
    (group,) = load(
        {
            "type": "group",
            "label": "Discussion",
            "components": [
                field(
                    description="As on the record",
                    layout={"columns": 8},
                    validate={"required": True},
                    properties={"error": "Say it", "rule": "IC-16"},
                ),
                {"type": "text", "text": "Read this first"},
                {"type": "radio", "key": "harm", "label": "Harm?", **YES_NO},
                {"type": "datetime", "subtype": "date", "key": "on", "dateLabel": "On"},
                {"type": "dynamiclist", "path": "rows", "label": "Rows", "defaultRepetitions": 2,
                 "components": [field("inner")]},
            ],
        }
    ).components  # fmt: skip
    line, text, harm, on, rows = group.components
    assert (group.type, group.label) == ("group", "Discussion")
    assert (line.type, line.hint, line.width, line.required) == (
        "textfield",
        "As on the record",
        8,
        True,
    )
    assert line.properties["rule"] == "IC-16"
    assert (text.type, text.text) == ("text", "Read this first")
    assert (harm.type, [option.label for option in harm.options]) == ("yes_no", ["Yes", "No"])
    assert (on.type, on.label) == ("date", "On")
    assert (rows.type, rows.rows, rows.item) == ("dynamiclist", 2, "Row")
    assert rows.row_name(1, "inner") == "rows-1-inner"


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        (field(type="html"), "A component of type “html” is not one of: textfield"),
        (field(type="image"), "A component of type “image” is not one of"),
        (field(type=None), "A component of type “None” is not one of"),
        (field(type="datetime", subtype="time"), "A component of type “time” is not one of"),
        (field(key="Bad Key"), "Its key has to be small letters"),
        (field(key="it\n"), "Its key has to be small letters"),
        (field(key="x" * 61), "Its key has to be small letters"),
        (field(key=None), "Its key has to be small letters"),
        (field(label=""), "A question needs a label."),
        (field(label=7), "Its label has to be plain words"),
        (field(label="=secret"), "Its label has to be plain words"),
        (field(description="{{secret}}"), "Its description has to be plain words"),
        (field(readonly=True), "“readonly” is not done here: take it out."),
        (field(disabled=True), "“disabled” is not done here: take it out."),
        (field(validate="yes"), "Its validate has to be an object."),
        (field(properties={"error": 7}), "Its properties have to be words."),
        (field(properties={"becoms": "actions"}), "no property “becoms”. There are: answer, b"),
        (field(properties={"item": "Action"}), "property item is of a dynamiclist only"),
        (field(properties={"invites": "were"}), "can be: when, where, chair, why."),
        (field(type="radio", properties={"answer": "yes-no"}, **VALUES), "can be: yes/no."),
        (field(layout={"columns": 17}), "Its width has to be 1 to 16 columns."),
        (field(layout={"columns": [8]}), "Its width has to be 1 to 16 columns."),
        (field(conditional={"hide": "age > 7"}), "begins with “=”"),
        (field(conditional={"hide": "=age >"}), "Its condition cannot be read"),
        (field(conditional={"hide": True}), "begins with “=”"),
        (field(conditional={"hid": "=age > 7"}), "Its conditional can say “hide” only"),
        (field(validate={"requird": True}), "cannot say “requird”. Of a textfield it can say: req"),
        (field(type="number", validate={"minLength": 7}), "it can say: required, min, max."),
        ({"type": "text", "id": "it", "validate": {"required": True}}, "it can say: nothing."),
        (field(validate={"required": "yes"}), "Its required has to be true or false, without quot"),
        (field(validate={"minLength": 9, "maxLength": 2}), "Its minLength, 9, is above 2, the mos"),
        (field(validate={"minLength": 201, "pattern": "^a"}), "is above 200, the most it can ha"),
        (field(type="number", validate={"min": 9, "max": 2}), "Its min, 9, is above its max, 2."),
        (field(validate={"maxLength": "long"}), "Its maxLength has to be a whole number up"),
        (field(validate={"maxLength": 10_000}), "Its maxLength has to be a whole number up"),
        (field(validate={"validationType": "phone"}), "Its validationType can be email"),
        (field(validate={"pattern": "(a+)+$"}), "The pattern repeats a group"),
        (field(validate={"pattern": "["}), "This is not a pattern"),
        (field(type="number", validate={"min": "low"}), "Its min has to be a number."),
        (field(type="number", validate={"max": "NaN"}), "Its max has to be a number."),
        (field(type="number", decimalDigits=99), "Its decimalDigits has to be a whole number"),
        (field(type="select"), "It has to offer from 1 to 200 answers."),
        (field(type="select", values=[]), "It has to offer from 1 to 200 answers."),
        (field(type="select", values=["a"]), "Each answer it offers needs a value and a label"),
        (field(type="select", values=[{"value": "a"}]), "Each answer it offers needs a value"),
        (field(type="radio", values=[{"value": "a", "label": "A"}] * 2), "have the same value"),
        (field(type="checklist", valuesKey="secret"), "“valuesKey” is not done here"),
        (field(type="radio", properties={"answer": "yes/no"}, values=YES_NO["values"][:1]),
         "offers the values yes and no"),
        ({"type": "group", "id": "it", "path": "x", "components": []}, "take out its path"),
        ({"type": "dynamiclist", "path": "it", "components": []}, "A list needs a label."),
        ({"type": "dynamiclist", "path": "it", "label": "L", "defaultRepetitions": 51,
          "components": []}, "A list begins with 0 to 50 rows."),
        ({"type": "dynamiclist", "path": "it", "label": "L", "components": [
            {"type": "dynamiclist", "path": "in", "label": "L", "components": []}]},
         "A list cannot have lists within its rows."),
    ],
)  # fmt: skip
def test_a_component_that_would_not_do_as_it_says_is_refused(component, sentence):
    ((key, said),) = problems_of(component)
    assert key == "it" or component.get("key") != "it"
    assert sentence in said


def test_what_a_form_may_say_beside_its_questions_is_listed_in_its_document_and_nothing_else():
    table = [line.split("|")[1:3] for line in DOCUMENT.read_text().splitlines() if "|" in line]
    listed = [re.fullmatch('`"([a-z_]+)": "([^"]*)"`', cell.strip()) for cell, _ in table]
    said = {(each[1], each[2]) for each in listed if each}

    assert dict(said).keys() == PROPERTIES.keys()
    for name, (_, words) in PROPERTIES.items():
        assert not words or {word for each, word in said if each == name} == set(words)


@pytest.mark.parametrize("component", [None, 7, "text", []])
def test_a_component_that_is_no_object_is_refused(component):
    assert problems_of(component) == [("a component", "A component has to be an object.")]


def test_all_problems_are_told_not_the_first():
    problems = problems_of(
        field("one", type="html"),
        {"type": "group", "components": [field("two", label="")]},
        field("three", conditional={"hide": "=("}),
    )
    assert [key for key, _ in problems] == ["one", "two", "three"]


def test_the_message_lists_every_problem_with_its_file_and_component():
    with pytest.raises(FormNotReadable) as refused:
        load(field("one", type="html"), field("two", label=""))
    lines = str(refused.value).splitlines()
    assert lines[0].startswith("test.form, one: A component of type")
    assert lines[1] == "test.form, two: A question needs a label."


def test_two_questions_with_one_key_are_refused_but_rows_have_their_own():
    rows = {"type": "dynamiclist", "path": "rows", "label": "Rows", "components": [field()]}
    assert load(field(), rows).keys == ("it", "rows")
    group = {"type": "group", "components": [field()]}
    assert problems_of(field(), group) == [("it", "Two questions have this key.")]
    twice = {**rows, "components": [field(), field()]}
    assert problems_of(twice) == [("it", "Two questions have this key.")]


@pytest.mark.parametrize(
    "components",
    [
        [field("it", conditional={"hide": "=it = null"})],
        [field("it", conditional={"hide": "=later = null"}), field("later")],
        [
            {"type": "group", "id": "g", "components": [
                field("it", conditional={"hide": "=later = null"})]},
            {"type": "group", "id": "h", "components": [field("later")]},
        ],
        [
            {"type": "dynamiclist", "path": "rows", "label": "Rows", "components": [
                field("it", conditional={"hide": "=later = null"}), field("later")]},
        ],
    ],
)  # fmt: skip
def test_a_condition_may_only_ask_for_what_is_answered_before_it(components):
    ((key, sentence),) = problems_of(*components)
    assert key == "it"
    assert "which is asked later: move it up." in sentence


def test_a_condition_may_ask_for_facts_earlier_answers_and_its_own_row():
    rows = {
        "type": "dynamiclist",
        "path": "rows",
        "label": "Rows",
        "components": [field("role"), field("it", conditional={"hide": "=role = first or fact"})],
    }
    assert load(field("first"), rows).names == {"fact"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This is not JSON"),
        (b"{", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b'{"a": NaN}', "This is not JSON"),
        (b'{"type": "\xff"}', "This is not JSON"),
        (b"[]", "its type has to be “default”"),
        (b'{"type": "other"}', "its type has to be “default”"),
        (b'{"type": "default"}', "Components are a list"),
        (b'{"type": "default", "components": {}}', "Components are a list"),
        (b" " * 500_001, "The file is over 500 kB."),
        (orjson.dumps({"type": "default", "components": [field()] * 501}), "at most 500"),
    ],
)
def test_a_file_that_is_no_form_is_refused(content, sentence):
    with pytest.raises(FormNotReadable, match=r"broken\.form, the whole form: ") as refused:
        forms.load(content, "broken.form")
    assert sentence in str(refused.value)


def test_components_may_not_be_nested_without_end():
    nested: dict[str, Any] = field()
    for _ in range(6):
        nested = {"type": "group", "components": [nested]}
    assert "5 levels deep" in problems_of(nested)[0][1]


BUTTON = {"type": "button", "id": "send", "label": "Sign the record", "action": "submit"}


def test_a_forms_button_says_what_sending_it_does():
    assert load(field()).button == "Save and continue"
    signing = load(field(), BUTTON)
    assert signing.button == "Sign the record"
    assert signing.keys == ("it",)


@pytest.mark.parametrize(
    ("components", "sentence"),
    [
        ([BUTTON, field()], "A form has one button, which stands at its end."),
        ([field(), BUTTON, BUTTON], "A form has one button, which stands at its end."),
        ([{**BUTTON, "action": "reset"}], "take out its other action or condition."),
        ([{**BUTTON, "conditional": {"hide": "=it = 1"}}], "take out its other action or cond"),
        ([{**BUTTON, "label": " "}], "Its button needs a label."),
        ([{**BUTTON, "label": "=secret"}], "Its label has to be plain words"),
    ],
)
def test_a_button_that_would_not_do_as_it_says_is_refused(components, sentence):
    ((place, says),) = problems_of(*components)
    assert (place, sentence in says) == ("", True), says


def test_a_signature_says_so_on_its_button():
    signing = sorted(FORMS.glob("*/sign_strategy_discussion.form"))
    assert len(signing) == 2
    for path in signing:
        assert forms.load(path.read_bytes(), path.name).button == "Sign the record"
