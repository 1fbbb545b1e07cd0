"""The network below the HTTP user agent: an httpx transport with a limit on the whole exchange.

httpx's own timeouts start anew with every byte that arrives; a target that drips its answer would keep the
run for ever. Exceptions are httpcore's.
"""

from __future__ import annotations

import ssl
import time
import typing
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import httpcore
import httpx

from targets.errors import CERTIFICATE, TargetError


def trust(ca_files: Sequence[Path]) -> ssl.SSLContext:
    """The system's roots and these files (PEM). TargetError(25) for a file that cannot be used."""
    context = ssl.create_default_context()
    for path in ca_files:
        try:
            context.load_verify_locations(path)
        except (OSError, ssl.SSLError) as error:
            raise TargetError(f"ca_file {path} cannot be used: {error}", CERTIFICATE) from None
    return context


class Deadline:
    """When the present exchange must be over."""

    def __init__(self) -> None:
        self._end = 0.0
        self.connected = False

    def start(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.connected = False

    def left(self, late: type[Exception]) -> float:
        """Seconds that remain; raises `late` when there are none."""
        if (left := self._end - time.monotonic()) <= 0:
            raise late("the limit for the whole exchange has passed")
        return left


class Transport(httpx.BaseTransport):
    """Keeps connections open between exchanges. Call `deadline.start` before each one.

    `deadline.connected` tells afterwards whether the exchange had to open a connection.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self.deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=10,
            keepalive_expiry=15.0,
            network_backend=_Backend(self.deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        assert isinstance(response.stream, Iterable)
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from typing.cast(Iterable[bytes], self._response.stream)

    def close(self) -> None:
        self._response.close()


class _Backend(httpcore.SyncBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (the deadline stands for it)
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(httpcore.ConnectTimeout)
        self._deadline.connected = True
        if host.endswith(".localhost"):
            host = "127.0.0.1"  # as browsers do (RFC 6761 6.3); system resolvers often do not
        return _Stream(super().connect_tcp(host, port, left, local_address, socket_options), self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._inner.read(max_bytes, self._deadline.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._deadline.left(httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> typing.Any:
        return self._inner.get_extra_info(info)
