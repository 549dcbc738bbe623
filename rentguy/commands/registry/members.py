"""`rentguy member add|list|remove`."""

from typing import Annotated

import typer

from rentguy import enrolment
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows, tell
from rentguy.models import ROLES

LIST = """
SELECT s.slug, s.name, m.role, u.enabled
  FROM memberships m JOIN sources s ON s.id = m.source_id JOIN users u ON u.source_id = s.id
 WHERE m.project_id = :project ORDER BY s.slug
"""


def add(
    project: str,
    user: str,
    role: Annotated[str, typer.Option(help=" | ".join(ROLES))],
    as_json: AsJson = False,
) -> None:
    """Give a person a role in a project, in place of the one they had."""
    with transaction() as session:
        enrolment.add_member(session, project, user, role)
        tell(f"{user} is {role} in {project}", {"project": project, "user": user, "role": role}, as_json)


def list_(project: str, as_json: AsJson = False) -> None:
    """List who belongs to a project, as what."""
    with transaction() as session:
        show_rows(session, LIST, {"project": enrolment.find_project(session, project).id}, "members", as_json)


def remove(project: str, user: str, as_json: AsJson = False) -> None:
    """Take a person out of a project; their shifts there end."""
    with transaction() as session:
        enrolment.remove_member(session, project, user)
    tell(f"{user} belongs to {project} no more", {"project": project, "user": user}, as_json)


COMMANDS = {"add": add, "list": list_, "remove": remove}
