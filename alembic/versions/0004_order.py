"""A chat message is one of its project, and scans are found by their item."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

UPGRADE = """
ALTER TABLE messages DROP CONSTRAINT messages_pkey, ADD PRIMARY KEY (author_id, id, project_id);
CREATE INDEX scans_item ON scans (item_id, recorded_at);
"""
DOWNGRADE = """
DROP INDEX scans_item;
DELETE FROM messages m USING messages o
 WHERE o.author_id = m.author_id AND o.id = m.id AND o.project_id <> m.project_id
   AND (m.recorded_at IS NULL, m.number) > (o.recorded_at IS NULL, o.number);
ALTER TABLE messages DROP CONSTRAINT messages_pkey, ADD PRIMARY KEY (author_id, id);
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
