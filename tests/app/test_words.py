"""A case in plain words."""

from app import words
from processes import library


def test_why_a_task_is_asked_comes_before_its_rules():
    england = library.read("england")
    why = words.why_asked(england, "medical_result", "decide_review_discussion")
    assert why.startswith("Police, social care and the paediatrician look at the result together")
    assert why.endswith(" (PR-10)")


def test_rules_that_stand_alone_are_all_that_is_said():
    assert words.why_asked(library.read("england"), "pathway", "nowhere") == ""
