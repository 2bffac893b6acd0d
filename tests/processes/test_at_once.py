"""Several people, and the timers, change one case at the same moment: nothing is lost or broken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes import cases, incidents, timers
from processes.models import Case, Fact, HistoryEntry, Incident, Record
from tests.processes.conftest import LONDON, Pathway

MIDNIGHT = datetime(2026, 12, 5, tzinfo=LONDON)
OPEN = ("complete_assessment", "plan_strategy_discussion", "tell_referrer")

Change = Callable[[Session], object]


def at_once(brighton: Pathway, changes: Sequence[Change]) -> list[BaseException | None]:
    """Make each change in a session and a thread of its own, beginning together."""
    ready = threading.Barrier(len(changes))

    def make(change: Change) -> None:
        ready.wait()
        with brighton.sessions.begin() as session:
            change(session)

    with ThreadPoolExecutor(len(changes)) as pool:
        return [each.exception() for each in [pool.submit(make, change) for change in changes]]


@pytest.fixture
def urgent(pathway):
    brighton = pathway()
    brighton.start(serious_injury=True)
    brighton.screen(serious_injury=True)
    return brighton


def key_of(brighton: Pathway, element: str) -> str:
    with brighton.sessions() as session:
        return brighton.task(session, element).key


def completing(brighton: Pathway, key: str, **answers: object) -> Change:
    def change(session: Session) -> None:
        by = brighton.person(session)
        cases.complete_task(session, key, answers, by=by, now=brighton.now)

    return change


def the_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def test_of_people_who_complete_the_same_task_one_does_and_the_others_are_told(urgent):
    key = key_of(urgent, "plan_strategy_discussion")
    said = at_once(urgent, [completing(urgent, key) for _ in range(4)])
    assert sorted(type(each).__name__ for each in said) == ["NoneType", *["TaskNotOpen"] * 3]
    with urgent.sessions() as session:
        assert session.scalar(select(func.count()).where(Record.task_key == key)) == 1


def test_people_who_complete_different_tasks_of_one_case_all_do(urgent):
    said = at_once(urgent, [completing(urgent, key_of(urgent, each)) for each in OPEN])
    assert said == [None] * 3
    assert urgent.open_tasks() == {"hold_strategy_discussion"}
    with urgent.sessions() as session:
        assert set(OPEN) < set(session.scalars(select(Record.element)))


def test_a_sweep_and_a_person_at_once_lose_nothing_and_fire_once(urgent):
    urgent.now = MIDNIGHT
    doing = [completing(urgent, key_of(urgent, each)) for each in OPEN]
    sweeps = [lambda _: timers.fire_due(urgent.sessions, MIDNIGHT)] * 2
    with ThreadPoolExecutor(2) as pool:
        swept = [pool.submit(sweep, None) for sweep in sweeps]
        said = at_once(urgent, doing)
        failed = [each.result().failed for each in swept]
    urgent.fire(MIDNIGHT)
    assert (said, failed) == ([None] * 3, [[], []])
    assert len(urgent.history("deadline passed")) == 1
    with urgent.sessions() as session:
        assert session.scalars(select(Incident.says)).all() == []


def test_corrections_new_versions_and_new_processes_at_once_all_stay(urgent):
    with urgent.sessions() as session:
        record_id = session.scalars(select(Record.id).order_by(Record.id)).first()

    def correct(session: Session) -> None:
        how = {"by": urgent.person(session), "now": urgent.now}
        cases.correct(session, the_case(session), "serious_injury", False, "A bruise.", **how)

    def revise(word: str) -> Change:
        def change(session: Session) -> None:
            record = session.get_one(Record, record_id)
            how = {"by": urgent.person(session), "now": urgent.now}
            cases.revise(session, record, {word: word}, "More is known.", **how)

        return change

    def begin(process: str) -> Change:
        def change(session: Session) -> None:
            how = {"by": urgent.person(session), "now": urgent.now}
            cases.begin(session, the_case(session), process, **how)

        return change

    beginning = [begin("new_information"), begin("chronology")]
    doing = [correct, revise("concern"), revise("purpose"), *beginning]
    said = at_once(urgent, [*doing, completing(urgent, key_of(urgent, "tell_referrer"))])
    assert said == [None] * 6
    with urgent.sessions() as session:
        newest = session.scalars(select(Record).order_by(Record.edition.desc())).first()
        assert newest.edition == 3
        assert (newest.answers["concern"], newest.answers["purpose"]) == ("concern", "purpose")
        facts = select(Fact.value).where(Fact.name == "serious_injury").order_by(Fact.id)
        assert session.scalars(facts).all()[-1] is False
        began = select(HistoryEntry).where(HistoryEntry.what == "process began")
        assert len(session.scalars(began).all()) == 3


def test_referrals_recorded_at_once_are_all_started(pathway):
    brighton = pathway()
    with ThreadPoolExecutor(4) as pool:
        started = [pool.submit(brighton.start, "Maya D", "Leo D") for _ in range(4)]
        ids = [each for one in started for each in one.result()]
    assert len(set(ids)) == 8


def test_a_case_that_fails_twice_at_once_has_one_incident(urgent):
    def fail(session: Session) -> None:
        case_id = session.scalars(select(Case.id)).one()
        incidents.open_incident(session, case_id, RuntimeError("It broke."), urgent.now)

    assert at_once(urgent, [fail] * 3) == [None] * 3
    with urgent.sessions() as session:
        assert len(session.scalars(select(Incident)).all()) == 1


def test_people_whose_reading_was_noted_first_do_not_lock_each_other_out(urgent):
    noted = threading.Barrier(2) if urgent.sessions.kw["bind"].name == "postgresql" else None

    def noting(key: str) -> Change:
        def change(session: Session) -> None:
            entry = {"at": urgent.now, "what": "record read", "detail": {}}
            session.add(HistoryEntry(case_id=the_case(session).id, **entry))
            session.flush()
            if noted:  # on SQLite the second waits for the first from the beginning
                noted.wait()
            completing(urgent, key)(session)

        return change

    assert at_once(urgent, [noting(key_of(urgent, each)) for each in OPEN[:2]]) == [None] * 2


def test_an_error_that_says_what_no_database_keeps_still_becomes_an_incident(urgent):
    with urgent.sessions.begin() as session:
        error = RuntimeError("Odd: \0 \ud800" + "!" * 10_000)
        incidents.open_incident(session, the_case(session).id, error, urgent.now)
    with urgent.sessions() as session:
        assert session.scalars(select(Incident.says)).one().startswith("RuntimeError: Odd:  !!")
