"""Who changed what, when, and through which door: written with the change, in its transaction, and never changed again.

Names are kept as text, so that a line says the same when its project or person is no more.
"""

from psycopg2.extensions import cursor
from psycopg2.extras import Json

NOTE = 'INSERT INTO audit ("by", door, action, subject, project, detail) VALUES (%s, %s, %s, %s, %s, %s)'


def note(
    session: cursor, by: str, door: str, action: str, subject: str, project: str | None = None, **detail: object
) -> None:
    """That `by` did `action` ("device.secret", …) to `subject`, with what is worth knowing; never a secret."""
    session.execute(NOTE, (by, door, action, subject, project, Json(detail)))
