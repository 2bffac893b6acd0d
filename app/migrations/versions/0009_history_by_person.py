"""Let what one person did be found without looking through the whole history."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_history_by_id", "history", ["by_id", "at", "id"])
