"""Dates as people write them."""

import pytest

from processes.scenarios import moments


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Fri 4 Dec 2026 16:50", "2026-12-04T16:50:00+00:00"),
        ("Friday 4 December 2026 16:50:09", "2026-12-04T16:50:09+00:00"),
        ("Sun 28 Mar 2027 23:00", "2027-03-28T23:00:00+01:00"),
        ("Sun 28 Mar 2027 23:00 BST", "2027-03-28T23:00:00+01:00"),
        ("Sun 31 Oct 2027 01:30 BST", "2027-10-31T01:30:00+01:00"),
        ("Sun 31 Oct 2027 01:30 GMT", "2027-10-31T01:30:00+00:00"),
    ],
)
def test_a_moment_is_read_in_london(text, iso):
    assert moments.read_moment(text).isoformat() == iso


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mon 4 Dec 2026 16:50", "is a Friday"),
        ("Fri 31 Nov 2026 16:50", "no such day"),
        ("Fri 4 Dec 2026", "has no time"),
        ("Fri 4 Dec 2026 25:00", "no such time"),
        ("Sun 28 Mar 2027 01:30", "clocks go forward"),
        ("Sun 31 Oct 2027 01:30", "happens twice"),
        ("Sat 27 Mar 2027 22:00 BST", "London keeps GMT"),
        ("2026-12-04 16:50", "is not a date"),
        ("Mon 4 Dec 9999 16:50", "too far away"),
        ("Foo 4 Dec 2026 16:50", "neither a weekday nor a month"),
    ],
)
def test_a_moment_that_does_not_exist_is_refused_with_a_sentence(text, says):
    with pytest.raises(moments.NotADate, match=says):
        moments.read_moment(text)


def test_a_due_day_means_its_last_second():
    due = moments.read_due("Tue 29 Dec 2026")

    assert due.isoformat() == "2026-12-29T23:59:59+00:00"
