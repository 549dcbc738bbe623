"""Fixes: judged, then copied into the history and the latest positions."""

from collections import defaultdict
from io import StringIO

from psycopg2.extensions import cursor

from rentguy.fixes import IMPLAUSIBLE, Flag, Seen

from . import statements as sql
from .entry import Entry
from .fix import Fix, judged
from .history import refold
from .partitions import make_partitions

Track = list[Fix]


def store_positions(session: cursor, entries: list[Entry]) -> None:
    """COPY into a temporary table, then into the history and the latest; of two fixes at one time the better stays."""
    tracks = _tracks(entries)
    if not tracks:
        return
    rows, changed = _judge(session, tracks)
    make_partitions(session, {(fix.at.year, fix.at.month) for fix in rows})
    session.execute(sql.FRESH_TABLE)
    session.copy_expert(sql.COPY_FRESH, StringIO("".join([fix.line for fix in rows])))
    session.execute(sql.ADD_POSITIONS)
    session.execute(sql.SET_LATEST, (int(IMPLAUSIBLE),))
    if changed:  # the latest may be none any more
        session.execute(sql.FORGET_LATEST, ([*changed],))
        session.execute(sql.FIND_LATEST, ([*changed], int(IMPLAUSIBLE)))


def _tracks(entries: list[Entry]) -> dict[int, Track]:
    """Each source's fixes in order of time, one a time."""
    best: dict[tuple, Fix] = {}
    for entry in entries:
        if not entry.rejected and entry.topic.kind == "position":
            fix = Fix.of(entry)
            key = fix.source_id, fix.at
            if key not in best or fix.demerit < best[key].demerit:
                best[key] = fix
    tracks = defaultdict(list)
    for fix in sorted(best.values()):
        tracks[fix.source_id].append(fix)
    return tracks


def _judge(session: cursor, tracks: dict[int, Track]) -> tuple[list[Fix], set[int]]:
    """The rows to write, and the sources of which rows change that are there already.

    Nearly always all is newer than what is stored, and judged in memory by where its source was last seen.
    """
    rows, late_tracks = [], []
    session.execute(sql.LAST_SEEN, ([*tracks], [track[0].at for track in tracks.values()]))
    for source_id, at, lat, lon, flags, late in session.fetchall():
        track, last = tracks[source_id], at and Seen(at, lat, lon)
        if late or _misses_its_last(track, flags):
            late_tracks.append(track)
            continue
        for fix in track:
            fix, last = judged(fix, last)
            rows.append(fix)
    late_rows, changed = refold(session, late_tracks)
    return rows + late_rows, changed


def _misses_its_last(track: Track, latest_flags: int | None) -> bool:
    """Whether the latest position has a wrong clock and somebody is to be judged by the one before."""
    return bool((latest_flags or 0) & Flag.CLOCK) and not all(fix.flags & Flag.CLOCK for fix in track)
