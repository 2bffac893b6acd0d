"""The short form of `make soak`: the same walks, kills and storm, only fewer."""

from pathlib import Path

import pytest

from app.migrations import upgrade
from bench import kills, letters, storm, walks
from processes import database, library

SEEDS = range(2)
KILLS, KILLS_OF_SENDERS = 6, 20
TIMERS = 40


@pytest.mark.parametrize("name", library.names())
def test_a_walk_with_a_reload_at_every_step_ends_where_one_without_ends(name):
    procedure = walks.unsigned(library.read(name))
    for seed in SEEDS:
        anew = walks.walk(walks.WalkingAnew(procedure), procedure, seed)
        on = walks.walk(walks.WalkingOn(procedure), procedure, seed)
        assert anew == on


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(database_url, tmp_path):
    said = Path(tmp_path, "said")
    findings = kills.kill_over_and_over(database_url, "brighton_and_hove", KILLS, 1, said)
    assert findings.wrong == []
    assert findings.completed > 0


def test_a_killed_sender_sends_nobody_a_mail_twice_and_says_what_is_in_doubt(database_url):
    findings = letters.kill_senders(database_url, KILLS_OF_SENDERS, 1)
    assert findings.wrong == []
    assert findings.doubted > 0
    assert findings.sent > KILLS_OF_SENDERS


def test_timers_of_one_midnight_all_fire_once(empty_database_url):
    engine = database.connect(empty_database_url)
    upgrade(engine)
    storm.gather(engine, TIMERS)
    found = storm.look(engine, 1, TIMERS, storm.fire_embedded(engine))
    engine.dispose()
    assert (found.fired_twice, found.not_fired, found.incidents) == (0, 0, 0)


def test_two_workers_share_the_timers_of_one_midnight(postgresql_server):
    from tests.conftest import postgresql_database

    with postgresql_database(postgresql_server) as url:
        engine = database.connect(url)
        upgrade(engine)
        storm.gather(engine, TIMERS)
        found = storm.look(engine, 2, TIMERS, storm.fire_with_workers(engine, 2))
        engine.dispose()
    assert (found.fired_twice, found.not_fired, found.incidents) == (0, 0, 0)
