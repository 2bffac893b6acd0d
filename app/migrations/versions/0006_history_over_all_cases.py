"""Let the latest entries of the history be found over all cases."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_history_at", "history", ["at", "id"], unique=False)
