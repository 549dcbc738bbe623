"""The SQL of what REST says about the registry, each query with a name.

What a device has sent lately is looked up by when it was recorded, which is indexed: what comes late doesn't count.
"""

USERS = """
SELECT s.slug, s.name, u.admin, u.enabled,
       coalesce((SELECT jsonb_agg(jsonb_build_object('slug', p.slug, 'name', p.name, 'role', m.role) ORDER BY p.slug)
                   FROM memberships m JOIN projects p ON p.id = m.project_id WHERE m.source_id = s.id), '[]')
       AS projects
  FROM users u JOIN sources s ON s.id = u.source_id
"""
USERS_AFTER = f"{USERS} WHERE s.slug > %(after)s ORDER BY s.slug LIMIT %(limit)s"
USER = f"{USERS} WHERE s.slug = %(user)s"
PEOPLE = """
SELECT s.slug, s.name FROM users u JOIN sources s ON s.id = u.source_id
 WHERE u.enabled AND (s.slug ILIKE %(like)s OR s.name ILIKE %(like)s) ORDER BY s.name, s.slug LIMIT %(limit)s
"""
SETTINGS = "SELECT slug, name, keep_people_days, keep_vehicles_days FROM projects WHERE slug = %(project)s"
MEMBERS = """
SELECT s.slug, s.name, m.role, u.enabled
  FROM memberships m JOIN sources s ON s.id = m.source_id JOIN users u ON u.source_id = s.id
 WHERE m.project_id = %(project)s
"""
MEMBERS_AFTER = f"{MEMBERS} AND s.slug > %(after)s ORDER BY s.slug LIMIT %(limit)s"
MEMBER = f"{MEMBERS} AND s.slug = %(user)s"

REGISTERED = """
SELECT s.id, s.slug, s.kind, s.name, owner.slug AS owner, d.enabled, p.slug AS project
  FROM devices d JOIN sources s ON s.id = d.source_id
  LEFT JOIN sources owner ON owner.id = s.owner_id
  LEFT JOIN assignments a ON a.source_id = s.id AND a.during @> now()
  LEFT JOIN projects p ON p.id = a.project_id
"""
ONE = "WHERE s.slug = %(device)s"
SOME = """
WHERE s.slug > %(after)s AND (%(all)s OR p.slug = ANY(%(projects)s) OR (%(spares)s AND p.slug IS NULL))
ORDER BY s.slug LIMIT %(limit)s
"""
REGISTERED_DEVICE = f"{REGISTERED} {ONE}"
DOES = """
SELECT s.slug, s.kind, s.name, s.owner, s.enabled, s.project, seen.online, seen.heard_at AS seen_at, l.battery,
       clock.ahead AS clock_s, refused.times AS rejects, (fixes.heard + coalesce(scans.heard, 0)) / 10::float8 AS rate
  FROM ({registered}) s
  LEFT JOIN presence seen ON seen.source_id = s.id
  LEFT JOIN latest_positions l ON l.source_id = s.id
  LEFT JOIN (SELECT source_id, count(*) AS heard
               FROM projects JOIN scans ON scans.project_id = projects.id
                    AND scans.recorded_at > now() - interval '10 minutes'
              GROUP BY source_id) scans ON scans.source_id = s.id
 CROSS JOIN LATERAL (
       SELECT count(*) AS heard FROM positions x
        WHERE x.source_id = s.id AND x.recorded_at > now() - interval '10 minutes') fixes
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(r.times), 0)::bigint AS times FROM rejects r
        WHERE r.source_id = s.id AND r.last_at > now() - interval '1 day') refused
 CROSS JOIN LATERAL (
       SELECT extract(epoch FROM max(claimed - received_at))::float8 AS ahead
         FROM (SELECT coalesce(x.device_time, x.recorded_at) AS claimed, x.received_at FROM positions x
                WHERE x.source_id = s.id AND x.recorded_at > now() - interval '1 day'
                ORDER BY x.recorded_at DESC LIMIT 100) newest) clock
 ORDER BY s.slug
"""  # delay only makes it smaller, so the greatest is nearest to the device's clock
DEVICES = DOES.format(registered=REGISTERED + SOME)
DEVICE = DOES.format(registered=REGISTERED_DEVICE)
WORKED_FOR = """
SELECT p.slug FROM assignments a JOIN projects p ON p.id = a.project_id
 WHERE a.source_id = %(source)s AND a.during @> %(at)s
"""
ASSIGNMENTS = """
SELECT a.id, p.slug AS project, CASE WHEN isfinite(lower(a.during)) THEN lower(a.during) END AS since,
       CASE WHEN isfinite(upper(a.during)) THEN upper(a.during) END AS until
  FROM assignments a JOIN projects p ON p.id = a.project_id
 WHERE a.source_id = %(source)s ORDER BY a.during DESC
"""
REJECTS = """
SELECT r.id, s.slug AS source, r.topic, r.reason, r.times, r.received_at, r.last_at
  FROM rejects r LEFT JOIN sources s ON s.id = r.source_id WHERE r.id < %(before)s
"""
OF_SOURCE = " AND r.source_id = %(source)s AND (%(all)s OR split_part(r.topic, '/', 2) = ANY(%(projects)s))"
NEWEST = " ORDER BY r.id DESC LIMIT %(limit)s"

TOKENS = """
SELECT t.id, t.name, t.scopes, t.created_at, t.expires_at, t.used_at
  FROM tokens t JOIN sources s ON s.id = t.source_id WHERE s.slug = %(person)s ORDER BY t.created_at DESC, t.id
"""
AUDIT = """
SELECT id, at, "by", door, action, subject, project, detail FROM audit
 WHERE id < %(before)s AND (%(by)s IS NULL OR "by" = %(by)s) AND (%(subject)s IS NULL OR subject = %(subject)s)
   AND (%(action)s IS NULL OR action = %(action)s) AND (%(project)s IS NULL OR project = %(project)s)
 ORDER BY id DESC LIMIT %(limit)s
"""
