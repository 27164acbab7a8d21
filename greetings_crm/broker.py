"""The embedded broker: kombu's folder of files, safe for a reader that comes while a ring is being written.

kombu creates the file, then writes it; a worker that takes it in between finds it empty, and ends. Here a ring is seen
only when it is whole, and one that cannot be read (a crash, a full disk) counts as not rung: the sweep finds the work.
"""

import os
from pathlib import Path
from queue import Empty
from time import time_ns
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict, **kwargs) -> None:
        # Rings are taken in the order of their names: the clock's number has as many digits tomorrow, and after a boot.
        whole = Path(self.data_folder_out) / f"{time_ns()}_{uuid4()}.{queue}.msg"
        fresh = whole.with_suffix(".new")
        try:
            fresh.write_bytes(dumps(payload).encode())
            os.replace(fresh, whole)
        except OSError as error:
            raise ChannelError(f"Cannot add file {whole} to directory") from error

    def _get(self, queue: str) -> dict:
        try:
            return super()._get(queue)
        except ValueError:
            raise Empty from None


class Transport(filesystem.Transport):
    Channel = Channel


def use() -> None:
    """Let `filesystem://` mean this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
