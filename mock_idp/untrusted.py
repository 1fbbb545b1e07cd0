"""The same IdP behind certificates that nobody may accept: `self-signed`, of an `other-host`, or `expired`.

Each has a listener of its own, which hands on to the listener in the clear what arrives after the handshake.
"""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Mapping

import trustme

PATIENCE = 30.0
"""Seconds without a byte after which a connection is closed."""
_HOSTS = ("localhost", "127.0.0.1", "::1")
_LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)

_CERTIFICATES: Mapping[str, Callable[[trustme.CA], trustme.LeafCert]] = {
    "self-signed": lambda _: trustme.CA().issue_cert(*_HOSTS),
    "other-host": lambda ours: ours.issue_cert("other-host.example"),
    "expired": lambda ours: ours.issue_cert(
        *_HOSTS, not_before=_LONG_AGO, not_after=_LONG_AGO + datetime.timedelta(days=1)
    ),
}


def contexts(authority: trustme.CA) -> dict[str, ssl.SSLContext]:
    """A server's TLS context for each kind; `authority` is the one that clients trust."""
    found = {}
    for kind, make in _CERTIFICATES.items():
        found[kind] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        make(authority).configure_cert(found[kind])
    return found


def serve(listener: socket.socket, context: ssl.SSLContext, plain: tuple[str, int]) -> None:
    """Hand every connection on to the address `plain`; does not return."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_hand_on, args=(connection, context, plain), daemon=True).start()


def _hand_on(connection: socket.socket, context: ssl.SSLContext, plain: tuple[str, int]) -> None:
    # A client that does not like the certificate goes away, which is as it should be.
    with contextlib.suppress(OSError), connection:
        connection.settimeout(PATIENCE)
        with (
            context.wrap_socket(connection, server_side=True) as client,
            socket.create_connection(plain, PATIENCE) as server,
        ):
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join(PATIENCE)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
