"""The mock as a process: it says when it is ready, listens where it should, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from mock_idp.client import ControlError
from mock_idp.launcher import LaunchError, Ready, RunningIdp
from mock_idp.vocabulary import claim
from tests.mock_idp.okta import CALLBACK

OPENID = "/.well-known/openid-configuration"
CLIENT = {"client_secret": "s", "redirect_uris": [CALLBACK]}
LIMIT = 10.0
"""Seconds in which a process must be gone."""


def processes_of(session: int) -> set[int]:
    """The living processes of a session (the mock leads one of its own)."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else []
        except OSError:  # gone meanwhile
            continue
        if fields and int(fields[3]) == session and fields[0] != "Z":
            found.add(int(entry.name))
    return found


def wait_until_gone(pids: set[int]) -> None:
    """Block until every process has ended, at most LIMIT seconds each."""
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            ended, _, _ = select.select([descriptor], [], [], LIMIT)
            assert ended, f"process {pid} is still there"
        finally:
            os.close(descriptor)


def get(url: str, **options: object) -> httpx.Response:
    with httpx.Client(trust_env=False, **options) as client:  # type: ignore[arg-type]
        return client.get(url)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIdp]:
    """One mock on all addresses for the tests that change nothing."""
    with RunningIdp(["--host", "0.0.0.0", "--state-dir", str(tmp_path_factory.mktemp("state"))]) as idp:
        yield idp


def test_ready_line(running: RunningIdp) -> None:
    ready = running.ready
    control = running.control()

    assert ready.public_url.startswith("http://127.0.0.1:")
    assert ready.issuers == {"org": ready.public_url, "default": f"{ready.public_url}/oauth2/default"}
    for issuer in ready.issuers.values():
        assert get(issuer + OPENID).json()["issuer"] == issuer
    assert control.about()["issuers"] == ready.issuers
    assert ready.ca_file is None
    control.close()


def apps_with(ready: Ready, token: str) -> int:
    """The status of a Management API request with this token."""
    return get(f"{ready.public_url}/api/v1/apps", headers={"Authorization": f"SSWS {token}"}).status_code


def test_the_api_token_is_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--state-dir", str(tmp_path / "state")]
    with RunningIdp(options) as first:
        token = first.ready.api_token
        assert first.control().about()["api_token"] == token
        assert apps_with(first.ready, token) == 200
        assert apps_with(first.ready, "another") == 401
    with RunningIdp(options) as again:
        assert again.ready.api_token == token
    monkeypatch.setenv("GAUNTLET_API_TOKEN", "from-the-environment")
    with RunningIdp(options) as chosen:
        assert chosen.ready.api_token == "from-the-environment"
    with RunningIdp([*options, "--api-token", "from-the-command-line"]) as chosen:
        assert apps_with(chosen.ready, "from-the-command-line") == 200
        assert apps_with(chosen.ready, token) == 401


def test_control_listens_on_loopback_only(running: RunningIdp) -> None:
    public, control = port_of(running.ready.public_url), port_of(running.ready.control_url)

    assert running.ready.control_url.startswith("http://127.0.0.1:")
    assert get(f"http://127.0.0.2:{public}{OPENID}").status_code == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", control), timeout=5)


def test_control_over_the_wire(running: RunningIdp) -> None:
    control = running.control()
    attempt = control.create_attempt(claim("x").set("ü"), identity={"sub": "s", "email": "e@x", "name": "N"})
    assert control.transcript(attempt)["misbehaviour"] == claim("x").set("ü").to_json()
    assert control.close_attempt(attempt)["closed"] is True
    control.forget_attempts([attempt])
    with pytest.raises(ControlError, match="no attempt"):
        control.transcript(attempt)
    with pytest.raises(ControlError, match="unknown key 'redirect_uri'; did you mean 'redirect_uris'"):
        control.register_client("c", {"redirect_uri": CALLBACK})
    control.token = "wrong"
    with pytest.raises(ControlError, match="needs its bearer token"):
        control.about()
    control.close()


def test_port_in_use_by_another_mock(running: RunningIdp) -> None:
    for option, url in (("--port", running.ready.public_url), ("--control-port", running.ready.control_url)):
        port = url.rpartition(":")[2]
        with pytest.raises(LaunchError) as raised:
            RunningIdp([option, port])
        assert raised.value.code == 26
        assert f"port {port} on 127.0.0.1 is in use: stop the program that listens there" in str(raised.value)


def test_port_in_use_is_said_with_a_log_file_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, (tmp_path / "idp.log").open("wb") as log:
        log.write(b"an older line\n")
        log.flush()
        with pytest.raises(LaunchError) as raised:
            RunningIdp(["--port", str(other.getsockname()[1])], log=log)
    assert raised.value.code == 26
    assert str(raised.value).startswith("port ")


@pytest.mark.parametrize("end", ["end of stdin", "SIGTERM", "SIGINT", "SIGHUP", "kill -9", "kill -9 the worker"])
def test_nothing_is_left_behind(end: str) -> None:
    command = [sys.executable, "-m", "mock_idp", "--until-stdin-closes"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True) as idp:
        assert idp.stdin
        assert idp.stdout
        assert json.loads(idp.stdout.readline())["pid"] == idp.pid
        pids = processes_of(idp.pid)
        assert {idp.pid} < pids
        if end == "end of stdin":
            idp.stdin.close()
        elif end == "kill -9":
            os.kill(idp.pid, signal.SIGKILL)
        elif end == "kill -9 the worker":
            os.kill(max(pids - {idp.pid}), signal.SIGKILL)
        else:
            os.kill(idp.pid, getattr(signal, end))
        wait_until_gone(pids)
        assert processes_of(idp.pid) == set()


def test_stop_waits_and_may_be_repeated() -> None:
    with RunningIdp() as idp:
        pids = processes_of(idp.pid)
        idp.stop()
        assert not pids & processes_of(idp.pid)
        idp.stop()


def test_bad_start_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(LaunchError, match="damaged") as raised:
        RunningIdp(["--state-dir", str(tmp_path)])
    assert raised.value.code == 20


def verified(port: int, name: str, ca_file: Path) -> str:
    """The TLS version of a connection whose certificate is good for `name`."""
    context = ssl.create_default_context(cafile=str(ca_file))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return secure.version() or ""


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_tls(tmp_path: Path) -> None:
    with RunningIdp(["--tls", "--state-dir", str(tmp_path / "state")]) as idp:
        issuer, ca_file = idp.ready.issuers["default"], idp.ready.ca_file
        assert issuer.startswith("https://127.0.0.1:")
        assert ca_file == tmp_path / "state" / "ca.pem"

        trusting = ssl.create_default_context(cafile=str(ca_file))
        assert get(issuer + OPENID, verify=trusting).json()["issuer"] == issuer
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            get(issuer + OPENID)
        for name in ("localhost", "127.0.0.1"):
            assert verified(port_of(idp.ready.public_url), name, ca_file) in ("TLSv1.2", "TLSv1.3")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_restart_with_another_public_url(tmp_path: Path, free_port: int) -> None:
    """Keys, clients and the CA stay; the certificate is good for the new name, the issuer is the new URL."""
    options = ["--tls", "--port", str(free_port), "--state-dir", str(tmp_path)]
    seen = []
    for extra in ([], ["--public-url", "https://idp.test/"]):
        with RunningIdp([*options, *extra]) as idp:
            control = idp.control()
            if extra:
                assert idp.ready.issuers["default"] == "https://idp.test/oauth2/default"
                assert control.client("app") is not None
                assert verified(free_port, "idp.test", tmp_path / "ca.pem")
            else:
                control.register_client("app", CLIENT)
            control.close()
            trusting = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
            keys = get(f"https://127.0.0.1:{free_port}/oauth2/default/v1/keys", verify=trusting).json()
            seen.append((keys, (tmp_path / "ca.pem").read_bytes()))
    assert seen[0] == seen[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_two_mocks_share_a_state_directory(tmp_path: Path) -> None:
    options = ["--tls", "--state-dir", str(tmp_path)]
    with ExitStack() as stack, ThreadPoolExecutor(8) as threads:
        started = list(threads.map(lambda _: RunningIdp(options), range(2)))
        for idp in started:
            stack.callback(idp.stop)

        def register(number: int) -> None:
            control = started[number % 2].control()
            control.register_client(f"app{number}", CLIENT)
            control.close()

        list(threads.map(register, range(16)))
        context = ssl.create_default_context(cafile=str(started[0].ready.ca_file))
        jwks = [get(f"{idp.ready.issuers['default']}/v1/keys", verify=context).json() for idp in started]
    assert jwks[0] == jwks[1]
    kept = json.loads((tmp_path / "org.json").read_text())
    assert set(kept["app"]) == {f"app{number}" for number in range(16)}
    assert "default/active" in json.loads((tmp_path / "keys.json").read_text())
