"""Earlier records are read beside the form, without leaving it."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app.test_tasks import HELD, task_of

pytestmark = pytest.mark.usefixtures("friday_evening")

SignIn = Callable[..., FlaskClient]
Refer = Callable[..., int]


def beside(page: str) -> list[str]:
    """Return the earlier records that stand on a page, in plain words."""
    found = re.findall(r'<details class="govuk-details app-earlier">(.*?)</details>', page, re.S)
    return [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in found]


def test_the_page_where_a_record_is_signed_shows_what_is_known(
    refer: Refer, sign_in: SignIn, session: Session
):
    refer()
    browser = sign_in("team_manager", name="Ana Ruiz")
    assert beside(browser.get(task_of(session)).text) == [], "its form shows no earlier record"
    browser.post(task_of(session), data=HELD)
    referral, held = beside(browser.get(task_of(session, "sign_strategy_discussion")).text)
    assert referral.startswith("Record the referral: Friday 4 December, Tom Reed")
    assert "Bruises on both arms. She says she fell." in referral
    assert "School" in referral
    assert "recent abuse" not in referral, "only what the form names is shown"
    assert held.startswith(
        "Hold the strategy discussion, discussion 1: Friday 4 December, Ana Ruiz"
    )
    assert "Arrange a paediatric assessment" in held
