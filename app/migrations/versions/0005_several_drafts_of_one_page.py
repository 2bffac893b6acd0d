"""Let somebody who types on two devices have two drafts of one page."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_constraint("uq_draft_place_person_id", type_="unique")
        batch_op.create_index("ix_draft_place", ["place", "person_id"], unique=False)
