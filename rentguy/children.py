"""Processes that never outlive the one that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def popen(command: list[str], *, last_signal: signal.Signals = signal.SIGTERM, **options) -> subprocess.Popen:
    """Start `command` in a process group of its own, so that Ctrl-C reaches only us, who stop it in order.

    When we die without a word, the kernel sends it `last_signal` (on Linux; elsewhere it stays). Call it on a thread
    that lives as long as the child should: the kernel counts the thread, not the process.
    """
    return subprocess.Popen(command, process_group=0, preexec_fn=_following(last_signal), **options)


def end(process: subprocess.Popen, *signals: tuple[signal.Signals, float]) -> int:
    """Send each signal in turn, with its seconds to wait, then SIGKILL; the exit code."""
    for number, patience in signals:
        process.send_signal(number)
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.wait()


def _following(last_signal: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None, use_errno=True).prctl, os.getpid()

    def follow() -> None:
        prctl(PR_SET_PDEATHSIG, last_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel knew
            os._exit(1)

    return follow
