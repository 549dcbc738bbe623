"""Chat messages have a revision, and are found by their id."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None

UPGRADE = """
CREATE SEQUENCE message_revisions;
ALTER TABLE messages ADD COLUMN revision bigint;
UPDATE messages SET revision = number;
SELECT setval('message_revisions', max(number)) FROM messages;
ALTER TABLE messages ALTER COLUMN revision SET NOT NULL,
                     ALTER COLUMN revision SET DEFAULT nextval('message_revisions');
CREATE UNIQUE INDEX messages_revision ON messages (project_id, revision);
CREATE INDEX messages_id ON messages (id);
"""
DOWNGRADE = """
DROP INDEX messages_id;
ALTER TABLE messages DROP COLUMN revision;
DROP SEQUENCE message_revisions;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
