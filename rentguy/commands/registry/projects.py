"""`rentguy project add|list|rename`."""

from rentguy import enrolment
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows, tell
from rentguy.commands.registry.asked import Name, NewName, Slug

LIST = "SELECT slug, name, keep_people_days, keep_vehicles_days FROM projects ORDER BY slug"


def add(slug: Slug, name: Name = None, as_json: AsJson = False) -> None:
    """Add a project."""
    with transaction() as session:
        project = enrolment.add_project(session, slug, name)
        tell(f"project {project.slug} is there", {"slug": project.slug, "name": project.name}, as_json)


def list_(as_json: AsJson = False) -> None:
    """List the projects, and for how many days they keep positions."""
    with transaction() as session:
        show_rows(session, LIST, {}, "projects", as_json)


def rename(project: str, name: NewName, as_json: AsJson = False) -> None:
    """Give a project another name; its slug stays."""
    with transaction() as session:
        enrolment.rename_project(session, project, name)
    tell(f"project {project} is called {name}", {"slug": project, "name": name}, as_json)


COMMANDS = {"add": add, "list": list_, "rename": rename}
