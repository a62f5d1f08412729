"""Who saved a version and which click it was; who works on a job and who may see it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("version", sa.Column("owner", sa.String(200), nullable=False, server_default=""))
    op.add_column("version", sa.Column("key", sa.String(200)))
    op.add_column("version", sa.Column("is_removed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_version_key", "version", ["key"], unique=True)
    op.add_column("job", sa.Column("worker", sa.String(200), nullable=False, server_default=""))
    op.add_column("job", sa.Column("losses", sa.Integer, nullable=False, server_default="0"))
    op.add_column("job", sa.Column("spent_s", sa.Double, nullable=False, server_default="0"))
    op.add_column("job", sa.Column("is_shared", sa.Boolean, nullable=False, server_default=sa.false()))
