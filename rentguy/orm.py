"""SQLAlchemy's way into PostgreSQL. It takes a third of a second to import, so that broker and ingest do without."""

from sqlalchemy import Connection, Engine, create_engine, make_url, text

from rentguy.db import OPTIONS


def engine(url: str, **options) -> Engine:
    """An SQLAlchemy engine; a connection that died is replaced before it is used."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg2"),
        connect_args=OPTIONS,
        pool_pre_ping=True,
        **options,
    )


def notify(session: Connection, channel: str) -> None:
    """Wake who listens on `channel`, once this transaction is committed."""
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})
