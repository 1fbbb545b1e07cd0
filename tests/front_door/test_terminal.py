"""What somebody reads who has never seen the tool, on a terminal and in a CI log."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.front_door.running import ROOT, Finished, check, check_here

CASES = ("--case", "id-token.audience.rejects-[ct]*", "--case", "id-token.audience.rejects-untrusted*")
IDS = {"rejects-changed-audience", "rejects-token-for-another-client", "rejects-untrusted-extra-audience"}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    words = ("broken", *CASES, "--workers", "2")
    # PYTEST_ADDOPTS: settings for somebody's own tests, which are none for ours.
    theirs = {"PYTEST_ADDOPTS": "--no-such-option", "WEAKNESS": "ignores-audience"}
    return check(*words, report=tmp_path_factory.mktemp("failed"), **theirs)


def test_a_log_is_plain_and_only_ours(failed: Finished) -> None:
    assert failed.code == 1
    assert failed.err == ""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", failed.out)
    for word in ("bringing up nodes", "passed", "[gw", "===", "Traceback"):
        assert word not in failed.out
    assert "\n\n\n" not in failed.out
    lines = failed.out.splitlines()
    assert re.fullmatch(r"target     broken  http://127\.0\.0\.1:\d+", lines[0])
    assert lines[1].startswith("issuer     http://127.0.0.1:")
    assert lines[2] == "driven by  HTTP, without a browser, 2 workers"
    assert re.fullmatch(r"selected   \d+ cases, profile all", lines[3])
    assert lines[5] == "Preflight: can this target be judged?"
    assert lines[6].startswith("PASS  an honest login signs in: session for the user")
    assert lines[-1] == "exit 1: at least one requirement is broken, or a waiver must be removed or renewed"


def test_a_failure_has_its_fixed_shape(failed: Finished) -> None:
    block = next(part for part in failed.out.split("\n\n") if "rejects-token-for-another-client  " in part)
    assert re.fullmatch(
        r"(Cases\n)?"
        r"FAIL  id-token\.audience\.rejects-token-for-another-client +broken +MUST · critical\n"
        r"      An ID Token issued to another client starts no session\.\n"
        r'  we changed  id_token\.claims\.aud   "0oa\w+" -> "0oa\w+"\n'
        r"  expected    no session\n"
        r"  observed    session for the user '00u\w+' \(200 /me\)\n"
        r"  spec        OIDC Core 3\.1\.3\.7 \(3\)  https://openid\.net/specs/\S+\n"
        r"  again       WEAKNESS=ignores-audience gauntlet check broken "
        r"--case 'id-token\.audience\.rejects-token-for-another-client'",
        block,
    )


def test_paths_of_the_reports_are_told(failed: Finished) -> None:
    for name in ("results.json", "junit.xml", "index.html"):
        assert str(failed.report / name) in failed.out
        assert (failed.report / name).exists()


@pytest.mark.parametrize(
    ("columns", "environment", "coloured"),
    [(200, {}, True), (60, {"NO_COLOR": "1"}, False)],
    ids=["wide", "narrow without colours"],
)
def test_a_terminal(tmp_path: Path, columns: int, environment: dict[str, str], coloured: bool) -> None:
    shown = _on_a_terminal(tmp_path, columns, {"WEAKNESS": "ignores-audience", **environment})
    assert ("\x1b[1;31mFAIL" in shown) == coloured
    assert re.search(r"\d of \d", shown)
    screen = _screen(shown)
    assert not re.search(r"\d of \d", screen)
    assert "\x1b" not in screen
    assert {name for name in IDS if f"FAIL  id-token.audience.{name}" in screen} == IDS
    passed = [line for line in screen.splitlines() if line.startswith("PASS  id-token")]
    assert all(len(line) <= max(columns, 80) for line in passed)
    # Where the columns do not fit there are none.
    assert any("   " in line for line in screen.splitlines() if line.startswith("FAIL")) == (columns > 100)


def test_list_needs_no_target(tmp_path: Path) -> None:
    listed = check("--list", "--case", "nonce.*", report=tmp_path / "out")
    assert (listed.code, listed.err) == (0, "")
    *rows, last = listed.out.splitlines()
    assert last == f"{len(rows)} cases"
    assert all(re.fullmatch(r"nonce\.[\w.-]+ +(MUST|SHOULD|HARDENING) +[a-z]+ +\S.*", row) for row in rows)
    assert not (tmp_path / "out").exists()


def test_profiles_and_suites_select(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def ids(*words: str) -> set[str]:
        lines = check_here(capsys, "--list", *words, report=tmp_path).out.splitlines()
        return {line.split()[0] for line in lines[:-1]}

    everything = ids()
    assert len(everything) >= 50
    assert set() < ids("--profile", "core") < everything
    assert ids("--suite", "id_token") == {one for one in everything if one.startswith("id-token.")}
    family = {one for one in everything if one.startswith("id-token.audience.rejects-near-miss-audience.")}
    assert ids("--case", "id-token.audience.rejects-near-miss-audience") == family
    member = sorted(family)[0]
    assert ids("--case", member) == {member}


def _on_a_terminal(folder: Path, columns: int, environment: dict[str, str]) -> str:
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI", "COLUMNS")}
    command = [sys.executable, "-m", "gauntlet", "check", "broken", *CASES, "--report-dir", str(folder)]
    settings = {**inherited, "TERM": "xterm-256color", **environment}
    with subprocess.Popen(command, cwd=ROOT, stdout=inner, stderr=inner, stdin=inner, env=settings) as process:
        os.close(inner)
        seen = b""
        while True:
            try:
                part = os.read(outer, 65536)
            except OSError:  # the other side of a pseudo-terminal is gone
                break
            if not part:
                break
            seen += part
        os.close(outer)
        assert process.wait(30) == 1, seen.decode()
    return seen.decode().replace("\r\n", "\n")


def _screen(shown: str) -> str:
    """What is left to see: colours away, and lines that were erased."""
    shown = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    return re.sub(r"[^\n\r]*\r\x1b\[2K", "", shown)
