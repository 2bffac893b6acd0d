"""The deadlines on a child's page: how each stands, in words."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app.test_tasks import HELD, task_of

pytestmark = pytest.mark.usefixtures("friday_evening")


def test_what_is_planned_for_a_day_ahead_says_why_its_deadline_still_runs(
    refer: Callable[..., int], sign_in: Callable[..., FlaskClient], session: Session
):
    case_id, browser = refer(), sign_in("team_manager")
    assert "Planned for" not in browser.get(f"/cases/{case_id}").text

    browser.post(task_of(session), data=HELD)  # on Monday, and today is Friday

    page = browser.get(f"/cases/{case_id}").text
    assert "Planned for Monday 7 December: it counts once it has happened" in page
    assert "3 working days left" in page
