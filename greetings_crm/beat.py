"""Celery's beat, for a clock that is set back.

Celery compares the hour of the last ring with the clock. Where the clock was ahead and is put right (a machine that
starts with another system's local time, a virtual one that was resumed), that hour lies in the future, and no sweep
would be rung until it comes, a new beat included: the hour is kept in a file.
"""

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    def tick(self, *args, **kwargs) -> float:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # made anew from the entries
        return super().tick(*args, **kwargs)
