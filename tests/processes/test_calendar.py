"""Working days, months and clock hours: the government's own list, and properties."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from forms.local_time import LONDON
from processes import calendar as days
from processes.calendar import BANK_HOLIDAYS_KNOWN_UNTIL, Calendar, TooFarAway, bank_holidays

SHUTDOWN = frozenset({date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)})
a_day = st.dates(date(2013, 1, 1), date(2040, 1, 1))
an_instant = st.datetimes(datetime(2013, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
a_calendar = st.builds(Calendar, st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31))))
which = st.sampled_from(["national", "local"])


def _announced() -> set[date]:
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division="england-and-wales")
    return {holiday["date"] for holiday in listed}


def test_every_weekday_announced_as_a_bank_holiday_is_one_and_no_other_is():
    announced = _announced()
    for year in range(min(announced).year, max(announced).year + 1):
        computed = {day for day in bank_holidays(year) if day.weekday() < 5}
        assert computed == {day for day in announced if day.year == year and day.weekday() < 5}


def test_bank_holidays_are_known_to_the_end_of_the_last_year_announced():
    assert date(max(_announced()).year, 12, 31) == BANK_HOLIDAYS_KNOWN_UNTIL


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2020, 5, 4), True),
        (date(2020, 5, 8), False),
        (date(2022, 9, 19), False),
        (date(2023, 5, 8), False),
    ],
)
def test_substitutes_moved_and_single_bank_holidays_are_known(day, working):
    assert Calendar().is_working_day(day) is working


def test_a_closed_day_is_no_local_working_day_and_stays_a_national_one():
    calendar = Calendar(SHUTDOWN)
    assert not calendar.is_working_day(date(2026, 12, 29), "local")
    assert calendar.is_working_day(date(2026, 12, 29), "national")


def test_working_days_in_the_years_of_the_census_are_as_published():
    def year_to_march(year: int) -> int:
        return Calendar().working_days_between(date(year - 1, 3, 31), date(year, 3, 31))

    assert [year_to_march(year) for year in (2025, 2026, 2027)] == [254, 253, 251]


def test_twenty_working_days_lie_between_a_deferred_conference_and_its_discussion():
    assert Calendar().working_days_between(date(2026, 12, 10), date(2027, 1, 12)) == 20


def test_only_weekdays_are_named_as_skipped():
    skipped = Calendar(SHUTDOWN).skipped(date(2026, 12, 24), date(2027, 1, 4))
    assert skipped == [date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)]


def test_the_last_working_day_before_a_sunday_is_friday():
    assert Calendar().last_working_day(date(2027, 2, 28)) == date(2027, 2, 26)
    assert Calendar().last_working_day(date(2027, 2, 26)) == date(2027, 2, 26)


@given(a_calendar, a_day, st.integers(1, 60), which)
def test_a_count_never_ends_on_a_day_nobody_works(calendar, day, number, which):
    assert calendar.is_working_day(calendar.add_working_days(day, number, which), which)
    assert calendar.is_working_day(calendar.add_working_days(day, -number, which), which)


@given(a_calendar, a_day, a_day, st.integers(0, 60), which)
def test_what_begins_later_is_never_due_earlier(calendar, one, other, number, which):
    earlier, later = sorted((one, other))
    assert calendar.add_working_days(earlier, number, which) <= calendar.add_working_days(
        later, number, which
    )


@given(a_calendar, a_day, st.integers(1, 60), which)
def test_more_days_end_later_and_are_counted_between(calendar, day, number, which):
    due = calendar.add_working_days(day, number, which)
    assert calendar.add_working_days(day, number - 1, which) < due
    assert calendar.working_days_between(day, due, which) == number


@given(a_calendar, a_day, st.integers(1, 60), which)
def test_a_day_off_gives_the_date_of_the_working_day_before_it(calendar, day, number, which):
    before = calendar.last_working_day(day, which)
    assert calendar.add_working_days(day, number, which) == calendar.add_working_days(
        before, number, which
    )


@given(a_calendar, a_day, st.integers(1, 60), which)
def test_counting_back_undoes_counting_on_from_a_working_day(calendar, day, number, which):
    start = calendar.last_working_day(day, which)
    there = calendar.add_working_days(start, number, which)
    assert calendar.add_working_days(there, -number, which) == start


@given(a_calendar, a_day, st.integers(0, 60))
def test_closed_days_only_ever_move_a_date_later(calendar, day, number):
    local, national = (calendar.add_working_days(day, number, w) for w in ("local", "national"))
    assert local >= national


@given(an_instant, st.integers(0, 2000))
def test_hours_are_hours_whatever_the_clocks_do(moment, hours):
    assert days.add(moment, timedelta(hours=hours)) - moment == timedelta(hours=hours)


@given(an_instant, st.integers(0, 400))
def test_days_keep_the_time_on_the_clock_but_where_it_is_skipped(moment, number):
    before = moment.astimezone(LONDON)
    after = days.add_days(moment, number)
    skipped = after.time() != before.time()
    assert after.date() - before.date() == timedelta(days=number)
    assert not skipped or (after.month, after.hour, before.hour) == (3, 2, 1)


@given(a_day, st.integers(0, 240))
def test_months_keep_the_day_or_clamp_it_to_the_end_of_the_month(day, months):
    there = days.add_months(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(1)).day == 1)


@given(a_day)
def test_a_day_ends_one_second_before_the_next_begins(day):
    assert days.midnight_after(day) - days.end_of(day) == timedelta(seconds=1)
    assert days.day_of(days.end_of(day)) == day
    assert days.midnight_after(day).time() == time.min


def test_a_day_is_the_london_day():
    assert days.day_of(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert days.day_of(date(2026, 7, 1)) == date(2026, 7, 1)


def test_counting_out_of_all_reason_is_refused_with_a_sentence():
    with pytest.raises(TooFarAway, match="year 2860: check the amount"):
        days.add_months(date(2026, 12, 23), 10_000)
    with pytest.raises(TooFarAway, match="year 2200: check the amount"):
        Calendar().add_working_days(date(2199, 12, 30), 5)
