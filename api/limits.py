"""The table of what one may do: so much at once, and so much more each second. Beyond it: 429 with Retry-After."""

from math import ceil
from typing import NoReturn

from flask import Flask, Response, current_app, g, request
from gevent.lock import BoundedSemaphore

from rentguy.attempts import Attempts, network
from rentguy.limits import Limit

from .problems import Problem

REQUESTS = 600, 50  # to REST, of a person
STRANGERS = 600, 50  # to REST, of an address, that nobody is signed in for
CLICKS = 60, 1  # changes of equipment, of a person
HANDSHAKES = 200, 10  # of an address
SOCKETS = 20  # open ones of a person
AT_ONCE = 6  # requests of a person that are being answered; others of theirs wait
PATIENCE_S = 10.0
JOINS = 60, 1  # of a person, each of which is answered with a whole project
VERIFICATIONS = 30, 1 / 2  # of passwords, right or wrong, of an account from an address
FRAMES = 300, 30  # over all sockets of a person
PERSISTENT = 200, 10  # frames beyond that, until their sockets are closed
WRONG_EACH = 10, 1 / 30  # failed sign-ins of an account from an address
WRONG = 50, 1 / 2  # of an address
VERIFIED = 2  # passwords at one moment, each of which costs 64 MiB and a processor
WAITING = 100  # to be verified
WAITING_S = 10.0


class Limits:
    """The buckets of one application."""

    def __init__(self) -> None:
        self.requests, self.strangers, self.handshakes = Limit(*REQUESTS), Limit(*STRANGERS), Limit(*HANDSHAKES)
        self.frames, self.persistent, self.joins = Limit(*FRAMES), Limit(*PERSISTENT), Limit(*JOINS)
        self.verifications = Limit(*VERIFICATIONS)
        self.turns: dict[str, BoundedSemaphore] = {}  # of everybody who has ever signed in here
        self.attempts = Attempts(Limit(*WRONG), Limit(*WRONG_EACH))


def install(app: Flask) -> None:
    """Count requests to REST, a person's as theirs (`count`), all others as their address's. Files cost nothing."""
    app.extensions["limits"] = Limits()
    app.before_request(_at_the_door)
    app.after_request(_afterwards)
    app.teardown_request(_answered)


def limits() -> Limits:
    return current_app.extensions["limits"]


def address() -> str:
    """Whom the peer's address stands for."""
    return network(request.remote_addr or "?")


def count(person: str) -> None:
    """Count this request as one of a person's. Raises Problem 429."""
    g.counted = True
    if wait_s := limits().requests.take(person):
        too_many(f"more than {REQUESTS[0]} requests at once", wait_s)
    if request.path != "/ws":
        _wait_for_a_turn(person)


def _wait_for_a_turn(person: str) -> None:
    """What one person asks at once must not hold every connection to the database."""
    turn = limits().turns.setdefault(person, BoundedSemaphore(AT_ONCE))
    if not turn.acquire(timeout=PATIENCE_S):
        too_many(f"more than {AT_ONCE} requests are being answered", 1)
    g.turn = turn


def _answered(error: BaseException | None) -> None:
    if turn := g.pop("turn", None):
        turn.release()


def too_many(what: str, wait_s: float, status: int = 429) -> NoReturn:
    seconds = ceil(wait_s)
    raise Problem(status, f"{what}; try again in {seconds} s", **{"Retry-After": str(seconds)})


def _at_the_door() -> None:
    if request.path.startswith("/api/") and (wait_s := limits().strangers.wait(address())):
        too_many(f"more than {STRANGERS[0]} requests at once of nobody known from {address()}", wait_s)


def _afterwards(response: Response) -> Response:
    if request.path.startswith("/api/") and "counted" not in g:
        limits().strangers.take(address())
    return response
