"""Chat: messages, edits and deletions in any order, and who has read how far."""

from psycopg2.extensions import cursor
from psycopg2.extras import Json, execute_values

from rentguy.decoding import plain
from rentguy.messages import ChatDelete, ChatEdit, ChatMessage, Read

from . import statements as sql
from .entry import Entry

Newest = dict[tuple, Entry]


def store_chat(session: cursor, entries: list[Entry]) -> None:
    """Store chat under (author, id): the newest edit wins, a deletion is final, either may come before its message."""
    spoken = [entry for entry in entries if not entry.rejected and entry.topic.kind == "chat"]
    if not spoken:
        return
    session.execute(sql.CHAT_LOCK)  # revisions become visible in their order, so that nobody catching up misses one
    _add(session, [entry for entry in spoken if isinstance(entry.message, ChatMessage)])
    edits = _newest([entry for entry in spoken if isinstance(entry.message, ChatEdit)])
    if edits:
        execute_values(session, sql.EDIT_MESSAGES, [_row(e, e.recorded_at, e.message.edit) for e in edits.values()])
    deletions = _newest([entry for entry in spoken if isinstance(entry.message, ChatDelete)])
    if deletions:
        execute_values(session, sql.DELETE_MESSAGES, [_row(e, e.recorded_at) for e in deletions.values()])


def store_reads(session: cursor, entries: list[Entry]) -> None:
    """Keep how far each person has read; the newest `at` wins."""
    reads: Newest = {}
    for entry in entries:
        if not entry.rejected and isinstance(entry.message, Read) and entry.project_id:
            key = (entry.project_id, entry.source.id)
            if key not in reads or entry.recorded_at > reads[key].recorded_at:
                reads[key] = entry
    if reads:
        execute_values(session, sql.SET_READS, [(*key, e.message.id, e.recorded_at) for key, e in reads.items()])


def _add(session: cursor, entries: list[Entry]) -> None:
    first: Newest = {}
    for entry in entries:
        first.setdefault((entry.source.id, entry.message.id), entry)
    if not first:
        return
    rows = [
        _row(e, e.recorded_at, e.message.body, e.message.reply_to, e.message.pin and Json(plain(e.message.pin)))
        for e in first.values()
    ]
    new = set(execute_values(session, sql.ADD_MESSAGES, rows, page_size=len(rows), fetch=True))
    for entry in entries:
        key = (entry.source.id, entry.message.id)
        entry.result = "stored" if key in new and first[key] is entry else "duplicate"


def _row(entry: Entry, *values: object) -> tuple:
    return entry.source.id, entry.message.id, entry.project_id, *values, entry.received.at


def _newest(entries: list[Entry]) -> Newest:
    """One entry for each message: the newest, as a row may be touched once in a statement."""
    newest: Newest = {}
    for entry in entries:
        key = (entry.source.id, entry.message.id)
        if key not in newest or entry.recorded_at > newest[key].recorded_at:
            newest[key] = entry
    return newest
