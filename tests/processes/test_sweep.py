"""A sweep changes many cases: a broken one becomes one incident and holds nobody up.

What breaks a case may be an error of the database that only this case causes; a database that
cannot be worked with at all is nobody's incident.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import Engine, NullPool, create_engine, event, make_url, select, text, update
from structlog.testing import capture_logs

from processes import database, timers
from processes.models import Base, HistoryEntry, Incident, Instance, Message, Timer
from tests.processes.conftest import LONDON, Pathway
from tests.processes.staff import tell_all

MIDNIGHT = datetime(2026, 12, 5, tzinfo=LONDON)

# How each kind of database refuses a row: by a constraint, by a limit of its own (which drivers
# call an operational error, as if the database were gone), and by a value it cannot take.
REFUSALS = {
    "constraint": ("SELECT RAISE(ABORT, 'refused')", "23514"),
    "limit": ("SELECT json('{')", "54000"),
    "value": ("SELECT RAISE(FAIL, 'refused')", "22003"),
}


@pytest.fixture
def database_url(empty_database_url: str) -> str:
    """A database of its own, for what is done to it here would stay in one that is shared."""
    engine = create_engine(empty_database_url, poolclass=NullPool)
    Base.metadata.create_all(engine)
    return empty_database_url


def refuse(engine: Engine, table: str, case_id: int, how: str) -> None:
    """Let the database refuse every change of this case's rows of a table."""
    lite, code = REFUSALS[how]
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            when = f"ON {table} WHEN NEW.case_id = {case_id} BEGIN {lite}; END"
            for verb in ("INSERT", "UPDATE"):
                connection.execute(text(f"CREATE TRIGGER refuse_{verb} BEFORE {verb} {when}"))
            return
        raises = f"RAISE EXCEPTION 'refused' USING ERRCODE = '{code}', DETAIL = 'She was hit.';"
        connection.execute(
            text(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF NEW.case_id = {case_id} THEN {raises} END IF; RETURN NEW; END $$"
            )
        )
        each_row = f"BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
        connection.execute(text(f"CREATE TRIGGER refuse {each_row}"))


@pytest.fixture
def two(pathway: Callable[..., Pathway]) -> tuple[Pathway, int, int]:
    """Two children whose deadline passes at midnight; the first one's case is to be broken."""
    brighton = pathway()
    broken, whole = brighton.start("Leo D", "Maya D", serious_injury=True)
    return brighton, broken, whole


def incidents_of(brighton: Pathway) -> list[Incident]:
    with brighton.sessions() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def test_a_broken_case_becomes_one_incident_and_the_others_fire(two):
    brighton, broken, whole = two
    with brighton.sessions.begin() as session:
        of_case = update(Instance).where(Instance.case_id == broken)
        session.execute(of_case.values(state=b"not a state"))
    fired = brighton.fire(MIDNIGHT)
    assert (fired.cases, fired.failed) == ([whole], [broken])
    assert brighton.fire(MIDNIGHT).failed == []
    assert [each.case_id for each in incidents_of(brighton)] == [broken]


@pytest.mark.parametrize("how", REFUSALS)
def test_what_the_database_refuses_of_one_case_alone_is_its_incident(two, engine, how):
    brighton, broken, whole = two
    refuse(engine, "timer", broken, how)
    with capture_logs() as logs:
        fired = brighton.fire(MIDNIGHT)
    assert (fired.cases, fired.failed) == ([whole], [broken])
    assert brighton.fire(MIDNIGHT).failed == []
    (incident,) = incidents_of(brighton)
    assert incident.case_id == broken
    assert "She was hit." not in incident.says
    assert [each["case"] for each in logs] == [broken]
    assert "She was hit." not in str(logs)


def test_what_the_database_refuses_of_one_case_keeps_nobody_elses_people_waiting(two, engine):
    brighton, broken, _ = two
    refuse(engine, "message", broken, "limit")
    assert tell_all(brighton.sessions, MIDNIGHT) > 0
    assert tell_all(brighton.sessions, MIDNIGHT) == 0
    assert [each.case_id for each in incidents_of(brighton)] == [broken]
    with brighton.sessions() as session:
        assert broken not in session.scalars(select(Message.case_id)).all()


def read_only(engine: Engine) -> Engine:
    """Return an engine of the same database that may not write, as after a fail-over or on a disk
    that was mounted so.
    """
    url = engine.url.render_as_string(hide_password=False)
    standby = database.connect(url)
    no_writing = (
        "PRAGMA query_only = ON"
        if make_url(url).get_backend_name() == "sqlite"
        else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
    )

    @event.listens_for(standby, "connect")
    def _only_read(connection, _record: object) -> None:
        connection.execute(no_writing)
        connection.commit()

    return standby


def test_a_database_that_cannot_be_written_is_no_incident_and_is_tried_again(two, engine):
    brighton, *both = two
    standby = read_only(engine)
    with capture_logs() as logs:
        fired = timers.fire_cases(database.writing(standby), both, MIDNIGHT)
    standby.dispose()
    assert (fired.cases, fired.failed) == ([], [])
    assert incidents_of(brighton) == []
    assert [(each["log_level"], each["case"]) for each in logs] == [
        ("warning", case_id) for case_id in both
    ]
    assert all("read" in each["problem"] for each in logs)
    assert brighton.fire(MIDNIGHT).cases == both


def test_a_case_whose_incident_cannot_be_written_holds_nobody_up(two, engine):
    brighton, broken, whole = two
    refuse(engine, "timer", broken, "constraint")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE incident RENAME TO elsewhere"))
        connection.execute(text("CREATE VIEW incident AS SELECT * FROM elsewhere WHERE 1 = 0"))
        if engine.dialect.name == "postgresql":  # there, such a view could be written to
            connection.execute(text("CREATE RULE no AS ON INSERT TO incident DO INSTEAD NOTHING"))
    fired = brighton.fire(MIDNIGHT)
    assert (fired.cases, fired.failed) == ([whole], [])


def test_what_is_not_told_of_is_not_lost_while_a_case_is_broken(two, engine):
    brighton, broken, _ = two
    refuse(engine, "timer", broken, "constraint")
    brighton.fire(MIDNIGHT)
    with brighton.sessions() as session:
        due = select(Timer).where(Timer.case_id == broken, Timer.due_at <= MIDNIGHT)
        assert {each.fired_at for each in session.scalars(due)} == {None}
        noted = select(HistoryEntry.case_id).where(HistoryEntry.what == "incident opened")
        assert session.scalars(noted).all() == [broken]


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (errors.DeadlockDetected(), True),
        (errors.AdminShutdown(), True),
        (errors.TooManyConnections(), True),
        (errors.DiskFull(), True),
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.InterfaceError("the connection is closed"), True),
        (errors.CheckViolation(), False),
        (errors.ProgramLimitExceeded(), False),
        (psycopg.DataError("NUL is no character of a text"), False),
        (ValueError("no error of a database"), False),
    ],
)
def test_the_databases_own_trouble_is_told_from_that_of_one_case(error, is_away):
    assert database.is_away(error) is is_away
