"""Let a task be claimed, and keep what was told, carried over and recorded together."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wants", sa.Text(), nullable=True))
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carried", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("together", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_record_together"), ["together"], unique=False)
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_unit", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("assignee_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_task_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_told_at"), ["told_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_task_assignee_id_person"), "person", ["assignee_id"], ["id"]
        )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_timer_told_at", ["told_at", "fired_at"], unique=False)
    # what opened or fired before there were messages is not told of now
    op.execute("UPDATE task SET told_at = opened_at")
    op.execute("UPDATE timer SET told_at = fired_at")
