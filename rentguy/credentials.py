"""Secrets of devices and services, passwords of people.

A device's secret is random and shown once; what is stored is Mosquitto's `$7$` form, so one value serves every broker.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ITERATIONS = 101  # more stall Mosquitto at each reload, for nothing on a random secret
TOKEN = "rentguy_"
SALT_BYTES = 12  # Mosquitto refuses others
_passwords = PasswordHasher()


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def new_token() -> str:
    """A token of the API: told from a session by how it begins, and found by whoever looks for leaked ones."""
    return TOKEN + secrets.token_urlsafe(32)


def token_digest(token: str) -> bytes:
    """What is kept of a token; it is random, so that a quick digest is enough."""
    return hashlib.sha256(token.encode()).digest()


def service_secret(secret_key: str, service: str) -> str:
    """The secret a service signs in with, derived from SECRET_KEY so that nobody has to store it."""
    return hmac.new(secret_key.encode(), service.encode(), hashlib.sha256).hexdigest()


def hash_secret(secret: str, salt: bytes = b"") -> str:
    """A secret as Mosquitto's password file holds it, `$7$iterations$salt$PBKDF2-SHA512`; salt: 12 bytes."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    return f"$7${ITERATIONS}${b64encode(salt).decode()}${b64encode(_stretched(secret, salt)).decode()}"


def verify_secret(secret: str, hashed: str | None) -> bool:
    """Whether it is the secret; with no hash to compare, the same work and the answer no."""
    try:
        _, form, iterations, salt, digest = (hashed or _NO_SECRET).split("$")
        expected, salted = b64decode(digest), b64decode(salt)
    except ValueError:
        return False
    right = form == "7" and hmac.compare_digest(_stretched(secret, salted, int(iterations)), expected)
    return right and hashed is not None


def service_hash(secret: str) -> str:
    """The same of a service's secret, which nobody can guess: always with one salt, so that files stay as they are."""
    return hash_secret(secret, hashlib.sha256(b"salt" + secret.encode()).digest()[:SALT_BYTES])


def hash_password(password: str) -> str:
    return _passwords.hash(password)


@cache
def _nobodys() -> str:
    """Verified in place of an unknown user's, so that both take as long."""
    return hash_password(secrets.token_hex())


def verify_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password; with no hash to compare, the same work and the answer no."""
    try:
        return _passwords.verify(hashed or _nobodys(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def _stretched(secret: str, salt: bytes, iterations: int = ITERATIONS) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, iterations)


_NO_SECRET = hash_secret(new_secret())
