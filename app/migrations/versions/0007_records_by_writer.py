"""Let what somebody has recorded, and a file that was given before, be found without looking
through all records and files.
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_record_recorded_by_id", "record", ["recorded_by_id", "case_id"])
    op.create_index("ix_attachment_hash", "attachment", ["hash"])
