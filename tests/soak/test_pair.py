"""The short form of ten minutes of two people at one case."""

from bench import pair

SECONDS, DEEDS = 60, 12


def test_two_people_at_one_case_lose_nothing_and_meet_no_error(database_url):
    found = pair.work_together(database_url, seed=1, seconds=SECONDS, deeds=DEEDS)
    assert found.wrong == []
    assert found.completed > 0
    assert len(found.words) > 5
