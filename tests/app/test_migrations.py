"""The migrations make the tables that the models describe, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from app.migrations import upgrade
from processes import database
from processes.models import Base

QUEUE = "procrastinate"


def test_the_migrations_make_the_tables_of_the_models(empty_database_url):
    engine = database.connect(empty_database_url)
    upgrade(engine)
    assert _differences(engine) == []


def test_migrating_twice_changes_nothing(empty_database_url):
    engine = database.connect(empty_database_url)
    upgrade(engine)
    upgrade(engine)
    assert _differences(engine) == []


def _differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    return [each for each in found if QUEUE not in str(each)]
