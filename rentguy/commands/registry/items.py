"""`rentguy item add|list`."""

from typing import Annotated

import typer

from rentguy import enrolment
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows, tell
from rentguy.commands.registry.asked import Name, OfProject, Slug

LIST = """
SELECT i.code, i.name, i.status, p.slug AS project, v.slug AS vehicle, i.changed_at
  FROM items i LEFT JOIN projects p ON p.id = i.project_id LEFT JOIN sources v ON v.id = i.vehicle_id
 WHERE CAST(:project AS text) IS NULL OR p.slug = :project ORDER BY i.code
"""


def add(
    code: Slug,
    tag: Annotated[list[str] | None, typer.Option(help="A barcode's text or an EPC on it; may be repeated.")] = None,
    project: Annotated[str | None, typer.Option(help="The project it is on; none if left out.")] = None,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Add a piece of equipment."""
    with transaction() as session:
        item = enrolment.add_item(session, code, name, tag or (), project)
        facts = {"code": item.code, "name": item.name, "tags": tag or [], "project": project}
        tell(f"item {item.code} is there", facts, as_json)


def list_(project: OfProject = None, as_json: AsJson = False) -> None:
    """List equipment, and what has become of it."""
    with transaction() as session:
        show_rows(session, LIST, {"project": project}, "items", as_json)


COMMANDS = {"add": add, "list": list_}
