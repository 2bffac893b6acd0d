"""The commands of `flask`: due, scenario, check, migrate, serve and the others.

What a command refuses it says in one sentence on standard error, and ends with status 2.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask, current_app
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app import auth
from app.config import Settings
from forms.local_time import TimeNotReadable, read_moment
from processes import database, due, involvement, library
from processes.calendar import Calendar
from processes.models import Person
from processes.roles import ROLES


def init(app: Flask) -> None:
    """Give the `flask` command ours."""
    for command in (
        work_out,
        scenario,
        check,
        migrate,
        load_procedures,
        demo,
        prepare,
        serve,
        worker,
        person,
    ):
        app.cli.add_command(command)


def saying_why(do: Callable[..., None]) -> Callable[..., None]:
    """Let a command say in a sentence that its database cannot be used, and end."""

    @wraps(do)
    def say(*given: Any, **options: Any) -> None:
        try:
            do(*given, **options)
        except SQLAlchemyError as error:
            if database.is_away(error):
                _refuse(f"The database cannot be reached: {database.says(error)}")
            _refuse(
                f"The database cannot be used: {database.says(error)}. If it was never migrated, "
                "or was made by another release, `flask --app app migrate` sees to that."
            )

    return say


@click.command("due", context_settings={"ignore_unknown_options": True})  # “-3” is an amount
@click.argument("start", metavar="FROM")
@click.argument("amount")
@click.argument("unit")
@click.argument("more_closed", nargs=-1, metavar="")
@click.option("--procedure", help="Count by this local procedure's calendar.")
@click.option("--closed", multiple=True, metavar="DATE…", help="Days that are closed locally.")
def work_out(
    start: str,
    amount: str,
    unit: str,
    more_closed: tuple[str, ...],
    procedure: str | None,
    closed: tuple[str, ...],
) -> None:
    """Print when something is due, counted FROM a moment (London time): AMOUNT of a UNIT.

    The units are hours, same-day, working-days, working-days-before, days and months.
    """
    for text in (start, amount, unit, *more_closed):
        if text.startswith("-") and not text[1:2].isdigit():
            raise click.NoSuchOption(text)
    if more_closed and not closed:
        _refuse(f"“{more_closed[0]}” is one too many: give FROM, AMOUNT and UNIT.")
    try:
        days = {_day(text) for text in (*closed, *more_closed)}
        if procedure is not None:
            days |= library.read(procedure, _settings().procedures).calendar.closed_days
        which = "local" if procedure is not None or days else "national"
        answer = due.work_out(start, amount, unit, Calendar(frozenset(days)), which)
    except (TimeNotReadable, due.CannotWorkOut, LookupError, ValueError) as error:
        _refuse(error)
    click.echo(answer.due_at.isoformat(timespec="seconds"))
    for note in answer.notes:
        click.echo(note, err=True)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def scenario(paths: tuple[Path, ...]) -> None:
    """Replay scenarios in memory, each on its own clock, and print each expectation ✔ or ✖.

    A PATH is a scenario's file, or a folder of them. The exit status is 0 when all hold, else 1,
    and 2 when a scenario cannot be read.
    """
    from processes import scenarios

    all_hold = True
    for path in (each for given in paths for each in _scenario_files(given)):
        try:
            told = scenarios.read(path)
            outcomes = scenarios.replay(told, library.read(told.procedure, _settings().procedures))
        except OSError as error:
            _refuse(f"{path} cannot be read: {error.strerror}.")
        except (scenarios.ScenarioUnreadable, LookupError, ValueError) as error:
            _refuse(error)
        for line in scenarios.lines(told, outcomes):
            click.echo(line)
        all_hold &= all(one.holds for one in outcomes)
    raise SystemExit(0 if all_hold else 1)


def _scenario_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.yaml"))
    if not found:
        _refuse(f"{path} has no scenario in it: they are files that end in .yaml.")
    return found


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Say everything that keeps a FOLDER, such as bpmn/slough, from being published."""
    from processes import checks

    place = folder.resolve()
    try:
        problems = checks.check(library.read(place.name, place.parent.parent).files)
    except (LookupError, ValueError) as error:
        _refuse(error)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise SystemExit(1)
    click.echo(f"{place.name}: nothing stands in the way of publishing it.")


@click.command()
@saying_why
def migrate() -> None:
    """Bring the database to the present schema."""
    _migrate(_engine())
    click.echo("The database has the present schema.")


@click.command("load-procedures")
@saying_why
def load_procedures() -> None:
    """Publish the local procedures of the folder that changed since they were last loaded."""
    for line in _load_procedures(_engine(), datetime.now(UTC)):
        click.echo(line)


@click.command()
@saying_why
def demo() -> None:
    """Add invented people and cases to a database without people, to look around with."""
    now = datetime.now(UTC)
    _migrate(_engine())
    _load_procedures(_engine(), now)
    click.echo(_invent(now) or "Nobody was invented: there are people here already.")


@click.command()
@saying_why
def prepare() -> None:
    """Do what `serve` needs done: migrate, load the procedures, offer the demonstration if new."""
    now = datetime.now(UTC)
    _migrate(_engine())
    for line in _load_procedures(_engine(), now):
        click.echo(line)
    if _settings().offers_demo and (said := _invent(now)):
        click.echo(said)


@click.command()
@saying_why
def serve() -> None:
    """Serve from an embedded database: prepare it, answer pages, fire timers, send mail."""
    from app import serve as server

    try:
        server.run(current_app._get_current_object(), _settings())  # type: ignore[attr-defined]
    except OSError as error:
        _refuse(f"{_settings().host}:{_settings().port} cannot be listened on: {error.strerror}.")


@click.command()
@click.option("--concurrency", default=1, help="How many jobs it does at once.", show_default=True)
@saying_why
def worker(concurrency: int) -> None:
    """Fire timers, tell people and send mail, on PostgreSQL; start as many as wanted."""
    from app import worker as queue

    try:
        queue.work(_engine(), _settings(), concurrency=concurrency)
    except queue.NeedsPostgreSQL as error:
        _refuse(error)


@click.group()
def person() -> None:
    """People who sign in."""


@person.command("add")
@click.argument("name")
@click.argument("email")
@click.argument("roles", nargs=-1, required=True)
@click.password_option(help="Asked for when it is not given.")
@saying_why
def add_person(name: str, email: str, roles: tuple[str, ...], password: str) -> None:
    """Add somebody who may sign in, with one or more ROLES."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        _refuse(f"“{unknown[0]}” is not a role. The roles are {', '.join(ROLES)}.")
    if len(password) < auth.SHORTEST_PASSWORD:
        _refuse(f"The password is too short: give at least {auth.SHORTEST_PASSWORD} characters.")
    hasher = current_app.extensions["doorkeeper"].hasher
    row = Person(
        name=name, email=email.lower(), password_hash=hasher.hash(password), roles=list(roles)
    )
    try:
        with database.writing(_engine()).begin() as session:
            session.add(row)
            session.flush()
            involvement.recognise(session, row)
    except IntegrityError:
        _refuse(f"Somebody with the address {email} is here already.")
    click.echo(f"{name} may sign in as {email}.")


def _migrate(engine: Engine) -> None:
    from app import migrations

    migrations.upgrade(engine)


def _load_procedures(engine: Engine, now: datetime) -> list[str]:
    """Publish what changed; a procedure that fails its checks is named and left as it was."""
    root, said = _settings().procedures, []
    if not library.names(root):
        said.append(f"No procedure was found in {root / 'bpmn'}.")
    for name in library.names(root):
        try:
            with database.writing(engine).begin() as session:
                version = library.publish(session, library.read(name, root), by=None, now=now)
        except (library.ProcedureNotReadable, library.ProcedureRefused) as error:
            said.append(f"{name} was not loaded. {error}")
        else:
            if version.published_at == now:
                said.append(f"{name} is loaded, as its version {version.number}.")
    return said


def _invent(now: datetime) -> str:
    """Add invented people and cases, unless there are people; say what was added."""
    from app import demo as invented

    hasher = current_app.extensions["doorkeeper"].hasher
    with database.writing(_engine()).begin() as session:
        if session.scalars(select(Person.id).limit(1)).first() is not None:
            return ""
        return invented.add(session, hasher, _settings().procedures, now)


def _day(text: str) -> date:
    day = read_moment(text)
    if isinstance(day, datetime):
        raise TimeNotReadable(f"“{text}” has a time: write the day only, as in 2026-12-29.")
    return day


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _engine() -> Engine:
    engine: Engine = current_app.extensions["engine"]
    return engine


def _refuse(why: Exception | str) -> NoReturn:
    click.echo(str(why), err=True)
    raise SystemExit(2)
