"""What a worker process keeps: connections to the mail server, and the wish to stop, known to its children too."""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from campaigns.dispatch.transport import Transport, transport_from_url

# Shared memory, made before a pool forks, so that the parent's wish reaches every child. An Event would hold a lock
# that a signal handler may meet in the very thread it interrupted.
_stopping = multiprocessing.RawValue("b", 0)
# The process that read this file: a fork of it is a child.
_FIRST = os.getpid()
LOOK_SECONDS = 0.25
_transports: list[Transport] = []
_idle: deque[Transport] = deque()


@contextmanager
def lent_transport() -> Iterator[Transport]:
    """Lend a kept transport, one with an open line if there is any; it goes back at the end.

    Lent and not kept by each thread: where the server grants fewer lines than there are threads, a line that rests
    with a thread without work would shut out the thread that has a letter.
    """
    try:
        lent = _idle.pop()
    except IndexError:
        lent = _new_transport()
    try:
        yield lent
    finally:
        if lent.connected:
            _idle.append(lent)
        else:
            _idle.appendleft(lent)


def _new_transport() -> Transport:
    made = transport_from_url(
        settings.EMAIL_URL,
        mailbox_folder=settings.MAILBOX_DIR,
        connect_timeout=settings.SMTP_CONNECT_TIMEOUT,
        command_timeout=settings.SMTP_COMMAND_TIMEOUT,
        letter_timeout=settings.SMTP_LETTER_TIMEOUT,
        dot_timeout=settings.SMTP_DOT_TIMEOUT,
        letters_per_connection=settings.SMTP_LETTERS_PER_CONNECTION,
    )
    _transports.append(made)
    return made


def stopping() -> bool:
    """True once an orderly stop was asked for: the letter in hand is ended, no new one is taken."""
    return bool(_stopping.value)


def stop_in_order() -> None:
    """Ask this process and its children to stop; waits under way are cut to DISPATCH_STOP_SECONDS."""
    _stopping.value = 1
    _settle()


def heed_the_parent() -> None:
    """In a child of a pool: settle as soon as the parent is asked to stop, and only then.

    A stop that is meant for all processes at once (a service manager, a supervisor) would end the child at its first
    signal, with a letter in hand; and a parent that has lost its children so waits for them for ever.
    """
    if os.getpid() != _FIRST:  # a pool of one process calls itself its child
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def heed() -> None:
        while not stopping():
            time.sleep(LOOK_SECONDS)
        _settle()

    threading.Thread(target=heed, name="orderly-stop", daemon=True).start()


def wait_unless_stopping(seconds: float) -> bool:
    """Wait, and return True at once when an orderly stop is asked for."""
    until = time.monotonic() + seconds
    while not stopping() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, LOOK_SECONDS))
    return stopping()


def _settle() -> None:
    for kept in _transports:
        kept.settle_quickly(settings.DISPATCH_STOP_SECONDS)
