"""The registry as access sees it: every source that signs in, what it may do now, and the hash of its secret.

A door stays open for 24 h after an assignment or a shift ends, so that a backlog can still come in; ingest gives every
row the project and the shift of its own time.
"""

from msgspec import Struct
from psycopg2.extensions import connection

from rentguy.access import Identity

CHANNEL = "registry"  # NOTIFY here whenever a table below changes
DOOR_S = 24 * 3600

RUNNING = "during @> now()"
OPEN = "during && tstzrange(now() - make_interval(secs => %(door)s), now(), '[]')"
DEVICES = f"""
SELECT s.slug, s.kind, d.secret_hash, d.enabled, owner.slug,
       array(SELECT p.slug FROM assignments a JOIN projects p ON p.id = a.project_id
              WHERE a.source_id = s.id AND a.{OPEN}),
       array(SELECT p.slug FROM shifts h JOIN projects p ON p.id = h.project_id
              WHERE h.source_id = s.owner_id AND h.{OPEN}),
       array(SELECT p.slug FROM shifts h JOIN projects p ON p.id = h.project_id
              WHERE h.source_id = s.owner_id AND h.{RUNNING})
  FROM devices d JOIN sources s ON s.id = d.source_id LEFT JOIN sources owner ON owner.id = s.owner_id
"""
PERSON = f"""
SELECT s.slug, u.enabled, u.admin,
       coalesce((SELECT jsonb_object_agg(p.slug, m.role) FROM memberships m JOIN projects p ON p.id = m.project_id
                  WHERE m.source_id = s.id), '{{}}'),
       array(SELECT p.slug FROM shifts h JOIN projects p ON p.id = h.project_id
              WHERE h.source_id = s.id AND h.{OPEN})
  FROM users u JOIN sources s ON s.id = u.source_id WHERE s.slug = %(slug)s
"""


class Account(Struct, frozen=True):
    """A device's identity and what proves it."""

    identity: Identity
    secret_hash: str


def devices(session: connection) -> dict[str, Account]:
    """Every device by its slug."""
    with session.cursor() as cursor:
        cursor.execute(DEVICES, {"door": DOOR_S})
        return {row[0]: _account(*row) for row in cursor}


def person(session: connection, slug: str) -> Identity | None:
    """A person as the registry stands now; None when nobody of that slug can sign in."""
    with session.cursor() as cursor:
        cursor.execute(PERSON, {"door": DOOR_S, "slug": slug})
        row = cursor.fetchone()
    if row is None:
        return None
    slug, enabled, admin, roles, shifts = row
    return Identity(slug, "person", roles, frozenset(shifts), admin=admin, enabled=enabled)


def _account(slug, kind, secret_hash, enabled, owner, projects, shifts, running) -> Account:
    role = "integration" if kind == "integration" else "phone" if owner else "device"
    on_shift = frozenset(projects) & frozenset(shifts) if role == "phone" else frozenset()
    sharing = on_shift & frozenset(running)
    standing = "integration" if kind == "integration" else "device"
    return Account(
        Identity(slug, standing, dict.fromkeys(projects, role), on_shift, sharing, enabled=enabled), secret_hash
    )
