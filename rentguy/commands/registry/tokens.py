"""`rentguy token add|list|revoke`."""

from typing import Annotated
from uuid import UUID

import typer

from rentguy import enrolment
from rentguy.access import SCOPES
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows, tell

LIST = """
SELECT t.id, s.slug AS person, t.name, array_to_string(t.scopes, ', ') AS scopes, t.created_at, t.expires_at, t.used_at
  FROM tokens t JOIN sources s ON s.id = t.source_id
 WHERE CAST(:person AS text) IS NULL OR s.slug = :person ORDER BY s.slug, t.created_at
"""


def add(
    user: str,
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help=f"{' | '.join(SCOPES)}; may be repeated.")],
    days: Annotated[int | None, typer.Option(help="For so many days; for ever if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token for a program of a person's; it is shown here once and never again."""
    with transaction() as session:
        made, token = enrolment.issue_token(session, user, name, frozenset(scope), days)
        facts = {"id": made.id, "name": made.name, "scopes": made.scopes, "expires_at": made.expires_at}
    tell(f"a program of {user} signs in with this token, shown only now: {token}", facts | {"token": token}, as_json)


def list_(
    user: Annotated[str | None, typer.Argument(help="Only of this person.")] = None, as_json: AsJson = False
) -> None:
    """List the tokens, what they are for, and when each was last used."""
    with transaction() as session:
        show_rows(session, LIST, {"person": user}, "tokens", as_json)


def revoke(user: str, id: UUID, as_json: AsJson = False) -> None:
    """End a token, with all that its program has open."""
    with transaction() as session:
        enrolment.revoke_token(session, user, id)
    tell(f"token {id} is void", {"id": id}, as_json)


COMMANDS = {"add": add, "list": list_, "revoke": revoke}
