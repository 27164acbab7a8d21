"""A worker whose clock is wrong: `python -m tests.faults.shifted_worker HOURS CAMPAIGN`, until SIGTERM.

It does what a real one does, sweeps and turns of work, through the same functions; only the clock it gives them is
ahead by HOURS, or behind by as many.
"""

import signal
import sys
from datetime import datetime, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from campaigns.dispatch import kept  # noqa: E402
from campaigns.dispatch.sweep import due_lanes, hold_too_late, settle_dead_holders  # noqa: E402
from campaigns.dispatch.work import work_lane  # noqa: E402
from campaigns.running import finish_if_done  # noqa: E402

LOOK_SECONDS = 0.2


def main(hours: float, campaign_id: int) -> None:
    def clock() -> datetime:
        return timezone.now() + timedelta(hours=hours)

    signal.signal(signal.SIGTERM, lambda number, frame: kept.stop_in_order())
    print("ready", flush=True)
    while not kept.wait_unless_stopping(LOOK_SECONDS):
        settle_dead_holders(now=clock())
        hold_too_late(now=clock())
        for lane in due_lanes(campaign_id, now=clock()):
            with kept.lent_transport() as transport:
                work_lane(
                    campaign_id=campaign_id,
                    lane=lane,
                    transport=transport,
                    clock=clock,
                    seconds=settings.DISPATCH_TURN_SECONDS,
                    stopping=kept.stopping,
                )
        finish_if_done(campaign_id, now=clock())


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
