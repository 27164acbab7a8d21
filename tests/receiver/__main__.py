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
from pathlib import Path

from tests.receiver.ledger import LedgerWriter
from tests.receiver.rules import Rules
from tests.receiver.server import Receiver


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.receiver", description="An SMTP receiver for tests.")
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=0, help="0 lets the system choose; the choice is printed")
    add("--ledger", type=Path, required=True, help="file the events are appended to")
    add("--rules", type=Path, help="JSON file of rules, read again when it changes")
    add("--kept", type=Path, help="folder for the letters as they came; without it none are stored")
    add("--no-sync", action="store_true", help="do not force the ledger to disk (benchmarks)")
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
    server = await asyncio.start_server(
        receiver.serve_connection, options.host, options.port, ssl=tls if options.implicit_tls else None
    )
    port = server.sockets[0].getsockname()[1]
    ledger.write("listening", port=port)
    ledger.flush()
    print(json.dumps({"port": port}), flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    options = arguments()
    ledger = LedgerWriter(options.ledger, sync=not options.no_sync)
    try:
        asyncio.run(serve(options, ledger))
    finally:
        ledger.close()


if __name__ == "__main__":
    main()
