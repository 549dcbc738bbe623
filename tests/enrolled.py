"""The identities of `tests/cases/access.json`, enrolled for real."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import convert
from sqlalchemy import text
from sqlalchemy.orm import Session

from rentguy import credentials, db, enrolment, orm, registry
from rentguy.access import Identity
from rentguy.config import Config
from rentguy.credentials import service_secret

CASES = json.loads((Path(__file__).parent / "cases" / "access.json").read_text())
IDENTITIES = {name: convert(fields, Identity) for name, fields in CASES["identities"].items()}
MACHINES = {name: identity for name, identity in IDENTITIES.items() if identity.kind in ("device", "integration")}
HOUR = timedelta(hours=1)
EARS = {"p": "crm", "q": "ears-q"}  # an integration of each project


class Enrolled(NamedTuple):
    """Whose secret or password is whose, by slug."""

    secrets: dict[str, str]


def enrol(config: Config, password: tuple[str, str]) -> Enrolled:
    """Projects p and q and everybody of the table: what has ended did so an hour ago."""
    engine, (password, hashed) = orm.engine(config.database_url), password
    services = {
        identity.slug: service_secret(config.secret_key, identity.slug)
        for identity in IDENTITIES.values()
        if identity.kind == "service"
    }
    with pytest.MonkeyPatch.context() as patch, Session(engine) as session, session.begin():
        patch.setattr(credentials, "hash_password", {password: hashed}.__getitem__)
        for project in EARS:
            enrolment.add_project(session, project)
        people = {identity.slug: password for identity in IDENTITIES.values() if identity.kind == "person"}
        for slug in people | {identity.slug.split("-")[0]: "" for identity in MACHINES.values() if _phone(identity)}:
            enrolment.add_user(session, slug, None, password)
        devices = {identity.slug: _device(session, identity) for identity in MACHINES.values()}
        devices["ears-q"] = enrolment.add_device(session, "ears-q", "integration", project="q")
    engine.dispose()
    with closing(db.connect(config.database_url, "test")) as session:
        accounts = registry.accounts(session)
    assert {slug: accounts[slug].identity for slug in devices if slug != "ears-q"} == {
        identity.slug: identity for identity in MACHINES.values()
    }
    return Enrolled(services | people | devices)


def _phone(identity: Identity) -> bool:
    return "phone" in identity.roles.values()


def _device(session: Session, identity: Identity) -> str:
    kind = "integration" if identity.kind == "integration" else "phone" if _phone(identity) else "truck"
    owner = identity.slug.split("-")[0] if kind == "phone" else None
    secret = enrolment.add_device(session, identity.slug, kind, owner=owner)
    now = datetime.now(UTC)
    for project in identity.roles:
        until = now - HOUR if project in identity.ended else None
        _during(session, "assignments", identity.slug, project, now - (3 if until else 1) * HOUR, until)
    for project in identity.on_shift:
        enrolment.add_member(session, project, owner, "crew")  # a shift counts for who works there
        until = now + 9 * HOUR if project in identity.sharing else now - HOUR
        _during(session, "shifts", owner, project, now - 3 * HOUR, until)
    if not identity.enabled:
        enrolment.enable_device(session, identity.slug, False)
    return secret


def _during(session: Session, table: str, slug: str, project: str, since: datetime, until: datetime | None) -> None:
    session.execute(
        text(
            f"INSERT INTO {table} (source_id, project_id, during) SELECT s.id, p.id, tstzrange(:since, :until)"
            " FROM sources s, projects p WHERE s.slug = :slug AND p.slug = :project"
        ),
        {"slug": slug, "project": project, "since": since, "until": until},
    )
