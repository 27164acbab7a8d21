"""Presses of a colleague, each timed as one whole request, in turns."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from django.http import HttpResponse

Press = Callable[[], HttpResponse]
WARM_TURNS = 2  # the first two fill what is filled once per process


@dataclass(frozen=True)
class Timed:
    """Milliseconds of each press by the clock, and those of this process's processor time (medians)."""

    middle: dict[str, float]
    slowest: dict[str, float]
    worked: dict[str, float]


def timed_in_turns(presses: Mapping[str, Press], rounds: int) -> Timed:
    """Press each `rounds` times, in turns. Raise RuntimeError when one is not answered as a colleague expects."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in presses}
    for turn in range(rounds + WARM_TURNS):
        for name, press in presses.items():
            one = _timed(press)
            if turn >= WARM_TURNS:
                taken[name].append(one)
    clock = {name: [one for one, _worked in times] for name, times in taken.items()}
    return Timed(
        middle={name: median(times) for name, times in clock.items()},
        slowest={name: max(times) for name, times in clock.items()},
        worked={name: median(own for _one, own in times) for name, times in taken.items()},
    )


def rounded(milliseconds: Mapping[str, float]) -> dict[str, float]:
    """To a tenth, as the figures are told."""
    return {name: round(each, 1) for name, each in milliseconds.items()}


def _timed(press: Press) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    answer = press()
    taken = (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.content[:300]!r}")
    return taken
