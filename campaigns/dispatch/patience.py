"""How long a letter may wait for a server, step by step and altogether."""

import time

from campaigns.dispatch.outcome import Stage

# A clock that goes on while the machine sleeps: whoever wakes up with a letter in hand finds its time over. Python's
# own monotonic stands still meanwhile, on Linux and on macOS.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", None) or time.CLOCK_MONOTONIC


def uptime() -> float:
    """Seconds since the machine started, its sleep included."""
    return time.clock_gettime(_CLOCK)


class Patience:
    """How long to wait, in seconds: connecting, one command, the answer to the dot, and all before the dot
    together.

    The last one keeps a slow server from outlasting the lease of the letter: a dozen commands of just under
    a minute each would. `settle_quickly` may be called at any moment, from a signal handler or another
    thread.
    """

    def __init__(self, *, connect: float, command: float, dot: float, before_dot: float) -> None:
        self.connect, self.command, self.dot, self.before_dot = connect, command, dot, before_dot
        self._before_dot_until = uptime() + before_dot
        self._settle: tuple[float, float] | None = None

    def begin_letter(self) -> None:
        """Start the time of a new letter."""
        self._before_dot_until = uptime() + self.before_dot

    def settle_quickly(self, seconds: float) -> None:
        """From now on end everything before the dot within half of `seconds`, the dot's answer within 1.5
        of it.
        """
        self._settle = (uptime(), seconds)

    def until(self, started: float, stage: Stage) -> float:
        """Return the moment (see `uptime`) at which an answer to `stage`, awaited since `started`, is given
        up.
        """
        if stage == "dot":
            moment = started + self.dot
            return min(moment, self._settle[0] + 1.5 * self._settle[1]) if self._settle else moment
        limit = self.connect if stage == "connect" else self.command
        moment = min(started + limit, self._before_dot_until)
        return min(moment, self._settle[0] + 0.5 * self._settle[1]) if self._settle else moment
