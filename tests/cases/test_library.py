"""All cases together: permanent ids, the rows that they cover, and the form of their bodies."""

from __future__ import annotations

import ast
from pathlib import Path

import suites
from mock_idp.misbehaviour import Misbehaviour
from suites._core import IN_CODE_FLOW, load_cases

HERE = Path(__file__).parent
SUITES = Path(suites.__path__[0])
LONGEST = 15


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").split()


def _bodies() -> dict[str, ast.FunctionDef]:
    """`module.function` → the syntax tree of every test function of the suites."""
    found = {}
    for path in sorted(SUITES.rglob("test_*.py")):
        module = ".".join(("suites", *path.relative_to(SUITES).with_suffix("").parts))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[f"{module}.{node.name}"] = node
    return found


def test_ids_are_permanent() -> None:
    """Waivers and reports name these ids: only ever add to ids.txt."""
    ids = [info.result_id(member) for info in load_cases() for member in info.members]
    assert sorted(ids) == _lines("ids.txt")
    assert len({result.lower() for result in ids}) == len(ids)


def test_rows_of_the_first_version_are_covered() -> None:
    covered = {row for info in load_cases() for row in info.covers}
    assert sorted(covered) == _lines("rows.txt")


def test_every_test_function_is_a_case() -> None:
    assert set(_bodies()) == {f"{info.module}.{info.function}" for info in load_cases()}


def test_cases_do_not_branch() -> None:
    branching = (ast.If, ast.IfExp, ast.For, ast.While, ast.Try, ast.Match)
    offenders = [
        name for name, body in _bodies().items() if any(isinstance(node, branching) for node in ast.walk(body))
    ]
    assert offenders == []


def test_cases_are_short() -> None:
    lengths = {name: (body.end_lineno or 0) - body.lineno + 1 for name, body in _bodies().items()}
    assert [name for name, length in lengths.items() if length > LONGEST] == []


def test_cases_take_only_the_login() -> None:
    arguments = {name: [a.arg for a in body.args.args] for name, body in _bodies().items()}
    assert [name for name, names in arguments.items() if names != ["login"]] == []


def test_misbehaviours_survive_the_control_api() -> None:
    for info in load_cases():
        for member in info.members:
            misbehaviour = info.misbehaviour(member)
            assert Misbehaviour.from_json(misbehaviour.to_json()) == misbehaviour, info.result_id(member)


def test_signature_cases_are_hardening_in_the_code_flow() -> None:
    """OIDC Core 3.1.3.7 item 6: whoever lets TLS stand for the signature breaks no MUST."""
    signature_rows = [
        info for info in load_cases() if info.covers[0].startswith("sig-") and "security" in info.profiles
    ]
    ungraded = [info.id for info in signature_rows if info.graded(["code"]) != IN_CODE_FLOW]
    assert ungraded == [
        "id-token.key-sources.rejects-access-token-as-id-token",
        "id-token.key-sources.rejects-logout-token-as-id-token",
    ]
