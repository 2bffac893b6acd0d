"""The page that works out a deadline."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

SignIn = Callable[..., FlaskClient]
PAGE = "/work-out-a-deadline"


def ask(browser: FlaskClient, **asked: str):
    start = {"on-day": "4", "on-month": "12", "on-year": "2026", "unit": "working days"}
    given = {name.replace("_", "-"): text for name, text in asked.items()}
    return browser.get(PAGE, query_string={**start, **given})


def test_the_page_begins_with_the_question(sign_in: SignIn):
    page = sign_in("auditor").get(PAGE)
    assert page.status_code == 200
    assert "Counted from" in page.text
    assert 'id="answer"' not in page.text


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"amount": "15"}, "Due by the end of Tuesday 29 December 2026"),
        ({"amount": "15", "procedure": "england"}, "Due by the end of Wednesday 30 December 2026"),
        ({"amount": "15", "closed": "2026-12-29, 2026-12-30 2026-12-31"},
         "Due by the end of Monday 4 January 2027"),
        ({"amount": "3", "unit": "months"}, "Due by the end of Thursday 4 March 2027"),
        ({"unit": "same day", "on_time": "16.50"}, "Due by the end of Friday 4 December 2026"),
        ({"on_day": "27", "on_month": "3", "on_year": "2027", "on_time": "22:00", "amount": "24",
          "unit": "hours"}, "Due at Sunday 28 March 2027, 11pm"),
    ],
)  # fmt: skip
def test_a_deadline_is_worked_out(sign_in: SignIn, asked: dict[str, str], answer: str):
    page = ask(sign_in("police"), **asked)
    assert page.status_code == 200
    assert answer in page.text
    assert "Counted " in page.text


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"on_day": ""}, "#on-day"),
        ({"on_day": "x"}, "#on-day"),
        ({"on_month": "13"}, "#on-day"),
        ({"on_time": "25:00", "unit": "hours", "amount": "1"}, "#on-day"),
        ({"amount": "many"}, "#amount"),
        ({"amount": "99999999"}, "#amount"),
        ({"amount": "1", "unit": "fortnights"}, "#unit"),
        ({"amount": "1", "closed": "Christmas"}, "#closed"),
        ({"amount": "1", "closed": "2026-12-29T10:00"}, "#closed"),
    ],
)
def test_a_wrong_part_is_named_and_what_was_typed_stays(
    sign_in: SignIn, asked: dict[str, str], where: str
):
    page = ask(sign_in("police"), **asked)
    assert page.status_code == 400
    assert f'href="{where}"' in page.text
    assert 'value="2026"' in page.text


def test_a_deadline_past_the_known_bank_holidays_warns(sign_in: SignIn):
    page = ask(sign_in("police"), on_year="2028", amount="30").text
    assert "Bank holidays are announced only until" in page
