"""What a scenario may say, and what a mistake in it is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from processes import scenarios

STORY = """\
title: A night
procedure: england
children: [Maya D, Leo D]
steps:
  - at: Fri 4 Dec 2026 16:50
    start: referral
    by: Duty worker (first_response, out_of_hours)
    answers:
      referral_received_at: Fri 4 Dec 2026 16:50
      decisions: [section_47, assessment]
      actions:
        - {action: See the doctor, person: Tom Reyes, due_on: }
    then:
      - WT-01 is due Mon 7 Dec 2026 23:59:59
      - Leo D: task screen_referral is open for first_response
"""


def mistakes_of(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(scenarios.ScenarioUnreadable) as caught:
        scenarios.read(path)
    return [(one.line, one.says) for one in caught.value.mistakes]


def test_a_scenario_says_who_does_what_when_with_which_answers(write):
    story = scenarios.read(write(STORY))

    assert (story.title, story.procedure, story.children) == (
        "A night", "england", ("Maya D", "Leo D"),
    )  # fmt: skip
    (step,) = story.steps
    assert step.at == datetime(2026, 12, 4, 16, 50, tzinfo=UTC)
    assert (step.action, step.what) == ("start", "referral")
    assert step.by is not None
    assert step.by.name == "Duty worker"
    assert step.by.roles == ("first_response", "out_of_hours")
    assert step.answers == {
        "referral_received_at": "Fri 4 Dec 2026 16:50",
        "decisions": ["section_47", "assessment"],
        "actions": [{"action": "See the doctor", "person": "Tom Reyes", "due_on": ""}],
    }


def test_an_expectation_is_about_all_children_unless_it_names_one(write):
    (step,) = scenarios.read(write(STORY)).steps

    assert [(one.line, one.child) for one in step.then] == [(14, ""), (15, "Leo D")]


def test_a_step_without_a_time_is_at_the_moment_of_the_step_before(write):
    story = scenarios.read(write(STORY + "  - then: the case is open\n"))

    assert story.steps[1].at == story.steps[0].at
    assert story.steps[1].action == ""


def test_answers_are_shared_through_files_and_changed_in_place(write):
    write("purpose: To decide\nreview_on: Thu 1 Apr 2027\n"
          "participants:\n  - {name: Jo}\n", "answers/complete.yaml")  # fmt: skip
    story = scenarios.read(write(STORY + (
        "  - complete: sign_strategy_discussion\n"
        "    by: Tom Reyes (team_manager)\n"
        "    answers_from: complete\n"
        "    answers: {review_on: }\n"
        "    add: {participants: [{name: Ward sister}]}\n"
    )))  # fmt: skip

    assert story.steps[1].answers == {
        "purpose": "To decide",
        "review_on": "",
        "participants": [{"name": "Jo"}, {"name": "Ward sister"}],
    }


def test_all_mistakes_are_reported_at_once_each_with_its_line(write):
    wrong = mistakes_of(
        write("""\
title: Wrong
procedure: england
children: [Maya D]
shade: blue
steps:
  - at: Thu 4 Dec 2026 16:50
    start: referral
    by: Duty worker
    for: [Leo D]
    then:
      - the moon is full
      - BH-12 is due Mon 8 Dec 2026
  - at: Fri 4 Dec 2026 16:50
    complete: screen_referral
    begin: medical_result
    of: the second one
    by: Duty worker (first_response)
    answers_from: ../../secret
  - at: Thu 3 Dec 2026 16:50
    correct: referral_received_at
    by: Duty worker (first_response)
  - at: Fri 4 Dec 2026 17:00
    then:
      - signing is refused because "no date"
""")
    )

    assert [line for line, _ in wrong] == [4, 6, 8, 9, 11, 12, 13, 16, 18, 19, 19, 24]
    said = " ".join(says for _, says in wrong)
    for expected in (
        "no “shade”",
        "4 Dec 2026 is a Friday",
        "“Leo D” is not among",
        "“the moon is full” is not a sentence",
        "8 Dec 2026 is a Tuesday",
        "one thing, not “complete” and “begin”",
        "“discussion 2” or “enquiry 1”",
        "no file answers/../../secret.yaml",
        "“to” what, and “because” of what",
        "nothing can be refused",
        "a name and roles",
    ):
        assert expected in said


def test_a_step_earlier_than_the_one_before_is_a_mistake(write):
    wrong = mistakes_of(write(STORY + "  - at: Fri 4 Dec 2026 16:49\n"))

    assert wrong == [(16, "The step is earlier than the one before it.")]


BOMB = "a: &a [x, x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BOMB, "aliases"),
        ("a: !!python/object/apply:os.system [echo]", "Tags"),
        ("a: !secret b", "Tags"),
        ("[" * 5000, "nested"),
        ("a: [" * 400 + "]" * 400, "nested"),
        ("- a\n" * 30_000, "parts"),
        ("a" * 300_000, "larger than 200 kB"),
        (b"\x00\x01\x02", "not readable as YAML"),
        (b"\xff\xfe\x00\x80", "not text"),
        ("", "empty"),
        ("a: b\n---\na: b\n", "more than one document"),
        ("a: b: c", "not readable as YAML"),
        ("a: 1\na: 2", "given twice"),
        ("? [a]\n: b", "plain words"),
        ("- just\n- a list", "names and values"),
        ("just words", "names and values"),
        (STORY.replace("title: A night", "title: [a, b]"), "Plain words"),
        (STORY.replace("[Maya D, Leo D]", "{Maya D: Leo D}"), "Plain words"),
        (STORY.replace("[Maya D, Leo D]", "[Maya D, Maya D, Leo D]"), "each named once"),
        (STORY.replace("- at: Fri 4 Dec 2026 16:50\n    start", "- start"), "say when"),
        ("title: x\nprocedure: england\nchildren: [A]\nsteps: now", "names and values"),
        (STORY.replace("decisions: [section_47, assessment]", "decisions: {a: b}"), "rows"),
    ],
)
def test_a_hostile_or_mistaken_file_is_refused_with_a_sentence(write, text, says):
    path = write(text)

    assert any(says in said for _, said in mistakes_of(path))
