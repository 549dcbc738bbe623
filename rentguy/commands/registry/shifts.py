"""`rentguy shift add|list|end`."""

from typing import Annotated

import typer

from rentguy import enrolment
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows, tell
from rentguy.commands.registry.asked import OfProject

LIST = """
SELECT h.id, s.slug AS person, p.slug AS project,
       CASE WHEN isfinite(lower(h.during)) THEN lower(h.during) END AS since,
       CASE WHEN isfinite(upper(h.during)) THEN upper(h.during) END AS until
  FROM shifts h JOIN sources s ON s.id = h.source_id JOIN projects p ON p.id = h.project_id
 WHERE h.during && tstzrange(now(), NULL) AND (CAST(:project AS text) IS NULL OR p.slug = :project)
 ORDER BY lower(h.during), h.id
"""


def add(
    person: str,
    project: str,
    hours: Annotated[float, typer.Option(help="From now.")],
    as_json: AsJson = False,
) -> None:
    """Put a person on shift: their position is welcome from now on, for so many hours."""
    with transaction() as session:
        during = enrolment.add_shift(session, person, project, hours)
    facts = {"person": person, "project": project, "from": during.lower, "to": during.upper}
    tell(f"{person} is on shift for {project} until {during.upper:%Y-%m-%d %H:%M} UTC", facts, as_json)


def list_(project: OfProject = None, as_json: AsJson = False) -> None:
    """List the shifts that run and those to come."""
    with transaction() as session:
        show_rows(session, LIST, {"project": project}, "shifts", as_json)


def end(id: int, as_json: AsJson = False) -> None:
    """End a shift now; one that hasn't begun is removed."""
    with transaction() as session:
        enrolment.end_shift(session, id)
    tell(f"shift {id} is over", {"id": id}, as_json)


COMMANDS = {"add": add, "list": list_, "end": end}
