"""Chat: messages, edits and deletions in any order, and who has read how far."""

from psycopg2.extensions import cursor
from psycopg2.extras import Json, execute_values

from rentguy.decoding import plain
from rentguy.messages import ChatDelete, ChatEdit, ChatMessage, Read

from . import statements as sql
from .entry import Entry

Chosen = dict[tuple, Entry]


def store_chat(session: cursor, entries: list[Entry]) -> None:
    """Store chat under (author, id, project): the newest edit wins, a deletion is final, either may come first."""
    spoken = [entry for entry in entries if not entry.rejected and entry.topic.kind == "chat"]
    if not spoken:
        return
    session.execute(sql.CHAT_LOCK)  # revisions become visible in their order, so that nobody catching up misses one
    _add(session, [entry for entry in spoken if isinstance(entry.message, ChatMessage)])
    edits = [entry for entry in spoken if isinstance(entry.message, ChatEdit)]
    if edits := _chosen(sorted(edits, key=lambda e: (e.recorded_at, e.message.edit), reverse=True)):
        execute_values(session, sql.EDIT_MESSAGES, [_row(e, e.recorded_at, e.message.edit) for e in edits.values()])
    deletions = [entry for entry in spoken if isinstance(entry.message, ChatDelete)]
    if deletions := _chosen(sorted(deletions, key=lambda e: e.recorded_at)):
        execute_values(session, sql.DELETE_MESSAGES, [_row(e, e.recorded_at) for e in deletions.values()])


def store_reads(session: cursor, entries: list[Entry]) -> None:
    """Keep how far each person has read; the newest `at` wins, of two at once the greater id."""
    reads: Chosen = {}
    read = [entry for entry in entries if not entry.rejected and isinstance(entry.message, Read) and entry.project_id]
    for entry in sorted(read, key=lambda e: (e.recorded_at, e.message.id)):
        reads[entry.project_id, entry.source.id] = entry
    if reads:
        execute_values(session, sql.SET_READS, [(*key, e.message.id, e.recorded_at) for key, e in reads.items()])


def _add(session: cursor, entries: list[Entry]) -> None:
    first = _chosen(entries)
    if not first:
        return
    rows = [
        _row(e, e.recorded_at, e.message.body, e.message.reply_to, e.message.pin and Json(plain(e.message.pin)))
        for e in first.values()
    ]
    new = set(execute_values(session, sql.ADD_MESSAGES, rows, page_size=len(rows), fetch=True))
    for entry in entries:
        entry.result = "stored" if _key(entry) in new and first[_key(entry)] is entry else "duplicate"


def _key(entry: Entry) -> tuple:
    return entry.source.id, entry.message.id, entry.project_id


def _row(entry: Entry, *values: object) -> tuple:
    return *_key(entry), *values, entry.received.at


def _chosen(entries: list[Entry]) -> Chosen:
    """The first entry for each message, as a row may be touched once in a statement."""
    chosen: Chosen = {}
    for entry in entries:
        chosen.setdefault(_key(entry), entry)
    return chosen
