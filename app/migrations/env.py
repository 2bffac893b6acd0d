"""What Alembic runs: our metadata against the connection that `upgrade` hands over."""

from alembic import context

from processes.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
