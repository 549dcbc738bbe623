"""Tokens, sessions that were ended, the audit, and how long positions are kept."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

UPGRADE = """
ALTER TABLE projects ADD COLUMN keep_people_days bigint, ADD COLUMN keep_vehicles_days bigint;

CREATE TABLE ended_sessions (
    id uuid PRIMARY KEY,
    until timestamptz NOT NULL
);

CREATE TABLE tokens (
    id uuid PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES sources (id),
    name text NOT NULL,
    digest bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    used_at timestamptz
);
CREATE INDEX tokens_source ON tokens (source_id);

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    "by" text NOT NULL,
    door text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    project text,
    detail jsonb NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, id);
CREATE INDEX audit_by ON audit ("by", id);
"""
DOWNGRADE = """
DROP TABLE audit, tokens, ended_sessions;
ALTER TABLE projects DROP COLUMN keep_people_days, DROP COLUMN keep_vehicles_days;
"""


def upgrade() -> None:
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute(DOWNGRADE)
