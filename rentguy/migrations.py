"""Bringing a database to the tables of `rentguy.models`."""

from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from rentguy import orm

SCRIPTS = Path(__file__).parent.parent / "alembic"


def upgrade(url: str, revision: str = "head") -> None:
    """Run what is missing up to `revision`, in one transaction; nothing when nothing is."""
    command.upgrade(_alembic(url), revision)


def downgrade(url: str, revision: str) -> None:
    command.downgrade(_alembic(url), revision)


def current(url: str) -> str | None:
    """The revision a database is at; None when it has no tables of ours."""
    engine = orm.engine(url)
    with engine.connect() as session:
        revision = MigrationContext.configure(session).get_current_revision()
    engine.dispose()
    return revision


def head() -> str:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_alembic("")).get_current_head()


def _alembic(url: str) -> Alembic:
    config = Alembic(attributes={"url": url})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
