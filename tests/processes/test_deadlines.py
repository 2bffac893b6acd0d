"""Deadlines from facts: which apply, how they stand, what they say, and which one drives."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feel
from forms.local_time import LONDON
from processes import deadlines
from processes.calendar import Calendar
from processes.deadlines import DeadlineNotReadable

OUTPUTS = (
    "rule", "name", "words", "from", "until", "amount", "unit",
    "strength", "calendar", "remind", "escalate", "source",
)  # fmt: skip
ROW = {
    "scope": '"case"',
    "when": "-",
    "rule": '"BH-05"',
    "name": '"Hold the conference"',
    "words": '"Within 15 working days"',
    "from": "from",
    "until": "until",
    "amount": "15",
    "unit": '"working days"',
    "strength": '"must"',
    "calendar": '"national"',
    "remind": "null",
    "escalate": "null",
    "source": '"The paragraph in words"',
}


DAY_LONG = {"unit": '"hours"', "amount": "24"}


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


FRIDAY = london(2026, 12, 4, 14)


def table(*rows: dict[str, str]) -> feel.DecisionTable:
    """Return a deadlines table, read from DMN, whose rows differ from ROW as given."""

    def cell(text: str, kind: str) -> str:
        return f"<{kind}><text>{escape(text)}</text></{kind}>"

    rules = ""
    for number, changes in enumerate(rows):
        row = ROW | changes
        cells = cell(row["scope"], "inputEntry") + cell(row["when"], "inputEntry")
        cells += "".join(cell(row[name], "outputEntry") for name in OUTPUTS)
        rules += f'<rule id="row_{number}">{cells}</rule>'
    inputs = "".join(
        f'<input id="i_{name}"><inputExpression id="e_{name}">'
        f"<text>{name}</text></inputExpression></input>"
        for name in ("scope", "true")
    )
    outputs = "".join(f'<output id="o_{name}" name="{name}"/>' for name in OUTPUTS)
    xml = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tables"
        name="tables" namespace="http://example.org/tables">
        <decision id="deadlines" name="Deadlines"><decisionTable id="rows" hitPolicy="COLLECT">
        {inputs}{outputs}{rules}</decisionTable></decision></definitions>"""
    return feel.read_dmn(xml.encode(), "deadlines.dmn")["deadlines"]


def evaluate(row: dict[str, str], now: datetime, **facts: Any) -> deadlines.Deadline:
    found = evaluate_all([row], now, **facts)
    assert len(found) == 1
    return found[0]


def evaluate_all(
    rows: list[dict[str, str]], now: datetime, **facts: Any
) -> list[deadlines.Deadline]:
    context = {"scope": "case", "number": None, "from": None, "until": None, **facts}
    return deadlines.evaluate(table(*rows), [context], Calendar(), now)


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


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (london(2026, 12, 29, 23, 59) + timedelta(seconds=59, microseconds=999_999), "met"),
        (london(2026, 12, 30), "missed"),
        (date(2026, 12, 29), "met"),
        (date(2026, 12, 30), "missed"),
        (london(2026, 12, 1), "met"),
    ],
)
def test_anything_done_on_the_due_date_is_in_time(until, state):
    assert evaluate({}, london(2027, 3, 1), **{"from": FRIDAY, "until": until}).state == state


def test_the_due_date_is_londons_in_summer_time():
    row = {"unit": '"same day"'}
    at_half_past_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    received = london(2026, 7, 1, 12)
    deadline = evaluate(row, received, **{"from": received, "until": at_half_past_midnight})
    assert (deadline.state, deadline.late) == ("missed", "30 minutes late")


@pytest.mark.parametrize(
    ("until", "state", "late"),
    [
        (london(2027, 3, 28, 23, 0), "met", ""),
        (london(2027, 3, 28, 23, 5), "missed", "5 minutes late"),
        (london(2027, 3, 28, 23, 0) + timedelta(seconds=1), "missed", "less than a minute late"),
        (date(2027, 3, 28), "met", ""),
    ],
)
def test_hours_are_compared_as_instants_across_the_change_of_the_clocks(until, state, late):
    begun = london(2027, 3, 27, 22)
    deadline = evaluate(
        {"unit": '"hours"', "amount": "24"}, until_now(until), **{"from": begun, "until": until}
    )
    assert (deadline.state, deadline.late) == (state, late)


def until_now(until: date) -> datetime:
    return until if isinstance(until, datetime) else london(2027, 4, 1)


def test_an_instant_in_the_hour_that_happens_twice_is_told_from_its_double():
    begun = datetime(2026, 10, 24, 0, 45, tzinfo=UTC)
    too_late = datetime(2026, 10, 25, 1, 30, tzinfo=UTC).astimezone(LONDON)
    row = {"unit": '"hours"', "amount": "24"}
    deadline = evaluate(row, begun, **{"from": begun, "until": too_late})
    assert (deadline.state, deadline.late) == ("missed", "45 minutes late")


@pytest.mark.parametrize(
    ("now", "state", "words"),
    [
        (london(2026, 12, 5, 12), "running", "15 working days left"),
        (london(2026, 12, 29, 19, 49), "running", "4 hours 11 minutes left"),
        (london(2026, 12, 29, 23, 59), "running", "1 minute left"),
        (london(2026, 12, 30), "missed", "1 working day late"),
        (london(2027, 1, 12), "missed", "9 working days late"),
    ],
)
def test_how_long_is_left_or_how_late_it_is_is_said_in_words(now, state, words):
    deadline = evaluate({"rule": '"BH-05"'}, now, **{"from": FRIDAY})
    assert deadline.state == state
    assert words in (deadline.left, deadline.late)


@pytest.mark.parametrize(
    ("row", "now", "words"),
    [
        ({"amount": "3"}, london(2026, 12, 12), "2 working days late"),
        ({"amount": "5"}, london(2026, 12, 12), "1 day late"),
        ({"unit": '"months"', "amount": "3"}, london(2027, 3, 6), "2 days late"),
        ({"unit": '"months"', "amount": "3"}, london(2027, 3, 2), "2 days left"),
        ({"unit": '"days"', "amount": "8"}, london(2026, 12, 14, 17), "2 days 3 hours late"),
        ({"unit": '"days"', "amount": "8"}, london(2026, 12, 11, 14), "1 day left"),
        ({"unit": '"working days before"', "amount": "3"}, london(2026, 12, 1, 8), "16 hours left"),
    ],
)
def test_lateness_is_counted_in_the_days_that_matter(row, now, words):
    deadline = evaluate(row, now, **{"from": FRIDAY})
    assert words in (deadline.late or deadline.left)


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


@pytest.mark.parametrize(
    ("row", "words", "moments"),
    [
        ({"unit": '"same day"'}, '["2 hours after", "at 20:00"]', [(4, 16), (4, 20)]),
        ({"unit": '"same day"'}, '"4 hours before"', [(4, 20)]),
        ({"unit": '"same day"'}, '"at 12:00"', []),  # before it began
        ({"unit": '"same day"'}, '"10 hours after"', []),  # when it has passed
        ({"unit": '"same day"'}, '["at 20:00", "6 hours after", "4 hours before"]', [(4, 20)]),
        ({"amount": "5"}, '["on working day 2", "1 working day before"]', [(8, 9), (10, 9)]),
        ({"amount": "5"}, '"at 20:00"', [(11, 20)]),
        ({"amount": "1"}, '"1 working day before"', []),  # at 9am the same day
        (DAY_LONG, '["12 hours after", "6 hours before"]', [(5, 2), (5, 8)]),
        (DAY_LONG, '"24 hours after"', []),
        (DAY_LONG, '"24 hours before"', [(4, 14)]),
        ({}, "[]", []),
    ],
)  # fmt: skip
def test_reminders_fall_where_their_words_say_and_never_after_the_breach(row, words, moments):
    expected = tuple(london(2026, 12, day, hour) for day, hour in moments)
    deadline = evaluate(row | {"remind": words, "escalate": words}, FRIDAY, **{"from": FRIDAY})
    assert deadline.remind == expected
    assert deadline.escalate == expected


def test_reminders_keep_real_hours_across_the_change_of_the_clocks():
    begun = london(2027, 3, 27, 22)
    row = {"unit": '"hours"', "amount": "24", "escalate": '["18 hours after"]'}
    assert evaluate(row, begun, **{"from": begun}).escalate == (london(2027, 3, 28, 17),)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(['"hours"', '"same day"', '"working days"', '"months"', '"days"']),
    st.integers(0, 30),
    st.lists(
        st.sampled_from(
            ["2 hours after", "90 minutes before", "on working day 2", "1 working day before",
             "at 12:00", "at 01:30"]
        )
    ),
)  # fmt: skip
def test_no_reminder_is_before_the_beginning_or_after_the_end(start, unit, amount, words):
    remind = "[" + ", ".join(f'"{each}"' for each in words) + "]"
    row = {"unit": unit, "amount": str(amount), "remind": remind}
    deadline = evaluate(row, start, **{"from": start})
    assert all(deadline.from_at <= moment < deadline.passes_at for moment in deadline.remind)
    assert list(deadline.remind) == sorted(set(deadline.remind))


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
