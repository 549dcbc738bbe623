"""EMQX asks who may sign in: one account, read at that moment."""

from hmac import compare_digest
from time import time
from typing import Annotated

from flask import Blueprint, Response, current_app, g, request
from msgspec import Meta

from rentguy import emqx, registry
from rentguy.access import Identity, allowed
from rentguy.credentials import service_secret, verify_secret
from rentguy.decoding import encode, read
from rentguy.messages import Message
from rentguy.topics import SERVICES, is_slug

from .auth import database, presented
from .openapi import describes
from .problems import Problem
from .rows import MqttAnswer

mqtt_auth = Blueprint("mqtt_auth", __name__)
Text = Annotated[str, Meta(max_length=1024)]
NOBODY = encode({"result": "deny"})


class SignIn(Message, frozen=True):
    """What EMQX tells of a client's CONNECT."""

    username: Text
    password: Text
    clientid: Text
    peerhost: Text = ""


@mqtt_auth.post(emqx.PATH)
@describes(MqttAnswer, body=SignIn)
def sign_in() -> Response:
    """For EMQX alone: whether a client may sign in, and what it may do then."""
    _from_emqx()
    asked = read(SignIn, request.get_data())
    own = asked.clientid == asked.username or asked.clientid.startswith(f"{asked.username}/")
    return Response((_answer(asked) if own else None) or NOBODY, content_type="application/json")


def _answer(asked: SignIn) -> bytes | None:
    """None for who can't sign in."""
    if asked.username in SERVICES:
        secret = service_secret(current_app.config["RENTGUY"].secret_key, asked.username)
        right = compare_digest(secret.encode(), asked.password.encode())
        return encode(emqx.answer(Identity(asked.username, "service"))) if right else None
    now, device = time(), _device(asked.username)
    right = verify_secret(asked.password, device and device.secret_hash)
    if not right or not allowed(identity := device.account(now).identity, "connect"):
        return None
    return encode(emqx.answer(identity, device.next_change(now)))


def _device(slug: str) -> registry.Registered | None:
    with database().transaction() as session:
        return registry.device(session.connection, slug if is_slug(slug) else "")  # asked for in any case: as quick


def _from_emqx() -> None:
    """Raises Problem 401 for whoever else asks."""
    by_cookie, token = presented()
    expected = emqx.secret(current_app.config["RENTGUY"])
    if by_cookie or not compare_digest((token or "").encode(), expected.encode()):
        raise Problem(401, "only EMQX may ask this: see `rentguy emqx`", **{"WWW-Authenticate": "Bearer"})
    g.counted = True  # a whole fleet asks from its one address
