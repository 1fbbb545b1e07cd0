"""The sockets of the mock: the public address that may be anything, and the control API's on loopback."""

from __future__ import annotations

import errno
import socket


class ServeError(RuntimeError):
    """The mock cannot be started; `code` 26 is a port in use, 20 anything else that the command line says wrong."""

    def __init__(self, message: str, code: int = 20) -> None:
        super().__init__(message)
        self.code = code


def reserve(host: str, port: int) -> socket.socket:
    """A bound socket that keeps the port for us; granian's listener joins it with SO_REUSEPORT.

    A plain bind comes first, because SO_REUSEPORT would silently share a port with another mock of this user.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            if port:
                probe.listen(1)
        reserved = socket.socket(family)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind((host, port))
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    return reserved


def _cannot_listen(host: str, port: int, error: OSError) -> ServeError:
    if error.errno == errno.EADDRINUSE:
        remedy = "stop the program that listens there, or choose another port"
        return ServeError(f"port {port} on {host} is in use: {remedy}", 26)
    return ServeError(f"cannot listen on {host} port {port}: {error.strerror or error}")


def control_socket(port: int) -> socket.socket:
    """The control API listens on loopback only, whatever the public address is."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=256)
    except OSError as error:
        raise _cannot_listen("127.0.0.1", port, error) from None
