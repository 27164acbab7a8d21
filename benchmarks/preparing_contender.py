"""Our preparing as `benchmarks.dispatch` sees it: every letter of one campaign written and frozen, as one turn.

`python -m benchmarks.preparing_contender CAMPAIGN` on the database of DATABASE_URL. It does what the worker's task
does, its pauses between two chunks with it.
"""

import argparse
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greetings_crm.settings")
django.setup()  # models can be imported only when Django knows its settings

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.turns import take_turn  # noqa: E402
from campaigns.preparing import prepare_next_chunk  # noqa: E402
from campaigns.tasks import BETWEEN_CHUNKS  # noqa: E402


def prepare_all(campaign_id: int) -> None:
    while prepare_next_chunk(campaign_id, now=timezone.now()):
        time.sleep(BETWEEN_CHUNKS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("campaign", type=int)
    campaign_id = parser.parse_args().campaign
    connection.ensure_connection()
    take_turn(lambda: prepare_all(campaign_id))


if __name__ == "__main__":
    main()
