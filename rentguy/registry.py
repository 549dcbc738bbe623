"""The registry as access sees it: every source that signs in, what it may do when, and the hash of its secret.

A door stays open for 24 h after an assignment or a shift ends, so that a backlog can still come in; ingest gives every
row the project and the shift of its own time. A shift counts while the person is at work there: as an admin, or as a
member who does more than watch. With a person's account their own devices are disabled. Moments are Unix seconds
throughout.
"""

from math import inf
from time import time

from msgspec import Struct, convert
from psycopg2.extensions import connection

from rentguy.access import Identity

CHANNEL = "registry"  # NOTIFY here whenever a table below changes
DOOR_S = 24 * 3600

OPEN = "during && tstzrange(now() - make_interval(secs => %(door)s), now(), '[]')"
NOT_OVER = "during && tstzrange(now() - make_interval(secs => %(door)s), 'infinity')"  # its door is open, or will be
BOUNDS = ", ".join(
    f"CASE WHEN isfinite({bound}(during)) THEN extract(epoch FROM {bound}(during)) END" for bound in ("lower", "upper")
)
INTERVALS = f"coalesce(jsonb_agg(jsonb_build_array(p.slug, {BOUNDS}) ORDER BY during, p.slug), '[]')"
AT_WORK = """(u.admin OR EXISTS (SELECT FROM memberships m WHERE m.project_id = h.project_id
                                                          AND m.source_id = h.source_id AND m.role <> 'viewer'))"""
DEVICES = f"""
SELECT s.slug, s.kind, d.secret_hash, d.enabled AND u.enabled IS NOT false, owner.slug,
       (SELECT {INTERVALS} FROM assignments a JOIN projects p ON p.id = a.project_id
         WHERE a.source_id = s.id AND a.{NOT_OVER}),
       (SELECT {INTERVALS} FROM shifts h JOIN projects p ON p.id = h.project_id
         WHERE h.source_id = s.owner_id AND h.{NOT_OVER} AND {AT_WORK})
  FROM devices d JOIN sources s ON s.id = d.source_id
  LEFT JOIN sources owner ON owner.id = s.owner_id LEFT JOIN users u ON u.source_id = s.owner_id
"""
PEOPLE = f"""
SELECT s.slug, u.enabled, u.admin,
       coalesce((SELECT jsonb_object_agg(p.slug, m.role) FROM memberships m JOIN projects p ON p.id = m.project_id
                  WHERE m.source_id = s.id), '{{}}'),
       array(SELECT p.slug FROM shifts h JOIN projects p ON p.id = h.project_id
              WHERE h.source_id = s.id AND h.{OPEN} AND {AT_WORK})
  FROM users u JOIN sources s ON s.id = u.source_id WHERE s.slug = ANY(%(slugs)s)
"""


class Account(Struct, frozen=True):
    """A device's identity at one moment, and what proves it."""

    identity: Identity
    secret_hash: str


class Interval(Struct, frozen=True, array_like=True):
    """An assignment or a shift: from `since` to before `until`, None where it has no end."""

    project: str
    since: float | None = None
    until: float | None = None

    def runs(self, at: float, door: float = 0) -> bool:
        """Whether it has begun and, with its door open for so many seconds more, not ended."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until + door)

    def bounds(self) -> list[float]:
        """The moments at which `runs` changes, for a door of nothing or of `DOOR_S`."""
        begins = [] if self.since is None else [self.since]
        return begins if self.until is None else [*begins, self.until, self.until + DOOR_S]


class Registered(Struct, frozen=True):
    """A device as the registry has it: whose it is, what proves it, its assignments and its owner's shifts.

    Both without those whose door has closed; future ones are there already.
    """

    slug: str
    kind: str
    secret_hash: str
    enabled: bool = True
    owner: str | None = None
    assignments: tuple[Interval, ...] = ()
    shifts: tuple[Interval, ...] = ()

    def account(self, at: float) -> Account:
        """What it may do at a moment."""
        kind = "integration" if self.kind == "integration" else "device"
        role = "phone" if self.owner and kind == "device" else kind
        projects = _projects(self.assignments, at, DOOR_S if kind == "device" else 0)  # who only hears has no backlog
        on_shift = projects & _projects(self.shifts, at, DOOR_S) if role == "phone" else frozenset()
        identity = Identity(
            self.slug,
            kind,
            roles=dict.fromkeys(sorted(projects), role),
            on_shift=on_shift,
            sharing=on_shift & _projects(self.shifts, at),
            ended=projects - _projects(self.assignments, at),
            enabled=self.enabled,
        )
        return Account(identity, self.secret_hash)

    def next_change(self, at: float) -> float:
        """The first moment after this one when its account may be another; inf when it stays as it is."""
        bounds = (bound for interval in (*self.assignments, *self.shifts) for bound in interval.bounds())
        return min((bound for bound in bounds if bound > at), default=inf)


def devices(session: connection) -> dict[str, Registered]:
    """Every device by its slug."""
    with session.cursor() as cursor:
        cursor.execute(DEVICES, {"door": DOOR_S})
        return {row[0]: _registered(*row) for row in cursor}


def accounts(session: connection, at: float | None = None) -> dict[str, Account]:
    """Every device's account by its slug, as of a moment: now, unless another is given."""
    at = time() if at is None else at
    return {slug: device.account(at) for slug, device in devices(session).items()}


def people(session: connection, slugs: list[str]) -> dict[str, Identity]:
    """Those people who have an account, by slug, as the registry stands now."""
    with session.cursor() as cursor:
        cursor.execute(PEOPLE, {"door": DOOR_S, "slugs": slugs})
        return {
            slug: Identity(slug, "person", roles, frozenset(shifts), admin=admin, enabled=enabled)
            for slug, enabled, admin, roles, shifts in cursor
        }


def _projects(intervals: tuple[Interval, ...], at: float, door: float = 0) -> frozenset[str]:
    return frozenset(interval.project for interval in intervals if interval.runs(at, door))


def _registered(slug, kind, secret_hash, enabled, owner, *intervals) -> Registered:
    assignments, shifts = (convert(each, tuple[Interval, ...]) for each in intervals)
    return Registered(slug, kind, secret_hash, enabled, owner, assignments, shifts)
