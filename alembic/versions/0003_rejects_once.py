"""A message that fails for the same reason is one row of `rejects`, and can be asked to be dealt with again."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

# rows of one message have its topic and its moment in common, and one of them has its bytes
UPGRADE = r"""
ALTER TABLE rejects ADD COLUMN digest bytea, ADD COLUMN times bigint NOT NULL DEFAULT 1, ADD COLUMN last_at timestamptz,
                    ADD COLUMN asked_at timestamptz;
UPDATE rejects SET last_at = received_at, reason = left(reason, 500);
UPDATE rejects r SET digest = sha256(convert_to(k.topic, 'UTF8') || '\x00'::bytea || k.payload)
  FROM rejects k WHERE k.payload IS NOT NULL AND k.topic = r.topic AND k.received_at = r.received_at;
UPDATE rejects SET reason = regexp_replace(reason, '^\[\d+\] ', '') WHERE digest IS NULL;
UPDATE rejects SET digest = sha256(convert_to(topic, 'UTF8') || '\x00'::bytea || convert_to(reason, 'UTF8') ||
       '\x00'::bytea || convert_to(to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'UTF8'))
 WHERE digest IS NULL;
UPDATE rejects r SET times = same.times, last_at = same.last_at
  FROM (SELECT min(id) AS id, count(*) AS times, max(received_at) AS last_at FROM rejects GROUP BY digest, reason) same
 WHERE same.id = r.id;
DELETE FROM rejects r USING rejects f WHERE f.digest = r.digest AND f.reason = r.reason AND f.id < r.id;
ALTER TABLE rejects ALTER COLUMN digest SET NOT NULL, ALTER COLUMN last_at SET NOT NULL, ADD UNIQUE (digest, reason);
CREATE INDEX rejects_asked ON rejects (asked_at) WHERE asked_at IS NOT NULL;
"""
DOWNGRADE = """
DROP INDEX rejects_asked;
ALTER TABLE rejects DROP CONSTRAINT rejects_digest_reason_key, DROP COLUMN digest, DROP COLUMN times,
                    DROP COLUMN last_at, DROP COLUMN asked_at;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
