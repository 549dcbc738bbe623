"""One sentence a line, then key=value pairs."""

import logging
import sys

from rentguy.errors import ConfigError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def setup(process: str, level: str = "INFO") -> None:
    """Log to stderr as `time LEVEL process: sentence key=value …`. Raises ConfigError for an unknown level."""
    if level.upper() not in LEVELS:
        raise ConfigError(f"RENTGUY_LOG_LEVEL: expected one of {', '.join(LEVELS)}, got {level!r}")
    logging.basicConfig(
        stream=sys.stderr,
        level=level.upper(),
        format=f"%(asctime)s %(levelname)s {process}: %(message)s",
        force=True,
    )
    for noisy in ("amqtt", "transitions", "websockets", "asyncio", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))


def pairs(**values: object) -> str:
    """`key=value` pairs to end a sentence with; values with spaces, or that would begin a line, are quoted."""
    return " ".join(f"{key}={_quoted(str(value))}" for key, value in values.items())


def _quoted(text: str) -> str:
    return text if text.isprintable() and " " not in text else repr(text)
