"""The hour that comes twice in October: a deadline in it passes once, like any other."""

from datetime import UTC, datetime, timedelta

from tests.processes.conftest import LONDON

RECEIVED_AT = datetime(2026, 10, 24, 1, 30, tzinfo=LONDON)
PASSES_AT = RECEIVED_AT.astimezone(UTC) + timedelta(hours=24)  # 01:30, for the first time


def test_a_deadline_in_the_hour_that_comes_twice_passes_once(pathway):
    slough = pathway("slough")
    slough.now = RECEIVED_AT
    (case_id,) = slough.start()
    slough.screen()
    assert slough.deadlines(case_id)["SL-05"].passes_at.astimezone(UTC) == PASSES_AT
    for minutes in (0, 1, 59, 61, 120):
        assert slough.fire(PASSES_AT + timedelta(minutes=minutes)).failed == []
    assert [each["rule"] for each in slough.history("deadline passed")].count("SL-05") == 1
