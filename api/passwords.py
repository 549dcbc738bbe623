"""Passwords are verified a few at once, the others wait their turn: argon2 takes 64 MiB and a processor each."""

import gevent
from gevent.lock import BoundedSemaphore

from rentguy.credentials import verify_password

from .limits import VERIFIED, WAITING, WAITING_S, address, limits, too_many

_places = BoundedSemaphore(VERIFIED)
_waiting = 0


def in_turn(account: str) -> None:
    """Raises Problem 429 while too many sign-ins of this account from this address have failed, or of this address."""
    if wait_s := limits().attempts.wait(account, address()):
        too_many("too many sign-ins have failed from here", wait_s)


def is_right(account: str, password: str, hashed: str | None) -> bool:
    """Whether it is the account's password; None is nobody's, which takes as long. Raises Problem 429 or 503."""
    if wait_s := limits().verifications.take(f"{account[:80]} {address()}"):
        too_many("too many passwords are tried at once", wait_s)
    with _Place():
        in_turn(account)  # others may have failed meanwhile
        right = gevent.get_hub().threadpool.apply(verify_password, (password, hashed))
        attempts = limits().attempts
        (attempts.succeeded if right else attempts.failed)(account, address())
    return right


class _Place:
    """One of the few places. Raises Problem 503 when too many wait for one, or for too long."""

    def __enter__(self) -> None:
        global _waiting
        if _waiting >= WAITING:
            too_many("too many are signing in", WAITING_S, 503)
        _waiting += 1
        try:
            if not _places.acquire(timeout=WAITING_S):
                too_many("too many are signing in", WAITING_S, 503)
        finally:
            _waiting -= 1

    def __exit__(self, *error) -> None:
        _places.release()
