"""PostGIS, the registry, positions, chat, items, and what the stream leaves behind."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = depends_on = None

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

REGISTRY = """
CREATE TABLE projects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE sources (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    kind text NOT NULL CONSTRAINT kind_known CHECK (kind IN
        ('person', 'truck', 'van', 'car', 'phone', 'tracker', 'scanner', 'reader', 'integration')),
    name text NOT NULL,
    owner_id bigint REFERENCES sources,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE users (
    source_id bigint PRIMARY KEY REFERENCES sources,
    password_hash text NOT NULL,
    admin boolean NOT NULL DEFAULT false,
    enabled boolean NOT NULL DEFAULT true,
    signed_out_at timestamptz
);
CREATE TABLE devices (
    source_id bigint PRIMARY KEY REFERENCES sources,
    secret_hash text NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    interval_s double precision
);
CREATE TABLE memberships (
    project_id bigint REFERENCES projects,
    source_id bigint REFERENCES sources,
    role text NOT NULL CONSTRAINT role_known CHECK (role IN ('viewer', 'crew', 'dispatcher')),
    PRIMARY KEY (project_id, source_id)
);
CREATE TABLE assignments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES sources,
    project_id bigint NOT NULL REFERENCES projects,
    during tstzrange NOT NULL,
    CONSTRAINT assignments_one_at_a_time EXCLUDE USING gist (source_id WITH =, during WITH &&)
);
CREATE TABLE shifts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES sources,
    project_id bigint NOT NULL REFERENCES projects,
    during tstzrange NOT NULL,
    CONSTRAINT shifts_no_overlap EXCLUDE USING gist (source_id WITH =, project_id WITH =, during WITH &&)
);
"""

POSITIONS = """
CREATE TABLE positions (
    source_id bigint,
    recorded_at timestamptz,
    project_id bigint,
    geom geometry(Point, 4326) NOT NULL,
    accuracy double precision,
    speed double precision,
    heading double precision,
    altitude double precision,
    battery double precision,
    flags smallint NOT NULL DEFAULT 0,
    device_time timestamptz,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (source_id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX positions_geom ON positions USING gist (geom);
CREATE INDEX positions_project ON positions (project_id, recorded_at);
CREATE TABLE latest_positions (
    source_id bigint PRIMARY KEY REFERENCES sources,
    recorded_at timestamptz NOT NULL,
    project_id bigint REFERENCES projects,
    geom geometry(Point, 4326) NOT NULL,
    accuracy double precision,
    speed double precision,
    heading double precision,
    altitude double precision,
    battery double precision,
    flags smallint NOT NULL DEFAULT 0,
    device_time timestamptz,
    received_at timestamptz NOT NULL
);
CREATE INDEX latest_positions_project ON latest_positions (project_id);
CREATE TABLE adjusted_times (
    source_id bigint REFERENCES sources,
    digest bytea,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (source_id, digest),
    UNIQUE (source_id, recorded_at)
);
CREATE TABLE presence (
    source_id bigint PRIMARY KEY REFERENCES sources,
    online boolean NOT NULL DEFAULT false,
    at timestamptz,
    heard_at timestamptz NOT NULL
);
"""

CHAT = """
CREATE TABLE messages (
    author_id bigint REFERENCES sources,
    id uuid,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    project_id bigint NOT NULL REFERENCES projects,
    recorded_at timestamptz,
    body text,
    reply_to uuid,
    pin jsonb,
    edited_at timestamptz,
    edit text,
    deleted_at timestamptz,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (author_id, id)
);
CREATE INDEX messages_project ON messages (project_id, recorded_at, number);
CREATE TABLE reads (
    project_id bigint REFERENCES projects,
    source_id bigint REFERENCES sources,
    message uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (project_id, source_id)
);
"""

ITEMS = """
CREATE TABLE items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'available'
        CONSTRAINT status_known CHECK (status IN ('available', 'in_use', 'maintenance', 'damaged')),
    project_id bigint REFERENCES projects,
    vehicle_id bigint REFERENCES sources,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by bigint REFERENCES sources
);
CREATE INDEX items_project ON items (project_id);
CREATE TABLE tags (
    value text PRIMARY KEY,
    item_id bigint NOT NULL REFERENCES items
);
CREATE INDEX tags_item ON tags (item_id);
CREATE TABLE scans (
    source_id bigint REFERENCES sources,
    id uuid,
    recorded_at timestamptz NOT NULL,
    project_id bigint REFERENCES projects,
    tag text NOT NULL,
    item_id bigint REFERENCES items,
    details jsonb NOT NULL DEFAULT '{}'::jsonb,
    result text NOT NULL,
    device_time timestamptz,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (source_id, id)
);
CREATE INDEX scans_project ON scans (project_id, recorded_at);
CREATE TABLE item_events (
    item_id bigint REFERENCES items,
    at timestamptz,
    id uuid,
    by_id bigint REFERENCES sources,
    project_id bigint REFERENCES projects,
    status text,
    action text,
    vehicle_id bigint REFERENCES sources,
    result text NOT NULL,
    PRIMARY KEY (item_id, at, id)
);
"""

STREAM = """
CREATE TABLE rejects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint REFERENCES sources,
    topic text NOT NULL,
    payload bytea,
    reason text NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX rejects_source ON rejects (source_id, received_at);
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL
);
"""

NEWEST_FIRST = """
outbox rejects item_events scans tags items reads messages presence adjusted_times latest_positions positions
shifts assignments memberships devices users sources projects
"""


def upgrade() -> None:
    for part in (EXTENSIONS, REGISTRY, POSITIONS, CHAT, ITEMS, STREAM):
        op.execute(part)


def downgrade() -> None:
    for table in NEWEST_FIRST.split():
        op.execute(f"DROP TABLE {table}")
