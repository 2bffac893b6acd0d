"""What nobody types by accident: each is refused or made harmless, and the process goes on."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms

KINDS: list[dict[str, Any]] = [
    {"type": "textfield", "key": "line"},
    {"type": "textarea", "key": "area"},
    {"type": "number", "key": "number"},
    {"type": "datetime", "subtype": "date", "key": "day"},
    {"type": "datetime", "subtype": "datetime", "key": "moment"},
    {"type": "select", "key": "select", "values": [{"value": "a", "label": "A"}]},
    {"type": "radio", "key": "radio", "values": [{"value": "a", "label": "A"}]},
    {"type": "checklist", "key": "checklist", "values": [{"value": "a", "label": "A"}]},
    {"type": "checkbox", "key": "box"},
]
ROWS = {"type": "dynamiclist", "path": "rows", "components": KINDS}
FORM = forms.load(
    orjson.dumps(
        {
            "type": "default",
            "id": "all",
            "components": [
                {"label": "Question", **each, "dateLabel": each.get("subtype") and "Question"}
                for each in [
                    *KINDS,
                    {**ROWS, "components": [{"label": "Q", "dateLabel": "Q", **k} for k in KINDS]},
                ]
            ],
        }
    ),
    "all.form",
)
SCALARS = [each["key"] for each in KINDS if each["key"] not in ("checklist", "box")]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
posted_names = st.sampled_from(
    [*FORM.keys, "day-day", "day-month", "day-year", "rows-0-line", "rows-1-day-day", "rows-x-line"]
)


@given(st.dictionaries(posted_names, anything))
def test_whatever_is_posted_is_answered_with_values_or_sentences(posted):
    read = FORM.read(posted, {})
    assert set(read.values) <= set(FORM.keys)
    assert all(isinstance(error, str) and error for error in read.errors.values())
    orjson.dumps(read.typed)


@given(st.dictionaries(st.sampled_from(FORM.keys), anything))
def test_whatever_the_api_sends_is_answered_with_values_or_sentences(answers):
    read = FORM.read_answers(answers, {})
    assert set(read.values) <= set(FORM.keys)
    for text in (read.values.get("line"), read.values.get("area")):
        assert text is None or "\x00" not in text.encode().decode()


@pytest.mark.parametrize("key", SCALARS)
@pytest.mark.parametrize("given", [["a"], {"a": "b"}, [[]], {"day": {"day": "1"}}, True, b"a"])
def test_a_list_or_an_object_is_no_answer_to_a_plain_question(key, given):
    read = FORM.read_answers({key: given}, {})
    assert list(read.errors) == [key]
    assert read.values[key] is None
    assert FORM.read({key: given}, {}).values[key] is None


def test_a_million_rows_are_refused_without_being_read():
    many = [{"line": "x"}] * 1_000_000
    read = FORM.read_answers({"rows": many}, {})
    assert read.errors == {"rows": "“Question” can have at most 50 rows."}


def test_row_numbers_that_are_none_are_not_rows():
    names = ("rows--1-line", "rows-01-line", "rows-１-line", "rows-99999-line", "rows-1e3-line")
    assert FORM.read(dict.fromkeys(names, "x"), {}).values["rows"] == []


@pytest.mark.parametrize("rows", ["text", {"0": {"line": "x"}}, [1, 2], [[]], [{}, "x"], [None]])
def test_rows_that_are_no_rows_are_refused(rows):
    assert FORM.read_answers({"rows": rows}, {}).errors == {
        "rows": "“Question” must be a list of rows."
    }


@pytest.mark.parametrize("number", ["9e999999999", "1" * 10_000, "0x10", "1_000_000", "∞", "-"])
def test_a_number_beyond_reason_is_refused(number):
    assert "must be a number" in FORM.read({"number": number}, {}).errors["number"]


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), Decimal("1e999999"), 10**30, 1e300, True]
)
def test_a_number_beyond_reason_is_refused_from_the_api_too(number):
    assert "must be a number" in FORM.read_answers({"number": number}, {}).errors["number"]


def test_text_that_cannot_be_kept_is_left_out_and_the_rest_stays():
    text = "a\x00b\ud800c\x1b[31md\x85e\r\nf\tg"
    read = FORM.read({"area": text}, {})
    assert read.values["area"] == "abc[31mde\nf\tg"
    assert read.typed["area"] == "abc[31mde\nf\tg"


def test_text_in_any_language_stays_as_it_is():
    text = "Zoë Nguyễn 王小明 عمر 👩‍👩‍👧 Łukasz"
    assert FORM.read({"line": text}, {}).values["line"] == text


@pytest.mark.parametrize("given", ["2026-12-04", datetime(2026, 12, 4, 12), "2026-12-04T12:00Z"])
def test_a_date_is_no_time_and_a_time_is_no_date(given):
    has_time = given != "2026-12-04"
    wrong = "day" if has_time else "moment"
    assert list(FORM.read_answers({"day": given, "moment": given}, {}).errors) == [wrong]


@pytest.mark.parametrize("year", [1, 1899, 2101, 9999])
def test_a_year_beyond_reason_is_refused(year):
    read = FORM.read_answers({"moment": datetime(year, 1, 1)}, {})
    assert f"the year {year} is too far away" in read.errors["moment"]
