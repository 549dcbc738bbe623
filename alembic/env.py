"""How Alembic reaches the database: `rentguy migrate` hands it an address, `alembic …` takes RENTGUY_DATABASE_URL."""

from alembic import context
from sqlalchemy import text

from rentguy import orm
from rentguy.config import Config
from rentguy.models import Base

LOCK = 872_1001  # two migrations at once wait for one another


def url() -> str:
    return context.config.attributes.get("url") or Config.of().required("database_url")


def offline() -> None:
    context.configure(url=url(), target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def online() -> None:
    engine = orm.engine(url())
    with engine.connect() as session:
        context.configure(connection=session, target_metadata=Base.metadata)
        with context.begin_transaction():
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()
    engine.dispose()


offline() if context.is_offline_mode() else online()
