"""All SQL of the API, each query with a name."""

from rentguy.fixes import IMPLAUSIBLE

PASSWORD = """
SELECT u.password_hash FROM users u JOIN sources s ON s.id = u.source_id WHERE s.slug = %(slug)s AND u.enabled
"""
SESSION = """
SELECT s.id, s.slug, s.name, extract(epoch FROM u.signed_out_at) AS signed_out_at
  FROM users u JOIN sources s ON s.id = u.source_id WHERE s.slug = %(slug)s
"""
PROJECTS = "SELECT slug, name FROM projects ORDER BY name, slug"
PROJECT = "SELECT id, slug, name FROM projects WHERE slug = %(project)s"

SOURCES = """
SELECT s.slug, s.kind, s.name, owner.slug AS owner
  FROM sources s LEFT JOIN sources owner ON owner.id = s.owner_id
 WHERE s.id IN (SELECT source_id FROM memberships WHERE project_id = %(project)s
                UNION SELECT source_id FROM assignments WHERE project_id = %(project)s AND during @> now()
                UNION SELECT source_id FROM latest_positions WHERE project_id = %(project)s)
 ORDER BY s.name, s.slug
"""
FIX = """
s.slug AS source, x.recorded_at AS at, ST_Y(x.geom) AS lat, ST_X(x.geom) AS lon,
x.accuracy, x.speed, x.heading, x.altitude, x.battery
"""
LATEST = f"""
SELECT {FIX} FROM latest_positions x JOIN sources s ON s.id = x.source_id
 WHERE x.project_id = %(project)s ORDER BY s.slug
"""
LATEST_OF = f"""
SELECT {FIX} FROM latest_positions x JOIN sources s ON s.id = x.source_id JOIN projects p ON p.id = x.project_id
 WHERE p.slug = %(project)s
"""
POSITIONS = f"""
SELECT {FIX} FROM positions x JOIN sources s ON s.id = x.source_id
 WHERE x.project_id = %(project)s AND x.recorded_at >= %(since)s AND x.recorded_at < %(until)s
   AND (x.recorded_at, s.slug) > (%(after_at)s, %(after_source)s) AND x.flags & {int(IMPLAUSIBLE)} = 0
"""
OF_SOURCE = " AND x.source_id = %(source)s"
IN_ORDER = " ORDER BY x.recorded_at, s.slug LIMIT %(limit)s"
SOURCE = "SELECT id FROM sources WHERE slug = %(source)s"
WELCOME = """
WITH here AS (SELECT id FROM projects WHERE slug = %(project)s),
     assigned AS (SELECT a.source_id, a.during FROM assignments a JOIN here ON a.project_id = here.id
                   WHERE a.during && tstzrange(now() - interval '2 days', NULL)),
     on_shift AS (SELECT h.source_id, h.during FROM shifts h JOIN here ON h.project_id = here.id
                   WHERE h.during && tstzrange(now() - interval '2 days', NULL)),
     welcome AS (SELECT s.slug, a.during FROM assigned a JOIN sources s ON s.id = a.source_id WHERE s.owner_id IS NULL
                 UNION ALL
                 SELECT s.slug, a.during * h.during FROM assigned a JOIN sources s ON s.id = a.source_id
                   JOIN on_shift h ON h.source_id = s.owner_id AND h.during && a.during
                 UNION ALL
                 SELECT s.slug, h.during FROM on_shift h JOIN sources s ON s.id = h.source_id)
SELECT slug, lower(during) AS since, upper(during) AS until FROM welcome
"""
OFF_SHIFT = """
SELECT at FROM unnest(%(times)s::timestamptz[]) AS at
 WHERE NOT EXISTS (SELECT FROM shifts h JOIN projects p ON p.id = h.project_id JOIN sources s ON s.id = h.source_id
                    WHERE p.slug = %(project)s AND s.slug = %(person)s AND h.during @> at)
 LIMIT 1
"""
PRESENCE = """
SELECT s.slug AS source, x.online AND (s.kind <> 'person' OR x.at > now() - interval '150 seconds') AS online, x.at
  FROM presence x JOIN sources s ON s.id = x.source_id
 WHERE x.at IS NOT NULL
   AND x.source_id IN (SELECT source_id FROM assignments WHERE project_id = %(project)s AND during @> now()
                       UNION SELECT source_id FROM memberships WHERE project_id = %(project)s)
"""
CHAT = """
SELECT m.number, m.id, s.slug AS author, m.recorded_at AS at,
       CASE WHEN m.deleted_at IS NULL THEN coalesce(m.edit, m.body) END AS body,
       m.reply_to, CASE WHEN m.deleted_at IS NULL THEN m.pin END AS pin, m.edited_at, m.deleted_at
  FROM messages m JOIN sources s ON s.id = m.author_id
 WHERE m.project_id = %(project)s AND m.recorded_at IS NOT NULL
"""
CHAT_NEWEST = f"{CHAT} ORDER BY m.recorded_at DESC, m.number DESC LIMIT %(limit)s"
CHAT_BEFORE = f"""
{CHAT} AND (m.recorded_at, m.number) < (SELECT recorded_at, number FROM messages WHERE number = %(number)s)
 ORDER BY m.recorded_at DESC, m.number DESC LIMIT %(limit)s
"""
CHAT_AFTER = f"{CHAT} AND m.number > %(number)s ORDER BY m.number LIMIT %(limit)s"

LOCK_ITEMS = "SELECT FROM items WHERE code = ANY(%s) ORDER BY id FOR UPDATE"
WHEREABOUTS = """
SELECT i.code, i.id, p.slug AS project FROM items i LEFT JOIN projects p ON p.id = i.project_id WHERE i.code = ANY(%s)
"""
EVENTS_KNOWN = "SELECT id FROM item_events WHERE item_id = ANY(%s) AND id = ANY(%s)"
ITEMS_NAMED = "WHERE i.code = ANY(%s)"
ITEMS_OF = """
WHERE (i.project_id IS NULL OR p.slug = ANY(%s)) AND i.code > %s
  AND (%s = '' OR i.name ILIKE %s OR i.code ILIKE %s
       OR EXISTS (SELECT FROM tags t WHERE t.item_id = i.id AND t.value ILIKE %s))
ORDER BY i.code LIMIT %s
"""
TAGS = "SELECT i.code, t.value FROM tags t JOIN items i ON i.id = t.item_id WHERE i.code = ANY(%s) ORDER BY t.value"
EARLIER = "FROM item_events b WHERE b.item_id = e.item_id AND (b.at, b.id) < (e.at, e.id) AND b.result = 'stored'"
NEWEST = "ORDER BY b.at DESC, b.id DESC LIMIT 1"
WAS = f"""
coalesce(e.project_id, (SELECT CASE b.action WHEN 'out' THEN b.project_id END
                          {EARLIER} AND b.action IN ('out', 'in') {NEWEST})) AS project_id,
(SELECT CASE b.action WHEN 'load' THEN b.vehicle_id END
   {EARLIER} AND b.action IN ('load', 'unload', 'in') {NEWEST}) AS vehicle_id
"""
PLACE = f"""
SELECT fix.geom
  FROM (VALUES (1, e.vehicle_id), (2, was.vehicle_id), (3, e.by_id)) AS witness (rank, source_id)
 CROSS JOIN LATERAL (
       SELECT x.geom FROM positions x
        WHERE x.source_id = witness.source_id AND x.project_id = was.project_id
          AND x.recorded_at BETWEEN e.at - interval '10 minutes' AND e.at AND x.flags & {int(IMPLAUSIBLE)} = 0
        ORDER BY x.recorded_at DESC LIMIT 1) AS fix
 ORDER BY witness.rank LIMIT 1
"""
ITEM_EVENTS = f"""
SELECT e.id, e.at, by.slug AS by, p.slug AS project, e.status, e.action, v.slug AS vehicle, e.result,
       ST_Y(place.geom) AS lat, ST_X(place.geom) AS lon
  FROM item_events e
 CROSS JOIN LATERAL (SELECT {WAS}) AS was
  LEFT JOIN LATERAL ({PLACE}) AS place ON true
  LEFT JOIN projects p ON p.id = was.project_id
  LEFT JOIN sources by ON by.id = e.by_id
  LEFT JOIN sources v ON v.id = e.vehicle_id
 WHERE e.item_id = %(item)s AND (e.at, e.id) < (%(at)s, %(id)s) AND (p.slug IS NULL OR p.slug = ANY(%(mine)s))
 ORDER BY e.at DESC, e.id DESC LIMIT %(limit)s
"""
