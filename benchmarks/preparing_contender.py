"""Our preparing as one turn: the letters of one campaign written and frozen, or those of one lane of it.

`python -m benchmarks.preparing_contender CAMPAIGN [--lane LANE]` on the database of DATABASE_URL. It does what the
worker's task does, its pauses between two chunks with it; with a lane it writes that one and compares nothing.
"""

import argparse
import os
import time
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greetings_crm.settings")
django.setup()  # models can be imported only when Django knows its settings

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.turns import take_turn  # noqa: E402
from campaigns.preparing import lanes_of, prepare_next_chunk  # noqa: E402
from campaigns.tasks import BETWEEN_CHUNKS  # noqa: E402


def prepare_all(campaign_id: int) -> None:
    while prepare_next_chunk(campaign_id, now=timezone.now()):
        time.sleep(BETWEEN_CHUNKS)


def write_lane(campaign_id: int, lane: int) -> None:
    while lane in lanes_of(campaign_id):
        prepare_next_chunk(campaign_id, lane=lane, now=timezone.now())
        time.sleep(BETWEEN_CHUNKS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("campaign", type=int)
    parser.add_argument("--lane", type=int)
    asked = parser.parse_args()
    connection.ensure_connection()
    take_turn(
        partial(prepare_all, asked.campaign) if asked.lane is None else partial(write_lane, asked.campaign, asked.lane)
    )


if __name__ == "__main__":
    main()
