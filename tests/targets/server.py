"""A small web site on a free port of loopback, made of functions; it remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Message
    body: str

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body, keep_blank_values=True)

    @property
    def cookies(self) -> list[str]:
        return [pair for pair in self.headers.get("Cookie", "").split("; ") if pair]


@dataclass(frozen=True)
class Reply:
    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/html; charset=utf-8"


def redirect(location: str, status: int = 302, *headers: tuple[str, str]) -> Reply:
    return Reply(status=status, headers=(("Location", location), *headers))


Answer = Callable[[Received], Reply]


@dataclass
class Site:
    port: int
    scheme: str = "http"
    routes: dict[str, Answer] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Received]:
        return [one for one in self.received if one.path == path]


@contextmanager
def serving(routes: Mapping[str, Answer] | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serves until the end of the block; unknown paths answer 404."""
    site = Site(0, "https" if tls else "http", dict(routes or {}))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            received = Received(
                self.command, parts.path, parse_qs(parts.query, keep_blank_values=True), self.headers, body
            )
            if parts.path != "/favicon.ico":
                site.received.append(received)
            answer = site.routes.get(parts.path)
            reply = answer(received) if answer else Reply("nothing here", 404)
            payload = reply.body.encode()
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(payload)

        do_GET = do_POST = do_HEAD = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # browsers drop connections as they like

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
