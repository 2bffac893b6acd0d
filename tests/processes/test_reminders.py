"""When a deadline reminds and escalates: as its words say, and never after it has passed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.processes.deadline_table import FRIDAY, evaluate, london

DAY_LONG = {"unit": '"hours"', "amount": "24"}


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
    at_once = () if words == "[]" else (deadline.from_at,)
    assert deadline.escalate == (expected or at_once)


def test_an_escalation_at_the_breach_is_left_out_unless_the_row_is_only_an_alert():
    row = {**DAY_LONG, "escalate": '["12 hours after", "24 hours after"]'}
    duty = evaluate(row, FRIDAY, **{"from": FRIDAY})
    alert = evaluate({**row, "strength": '"consider"'}, FRIDAY, **{"from": FRIDAY})
    assert duty.passes_at not in duty.escalate
    assert alert.escalate == (*duty.escalate, alert.passes_at)


def test_what_is_counted_backwards_has_no_beginning_to_escalate_at():
    row = {"unit": '"working days before"', "amount": "2", "escalate": '"2 hours after"'}
    assert evaluate(row, FRIDAY, **{"from": FRIDAY}).escalate == ()


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
