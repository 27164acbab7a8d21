"""The beat rings for the sweep, whatever is done to the clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from greetings_crm.beat import Scheduler
from greetings_crm.celery import app

HOUR = timedelta(hours=1)


@pytest.fixture
def set_clock(monkeypatch) -> Callable[[timedelta], None]:
    """Set the clock that the beat reads so far from the right time."""
    right_time = app.now
    return lambda by: monkeypatch.setattr(app, "now", lambda: right_time() + by)


@pytest.fixture
def begin_beat(tmp_path, monkeypatch) -> Callable[[], Scheduler]:
    rung: list[str] = []
    monkeypatch.setattr(Scheduler, "rung", rung, raising=False)
    monkeypatch.setattr(Scheduler, "apply_entry", lambda self, entry, producer=None: rung.append(entry.name))
    return lambda: Scheduler(app=app, schedule_filename=str(tmp_path / "beat-schedule"))


def rings_of(beat: Scheduler) -> int:
    """How often the beat rings before it would sleep."""
    before = len(beat.rung)
    while beat.tick() == 0:
        pass
    return len(beat.rung) - before


def test_the_settings_name_this_beat():
    assert app.conf.beat_scheduler == f"{Scheduler.__module__}:{Scheduler.__name__}"


@pytest.mark.parametrize("starts_anew", [False, True])
def test_a_clock_that_is_put_right_does_not_silence_the_beat(set_clock, begin_beat, starts_anew):
    beat = begin_beat()
    sweep = timedelta(seconds=app.conf.beat_schedule["sweep"]["schedule"] + 1)
    set_clock(2 * HOUR)
    assert rings_of(beat) == 1
    set_clock(timedelta())
    if starts_anew:
        beat.close()
        beat = begin_beat()

    assert (rings_of(beat), rings_of(beat)) == (0, 0)
    for number in range(1, 4):
        set_clock(number * sweep)
        assert rings_of(beat) == 1
    beat.close()
