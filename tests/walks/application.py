"""The application of a guide: the reference relying party, told what a person has copied from the console."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import tomli_w
from werkzeug.serving import WSGIRequestHandler, make_server

from targets.reference.app import create_app
from targets.reference.settings import Settings

PROBE = "/me"


@contextmanager
def address() -> Iterator[socket.socket]:
    """Where the application will be: a port of loopback that is kept for it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(32)
        yield listener


def base_url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody wants to know."""


@contextmanager
def running(listener: socket.socket, environment: Mapping[str, str]) -> Iterator[str]:
    """The application until the end of the block; where its login begins."""
    port = listener.getsockname()[1]
    settings = Settings.from_environment({**environment, "BASE_URL": base_url(listener), "PORT": str(port)})
    app, fd = create_app(settings), listener.fileno()
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet, fd=fd)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield settings.base_url + settings.login
    finally:
        server.shutdown()
        thread.join()


def target_file(folder: Path, login: str, issuer: str, renews: bool) -> Path:
    """What the doctor is told of it; `issuer` is one of the mock's."""
    origin = "/".join(login.split("/")[:3])
    document = {"base_url": origin, "idp": {"issuer": issuer}, "login": {"url": login}, "session": {"probe": PROBE}}
    if renews:
        document["renewal"] = {"kind": "post", "url": "/refresh"}
    path = folder / "target.toml"
    path.write_text(tomli_w.dumps(document), encoding="utf-8")
    return path
