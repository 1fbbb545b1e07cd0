"""The listeners behind bad certificates: who does not look at the certificate gets through, who does sends nothing."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import trustme

from mock_idp import untrusted
from mock_idp.edits.symbols import UNTRUSTED

OURS = trustme.CA()


@pytest.fixture
def echo() -> Iterator[socket.socket]:
    """A server in the clear that sends back what comes, for one connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def once() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(connection.recv(100))

    threading.Thread(target=once, daemon=True).start()
    yield listener
    listener.close()


@pytest.fixture
def address(echo: socket.socket, kind: str) -> tuple[str, int]:
    listener = socket.create_server(("127.0.0.1", 0))
    arguments = (listener, untrusted.contexts(OURS)[kind], echo.getsockname()[:2])
    threading.Thread(target=untrusted.serve, args=arguments, daemon=True).start()
    return "127.0.0.1", int(listener.getsockname()[1])


REASONS = {"self-signed": "self-signed certificate", "other-host": "IP address mismatch", "expired": "has expired"}


@pytest.mark.parametrize("kind", UNTRUSTED)
def test_only_who_does_not_look_gets_through(address: tuple[str, int], kind: str) -> None:
    looking = ssl.create_default_context()
    OURS.configure_trust(looking)
    with socket.create_connection(address, 10) as raw, pytest.raises(ssl.SSLCertVerificationError) as caught:
        looking.wrap_socket(raw, server_hostname="127.0.0.1")
    assert REASONS[kind] in str(caught.value) or (kind == "self-signed" and "local issuer" in str(caught.value))

    careless = ssl._create_unverified_context()
    with socket.create_connection(address, 10) as raw, careless.wrap_socket(raw) as connection:
        connection.sendall(b"code and secret")
        assert connection.recv(100) == b"code and secret"
