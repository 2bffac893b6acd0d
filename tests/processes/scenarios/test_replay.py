"""Scenarios replayed: what holds, what does not and what was found, and what cannot be taken."""

from pathlib import Path

import pytest

from processes import library, scenarios

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


def test_a_scenario_that_names_what_the_procedure_does_not_have_is_not_replayed(write):
    story = scenarios.read(
        write(
            TOLD
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
            "{response: advice, referral_decided_at: Fri 4 Dec 2026 16:50}",
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
