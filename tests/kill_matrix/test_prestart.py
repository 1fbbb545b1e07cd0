"""A relying party that was started as a fork behaves for the harness like one that was started by its command."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from targets.errors import TargetError
from targets.process import StartedTarget
from targets.target_file import load
from tests.kill_matrix.prestart import prestarted

PLACEHOLDERS = {
    "issuer": "http://127.0.0.1:9/oauth2/default",
    "client_id": "0oa1",
    "client_secret": "secret",
    "ca_file": "",
}


def started(name: str, folder: Path) -> StartedTarget:
    return StartedTarget(load(prestarted(name, folder)), PLACEHOLDERS, folder / "output.log")


def answers(rp: StartedTarget) -> bool:
    url = urlsplit(rp.target.base_url)
    with socket.socket() as probe:
        return probe.connect_ex((url.hostname, url.port)) == 0


def test_it_starts_again_on_its_port_and_ends(tmp_path: Path) -> None:
    with started("reference", tmp_path) as rp:
        assert httpx.get(f"{rp.target.base_url}/healthz", trust_env=False).json() == {"status": "ok"}
        rp.restart()
        assert httpx.get(f"{rp.target.base_url}/healthz", trust_env=False).json() == {"status": "ok"}
    assert not answers(rp)


def test_what_it_prints_and_its_end_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEAKNESS", "no-such-weakness")
    with pytest.raises(TargetError, match=r"(?s)ended with code 1 before.*usage: python -m targets.broken WEAKNESS"):
        started("broken", tmp_path).start()


def test_others_are_left_alone(tmp_path: Path) -> None:
    assert prestarted("openid-client", tmp_path) == "openid-client"
