"""What a procedure says once its files are read, and what is wrong with those that cannot be."""

import pytest

from processes import library

NOT_SIGNED = {"hold_strategy_discussion", "plan_strategy_discussion", "record_referral"}


@pytest.mark.parametrize("name", library.names())
def test_a_task_is_signed_when_a_row_of_the_table_is_for_it_and_not_when_one_names_it(name):
    signed = library.read(name).signing_tasks
    assert "sign_strategy_discussion" in signed
    assert not signed & NOT_SIGNED
