"""`rentguy user add|list|rename|rotate|disable|enable|admin|sign-out`."""

import sys
from typing import Annotated

import typer

from rentguy import enrolment
from rentguy.commands.installation import transaction
from rentguy.commands.output import AsJson, show_rows, tell
from rentguy.commands.registry.asked import Name, NewName
from rentguy.errors import ConfigError

LIST = """
SELECT s.slug, s.name, u.admin, u.enabled,
       coalesce((SELECT string_agg(p.slug || ': ' || m.role, ', ' ORDER BY p.slug)
                   FROM memberships m JOIN projects p ON p.id = m.project_id WHERE m.source_id = s.id), '') AS projects
  FROM users u JOIN sources s ON s.id = u.source_id ORDER BY s.slug
"""
User = Annotated[str, typer.Argument(metavar="NAME", help="The slug they sign in with.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")]


def add(
    user: User,
    password_stdin: FromStdin = False,
    name: Name = None,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a person who can sign in."""
    password = _password(password_stdin)
    with transaction() as session:
        person = enrolment.add_user(session, user, name, password, admin)
        facts = {"slug": person.slug, "name": person.name, "admin": admin}
        tell(f"{person.slug} can sign in{' and do everything' if admin else ''}", facts, as_json)


def list_(as_json: AsJson = False) -> None:
    """List who can sign in, and where they belong."""
    with transaction() as session:
        show_rows(session, LIST, {}, "users", as_json)


def rename(user: User, name: NewName, as_json: AsJson = False) -> None:
    """Give a person another name; their slug stays."""
    with transaction() as session:
        enrolment.rename_user(session, user, name)
    tell(f"{user} is called {name}", {"slug": user, "name": name}, as_json)


def rotate(user: User, password_stdin: FromStdin = False, as_json: AsJson = False) -> None:
    """Give a person another password; whoever is signed in as them is signed out."""
    password = _password(password_stdin)
    with transaction() as session:
        enrolment.set_password(session, user, password)
    tell(f"{user} signs in with another password from now on", {"slug": user}, as_json)


def disable(user: User, as_json: AsJson = False) -> None:
    """Let a person, their tokens and their own devices in no more, and end all that they have open."""
    with transaction() as session:
        enrolment.enable_user(session, user, False)
    tell(f"{user} can't sign in any more", {"slug": user, "enabled": False}, as_json)


def enable(user: User, as_json: AsJson = False) -> None:
    """Let a person sign in again."""
    with transaction() as session:
        enrolment.enable_user(session, user, True)
    tell(f"{user} can sign in again", {"slug": user, "enabled": True}, as_json)


def admin(
    user: User,
    yes: Annotated[bool, typer.Option("--yes/--no", help="Whether they may do everything.")],
    as_json: AsJson = False,
) -> None:
    """Let a person do everything, or no longer."""
    with transaction() as session:
        enrolment.set_admin(session, user, yes)
    may = "may do everything" if yes else "may do what their projects let them"
    tell(f"{user} {may}", {"slug": user, "admin": yes}, as_json)


def sign_out(user: User, as_json: AsJson = False) -> None:
    """End every session of a person; their tokens go on."""
    with transaction() as session:
        enrolment.sign_out(session, user)
    tell(f"{user} is signed out everywhere", {"slug": user}, as_json)


def _password(password_stdin: bool) -> str:
    if not password_stdin:
        raise ConfigError("a password is read from stdin only: add --password-stdin")
    return sys.stdin.readline().rstrip("\n")


COMMANDS = {
    "add": add,
    "list": list_,
    "rename": rename,
    "rotate": rotate,
    "disable": disable,
    "enable": enable,
    "admin": admin,
    "sign-out": sign_out,
}
