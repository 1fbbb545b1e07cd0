"""Target files for these tests."""

from __future__ import annotations

import socket
from pathlib import Path

STARTED = """\
name = "habitual"
base_url = "http://127.0.0.1:{port}"
[client]
redirect_uris = ["{base_url}/callback"]
[login]
url = "/login"
[session]
probe = "/me"
[start]
command = ["{python}", "-m", "tests.front_door.relying_party", "HABIT"]
directory = "{root}"
ready = "/healthz"
timeout = 20
[start.env]
ISSUER = "{issuer}"
CLIENT_ID = "{client_id}"
CLIENT_SECRET = "{client_secret}"
BASE_URL = "{base_url}"
PORT = "{port}"
"""

RUNNING = """\
name = "by-hand"
base_url = "BASE_URL"
[idp]
issuer = "ISSUER"
[client]
client_id = "0oaByHand"
client_secret = "the-secret-of-the-app"
redirect_uris = ["{base_url}/callback"]
[login]
url = "/login"
[session]
probe = "/me"
"""


def started(folder: Path, habit: str = "", *changes: tuple[str, str], more: str = "") -> str:
    """A target that the harness starts, with changes `(old, new)` to its file; the file's path."""
    return _written(folder, STARTED, ("HABIT", habit), *changes, more=more)


def running(folder: Path, base_url: str, issuer: str, *changes: tuple[str, str]) -> str:
    """A target that runs already; the file's path."""
    return _written(folder, RUNNING, ("BASE_URL", base_url), ("ISSUER", issuer), *changes)


def _written(folder: Path, text: str, *changes: tuple[str, str], more: str = "") -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "target.toml"
    path.write_text(text + more)
    return str(path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
