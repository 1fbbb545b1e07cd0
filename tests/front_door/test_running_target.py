"""A target that runs already and was configured by hand: any number of checks without touching it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.front_door.running import ROOT, Finished, check, wait_for
from tests.front_door.target_files import free_port, running

CASES = ("--case", "userinfo.ignores-*", "--case", "redirect-uri.*")


@dataclass(frozen=True)
class App:
    """The reference RP, started by hand for an issuer at which nobody listens yet."""

    base_url: str
    issuer: str


@contextlib.contextmanager
def configured() -> Iterator[App]:
    port, idp_port = free_port(), free_port()
    made = App(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{idp_port}/oauth2/default")
    settings = {"ISSUER": made.issuer, "BASE_URL": made.base_url, "PORT": str(port)}
    settings |= {"CLIENT_ID": "0oaByHand", "CLIENT_SECRET": "the-secret-of-the-app"}
    command = [sys.executable, "-m", "targets.reference"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL) as process:
        try:
            assert wait_for(lambda: _answers(made), 20)
            yield made
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with configured() as made:
        yield made


@pytest.fixture
def app_without_keys() -> Iterator[App]:
    """It has asked no mock for keys yet: with those of another state it would wait before it asks again."""
    with configured() as made:
        yield made


def _answers(app: App) -> bool:
    try:
        return httpx.get(f"{app.base_url}/healthz", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The keys of the mock outlive its process, as the target's memory of them does."""
    return {"XDG_STATE_HOME": str(tmp_path_factory.mktemp("state"))}


def good(run: Finished) -> Finished:
    assert run.code == 0, run.out + run.err
    assert run.left == []
    assert "PASS" in run.verdicts.values()
    return run


def test_two_checks_without_a_restart(app: App, state: dict[str, str], tmp_path: Path) -> None:
    file = running(tmp_path, app.base_url, app.issuer)
    first, second = (good(check(file, *CASES, report=tmp_path / name, **state)) for name in ("1", "2"))
    assert first.verdicts == second.verdicts
    assert {case.partition(".")[0] for case in first.verdicts} == {"userinfo", "redirect-uri"}
    assert first.results["target"]["issuer"] == app.issuer
    kept = Path(state["XDG_STATE_HOME"]) / "rp-gauntlet"
    modes = {path.stat().st_mode & 0o077 for path in kept.rglob("*") if path.is_file()}
    assert modes == {0}


@pytest.mark.parametrize(
    "without",
    [
        ['client_secret = "the-secret-of-the-app"'],
        ['client_secret = "the-secret-of-the-app"', 'redirect_uris = ["{base_url}/callback"]'],
        [
            'client_id = "0oaByHand"',
            'client_secret = "the-secret-of-the-app"',
            'redirect_uris = ["{base_url}/callback"]',
        ],
    ],
    ids=["no secret", "client id alone", "nothing"],
)
def test_what_is_not_told_is_learned(app: App, state: dict[str, str], tmp_path: Path, without: list[str]) -> None:
    file = running(tmp_path, app.base_url, app.issuer, *((line, "") for line in without))
    run = good(check(file, "--case", "redirect-uri.*", "--case", "state.sends-state", report=tmp_path, **state))
    assert run.results["target"]["client_id"] == "0oaByHand"
    assert "the-secret-of-the-app" not in (tmp_path / "results.json").read_text()


def test_a_mistake_is_not_remembered(app: App, state: dict[str, str], tmp_path: Path) -> None:
    case = ("--case", "state.sends-state")
    wrong = running(tmp_path, app.base_url, app.issuer, ("/callback", "/elsewhere"))
    check(wrong, *case, report=tmp_path, **state).refused(24, "sends redirect_uri")
    good(check(app.base_url, "--issuer", app.issuer, *case, report=tmp_path, **state))


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ('client_id = "0oaByHand"', 'client_id = "0oaOther"', "sends client_id '0oaByHand'"),
        ('client_secret = "the-secret-of-the-app"', 'client_secret = "other"', "its client secret is not"),
    ],
    ids=["client id", "secret"],
)
def test_what_is_told_wrong_is_not_replaced_by_what_is_learned(
    app: App, state: dict[str, str], tmp_path: Path, line: str, wrong: str, told: str
) -> None:
    unknown = ('redirect_uris = ["{base_url}/callback"]', "")
    file = running(tmp_path, app.base_url, app.issuer, (line, wrong), unknown)
    check(file, "--case", "state.sends-state", report=tmp_path, **state).refused(23, "by-hand: ", told)


@pytest.mark.parametrize(("path", "learned"), [("/login", "/me"), ("/", "")], ids=["start page", "home page"])
def test_a_bare_url(app: App, state: dict[str, str], tmp_path: Path, path: str, learned: str) -> None:
    words = (app.base_url + path, "--issuer", app.issuer, "--case", "state.rejects-changed-state")
    run = good(check(*words, report=tmp_path, **state))
    assert (f"learned: {app.base_url}{learned}" in run.out) == bool(learned)
    replay = run.results["cases"][0]["replay"]
    assert f"gauntlet check {app.base_url}{path} --issuer {app.issuer} --case" in replay


def test_an_issuer_that_the_mock_does_not_have(app: App, state: dict[str, str], tmp_path: Path) -> None:
    issuer = app.issuer.replace("default", "other")
    words = (app.base_url, "--issuer", issuer, "--case", "state.sends-state")
    check(*words, report=tmp_path, **state).refused(20, f"the mock serves no issuer {issuer}", app.issuer)


def test_another_client_that_the_mock_knows_is_not_the_one_of_the_file(app: App, tmp_path: Path) -> None:
    case = ("--case", "state.sends-state", "--state-dir", str(tmp_path / "state"))
    good(check(running(tmp_path, app.base_url, app.issuer), *case, report=tmp_path / "1"))
    wrong = running(tmp_path, app.base_url, app.issuer, ('client_id = "0oaByHand"', 'client_id = "other"'))
    told = "sends client_id '0oaByHand', registered is 'other'"
    check(wrong, *case, report=tmp_path / "2").refused(23, "by-hand: ", told)


def test_a_run_that_failed_leaves_no_client_behind(app_without_keys: App, tmp_path: Path) -> None:
    app = app_without_keys
    case = ("--case", "state.sends-state", "--state-dir", str(tmp_path / "state"))
    secret = ('client_secret = "the-secret-of-the-app"', 'client_secret = "other"')
    wrong = running(tmp_path, app.base_url, app.issuer, secret)
    check(wrong, *case, report=tmp_path / "1").refused(23, "its client secret is not")
    assert not (tmp_path / "state" / "org.json").exists()
    good(check(app.base_url, "--issuer", app.issuer, *case, report=tmp_path / "2"))
    assert "the-secret-of-the-app" in (tmp_path / "state" / "org.json").read_text()
