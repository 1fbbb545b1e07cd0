"""`gauntlet idp`: what it keeps, and what it says to people and to programs."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.front_door.running import ROOT, check
from tests.front_door.target_files import free_port, started

LIMIT = 20.0


def _read(descriptor: int, end: bytes) -> str:
    """What is printed until `end`."""
    text = b""
    while end not in text:
        readable, _, _ = select.select([descriptor], [], [], LIMIT)
        data = os.read(descriptor, 4096) if readable else b""
        assert data, text
        text += data
    return text.decode().replace("\r\n", "\n")


@contextmanager
def _idp(*words: str, out: int, home: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "gauntlet", "idp", *words],
        cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=out,
        start_new_session=True,
    )
    try:
        yield
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(LIMIT)


def _keys(*words: str, home: Path) -> list[Any]:
    """The key ids that the mock publishes in one run of it; its output is that of a program."""
    read, write = os.pipe()
    try:
        with _idp(*words, out=write, home=home):
            ready = json.loads(_read(read, b"\n"))
            found = httpx.get(f"{ready['issuers']['default']}/v1/keys", trust_env=False).json()
    finally:
        os.close(read)
        os.close(write)
    return [key["kid"] for key in found["keys"]]


def test_keys_are_those_of_a_check_with_the_same_issuer(tmp_path: Path) -> None:
    port = free_port()
    kept = tmp_path / "rp-gauntlet" / f"127.0.0.1_{port}"
    first = _keys("--port", str(port), home=tmp_path)
    assert (kept / "keys.json").exists()
    assert _keys("--port", str(port), home=tmp_path) == first
    assert _keys("--port", str(port), "--state-dir", str(tmp_path / "other"), home=tmp_path) != first


def test_a_terminal_is_told_in_words(tmp_path: Path) -> None:
    port = free_port()
    controller, terminal = pty.openpty()
    try:
        with _idp("--port", str(port), out=terminal, home=tmp_path):
            text = _read(controller, b"Ctrl-C ends it.")
    finally:
        os.close(controller)
        os.close(terminal)
    assert "{" not in text
    assert f"http://127.0.0.1:{port}/oauth2/default" in text
    assert "ada@example.com  password: correct horse" in text
    kept = tmp_path / "rp-gauntlet" / f"127.0.0.1_{port}" / "api_token.json"
    assert f"API token  {json.loads(kept.read_text())}" in text
    assert f"console    http://127.0.0.1:{port}/admin/?key=" in text
    assert f"kept in {tmp_path / 'rp-gauntlet' / f'127.0.0.1_{port}'}" in text


def test_the_mock_for_a_target_elsewhere(tmp_path: Path) -> None:
    """The issuer's name leads nowhere here; the target never comes, and the message says what to do."""
    file = started(tmp_path, "", ("{issuer}", "http://127.0.0.1:9/oauth2/default"))
    with socket.create_server(("127.0.0.1", 0)) as other:  # the default address is taken
        port = other.getsockname()[1]
        case = ("--case", "state.sends-state", "--issuer", f"http://idp.invalid:{port}/oauth2/default")
        run = check(file, *case, "--idp-host", "127.0.0.2", report=tmp_path)
    run.refused(22, "idp.invalid is not loopback here", "--idp-host 0.0.0.0")
    run = check(file, *case, "--idp-host", "everywhere", report=tmp_path)
    run.refused(20, "--idp-host everywhere: expected an IP address")
