"""The language of scenarios: what can be said, and what a mistake in it is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from processes import library, scenarios
from processes.scenarios import moments, sentences

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


@pytest.fixture
def write(tmp_path: Path):
    folder = tmp_path / "bpmn" / "england" / "scenarios"
    (folder / "answers").mkdir(parents=True)

    def write(text: str | bytes, name: str = "story.yaml") -> Path:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


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
        (STORY.replace("- at: Fri 4 Dec 2026 16:50\n    start", "- start"), "say when"),
        ("title: x\nprocedure: england\nchildren: [A]\nsteps: now", "names and values"),
        (STORY.replace("decisions: [section_47, assessment]", "decisions: {a: b}"), "rows"),
    ],
)
def test_a_hostile_or_mistaken_file_is_refused_with_a_sentence(write, text, says):
    path = write(text)

    assert any(says in said for _, said in mistakes_of(path))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Fri 4 Dec 2026 16:50", "2026-12-04T16:50:00+00:00"),
        ("Friday 4 December 2026 16:50:09", "2026-12-04T16:50:09+00:00"),
        ("Sun 28 Mar 2027 23:00", "2027-03-28T23:00:00+01:00"),
        ("Sun 28 Mar 2027 23:00 BST", "2027-03-28T23:00:00+01:00"),
        ("Sun 31 Oct 2027 01:30 BST", "2027-10-31T01:30:00+01:00"),
        ("Sun 31 Oct 2027 01:30 GMT", "2027-10-31T01:30:00+00:00"),
    ],
)
def test_a_moment_is_read_in_london(text, iso):
    assert moments.read_moment(text).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mon 4 Dec 2026 16:50", "is a Friday"),
        ("Fri 31 Nov 2026 16:50", "no such day"),
        ("Fri 4 Dec 2026", "has no time"),
        ("Fri 4 Dec 2026 25:00", "no such time"),
        ("Sun 28 Mar 2027 01:30", "clocks go forward"),
        ("Sun 31 Oct 2027 01:30", "happens twice"),
        ("Sat 27 Mar 2027 22:00 BST", "London keeps GMT"),
        ("2026-12-04 16:50", "is not a date"),
        ("Foo 4 Dec 2026 16:50", "neither a weekday nor a month"),
    ],
)
def test_a_moment_that_does_not_exist_is_refused_with_a_sentence(text, says):
    with pytest.raises(moments.NotADate, match=says):
        moments.read_moment(text)


def test_a_due_day_means_its_last_second():
    due = moments.read_due("Tue 29 Dec 2026")

    assert due.isoformat() == "2026-12-29T23:59:59+00:00"


@pytest.mark.parametrize(
    ("text", "pattern", "words"),
    [
        ("task hold_conference is open", "task TASK OF is open", {"TASK": "hold_conference"}),
        (
            "BH-11 follow-up of discussion 2 is due Wed 9 Dec 2026",
            "RULE OF is due WHEN",
            {"RULE": "BH-11 follow-up", "OF": "discussion 2", "WHEN": "Wed 9 Dec 2026"},
        ),
        (
            "CF-06 is missed by 5 minutes",
            "RULE OF is missed by COUNT UNIT",
            {"RULE": "CF-06", "COUNT": "5", "UNIT": "minutes"},
        ),
        (
            'signing is refused because "has no date" (IC-16)',
            "signing is refused because TEXT (RULE)",
            {"TEXT": "has no date", "RULE": "IC-16"},
        ),
        ("there are no enquiries", "there are COUNT THING", {"COUNT": "no", "THING": "enquiries"}),
        (
            "fact decisions of discussion 1 is section_47, assessment",
            "fact FACT OF is VALUE",
            {"FACT": "decisions", "OF": "discussion 1", "VALUE": "section_47, assessment"},
        ),
    ],
)
def test_a_sentence_is_understood(text, pattern, words):
    understood = sentences.understand(text)

    assert understood is not None
    assert understood[0].pattern == pattern
    assert {key: value for key, value in understood[1].items() if value} == words


@pytest.mark.parametrize(
    "text", ["BH-12 is due soon", "task X is open", "the case is lost", "", "signing is refused"]
)
def test_what_is_not_in_the_grammar_is_not_guessed_at(text):
    assert sentences.understand(text) is None


def test_every_sentence_of_the_grammar_is_explained_to_owners():
    guide = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text()

    assert [s.pattern for s in sentences.SENTENCES if f"`{s.pattern}`" not in guide] == []


def test_a_scenario_that_names_what_the_procedure_does_not_have_is_not_replayed(write):
    story = scenarios.read(
        write(
            STORY
            + """\
  - complete: screen_the_moon
    by: Duty worker (moon_watcher)
    then:
      - BH-99 does not apply
      - fact moon is full
      - task record_referral asks moon
      - task screen_referral is open for moon_watcher
  - begin: moon_landing
    by: Duty worker (first_response)
  - correct: moon
    to: full
    because: It was new
    by: Duty worker (first_response)
  - complete: screen_referral
    by: Duty worker (first_response)
    about: BH-98
    answers: {moon: full, referral_decided_at: Fri 5 Dec 2026 17:00}
"""
        )
    )

    with pytest.raises(scenarios.ScenarioUnreadable) as caught:
        scenarios.replay(story, library.read("england"))

    said = " ".join(one.says for one in caught.value.mistakes)
    for expected in (
        "The form record_referral has no question “decisions”",
        "The form record_referral has no question “actions”",
        "no task “screen_the_moon”",
        "“moon_watcher” is no role",
        "No row of deadlines.dmn has the rule BH-99",
        "No diagram or table names “moon”",
        "The form record_referral has no question “moon”",
        "“moon_landing” is not among the processes",
        "No form asks “moon”",
        "No deadline has the rule BH-98",
        "The form screen_referral has no question “moon”",
        "5 Dec 2026 is a Saturday",
    ):
        assert expected in said


TOLD = """\
title: A night
procedure: england
children: [Maya D]
steps:
  - at: Fri 4 Dec 2026 16:50
    start: referral
    by: Duty worker (first_response)
    answers: {referral_received_at: Fri 4 Dec 2026 16:50}
    then:
      - WT-01 is due Tue 8 Dec 2026
      - task screen_referral is open
"""


def replayed(path: Path) -> list[str]:
    story = scenarios.read(path)
    return list(scenarios.lines(story, scenarios.replay(story, library.read("england"))))


def test_what_does_not_hold_is_said_with_what_was_found_instead(write):
    assert replayed(write(TOLD)) == [
        "A night (england/story)",
        "  Fri 4 Dec 2026 16:50, start referral by Duty worker",
        "    ✖ WT-01 is due Tue 8 Dec 2026",
        "      line 10; Maya D: WT-01 is running, a must, due Mon 7 Dec 2026 23:59:59",
        "    ✔ task screen_referral is open",
    ]


@pytest.mark.parametrize(
    ("step", "found"),
    [
        (
            "complete: tell_referrer\n    by: Duty worker (first_response)",
            "is not open; open: screen",
        ),
        (
            "complete: screen_referral\n    by: Duty worker (social_worker)\n    answers: "
            "{response: advice, referral_decided_at: Fri 4 Dec 2026 17:00}",
            "is for First response",
        ),
        ("complete: screen_referral\n    by: Duty worker (first_response)", "answers refused"),
        ("revise: screen_referral\n    by: Duty worker (first_response)", "no record of screen"),
        ("begin: medical_result\n    by: Duty worker (first_response)", "other roles than yours"),
    ],
)
def test_a_step_that_cannot_be_taken_ends_the_replay(write, step: str, found: str):
    after = "  - at: Sat 5 Dec 2026 16:50\n    then:\n      - the case is closed\n"
    said = replayed(write(TOLD + f"  - {step}\n" + after))

    assert said[-2] == "    ✖ can be taken"
    assert found in said[-1]


def test_a_refusal_that_was_expected_and_did_not_come_is_said(write):
    told = TOLD.replace("task screen_referral is open", 'signing is refused because "no date"')

    assert replayed(write(told))[-1] == "      line 11; Maya D: it was accepted"


def test_time_passes_between_steps_and_each_timer_has_its_own_moment(write):
    told = (
        TOLD
        + """\
  - at: Wed 9 Dec 2026 09:00
    then:
      - WT-01 is missed
      - WT-01 has been reminded
      - task explain_lateness is open about WT-01
      - the history says "deadline passed"
"""
    )

    assert [line for line in replayed(write(told)) if "✖" in line] == [
        "    ✖ WT-01 is due Tue 8 Dec 2026"
    ]
