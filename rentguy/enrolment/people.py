"""People who sign in: with a password, for a session; or a program of theirs, with a token of certain scopes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rentguy import credentials
from rentguy.access import SCOPES
from rentguy.enrolment.finding import add_source, changed, find_person, known, named
from rentguy.enrolment.shifts import end_shifts_of_strangers
from rentguy.errors import RegistryError
from rentguy.models import EndedSession, Source, Token, User

SHORTEST = 8  # characters of a password
MOST_TOKENS, MOST_DAYS = 50, 3650


def add_user(session: Session, slug: str, name: str | None, password: str, admin: bool = False) -> Source:
    """A person who can sign in."""
    hashed = _hashed(password)
    person = add_source(session, slug, "person", name)
    session.add(User(source_id=person.id, password_hash=hashed, admin=admin))
    changed(session, "user.add", person.slug, name=person.name, admin=admin)
    return person


def rename_user(session: Session, user: str, name: str) -> None:
    person = find_person(session, user)
    person.name = named(name)
    changed(session, "user.rename", person.slug, name=person.name)


def set_password(session: Session, user: str, password: str) -> None:
    """Another password for a person; whoever is signed in as them is signed out."""
    account = _account(session, user)
    account.password_hash, account.signed_out_at = _hashed(password), datetime.now(UTC)
    changed(session, "user.password", user)


def set_admin(session: Session, user: str, admin: bool) -> None:
    _lock_admins(session)
    _account(session, user).admin = admin
    _require_an_admin(session)
    end_shifts_of_strangers(session, find_person(session, user))
    changed(session, "user.admin", user, admin=admin)


def enable_user(session: Session, user: str, enabled: bool) -> None:
    """Let a person sign in (again), or end all that they have open and let them in no more."""
    _lock_admins(session)
    account = _account(session, user)
    account.enabled = enabled
    if not enabled:
        account.signed_out_at = datetime.now(UTC)
    _require_an_admin(session)
    changed(session, "user.enable" if enabled else "user.disable", user)


def sign_out(session: Session, user: str) -> None:
    """End every session of a person; their tokens go on."""
    _account(session, user).signed_out_at = datetime.now(UTC)
    changed(session, "user.sign-out", user)


def end_session(session: Session, user: str, id: UUID, until: datetime) -> None:
    """End one session, which would have ended `until`; who has been ended long ago is forgotten."""
    session.execute(delete(EndedSession).where(EndedSession.until < func.now()))
    session.execute(insert(EndedSession).values(id=id, until=until).on_conflict_do_nothing())
    changed(session, "session.end", user)


def issue_token(
    session: Session, user: str, name: str, scopes: frozenset[str], days: int | None = None
) -> tuple[Token, str]:
    """A token for a program of a person's, for so many days or for ever; with the token itself, shown only now."""
    for scope in scopes:
        known("scopes", scope, tuple(SCOPES))
    if not scopes:
        raise RegistryError(f"scopes: expected at least one of {', '.join(SCOPES)}")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise RegistryError(f"days: expected 1 to {MOST_DAYS}, got {days}")
    person = find_person(session, user, lock=True)
    if session.scalar(select(func.count()).where(Token.source_id == person.id)) >= MOST_TOKENS:
        raise RegistryError(f"{person.slug!r} has {MOST_TOKENS} tokens already; revoke one first")
    secret = credentials.new_token()
    token = Token(
        id=uuid4(),
        source_id=person.id,
        name=named(name),
        digest=credentials.token_digest(secret),
        scopes=sorted(scopes),
        expires_at=days and datetime.now(UTC) + timedelta(days=days),
    )
    session.add(token)
    changed(session, "token.add", person.slug, token=str(token.id), name=token.name, scopes=token.scopes, days=days)
    session.refresh(token)
    return token, secret


def revoke_token(session: Session, user: str, id: UUID) -> None:
    person = find_person(session, user)
    token = session.scalars(select(Token).where(Token.id == id, Token.source_id == person.id)).one_or_none()
    if token is None:
        raise RegistryError(f"{person.slug!r} has no token {str(id)!r}")
    session.delete(token)
    changed(session, "token.revoke", person.slug, token=str(id), name=token.name)


def _account(session: Session, user: str) -> User:
    return session.get_one(User, find_person(session, user, lock=True).id)


def _hashed(password: str) -> str:
    if not password:
        raise RegistryError("the password is empty")
    if len(password) < SHORTEST:
        raise RegistryError(f"the password is too short: expected at least {SHORTEST} characters")
    return credentials.hash_password(password)


def _lock_admins(session: Session) -> None:
    """One after the other, or two admins who disable each other at once would both find that one is left."""
    session.execute(select(User.source_id).where(User.admin).order_by(User.source_id).with_for_update())


def _require_an_admin(session: Session) -> None:
    """Nobody is to lock everybody out of the registry."""
    session.flush()
    if not session.scalar(select(func.count()).where(User.admin, User.enabled)):
        raise RegistryError("somebody has to be an admin who can sign in; make another one first")
