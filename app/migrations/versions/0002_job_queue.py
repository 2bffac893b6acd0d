"""Add the job queue's own tables, on PostgreSQL only: embedded, nothing needs them."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # through the driver, without parameters: the queue's schema has percent signs of its own
        cursor = op.get_bind().connection.cursor()
        cursor.connection.run(SchemaManager.get_schema())
        cursor.close()
