"""Questions that are asked only sometimes: what is hidden is neither read nor missed."""

from tests.forms.questions import YES_NO, form, question, required


def test_what_a_hidden_question_was_sent_is_dropped_and_it_is_not_missed():
    asked = form(
        question("radio", "harm", **YES_NO),
        {**required("textfield"), "conditional": {"hide": "=harm != true"}},
        {**question("textfield", "then"), "conditional": {"hide": "=it = null"}},
    )
    sent = {"it": "typed before", "then": "too"}
    assert asked.read({"harm": "no", **sent}, {}).values == {"harm": False}
    assert asked.read({"harm": "no"}, {}).errors == {}
    assert asked.read({"harm": "no", **sent}, {}).typed["it"] == "typed before"
    shown = asked.read({"harm": "yes", **sent}, {})
    assert shown.values == {"harm": True, "it": "typed before", "then": "too"}


def test_a_condition_sees_facts_but_this_forms_answers_first():
    asked = form(
        question("radio", "harm", **YES_NO),
        {**question("textfield"), "conditional": {"hide": "=harm != true or age > 17"}},
    )
    assert "it" in asked.read({"harm": "yes"}, {"age": 9, "harm": False}).values
    assert "it" not in asked.read({"harm": "yes"}, {"age": 18}).values
    assert "it" not in asked.read({}, {"age": 9, "harm": True}).values


def test_a_hidden_group_hides_its_questions_and_a_shown_one_asks_them():
    asked = form(
        question("checkbox", "medical"),
        {
            "type": "group",
            "label": "Medical",
            "conditional": {"hide": "=medical = false"},
            "components": [required("textfield")],
        },
    )
    assert asked.read({}, {}).errors == {}
    assert list(asked.read({"medical": "yes"}, {}).errors) == ["it"]
    assert asked.read({"medical": "yes", "it": "x"}, {}).values == {"medical": True, "it": "x"}


def test_a_condition_does_not_take_an_old_fact_for_the_answer_of_a_hidden_question():
    asked = form(
        question("radio", "harm", **YES_NO),
        question("checkbox", "medical") | {"conditional": {"hide": "=harm = false"}},
        question("textfield") | {"conditional": {"hide": "=medical != true"}},
    )
    assert asked.read({"harm": "no"}, {"medical": True}).values == {"harm": False}


def test_a_question_is_asked_when_its_condition_runs_past_a_limit():
    without_end = {"conditional": {"hide": "=every i in 1..age ** 9 satisfies i > 0"}}
    asked = form(question("textfield") | without_end)
    assert asked.read({"it": "x"}, {"age": 1}).values == {}
    assert asked.read({"it": "x"}, {"age": 99}).values == {"it": "x"}
