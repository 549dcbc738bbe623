"""All SQL of ingest, each query with a name."""

from rentguy.erasure import NO_PROJECT_ID

SOURCES = "SELECT slug, id, slug, kind, owner_id FROM sources WHERE slug = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
PROJECTS = "SELECT slug, id FROM projects WHERE slug = ANY(%s)"
ASSIGNMENTS = "SELECT source_id, project_id, lower(during), upper(during) FROM assignments WHERE source_id = ANY(%s)"
SHIFTS = "SELECT source_id, project_id, lower(during), upper(during) FROM shifts WHERE source_id = ANY(%s)"

ADJUSTED = "SELECT source_id, digest, recorded_at FROM adjusted_times WHERE source_id = ANY(%s) AND digest = ANY(%s)"
EVER_ADJUSTED = """
SELECT id FROM sources s WHERE id = ANY(%s) AND EXISTS (SELECT FROM adjusted_times a WHERE a.source_id = s.id)
"""
TAKEN = """
SELECT source_id, recorded_at FROM positions
 WHERE source_id = ANY(%(sources)s) AND recorded_at BETWEEN %(since)s AND %(until)s + interval '1 minute'
UNION
SELECT source_id, recorded_at FROM adjusted_times
 WHERE source_id = ANY(%(sources)s) AND recorded_at BETWEEN %(since)s AND %(until)s + interval '1 minute'
"""
ADJUST = "INSERT INTO adjusted_times (source_id, digest, recorded_at) VALUES %s"

FIX = "project_id, geom, accuracy, speed, heading, altitude, battery, flags, device_time, received_at"
SET_FIX = ", ".join(f"{column} = EXCLUDED.{column}" for column in FIX.split(", "))
LAST_SEEN = """
SELECT s.id, l.recorded_at, ST_Y(l.geom), ST_X(l.geom), l.flags,
       EXISTS (SELECT FROM positions p WHERE p.source_id = s.id AND p.recorded_at >= s.since) AS late
  FROM unnest(%s, %s) AS s (id, since) LEFT JOIN latest_positions l ON l.source_id = s.id
"""
LAST_PLAUSIBLE = """
SELECT s.id, l.recorded_at, ST_Y(l.geom), ST_X(l.geom)
  FROM unnest(%s, %s, %s) AS s (id, after, before), LATERAL (
       SELECT recorded_at, geom FROM positions p
        WHERE p.source_id = s.id AND p.recorded_at > s.after AND p.recorded_at < s.before AND flags & %s = 0
        ORDER BY recorded_at DESC LIMIT 1) AS l
"""
HISTORIES = f"""
SELECT h.source_id, h.recorded_at, {FIX.replace("geom", "ST_X(geom), ST_Y(geom)")}
  FROM unnest(%s, %s, %s) AS s (id, since, size), LATERAL (
       SELECT * FROM positions p WHERE p.source_id = s.id AND p.recorded_at >= s.since
        ORDER BY recorded_at LIMIT s.size) AS h
 ORDER BY h.source_id, h.recorded_at
"""
FRESH_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS fresh (
    source_id bigint, recorded_at timestamptz, project_id bigint, lon float8, lat float8, accuracy float8, speed float8,
    heading float8, altitude float8, battery float8, flags int2, device_time timestamptz, received_at timestamptz
) ON COMMIT DELETE ROWS
"""
COPY_FRESH = "COPY fresh FROM STDIN"
FRESH_FIX = FIX.replace("geom", "ST_SetSRID(ST_MakePoint(lon, lat), 4326)")
ADD_POSITIONS = f"""
INSERT INTO positions (source_id, recorded_at, {FIX})
SELECT source_id, recorded_at, {FRESH_FIX} FROM fresh
ON CONFLICT (source_id, recorded_at) DO UPDATE SET {SET_FIX}
"""
SET_LATEST = f"""
INSERT INTO latest_positions AS l (source_id, recorded_at, {FIX})
SELECT DISTINCT ON (source_id) source_id, recorded_at, {FRESH_FIX}
  FROM fresh WHERE flags & %s = 0 ORDER BY source_id, recorded_at DESC
ON CONFLICT (source_id) DO UPDATE SET recorded_at = EXCLUDED.recorded_at, {SET_FIX}
WHERE EXCLUDED.recorded_at > l.recorded_at
"""
FORGET_LATEST = "DELETE FROM latest_positions WHERE source_id = ANY(%s)"
FIND_LATEST = f"""
INSERT INTO latest_positions (source_id, recorded_at, {FIX})
SELECT s.id, newest.recorded_at, {FIX}
  FROM unnest(%s) AS s (id)
 CROSS JOIN LATERAL (SELECT * FROM positions p WHERE p.source_id = s.id AND p.flags & %s = 0
                      ORDER BY p.recorded_at DESC LIMIT 1) AS newest
"""
RETENTION_LOCK = "SELECT pg_try_advisory_lock(hashtext('rentguy.retention'))"
KEPT = "SELECT id, keep_people_days, keep_vehicles_days FROM projects"
SOURCES_OF = "SELECT id FROM sources WHERE (kind = 'person' OR owner_id IS NOT NULL) = %s ORDER BY id"
SOURCES_WITH_OLDER = """
SELECT s.id FROM unnest(%(ids)s, %(afters)s) AS s (id, after)
 WHERE EXISTS (SELECT FROM positions p
                WHERE p.source_id = s.id AND p.recorded_at > s.after AND p.recorded_at < %(before)s)
    OR EXISTS (SELECT FROM adjusted_times a
                WHERE a.source_id = s.id AND a.recorded_at > s.after AND a.recorded_at < %(before)s)
"""
LATEST_OLDER = f"""
SELECT l.source_id FROM latest_positions l JOIN sources s ON s.id = l.source_id
 WHERE l.recorded_at < %(before)s AND coalesce(l.project_id, {NO_PROJECT_ID}) = ANY(%(projects)s)
   AND (s.kind = 'person' OR s.owner_id IS NOT NULL) = %(people)s ORDER BY l.source_id
"""
LOCK_FREE = "SELECT id FROM sources WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
MONTHS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'positions'::regclass ORDER BY 1"
MONTH_USED = "SELECT EXISTS (SELECT FROM {name})"
MONTHS_ALONE = """
SELECT set_config('lock_timeout', '300ms', true), set_config('statement_timeout', '1s', true);
LOCK TABLE ONLY positions IN ACCESS EXCLUSIVE MODE
"""
MONTH_DETACH = "ALTER TABLE positions DETACH PARTITION {name}"
MONTH_DROP = "DROP TABLE {name}"
PARTITION_KNOWN = "SELECT to_regclass(%s) IS NOT NULL"
PARTITION_LOCK = "SELECT pg_advisory_xact_lock(hashtext('rentguy.partitions'))"
PARTITION_ADD = "CREATE TABLE {name} (LIKE positions INCLUDING ALL)"
PARTITION_ATTACH = "ALTER TABLE positions ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)"

CHAT_LOCK = "SELECT pg_advisory_xact_lock(hashtext('rentguy.chat'))"
ADD_MESSAGES = """
INSERT INTO messages AS m (author_id, id, project_id, recorded_at, body, reply_to, pin, received_at) VALUES %s
ON CONFLICT (author_id, id, project_id) DO UPDATE SET
    recorded_at = EXCLUDED.recorded_at, body = EXCLUDED.body, reply_to = EXCLUDED.reply_to, pin = EXCLUDED.pin,
    number = DEFAULT, revision = DEFAULT
WHERE m.recorded_at IS NULL
RETURNING author_id, id, project_id
"""
EDIT_MESSAGES = """
INSERT INTO messages AS m (author_id, id, project_id, edited_at, edit, received_at) VALUES %s
ON CONFLICT (author_id, id, project_id) DO UPDATE
SET edited_at = EXCLUDED.edited_at, edit = EXCLUDED.edit, revision = DEFAULT
WHERE m.edited_at IS NULL OR (EXCLUDED.edited_at, EXCLUDED.edit COLLATE "C") > (m.edited_at, m.edit)
"""
DELETE_MESSAGES = """
INSERT INTO messages AS m (author_id, id, project_id, deleted_at, received_at) VALUES %s
ON CONFLICT (author_id, id, project_id) DO UPDATE SET deleted_at = EXCLUDED.deleted_at, revision = DEFAULT
WHERE m.deleted_at IS NULL OR EXCLUDED.deleted_at < m.deleted_at
"""
SET_READS = """
INSERT INTO reads AS r (project_id, source_id, message, at) VALUES %s
ON CONFLICT (project_id, source_id) DO UPDATE SET message = EXCLUDED.message, at = EXCLUDED.at
WHERE (EXCLUDED.at, EXCLUDED.message) > (r.at, r.message)
"""

TAGS = "SELECT value, item_id FROM tags WHERE value = ANY(%s)"
VEHICLES = """
SELECT s.slug, s.id, a.project_id, lower(a.during), upper(a.during)
  FROM sources s JOIN assignments a ON a.source_id = s.id
 WHERE s.slug = ANY(%s) AND s.owner_id IS NULL AND s.kind IN ('truck', 'van', 'car', 'tracker')
"""
LOCK_ITEMS = "SELECT FROM items WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
SCANS_KNOWN = "SELECT source_id, id, result FROM scans WHERE source_id = ANY(%s) AND id = ANY(%s::uuid[])"
ADD_SCANS = """
INSERT INTO scans (source_id, id, recorded_at, project_id, tag, item_id, details, result, device_time, received_at)
VALUES %s ON CONFLICT DO NOTHING
"""
VERDICTS = """
SELECT CASE WHEN coalesce((SELECT CASE e.action WHEN 'out' THEN e.project_id END FROM item_events e
                            WHERE e.item_id = s.item_id AND (e.at, e.id) < (s.at, s.id)
                              AND e.result = 'stored' AND e.action IN ('out', 'in')
                            ORDER BY e.at DESC, e.id DESC LIMIT 1), s.project_id) = s.project_id
            THEN 'stored' ELSE 'wrong_project' END
  FROM unnest(%s, %s, %s, %s) WITH ORDINALITY AS s (item_id, at, id, project_id, number) ORDER BY number
"""
SCANS_AFTER = """
SELECT s.recorded_at, s.source_id, s.id, o.slug, s.project_id, s.result
  FROM scans s JOIN sources o ON o.id = s.source_id
 WHERE s.item_id = %s AND (s.recorded_at, s.source_id, s.id) > (%s, %s, %s)
 ORDER BY s.recorded_at, s.source_id, s.id LIMIT %s
"""
SET_RESULTS = """
UPDATE scans AS s SET result = new.result FROM (VALUES %s) AS new (source_id, id, result)
 WHERE s.source_id = new.source_id AND s.id = new.id
"""

SET_HEARD = """
INSERT INTO presence AS p (source_id, heard_at) VALUES %s
ON CONFLICT (source_id) DO UPDATE SET heard_at = greatest(p.heard_at, EXCLUDED.heard_at)
"""
SET_PRESENCE = """
INSERT INTO presence AS p (source_id, online, at, heard_at) VALUES %s
ON CONFLICT (source_id) DO UPDATE SET online = EXCLUDED.online, at = EXCLUDED.at
WHERE p.at IS NULL OR EXCLUDED.at >= p.at
"""
ASKED = """
SELECT topic, payload, first, ids, moments FROM (
    SELECT m.topic, m.payload, a.*, sum(octet_length(m.payload)) OVER (ORDER BY since, digest) AS bytes
      FROM (SELECT digest, min(asked_at) AS since, array_agg(id) AS ids, array_agg(asked_at) AS moments
              FROM rejects WHERE asked_at IS NOT NULL GROUP BY digest ORDER BY since, digest LIMIT %s) a
     CROSS JOIN LATERAL (SELECT topic, payload FROM rejects WHERE digest = a.digest AND payload IS NOT NULL LIMIT 1) m
) asked CROSS JOIN LATERAL (SELECT min(received_at) AS first FROM rejects r WHERE r.digest = asked.digest) f
 WHERE bytes - octet_length(payload) < %s
"""
FORGET_ASKED = """
DELETE FROM rejects r USING unnest(%s::bigint[], %s::timestamptz[]) AS a (id, asked_at)
 WHERE r.id = a.id AND r.asked_at = a.asked_at
"""

OWED = "SELECT id, topic FROM outbox ORDER BY id LIMIT %s"
PAID = "DELETE FROM outbox WHERE id = ANY(%s)"
OWE_ALL = """
INSERT INTO outbox (topic)
SELECT 'rentguy/' || coalesce(p.slug, '-') || '/equipment/' || i.code
  FROM items i LEFT JOIN projects p ON p.id = i.project_id
UNION ALL
SELECT 'rentguy/-/config/' || s.slug FROM devices d JOIN sources s ON s.id = d.source_id
UNION ALL
SELECT 'rentguy/' || o.slug || '/presence/' || s.slug FROM presence p JOIN devices d USING (source_id)
  JOIN sources s ON s.id = p.source_id JOIN assignments a ON a.source_id = s.id AND a.during @> now()
  JOIN projects o ON o.id = a.project_id WHERE p.at IS NOT NULL
"""
GONE = """
WITH locked AS (
    SELECT s.id, s.slug FROM presence p JOIN sources s ON s.id = p.source_id
     WHERE s.kind <> 'person' AND p.online AND greatest(p.at, p.heard_at) < %(began)s
     ORDER BY s.id FOR NO KEY UPDATE OF s
), gone AS (
    UPDATE presence p SET online = false, at = %(began)s FROM locked
     WHERE locked.id = p.source_id AND p.online AND greatest(p.at, p.heard_at) < %(began)s
    RETURNING locked.*
)
INSERT INTO outbox (topic)
SELECT 'rentguy/' || p.slug || '/presence/' || gone.slug FROM gone
  JOIN assignments a ON a.source_id = gone.id AND a.during @> now() JOIN projects p ON p.id = a.project_id
"""
OWE_OTHERWISE = """
INSERT INTO outbox (topic)
SELECT said.topic FROM (VALUES %s) said (source_id, project_id, topic, online)
  JOIN presence p ON p.source_id = said.source_id AND p.online <> said.online
  JOIN assignments a ON a.source_id = p.source_id AND a.project_id = said.project_id AND a.during @> now()
"""
PRESENCE = """
SELECT p.online AND (s.kind = 'person' OR EXISTS (
           SELECT FROM assignments a JOIN projects o ON o.id = a.project_id
            WHERE a.source_id = s.id AND a.during @> now() AND o.slug = %s)), p.at
  FROM presence p JOIN sources s ON s.id = p.source_id WHERE s.slug = %s AND p.at IS NOT NULL
"""
PUBLISHER_LOCK = "SELECT pg_try_advisory_lock(hashtext('rentguy.outbox'))"
DEVICE_CONFIG = """
SELECT (SELECT p.slug FROM assignments a JOIN projects p ON p.id = a.project_id
         WHERE a.source_id = s.id AND a.during @> now()), d.interval_s
  FROM devices d JOIN sources s ON s.id = d.source_id WHERE s.slug = %s
"""
