"""The commands, and what they say when they refuse."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import create_app
from app.config import Settings
from processes import database
from processes.models import Case, Person, ProcedureVersion, Task
from tests.app.conftest import PROCEDURES

Run = Callable[..., Result]


def runner(app: Flask) -> Run:
    def run(*arguments: str) -> Result:
        with app.app_context():
            return app.test_cli_runner().invoke(args=list(arguments))

    return run


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def run(app: Flask) -> Run:
    return runner(app)


@pytest.fixture
def fresh(empty_database_url: str) -> Any:
    """The application as somebody first starts it: an empty database, and the real procedures."""
    settings = Settings(
        database_url=empty_database_url, secret_key="k" * 40, argon2_memory=8, argon2_time=1
    )
    app = create_app(settings)
    yield app
    app.extensions["engine"].dispose()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2027-03-27T22:00 24 hours", "2027-03-28T23:00:00+01:00"),
        ("2026-12-04T16:50 0 same-day", "2026-12-04T23:59:59+00:00"),
        ("2026-12-04T14:00 15 working-days", "2026-12-29T23:59:59+00:00"),
        ("2026-12-04T14:00 15 working-days --procedure england", "2026-12-30T23:59:59+00:00"),
        ("2026-12-04T14:00 15 working-days --closed 2026-12-29 --closed 2026-12-30",
         "2026-12-31T23:59:59+00:00"),
        ("2026-12-04T14:00 15 working-days --closed 2026-12-29 2026-12-30",
         "2026-12-31T23:59:59+00:00"),
        ("2026-12-23 3 months", "2027-03-23T23:59:59+00:00"),
    ],
)  # fmt: skip
def test_due_prints_the_instant_and_nothing_else(run: Run, asked: str, answer: str):
    done = run("due", *asked.split())
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{answer}\n", "")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("tomorrow 1 hours", "is not a date or a time"),
        ("2026-12-04 many hours", "is not a whole number"),
        ("2026-12-04T10:00 -3 hours", '-3" is not a whole number from 0 to 10000'),
        ("2026-12-04T10:00 -1.5 hours", "is not a whole number from 0 to 10000"),
        ("2026-12-04T25:00 1 hours", "25:00 is not a time of day: check the time."),
        ("2026-12-04 1 hours --procedure=", "There is no procedure ''; there are england"),
        ("2026-12-04 1 fortnight", "is not one of: hours, same day, working days"),
        ("2026-12-04 1 hours more", "is one too many"),
        ("2026-12-04 1 hours --procedure narnia", "There is no procedure 'narnia'"),
        ("2026-12-04 1 hours --closed Christmas", "is not a date or a time"),
        ("2026-12-04 1 hours --closed 2026-12-29T10:00", "write the day only"),
    ],
)
def test_due_refuses_in_one_sentence(run: Run, asked: str, says: str):
    done = run("due", *asked.split())
    assert done.exit_code == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("at", range(4))
def test_due_knows_no_other_options_wherever_they_stand(run: Run, at: int):
    words = ["2026-12-04", "1", "hours"]
    done = run("due", *words[:at], "--procedur", *words[at:])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "No such option" in done.stderr


def test_due_warns_past_the_last_known_bank_holiday(run: Run):
    done = run("due", "2028-12-20", "15", "working-days")
    assert done.exit_code == 0
    assert "Bank holidays are announced only until" in done.stderr


def test_check_says_what_stands_in_the_way(run: Run, tmp_path: Path):
    assert run("check", "tests/app/procedures/bpmn/england").exit_code == 0
    missing = run("check", str(tmp_path))
    assert missing.exit_code == 2
    assert missing.stderr.count("\n") == 1


def test_scenario_refuses_what_it_cannot_read(run: Run, tmp_path: Path):
    absent = run("scenario", str(tmp_path / "none.yaml"))
    assert (absent.exit_code, absent.stderr.count("\n")) == (2, 1)
    assert run("scenario", str(tmp_path)).exit_code == 2
    (tmp_path / "broken.yaml").write_text("title: [")
    assert run("scenario", str(tmp_path / "broken.yaml")).exit_code == 2


def test_a_person_is_added_and_may_sign_in(run: Run, session: Session):
    added = run("person", "add", "Grace Okoro", "Grace@Council.example", "team_manager",
                "--password", "a long password")  # fmt: skip
    assert added.exit_code == 0, added.output
    grace = session.scalars(select(Person)).one()
    assert (grace.email, grace.roles) == ("grace@council.example", ["team_manager"])
    again = ("person", "add", "Other", "grace@council.example", "police", "--password", "x" * 12)
    assert run(*again).exit_code == 2


@pytest.mark.parametrize(
    ("role", "password", "says"),
    [("king", "a long password", "is not a role"), ("police", "short", "at least 12 characters")],
)
def test_a_person_with_a_wrong_role_or_a_short_password_is_refused(
    run: Run, role: str, password: str, says: str
):
    done = run("person", "add", "A", "a@example.org", role, "--password", password)
    assert done.exit_code == 2
    assert says in done.stderr


def test_the_first_start_prepares_everything_and_the_second_nothing(fresh: Flask):
    from app import serve

    run, engine = runner(fresh), fresh.extensions["engine"]
    settings = fresh.config["SETTINGS"]
    assert not serve.is_migrated(engine)

    first = run("prepare")
    assert first.exit_code == 0, first.output
    assert serve.is_migrated(engine)
    assert serve.is_prepared(engine, settings)
    with database.reading(engine)() as session:
        assert count(session, ProcedureVersion) == 4
        assert count(session, Person) > 10
        assert count(session, Case) >= 5
        assert count(session, Task) >= 5

    assert run("prepare").output == ""


def test_the_demonstration_never_joins_real_people(fresh: Flask):
    run = runner(fresh)
    run("migrate")
    run("person", "add", "Grace", "g@council.example", "police", "--password", "x" * 12)
    assert "Nobody was invented" in run("demo").output
    with database.reading(fresh.extensions["engine"])() as session:
        assert count(session, Person) == 1


def test_a_database_that_is_gone_is_a_sentence():
    gone = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", secret_key="k" * 40)
    app = create_app(gone)
    done = runner(app)("migrate")
    app.extensions["engine"].dispose()
    assert done.exit_code == 2
    assert done.stderr.startswith("The database cannot be reached")


EVERYDAY = [
    ("migrate",),
    ("load-procedures",),
    ("prepare",),
    ("serve",),
    ("person", "add", "Grace", "g@example.org", "police", "--password", "a long password"),
]


@pytest.mark.parametrize("command", EVERYDAY, ids=lambda each: each[0])
def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_was(
    tmp_path: Path, command: tuple[str, ...]
):
    path = tmp_path / "notes.sqlite"
    path.write_text("These are notes, and no database. " * 40)
    was = path.read_bytes()
    app = create_app(Settings(database_url=f"sqlite:///{path}", secret_key="k" * 40))
    done = runner(app)(*command)
    app.extensions["engine"].dispose()
    assert done.exit_code == 2
    assert "The database cannot be used: file is not a database." in done.stderr
    assert "Traceback" not in done.output
    assert path.read_bytes() == was


@pytest.mark.parametrize("command", [EVERYDAY[1], EVERYDAY[4]], ids=lambda each: each[0])
def test_a_database_that_was_never_migrated_is_a_sentence_that_says_what_to_do(
    fresh: Flask, command: tuple[str, ...]
):
    done = runner(fresh)(*command)
    assert done.exit_code == 2
    assert "`flask --app app migrate` sees to that" in done.stderr


def test_a_database_whose_folder_cannot_be_made_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "file").write_text("")
    url = f"sqlite:///{tmp_path}/file/safeguarding.sqlite"
    with pytest.raises(SystemExit) as ended:
        create_app(Settings(database_url=url, secret_key="k" * 40))
    assert ended.value.code == 2
    said = f"The folder of the database, {tmp_path}/file, cannot be made: File exists.\n"
    assert capsys.readouterr().err == said


def test_a_folder_without_procedures_and_one_that_cannot_be_read_are_sentences(
    fresh: Flask, tmp_path: Path
):
    def load() -> str:
        settings = replace(fresh.config["SETTINGS"], procedures=tmp_path)
        app = create_app(settings)
        done = runner(app)("load-procedures")
        app.extensions["engine"].dispose()
        assert done.exit_code == 0, done.output
        return done.output

    runner(fresh)("migrate")
    (tmp_path / "bpmn").mkdir()
    assert load() == f"No procedure was found in {tmp_path}/bpmn.\n"
    copytree(PROCEDURES / "bpmn", tmp_path / "bpmn", dirs_exist_ok=True)
    (tmp_path / "bpmn" / "england" / "extra.bpmn").mkdir()
    assert "england was not loaded." in load()
    assert "extra.bpmn: Is a directory." in load()
