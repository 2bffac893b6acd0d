"""Let a record say which task wrote it anew, once its step had been sent back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anew_key", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_record_anew_key"), ["anew_key"], unique=False)
