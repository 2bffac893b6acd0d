"""What a procedure says once its files are read, and what is wrong with those that cannot be."""

import re

import pytest

from processes import library
from processes.checks import check

NOT_SIGNED = {"hold_strategy_discussion", "plan_strategy_discussion", "record_referral"}


@pytest.mark.parametrize("name", library.names())
def test_a_task_is_signed_when_a_row_of_the_table_is_for_it_and_not_when_one_names_it(name):
    signed = library.read(name).signing_tasks
    assert "sign_strategy_discussion" in signed
    assert not signed & NOT_SIGNED


@pytest.mark.parametrize("written", [b"'soon'", b"2027-04-01T00:00:00Z", b"20270401"])
def test_a_date_of_effect_that_is_no_date_is_refused_by_name(written):
    sound = library.read("england")
    settings = re.sub(
        rb"in_force_from = \S+", b"in_force_from = " + written, sound.files["procedure.toml"]
    )
    (problem,) = check({**sound.files, "procedure.toml": settings})
    assert str(problem).startswith("procedure.toml, in_force_from: It is not a date.")
