"""The values that FEEL knows come back from their JSON as they were."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feel
from feel import YearsMonths
from processes import values

moments = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | moments
    | st.dates()
)
keys = st.text("abc@_", min_size=2, max_size=4)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=8
)


@given(anything)
def test_a_value_comes_back_as_it_was(value):
    assert values.load(values.dump(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        datetime(2027, 3, 28, 23, tzinfo=timezone(timedelta(hours=1))),
        date(2026, 12, 4),
        time(16, 50),
        timedelta(hours=24),
        Decimal("0.10"),
        YearsMonths(14),
    ],
)
def test_a_value_keeps_its_kind(value):
    kept = values.load(values.dump(value))
    assert (kept, type(kept)) == (value, type(value))


def test_text_that_looks_like_a_tag_stays_text():
    assert values.load(values.dump({"note": '{"@": "date 2026-12-04"}'})) == {
        "note": '{"@": "date 2026-12-04"}'
    }


def test_a_value_that_no_record_can_keep_is_refused_by_name():
    for stranger in (object(), feel.evaluate("[1..2]")):
        with pytest.raises(TypeError):
            values.dump({"secret": stranger})
