"""The zoo: weaknesses on more than one base, correct relying parties with other habits, and the page about all."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from targets import zoo
from targets.broken import names
from targets.handmade import weaknesses as handmade
from targets.handmade.party import Party
from targets.target_file import ROOT
from tests.kill_matrix.accuracy import cases, page
from tests.kill_matrix.expectations import SLICE, needs, sampled
from tests.kill_matrix.generated import others
from tests.kill_matrix.matrix import ALL_CORRECT, CORRECT, Row, passes, rows, run_one, snapshot

OTHERS = ALL_CORRECT[len(CORRECT) :]
ONE_IN = 30
TAKES_A_MINUTE = {"awkward-cached-keys": "jwks.rotation.accepts-a-key-that-is-new"}
"""What the slice leaves out: the row waits until the relying party may look for new keys."""
LIMIT = 10  # changed lines
LITERAL = re.compile(r"https?://\w|\.example\b|attacker|victim|canary", re.IGNORECASE)
NOT_PASSED = {
    # JSON.parse takes the last of two members, and jose's base64url is Buffer's, which is lenient. jose keeps keys for
    # ten minutes, whatever the answer says, and looks at the age of a token only when told to.
    "node-rp": {
        "id-token.serialization.rejects-additional-characters.line-feed": "WARN",
        "id-token.serialization.rejects-additional-characters.padding": "WARN",
        "id-token.times.rejects-issue-time-long-ago": "WARN",
        "id-token.contents.rejects-duplicate-members": "WARN",
        "jwks.rotation.rejects-a-key-that-was-withdrawn": "WARN",
    },
    # Until it is started again.
    "awkward-cached-keys": {"jwks.rotation.accepts-a-key-that-is-new": "WARN"},
    "awkward-pkce-only": {"state.sends-state": "WARN"},
    # Its page shows nothing of the user but the name, which these cases change.
    "awkward-random-landing": {
        "userinfo.ignores-unsigned-jwt": "INCONCLUSIVE",
        "userinfo.survives-absent-claims.number": "INCONCLUSIVE",
    },
}
"""Correct, and advised against or not to be judged."""


def test_no_correct_relying_party_fails_anything() -> None:
    for name in zoo.LENIENT:
        assert set(snapshot()[name].values()) == {"WARN"}
    for name in set(OTHERS) - set(zoo.LENIENT):
        assert snapshot()[name] == NOT_PASSED.get(name, {}), name


def test_every_weakness_is_found_by_a_case_that_names_it() -> None:
    assert {name for case in cases() for name in case.missed} == set()
    assert {name for case in cases() for name in case.found} == set(zoo.weaknesses())


def test_many_weaknesses_are_there_on_two_bases() -> None:
    bases: dict[str, set[str]] = {}
    for weakness in zoo.weaknesses().values():
        bases.setdefault(weakness.name, set()).add(weakness.base)
    assert set(bases) == set(names())
    assert sum(len(where) > 1 for where in bases.values()) >= 30
    assert sum("node-rp" in where for where in bases.values()) >= 12


def test_the_page_fits_what_is_recorded() -> None:
    assert (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8") == page(), "make zoo writes it"


def test_what_generated_attacks_need_not_find_has_a_reason() -> None:
    """And no reason is left of what there is no more."""
    found = others()
    assert found.pop("") == []
    assert [beginning for beginning, ids in found.items() if not ids] == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_correct_relying_party_behaves_as_recorded(name: str) -> None:
    """On a fixed sample of the rows; `make kill-matrix` tries all."""
    needs(name)
    left_out = TAKES_A_MINUTE.get(name) if SLICE > 1 else None
    expected = {row: verdict for row, verdict in snapshot()[name].items() if row != left_out}

    def wanted(row: Row) -> bool:
        result_id = row[0].result_id(row[1])
        return result_id in expected or (result_id != left_out and sampled(name, row, ONE_IN))

    outcome = run_one(name, wanted)
    assert outcome.failing == expected, outcome.details
    tried = {info.result_id(member) for info, member in rows() if wanted((info, member))}
    assert outcome.passed == {row for row in tried if name in passes().get(row, ())}


@pytest.mark.parametrize(("name", "kind"), handmade.WEAKNESSES.items(), ids=handmade.WEAKNESSES)
def test_a_weakness_by_hand_is_one_small_change(name: str, kind: type[Party]) -> None:
    tree = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(tree, ast.ClassDef)
    lines = inspect.getsource(kind).splitlines()[tree.body[0].end_lineno :]
    assert 1 <= len([line for line in lines if line.strip()]) <= LIMIT
    assert (kind.__doc__ or "").endswith((".", "?", ")."))
    changed = {member for member in vars(kind) if inspect.isfunction(vars(kind)[member])}
    assert changed, name
    assert changed <= set(dir(Party))


@pytest.mark.parametrize("path", sorted(zoo.NODE.glob("*.js")), ids=lambda path: path.stem)
def test_a_weakness_on_node_is_one_small_change(path: Path) -> None:
    comment, *code = [line for line in path.read_text().splitlines() if line.strip()]
    assert comment.startswith("// ")
    changed = [line for line in code if not line.startswith(("import ", "export default {", "};"))]
    assert 1 <= len(changed) <= LIMIT
    base = (path.parents[1] / "relying_party.js").read_text()
    overrides = re.findall(r"^  (?:async )?(\w+)\(", path.read_text(), re.MULTILINE)
    assert overrides
    assert [name for name in overrides if not re.search(rf"^  (?:async )?{name}\(", base, re.MULTILINE)] == []


@pytest.mark.parametrize("path", [Path(handmade.__file__), *sorted(zoo.NODE.glob("*.js"))], ids=lambda path: path.stem)
def test_weaknesses_know_nothing_of_the_attacks(path: Path) -> None:
    assert LITERAL.findall(path.read_text()) == []
    assert re.findall(r"(?:from|import) \W?(?:mock_idp|suites|tests|gauntlet)\b", path.read_text()) == []
