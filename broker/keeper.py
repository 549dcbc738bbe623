"""`python -m broker.keeper FILE`: a process that writes what the broker hands over, and says when it is on the disk.

A process, not a thread: beside a busy loop a thread of Python waits up to 100 ms for its turn at every call of SQLite.
It reads frames (a length of four bytes, then a batch in MessagePack) from the socket that is its standard input, and
answers each with a line: "kept", or "trouble …" as long as the disk refuses. It ends when the broker has gone, after
writing what had arrived whole.
"""

import logging
import os
import select
import signal
import socket
import sqlite3
import struct
import sys
from pathlib import Path

import msgspec

from rentguy import log
from rentguy.errors import ConfigError

from .tables import connect, write

HEAD = struct.Struct("!I")
RETRY_S = 1.0
KEPT = b"kept\n"
decode = msgspec.msgpack.Decoder(list[tuple[str, list[tuple]]]).decode


def serve(channel: socket.socket, session: sqlite3.Connection) -> None:
    """Write batch after batch until the broker closes its end."""
    stream = channel.makefile("rb")
    while len(head := stream.read(HEAD.size)) == HEAD.size:
        (length,) = HEAD.unpack(head)
        body = stream.read(length)
        if len(body) < length or not _written(channel, session, decode(body)):
            return
        channel.sendall(KEPT)


def _written(channel: socket.socket, session: sqlite3.Connection, batch: list) -> bool:
    """Try until it is; False when the broker has gone meanwhile: nothing of it was acknowledged."""
    told = ""
    while True:
        try:
            write(session, batch)
            return True
        except sqlite3.OperationalError as error:  # the disk is full, or fails
            if str(error) != told:
                told = str(error)
                channel.sendall(f"trouble {told}\n".encode())
        if select.select([channel], [], [], RETRY_S)[0]:  # it says nothing before it has an answer
            return False


def main() -> int:
    log.setup("broker", "INFO")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):  # they may be meant for the whole group
        signal.signal(number, signal.SIG_IGN)
    channel = socket.socket(fileno=os.dup(0))
    try:
        serve(channel, connect(Path(sys.argv[1])))
    except OSError as error:
        logging.info("the broker has gone %s", log.pairs(reason=error))
    except ConfigError as error:
        logging.error("the journal can't be opened %s", log.pairs(reason=error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
