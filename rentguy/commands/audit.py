"""`rentguy audit`: who changed what."""

from typing import Annotated

import typer

from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows

LIST = """
SELECT id, at, "by", door, action, subject, project, detail FROM audit
 WHERE (CAST(:by AS text) IS NULL OR "by" = :by) AND (CAST(:subject AS text) IS NULL OR subject = :subject)
   AND (CAST(:action AS text) IS NULL OR action = :action) AND (CAST(:project AS text) IS NULL OR project = :project)
 ORDER BY id DESC LIMIT :limit
"""


def audit(
    by: Annotated[str | None, typer.Option(help="Only what this person did.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only what was done to this person, device or item.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this, for instance device.secret.")] = None,
    project: Annotated[str | None, typer.Option(help="Only in this project.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List who changed what, when, and through which door; the newest first."""
    values = {"by": by, "subject": subject, "action": action, "project": project, "limit": limit}
    with transaction() as session:
        show_rows(session, LIST, values, "lines", as_json)
