"""A large letter to a server that stops reading for a while: written in slices of time, and whole in the end."""

import socket
import ssl
import threading
import time
from contextlib import suppress

import pytest

from campaigns.dispatch.transport import SmtpTransport
from campaigns.dispatch.wire import build_bytes
from tests.receiver.process import CERTIFICATE
from tests.transport.letters import a_letter

# More than the buffers of a connection hold, so that the writer has to wait for the reader.
LARGE = a_letter("stamatis@shop.example", html="<p>x</p>\n" * 1_500_000)
ANSWERS = (b"220 here\r\n", b"250 here\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n")


class SlowServer:
    """Takes one letter, and rests before it reads the first byte of it."""

    def __init__(self, listener: socket.socket, *, rest_seconds: float, tls: ssl.SSLContext | None) -> None:
        self.heard = bytearray()
        self.over = threading.Event()
        self._listener, self._rest_seconds, self._tls = listener, rest_seconds, tls
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def end(self) -> None:
        self.over.set()
        self._thread.join(30)

    def _serve(self) -> None:
        peer, _ = self._listener.accept()
        peer = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
        with peer, suppress(OSError):
            for answer in ANSWERS:
                peer.sendall(answer)
                if not answer.startswith(b"354"):
                    peer.recv(4096)
            self.over.wait(self._rest_seconds)
            while not self.heard.endswith(b"\r\n.\r\n"):
                if not (received := peer.recv(1 << 20)):
                    return
                self.heard += received
            peer.sendall(b"250 kept\r\n")
            peer.recv(4096)


@pytest.fixture(params=["plain", "tls"])
def line(request):
    """A listener with the options of both ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if request.param == "plain":
            yield listener, None, {}
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        trusted = ssl.create_default_context(cafile=CERTIFICATE)
        yield listener, context, {"security": "tls", "tls_context": trusted}


def test_the_letter_arrives_whole(line):
    listener, tls, options = line
    server = SlowServer(listener, rest_seconds=0.8, tls=tls)
    transport = SmtpTransport("127.0.0.1", listener.getsockname()[1], **options)

    outcome = transport.deliver(LARGE)
    transport.close()
    server.end()

    assert (outcome.state, outcome.smtp_code) == ("sent", 250)
    assert bytes(server.heard).removesuffix(b".\r\n") == build_bytes(LARGE)


def test_a_server_that_never_reads_on_gets_no_dot(line):
    listener, tls, options = line
    server = SlowServer(listener, rest_seconds=60, tls=tls)
    transport = SmtpTransport("127.0.0.1", listener.getsockname()[1], command_timeout=0.7, **options)

    outcome = transport.deliver(LARGE)
    server.end()

    assert (outcome.state, outcome.code) == ("retry", "timeout_before_dot")
    assert not server.heard.endswith(b"\r\n.\r\n")


def test_an_orderly_stop_ends_the_wait_for_a_server_that_does_not_read(line):
    listener, tls, options = line
    server = SlowServer(listener, rest_seconds=60, tls=tls)
    transport = SmtpTransport("127.0.0.1", listener.getsockname()[1], **options)
    outcomes = []
    sender = threading.Thread(target=lambda: outcomes.append(transport.deliver(LARGE)))
    sender.start()
    time.sleep(0.3)  # in the midst of the letter, or before it: both end at once

    transport.settle_quickly(0.2)
    sender.join(30)
    server.end()

    assert [outcome.code for outcome in outcomes] == ["timeout_before_dot"]
