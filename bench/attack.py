"""Hostile processes: as many broken packets as are asked for, each connection used until the broker ends it."""

import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import Array, Process

from .mutations import greeting, hostile

MOST_PACKETS = 50  # on one connection: one that waits for the rest of a packet would swallow all
ANSWER_S = 0.001  # to notice that the broker has closed, before the next packet
STUCK_S = 3.0  # when the broker, braking us, doesn't read on
PACKETS, CONNECTIONS, ENDED, STUCK = range(4)


class Tally:
    """What the processes have done together: packets and connections, those that the broker ended or didn't read."""

    def __init__(self, workers: int) -> None:
        self.cells = [Array("q", 4, lock=False) for _ in range(workers)]

    def __getitem__(self, what: int) -> int:
        return sum(cells[what] for cells in self.cells)


@contextmanager
def attacking(address: tuple[str, int], seed: int, packets: int, workers: int) -> Iterator[tuple[Tally, list[Process]]]:
    """Processes that are done when they have sent `packets` together."""
    tally = Tally(workers)
    share = -(-packets // workers)
    tasks = [(address, seed, share, worker, workers, tally.cells[worker]) for worker in range(workers)]
    processes = [Process(target=_attack, args=task, daemon=True) for task in tasks]
    for process in processes:
        process.start()
    try:
        yield tally, processes
    finally:
        for process in processes:
            process.kill()
            process.join()


def _attack(address: tuple[str, int], seed: int, packets: int, worker: int, workers: int, cells: Array) -> None:
    number = worker
    while cells[PACKETS] < packets:
        with suppress(OSError), socket.create_connection(address, timeout=STUCK_S) as connection:
            cells[CONNECTIONS] += 1
            if number % 2:  # half of them end with a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            _use(connection, [greeting(seed, number), *islice(hostile(seed, number), MOST_PACKETS)], cells)
        number += workers


def _use(connection: socket.socket, packets: list[bytes], cells: Array) -> None:
    """Send one after the other until the broker closes."""
    for packet in filter(None, packets):
        try:
            connection.sendall(packet)
        except TimeoutError:
            cells[STUCK] += 1
            return
        except OSError:
            cells[ENDED] += 1
            return
        cells[PACKETS] += 1
        if _closed(connection):
            cells[ENDED] += 1
            return


def _closed(connection: socket.socket) -> bool:
    """Whether the broker has closed; what it says is thrown away."""
    while select.select([connection], [], [], ANSWER_S)[0]:
        try:
            if not connection.recv(65536):
                return True
        except OSError:
            return True
    return False
