"""Deadlines from facts: which apply, to what, what they say, and which one drives."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from processes import deadlines
from processes.calendar import Calendar
from processes.deadlines import DeadlineNotReadable
from tests.processes.deadline_table import FRIDAY, evaluate, evaluate_all, london, table


def test_a_deadline_says_by_when_why_whose_rule_and_how_long_is_left():
    deadline = evaluate({}, london(2026, 12, 24, 10), **{"from": FRIDAY})
    assert deadline.rule == "BH-05"
    assert deadline.name == "Hold the conference"
    assert deadline.words == "Within 15 working days"
    assert deadline.source == "The paragraph in words"
    assert deadline.due_at.isoformat() == "2026-12-29T23:59:59+00:00"
    assert deadline.passes_at.isoformat() == "2026-12-30T00:00:00+00:00"
    assert deadline.counted == "from Fri 4 Dec, 15 working days, skipping 25 and 28 Dec"
    assert (deadline.state, deadline.left, deadline.late) == ("running", "1 working day left", "")


def test_a_row_does_not_apply_until_what_it_counts_from_has_happened():
    assert evaluate_all([{}], FRIDAY) == []


def test_all_rows_that_apply_run_together_and_each_is_scored_by_itself():
    rows = [
        {"rule": '"BH-11"', "amount": "3", "strength": '"should"'},
        {"rule": '"BH-12"', "unit": '"same day"', "when": "serious_injury"},
        {"rule": '"BH-13"', "when": "not(serious_injury)"},
    ]
    held = london(2026, 12, 7, 10)
    found = evaluate_all(rows, held, **{"from": FRIDAY, "until": held, "serious_injury": True})
    assert [(each.rule, each.state) for each in found] == [("BH-11", "met"), ("BH-12", "missed")]


def test_each_discussion_has_deadlines_of_its_own():
    contexts: list[dict[str, Any]] = [
        {"scope": "case", "number": None, "from": FRIDAY, "until": None},
        {"scope": "discussion", "number": 1, "from": FRIDAY, "until": None},
        {"scope": "discussion", "number": 2, "from": london(2026, 12, 8, 14), "until": None},
    ]
    row = {"scope": '"discussion"', "amount": "1"}
    found = deadlines.evaluate(table(row), contexts, Calendar(), FRIDAY)
    assert [(each.scope, each.number, each.due_at.date()) for each in found] == [
        ("discussion", 1, date(2026, 12, 7)),
        ("discussion", 2, date(2026, 12, 9)),
    ]


def test_a_report_is_due_by_the_end_of_a_working_day_before_the_conference():
    row = {"unit": '"working days before"', "amount": "2", "remind": '"1 working day before"'}
    deadline = evaluate(row, london(2027, 1, 4), **{"from": date(2027, 1, 12)})
    assert deadline.due_at.isoformat() == "2027-01-08T23:59:59+00:00"
    assert deadline.counted == "2 working days before Tue 12 Jan"
    assert deadline.remind == (london(2027, 1, 7, 9),)


def test_closed_days_move_the_local_deadline_and_not_the_national_one():
    closed = frozenset({date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)})
    context = {"scope": "case", "number": None, "from": FRIDAY, "until": None}
    both = table({"calendar": '"local"'}, {"calendar": '"national"'})
    found = deadlines.evaluate(both, [context], Calendar(closed), FRIDAY)
    assert [each.due_at.date() for each in found] == [date(2027, 1, 4), date(2026, 12, 29)]


def first_of(found: list[deadlines.Deadline]) -> str | None:
    first = deadlines.next_deadline(found)
    return first.rule if first else None


def test_the_earliest_running_deadline_of_a_duty_alone_drives_escalation():
    hold = {"name": '"Hold the strategy discussion"'}
    rows = [
        hold | {"rule": '"BH-11"', "amount": "3", "strength": '"should"'},
        hold | {"rule": '"BH-12"', "unit": '"same day"'},
        hold | {"rule": '"BH-13"', "amount": "1"},
        {"rule": '"WT-01"', "name": '"Decide"', "amount": "1"},
    ]
    found = evaluate_all(rows, FRIDAY, **{"from": FRIDAY})
    assert [each.rule for each in deadlines.drives_escalation(found)] == ["BH-12", "WT-01"]
    assert first_of(found) == "BH-12"

    # when the first of them has passed, the next takes over
    found = evaluate_all(rows, london(2026, 12, 5, 9), **{"from": FRIDAY})
    assert [each.rule for each in deadlines.drives_escalation(found)] == ["BH-13", "WT-01"]
    assert first_of(found) == "BH-13"


def test_of_two_deadlines_at_one_moment_the_more_binding_comes_first():
    rows = [{"rule": '"A"', "strength": '"should"'}, {"rule": '"B"'}]
    found = evaluate_all(rows, FRIDAY, **{"from": FRIDAY})
    assert first_of(found) == "B"
    assert [each.rule for each in deadlines.drives_escalation(found)] == ["B"]


def test_two_discussions_are_two_duties():
    contexts = [
        {"scope": "discussion", "number": number, "from": FRIDAY, "until": None}
        for number in (1, 2)
    ]
    found = deadlines.evaluate(table({"scope": "-"}), contexts, Calendar(), FRIDAY)
    assert len(deadlines.drives_escalation(found)) == 2


def test_nothing_drives_when_nothing_runs():
    found = evaluate_all([{}], FRIDAY, **{"from": FRIDAY, "until": FRIDAY})
    assert deadlines.drives_escalation(found) == []
    assert deadlines.next_deadline(found) is None


def test_a_deadline_past_the_last_known_bank_holiday_says_so():
    context = {"scope": "case", "number": None, "from": FRIDAY, "until": None}
    calendar = Calendar(known_until=date(2026, 12, 28))
    (deadline,) = deadlines.evaluate(table({}), [context], calendar, FRIDAY)
    assert deadline.notes == (
        "Bank holidays are announced only until Monday 28 December 2026: "
        "work this out again when later ones are.",
    )


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("unit", '"fortnights"', '"fortnights" is not one of: hours, same day, working days'),
        ("unit", "null", "is not one of"),
        ("amount", '"fifteen"', '"fifteen" is not a whole number'),
        ("amount", "1.5", '"1.5" is not a whole number'),
        ("amount", "-3", '"-3" is not a whole number'),
        ("amount", "null", "Nothing is not a whole number"),
        ("strength", '"shall"', '"shall" is not one of: must, should, consider'),
        ("calendar", "null", "Nothing is not one of: national, local"),
        ("remind", '"soon"', "'soon' is not a time to remind. Write 2 hours after"),
        ("remind", "[2]", "is not a time to remind"),
        ("escalate", '"at 25:00"', "is not a time to remind"),
        ("escalate", "5", "is not a list of texts"),
        ("from", "[1, 2]", "is not a date, or a date and time"),
        ("from", '"tomorrow"', '"tomorrow" is not a date or a time'),
        ("from", 'date("0202-12-04")', "The year 202 is too far away"),
        ("until", '"soon"', "'soon' is not a date, a date and time, or null"),
        ("until", 'date("0202-12-04")', "The year 202 is too far away"),
        ("name", "null", "there are no words"),
        ("words", '" "', "there are no words"),
        ("source", "4", "there are no words"),
    ],
)
def test_a_cell_that_makes_no_deadline_is_named_by_row_and_column(column, cell, sentence):
    with pytest.raises(DeadlineNotReadable) as refused:
        evaluate({column: cell}, FRIDAY, **{"from": FRIDAY})
    assert (refused.value.rule, refused.value.column) == ("BH-05", column)
    assert str(refused.value).startswith(f'In the deadlines table, row BH-05, column "{column}": ')
    assert sentence in str(refused.value)


def test_evaluating_again_gives_the_same():
    facts = {"from": FRIDAY, "until": None}
    assert evaluate({}, FRIDAY, **facts) == evaluate({}, FRIDAY, **facts)


def test_moving_what_it_counts_from_moves_the_deadline():
    first = evaluate({}, FRIDAY, **{"from": FRIDAY})
    corrected = evaluate({}, FRIDAY, **{"from": FRIDAY - timedelta(days=1)})
    assert first.due_at - corrected.due_at == timedelta(days=5)  # Christmas lies between them
    assert corrected.due_at.timetz().replace(tzinfo=None) == time(23, 59, 59)
