from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from campaigns.dispatch.transport import SmtpTransport
from tests.receiver.process import RunningReceiver, running_receiver

# No time limit for an example: a busy machine is no fault of a letter.
settings.register_profile("steady", deadline=None, database=None)
settings.load_profile("steady")


@pytest.fixture(scope="module")
def shared_receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningReceiver]:
    folder: Path = tmp_path_factory.mktemp("receiver")
    with running_receiver(folder) as receiver:
        yield receiver


@pytest.fixture
def receiver(shared_receiver: RunningReceiver) -> RunningReceiver:
    """A receiver without rules of its own. It lives for the file: each test writes to people of its own."""
    shared_receiver.set_rules()
    return shared_receiver


@pytest.fixture
def connect() -> Iterator[Callable[..., SmtpTransport]]:
    """Make a transport to a receiver, with waits fit for a test; all are closed at the end."""
    made: list[SmtpTransport] = []

    def make(receiver: RunningReceiver, **options: Any) -> SmtpTransport:
        waits = {"connect_timeout": 5, "command_timeout": 5, "dot_timeout": 5}
        made.append(SmtpTransport(receiver.host, receiver.port, **waits | options))
        return made[-1]

    yield make
    for transport in made:
        transport.close()
