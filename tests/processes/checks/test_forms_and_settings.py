"""Forms that cannot be asked, and settings that name what is not there."""

import json

import pytest

from processes.checks import check
from tests.processes.checks.procedure import SETTINGS, assert_found, form, sound


def found_in(name, content):
    return [p for p in check(sound() | {name: content}) if p.file == name]


@pytest.mark.parametrize(
    ("content", "place", "says"),
    [
        (b"{", "", "not JSON"),
        (b"[]", "", "not a form-js form"),
        (form("held_at", type="html"), "held_at", "type “html”"),
        (form("held_at", type="filepicker", multiple="=harm"), "held_at", "Its multiple has"),
        (form("held_at", type="filepicker", accept=".exe"), "held_at", "take out its accept"),
        (form("held_at", "held_at"), "held_at", ""),
        (form("Held At"), "Held At", "Its key"),
        (form("held_at", conditional={"hide": "= harm ="}), "held_at", "cannot be read"),
        (form("held_at", conditional={"hide": "=hram"}), "", "reads “hram”"),
        (form("held_at", conditional={"hide": "=sudo(harm)"}), "held_at", "calls “sudo”"),
        (form("discussions"), "discussions", "means something else"),
        (form("about"), "about", "means something else"),
        (form("then"), "then", "means something else"),
        (form("true"), "true", "means something else"),
    ],
)
def test_a_form_that_cannot_be_asked_as_it_says_is_refused(content, place, says):
    assert_found(found_in("forms/hold.form", content), place, says)


@pytest.mark.parametrize(
    ("carried", "says"),
    [("record_referral.no_such", "no_such” is asked by no form"), ("nobody.harm", "“nobody.harm”")],
)
def test_an_answer_is_carried_only_from_what_a_form_asks(carried, says):
    content = form("held_at", properties={"carried_from": f"record_referral.harm, {carried}"})

    assert_found(found_in("forms/hold.form", content), "held_at", says)


def test_a_list_sends_only_a_record_that_is_written():
    listed = {
        "type": "dynamiclist",
        "path": "to",
        "components": [],
        "properties": {"sends": "hodl"},
    }
    content = form("to", **listed)

    assert_found(found_in("forms/hold.form", content), "to", "“hodl” is asked by no form")


def test_a_condition_of_a_form_may_read_facts_of_other_forms():
    content = form("held_at", conditional={"hide": "=harm = true"})

    assert found_in("forms/hold.form", content) == []


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ({"person": None}, "have to ask “person”"),
        ({"due_on": {"type": "textfield", "label": "When"}}, "“due_on” cannot be a textfield"),
    ],
)
def test_a_list_that_becomes_actions_asks_what_an_action_says(missing, says):
    asked = {key: {"type": "textfield", "label": key} for key in ("action", "agency", "person")}
    asked["due_on"] = {"type": "datetime", "subtype": "date", "dateLabel": "By when"}
    rows = [{**each, "key": key} for key, each in {**asked, **missing}.items() if each]
    listed = {"type": "dynamiclist", "path": "to_do", "label": "To do", "components": rows,
              "properties": {"becomes": "actions"}}  # fmt: skip
    content = json.dumps({"type": "default", "components": [listed]}).encode()

    assert_found(found_in("forms/hold.form", content), "to_do", says)


def test_a_list_of_people_asks_who_they_are_and_offers_that_they_came():
    offers = [{"label": "Yes", "value": "yes"}]
    rows = [
        {"type": "textfield", "key": "full_name", "label": "Name"},
        {"type": "textfield", "key": "contact", "label": "Email"},
        {"type": "radio", "key": "attended", "label": "Took part?", "values": offers},
    ]
    listed = {"type": "dynamiclist", "path": "people", "label": "People", "components": rows,
              "properties": {"becomes": "participants"}}  # fmt: skip
    content = json.dumps({"type": "default", "components": [listed]}).encode()

    said = [each.says for each in found_in("forms/hold.form", content)]
    for says in ("have to ask “name”", "have to ask “agency”", "does not offer “attended”"):
        assert any(says in each for each in said), says
    assert not any("“contact”" in each for each in said)


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ('name = "Sampleton"', "", "name", "has no name"),
        ('"social_worker", ', '"wizard", ', "roles.Social worker", "no role “wizard”"),
        ('"team_manager"', '"wizard"', "beside.1", "no role “wizard”"),
        ('process = "late"', 'process = "later"', "beside.1", "“later”, which is not drawn"),
        ("discussion =", "meeting =", "scopes.meeting", "“meeting”, which is not drawn"),
        ('= "discussion"', '= "universe"', "scopes.discussion", "“universe” is none of"),
        ('"record_referral"', '"record"', "start.referral", "“record”, which is in no diagram"),
        (
            "referral =",
            "refferal =",
            "start.refferal",
            "“refferal” is none of referral, open_case,",
        ),
        ("2027-12-28", '"Christmas"', "closed_days", "not a list of dates"),
        ("closed_days", 'office_hours = ["9"]\nclosed_days', "office_hours", "not two times"),
        ("[start]", '[telling]\nhold = "later"\n[start]', "telling.hold", "“later” is none of"),
        ("[start]", '[telling]\nsit = "record_to_read"\n[start]', "telling.sit", "no task “sit”"),
        ("[start]", "[starts]", "start", "The section [start] is missing"),
        ("closed_days", "closed_dayz", "closed_dayz", "Nobody reads “closed_dayz”"),
        ('name = "Explain"', "closes = true", "beside.1", "Nobody reads “closes”"),
        ('"Sampleton"', '" "', "name", "has no name"),
        ('"Explain"', '""', "beside.1", "It has no name"),
        ('name = "Explain"', "", "beside.1", "It has no name"),
        ("[roles]", "[roles", "", "It is not TOML"),
    ],
)
def test_settings_that_name_what_is_not_there_are_refused(old, new, place, says):
    assert old in SETTINGS
    content = SETTINGS.replace(old, new).encode()

    assert_found(found_in("procedure.toml", content), place, says)


def test_a_procedure_without_settings_or_pathway_is_refused():
    files = sound()
    del files["procedure.toml"], files["pathway.bpmn"]

    missing = [p.file for p in check(files) if "missing" in p.says and not p.element]

    assert missing == ["pathway.bpmn", "procedure.toml"]


@pytest.mark.parametrize("step", ["record_referral", "nobody"])
def test_a_step_is_sent_back_only_where_a_way_leads_back_to_it(step):
    content = form("held_at", "why", properties={"sends_back": step})
    problems = check(sound() | {"forms/hold.form": content})

    assert [each.says for each in problems if "back" in each.says] == [
        f"It sends “{step}” back, but no way leads there. Draw one from hold."
    ]
