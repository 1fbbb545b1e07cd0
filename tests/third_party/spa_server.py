"""Serves the single-page application of tests/third_party/node/page, with the library that npm installed."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import trustme

from tests.third_party.installed import NODE, node_package

PAGE = NODE / "page"


class SpaServer(ThreadingHTTPServer):
    """`settings` is what the application finds in the variable of that name; set it before a page is opened.

    With TLS, the certificate is one that nobody trusts.
    """

    daemon_threads = True

    def __init__(self, library: Path, scheme: str) -> None:
        super().__init__(("127.0.0.1", 0), _Files)
        self.library, self.scheme = library, scheme
        if scheme == "https":
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            trustme.CA().issue_cert("localhost").configure_cert(context)
            # The handshake is the business of the request's own thread: a browser may connect and say nothing.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.settings: Mapping[str, Any] = {}

    @property
    def url(self) -> str:
        # Not 127.0.0.1: okta-auth-js and the browser trust this name without TLS.
        return f"{self.scheme}://localhost:{self.server_port}"

    def file(self, path: str) -> tuple[str, bytes]:
        """Content type and content; every path that is no file is the application."""
        match path:
            case "/okta-auth-js.min.js":
                return "text/javascript", self.library.read_bytes()
            case "/settings.js":
                return "text/javascript", f"const settings = {json.dumps(self.settings)};".encode()
            case "/app.js":
                return "text/javascript", (PAGE / "app.js").read_bytes()
        return "text/html; charset=utf-8", (PAGE / "index.html").read_bytes()


class _Files(BaseHTTPRequestHandler):
    server: SpaServer

    def do_GET(self) -> None:
        content_type, content = self.server.file(urlsplit(self.path).path)
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        return None


@contextmanager
def spa_server(scheme: str) -> Iterator[SpaServer]:
    """Skips the test when the library is not installed."""
    library = node_package("@okta/okta-auth-js") / "dist" / "okta-auth-js.min.js"
    with SpaServer(library, scheme) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
