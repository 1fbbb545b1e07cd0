"""A weakness is one check of the reference changed in at most ten lines, and nothing else."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import targets.broken
from targets.broken.registry import all_weaknesses, variant_of
from targets.reference.relying_party import RelyingParty
from tests.relying_parties.conftest import MockIdp
from tests.relying_parties.weaknesses import LENIENT_IDP, WEAKNESSES

FOLDER = Path(targets.broken.__file__).parent
LIMIT = 10


def changed_lines(name: str) -> list[str]:
    """The lines of a weakness without its decorator, class line, docstring and blank lines."""
    kind = ast.parse(inspect.getsource(all_weaknesses()[name])).body[0]
    assert isinstance(kind, ast.ClassDef)
    lines = inspect.getsource(all_weaknesses()[name]).splitlines()[kind.body[0].end_lineno :]
    return [line for line in lines if line.strip()]


def test_every_planned_weakness_exists() -> None:
    assert targets.broken.names() == sorted(WEAKNESSES)


@pytest.mark.parametrize("name", WEAKNESSES)
def test_weakness_is_small(name: str) -> None:
    assert 1 <= len(changed_lines(name)) <= LIMIT


@pytest.mark.parametrize("name", WEAKNESSES)
def test_weakness_changes_what_the_reference_does(name: str) -> None:
    """An override of a method that does not exist would leave a correct relying party behind."""
    own = {member for member in vars(all_weaknesses()[name]) if not member.startswith("__")}
    assert own & set(dir(RelyingParty))
    methods = {member for member in own if inspect.isfunction(vars(all_weaknesses()[name])[member])}
    assert methods <= set(dir(RelyingParty))


@pytest.mark.parametrize("name", WEAKNESSES)
def test_weakness_says_in_one_line_which_bug_it_stands_for(name: str) -> None:
    bug = all_weaknesses()[name].__doc__
    assert bug
    assert "\n" not in bug
    assert bug.endswith(".")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_weaknesses_know_nothing_of_the_attacks(path: Path) -> None:
    tree = ast.parse(path.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"mock_idp", "suites", "gauntlet", "reports", "tests"}
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    literal = re.compile(r"https?://\w|\.example\b|attacker|victim|canary", re.IGNORECASE)
    assert [text for text in texts if literal.search(text)] == []


@pytest.mark.parametrize("name", [name for name in WEAKNESSES if not variant_of(name)])
def test_weakness_leaves_the_honest_login_working(
    idp: MockIdp, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUN_DIR", str(tmp_path))
    strictness = "core" if name in LENIENT_IDP else "okta"
    ended = idp.login(idp.client(all_weaknesses()[name]), strictness=strictness)
    assert ended.shows(ended.identity), ended.answer.text


def test_unknown_weakness_is_refused_with_a_suggestion() -> None:
    command = [sys.executable, "-m", "targets.broken", "ignore-audience"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode != 0
    assert "did you mean ignores-audience" in done.stderr
