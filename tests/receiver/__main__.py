"""Run the receiver: `python -m tests.receiver --help`. Ends at SIGTERM, SIGINT, or when its standard input
closes.
"""

import argparse
import asyncio
import json
import os
import signal
import ssl
import sys
from contextlib import suppress
from pathlib import Path

try:
    from uvloop import new_event_loop  # about a third quicker; not on every system
except ImportError:
    from asyncio import new_event_loop

from tests.receiver.ledger import LedgerWriter
from tests.receiver.rules import Rules
from tests.receiver.server import Receiver

# Between two looks for lines of the ledger that wait to be written, with --counts-only.
WRITE_OUT_SECONDS = 0.1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.receiver", description="An SMTP receiver for tests.")
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=0, help="0 lets the system choose; the choice is printed")
    add("--ledger", type=Path, required=True, help="file the events are appended to")
    add("--rules", type=Path, help="JSON file of rules, read again when it changes")
    add("--kept", type=Path, help="folder for the letters as they came; without it none are stored")
    add("--no-sync", action="store_true", help="do not force the ledger to disk")
    add("--counts-only", action="store_true", help="note nothing but what was kept, in batches (benchmarks)")
    add("--certificate", type=Path, help="PEM with key and certificate: offers STARTTLS")
    add("--implicit-tls", action="store_true", help="TLS from the first byte, with --certificate")
    add("--until-stdin-closes", action="store_true", help="end with the process that holds stdin")
    return parser.parse_args()


async def serve(options: argparse.Namespace, ledger: LedgerWriter) -> None:
    """Listen until told to stop."""
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate)
    receiver = Receiver(ledger=ledger, rules=Rules(options.rules), kept=options.kept, sync=not options.no_sync, tls=tls)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), lambda: None if os.read(sys.stdin.fileno(), 4096) else stop.set())
    server = await receiver.listen(options.host, options.port, implicit_tls=options.implicit_tls)
    port = server.sockets[0].getsockname()[1]
    ledger.write("listening", port=port)
    ledger.write_out()
    print(json.dumps({"port": port}), flush=True)
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), WRITE_OUT_SECONDS if ledger.counts_only else None)
        ledger.write_out()
    server.close()
    receiver.hang_up()


def main() -> None:
    options = arguments()
    ledger = LedgerWriter(options.ledger, sync=not options.no_sync, counts_only=options.counts_only)
    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(serve(options, ledger))
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
