"""All SQL of the API, each query with a name."""

from rentguy.fixes import IMPLAUSIBLE

PASSWORD = """
SELECT u.password_hash FROM users u JOIN sources s ON s.id = u.source_id WHERE s.slug = %(slug)s AND u.enabled
"""
ACCOUNTS = """
SELECT s.id, s.slug, s.name, extract(epoch FROM u.signed_out_at)::float AS signed_out_at
  FROM users u JOIN sources s ON s.id = u.source_id WHERE s.slug = ANY(%(slugs)s)
"""
TOKEN = """
WITH found AS (SELECT * FROM tokens WHERE digest = %(digest)s), used AS (
    UPDATE tokens t SET used_at = now() FROM found
     WHERE t.id = found.id AND coalesce(t.used_at, '-infinity') < now() - interval '1 minute'
)
SELECT found.id, s.slug AS person, extract(epoch FROM found.created_at)::float AS since,
       extract(epoch FROM found.expires_at)::float AS until
  FROM found JOIN sources s ON s.id = found.source_id
"""
SESSIONS = """
SELECT id, NULL AS scopes FROM ended_sessions WHERE id = ANY(%(ids)s)
 UNION ALL
SELECT id, scopes FROM tokens WHERE id = ANY(%(ids)s)
"""
PROJECTS = "SELECT slug, name FROM projects ORDER BY name, slug"
PROJECT = "SELECT id, slug, name FROM projects WHERE slug = %(project)s"

SOURCES = """
SELECT s.slug, s.kind, s.name, owner.slug AS owner, m.role
  FROM sources s LEFT JOIN sources owner ON owner.id = s.owner_id
  LEFT JOIN memberships m ON m.source_id = s.id AND m.project_id = %(project)s
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
SIMPLIFIED = "ST_Simplify(line, stretched * tolerance, true)"
POINTS = f"sum(coalesce(ST_NPoints({SIMPLIFIED}), edges))"
TRACK = f"""
WITH RECURSIVE fixes AS MATERIALIZED (
    SELECT row_number() OVER w AS nth, at, geom, heading, silence,
           count(*) FILTER (WHERE silence > %(gap)s) OVER w AS stretch, sum(step) OVER w AS way
      FROM (SELECT x.recorded_at AS at, x.geom, x.heading, x.recorded_at - lag(x.recorded_at) OVER w AS silence,
                   coalesce(ST_DistanceSphere(x.geom, lag(x.geom) OVER w), 0) AS step
              FROM positions x
             WHERE x.source_id = %(source)s AND x.project_id = %(project)s
               AND x.recorded_at >= %(since)s AND x.recorded_at < %(until)s AND x.flags & {int(IMPLAUSIBLE)} = 0
            WINDOW w AS (ORDER BY x.recorded_at)) heard
    WINDOW w AS (ORDER BY at ROWS UNBOUNDED PRECEDING)
),
stretches AS MATERIALIZED (
    SELECT max(silence) FILTER (WHERE silence > %(gap)s) AS silence, least(count(*), 2) AS edges
      FROM fixes GROUP BY stretch
),
cut (pause) AS (
    SELECT CASE WHEN sum(edges) <= %(most)s THEN %(gap)s
                ELSE (SELECT silence FROM stretches ORDER BY silence DESC NULLS LAST OFFSET %(most)s / 2 - 1 LIMIT 1)
           END
      FROM stretches
),
parts AS MATERIALIZED (
    SELECT min(nth) AS first, max(nth) AS last, least(count(*), 2) AS edges,
           1 / cos(radians(min(abs(ST_Y(geom))))) AS stretched,
           CASE WHEN count(*) > 2 THEN ST_Transform(ST_SetSRID(ST_MakeLine(
               ST_MakePointM(ST_X(geom), ST_Y(geom), nth) ORDER BY nth), 4326), 3857) END AS line
      FROM (SELECT nth, geom, count(*) FILTER (WHERE silence > (SELECT pause FROM cut)) OVER (ORDER BY nth) AS part
              FROM fixes) numbered
     GROUP BY part
),
tries (tolerance, points) AS (
    SELECT tolerance, (SELECT {POINTS} FROM parts) FROM (VALUES (%(tolerance)s::float8)) AS asked (tolerance)
    UNION ALL
    SELECT tolerance, (SELECT {POINTS} FROM parts)
      FROM (SELECT 2 * tolerance FROM tries WHERE points > %(most)s) AS doubled (tolerance)
),
kept (nth) AS (
    SELECT first FROM parts
    UNION SELECT last FROM parts
    UNION SELECT ST_M(point.geom)::bigint
            FROM parts, (SELECT max(tolerance) AS tolerance FROM tries) fitting, ST_DumpPoints({SIMPLIFIED}) point
    LIMIT %(most)s
)
SELECT at, ST_Y(geom) AS lat, ST_X(geom) AS lon, heading,
       CASE WHEN lag(at) OVER w IS NULL THEN 0
            WHEN stretch = lag(stretch) OVER w
            THEN (way - lag(way) OVER w) / extract(epoch FROM at - lag(at) OVER w)::float8 END AS speed,
       coalesce(stretch > lag(stretch) OVER w, false) AS gap
  FROM fixes
 WHERE (nth IN (SELECT nth FROM kept)) IS TRUE  -- by hash: a join would be planned for a few fixes, and there are many
WINDOW w AS (ORDER BY at) ORDER BY at
"""
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
SHIFTS = """
SELECT h.id, s.slug AS person, s.name, lower(h.during) AS since, upper(h.during) AS until
  FROM shifts h JOIN sources s ON s.id = h.source_id
 WHERE h.project_id = %(project)s
"""
NOT_OVER = " AND h.during && tstzrange(now(), NULL)"
SHIFTS_NOT_OVER = f"{SHIFTS}{NOT_OVER} ORDER BY since, person"
SHIFT_NOT_OVER = f"{SHIFTS}{NOT_OVER} AND h.id = %(id)s"
SHIFT_OF = f"{SHIFTS} AND s.slug = %(person)s AND h.during @> %(at)s"
PRESENCE = """
SELECT s.slug AS source, x.online AND (s.kind <> 'person' OR x.at > now() - interval '150 seconds') AS online, x.at
  FROM presence x JOIN sources s ON s.id = x.source_id
 WHERE x.at IS NOT NULL
   AND x.source_id IN (SELECT source_id FROM assignments WHERE project_id = %(project)s AND during @> now()
                       UNION SELECT source_id FROM memberships WHERE project_id = %(project)s)
"""
CHAT = """
SELECT m.number, m.revision, m.id, s.slug AS author, m.recorded_at AS at,
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
CHAT_AFTER = f"{CHAT} AND m.revision > %(revision)s ORDER BY m.revision LIMIT %(limit)s"
CHAT_ONE = f"{CHAT} AND m.id = %(id)s ORDER BY m.number DESC LIMIT 1"
READS = """
SELECT s.slug AS source, r.message AS id, r.at
  FROM reads r JOIN sources s ON s.id = r.source_id JOIN users u ON u.source_id = s.id
  LEFT JOIN memberships m ON m.project_id = r.project_id AND m.source_id = r.source_id
 WHERE r.project_id = %(project)s AND (m.role IS NOT NULL OR u.admin) ORDER BY s.slug
"""
UNREAD = """
WITH marks AS (SELECT p.id, p.slug, coalesce(max(m.number), 0) AS number
                 FROM projects p LEFT JOIN reads r ON r.project_id = p.id AND r.source_id = %(me)s
                 LEFT JOIN messages m ON m.project_id = p.id AND m.id IN (r.message, %(after)s)
                                     AND m.recorded_at IS NOT NULL
                WHERE p.slug = ANY(%(projects)s) GROUP BY p.id),
     unread AS (SELECT p.slug, m.id, m.number, coalesce(m.edit, m.body) ~* %(mention)s AS mentioned
                  FROM marks p LEFT JOIN messages m ON m.project_id = p.id AND m.number > p.number
                   AND m.author_id <> %(me)s AND m.recorded_at IS NOT NULL AND m.deleted_at IS NULL)
SELECT slug, count(id) AS count, count(*) FILTER (WHERE mentioned) AS mentions,
       coalesce((array_agg(id ORDER BY number DESC) FILTER (WHERE id IS NOT NULL))[:%(most)s], '{}') AS ids,
       (array_agg(id ORDER BY number))[1] AS first
  FROM unread GROUP BY slug
"""

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
