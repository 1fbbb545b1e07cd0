"""The search: silent on a correct RP, and short, repeatable and exact about a broken one.

A few weaknesses here; `make forgery` looks at all of them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mock_idp.misbehaviour import Misbehaviour
from suites.engine.forgery_files import saved_forgeries
from suites.engine.harness import RunOptions
from suites.engine.verdicts import SetupError
from tests.forgery.finding import ACCEPTED, GENERATED, NOT_BY_A_TOKEN, REFUSED, WITHIN, found_in, generated, seeded
from tests.kill_matrix.accuracy import KILLERS

SAVED = "forgery.keeps-to-the-model-on-saved-edits"


def saved_in(folder: Path) -> Misbehaviour:
    """The edits of the one counterexample there."""
    (file,) = folder.glob("forgery-*.json")
    return Misbehaviour.from_json(json.loads(file.read_text())["edits"])


def test_a_correct_relying_party_agrees_with_the_model() -> None:
    rows = generated(forgery_examples=40)
    assert {row["verdict"] for row in rows.values()} == {"PASS"}, rows
    for row in rows.values():
        assert re.match(r"\d+ generated tokens \(seed 0\), of which the model would", row["observed"])


@pytest.mark.parametrize("algorithm", ["es256", "ps256", "eddsa", "hs256"])
def test_the_model_goes_by_the_algorithm_of_the_client(algorithm: str) -> None:
    """The same token is good for a client that is registered for its algorithm, and not for another."""
    rows = generated(f"reference-{algorithm}", forgery_examples=12)
    assert {row["verdict"] for row in rows.values()} == {"PASS"}, rows


@pytest.mark.parametrize(
    ("weakness", "case", "examples"),
    [
        ("accepts-nonce-in-array", REFUSED[0], WITHIN),
        ("trusts-chain-with-a-known-key", REFUSED[1], WITHIN),
        ("skips-mac", REFUSED[1], WITHIN),
        ("accepts-overlong-subject", REFUSED[2], WITHIN),
        # Fetches and breakdowns are told at the end, because a session would be worse.
        ("fetches-kid", REFUSED[1], 110),
        ("crashes-on-odd-payload", REFUSED[0], 75),
    ],
)
def test_a_weakness_is_found(weakness: str, case: str, examples: int) -> None:
    assert found_in(weakness, (case,), forgery_examples=examples)


def test_what_no_token_can_show_is_a_weakness_of_that_kind() -> None:
    assert not NOT_BY_A_TOKEN.keys() & set(seeded())
    assert NOT_BY_A_TOKEN.keys() <= {name for names in KILLERS.values() for name in names}


def test_a_finding_is_short_and_the_same_each_time(tmp_path: Path) -> None:
    """Also where another seed puts another trap first, one with edits that are not needed."""
    found = []
    for number, seed in enumerate((1, 1, 2)):
        folder = tmp_path / str(number)
        options: dict[str, Any] = {"report_directory": folder, "forgery_seed": seed}
        row = generated("accepts-alg-none", cases=REFUSED[1:2], **options)[REFUSED[1]]
        assert row["verdict"] == "WARN", row  # in the code flow an RP may rely on TLS
        found.append(saved_in(folder))
    assert found[0] == found[1]
    assert [len(one.edits) for one in found] == [1, 1, 1]


@pytest.mark.parametrize(("weakness", "case"), [("ignores-audience", REFUSED[0]), ("trims-subject", ACCEPTED)])
def test_what_was_found_can_be_tried_again(tmp_path: Path, weakness: str, case: str) -> None:
    (row,) = generated(weakness, cases=(case,), report_directory=tmp_path).values()
    assert row["verdict"] == "FAIL"
    assert len(row["changed"]) == len(saved_in(tmp_path).edits) <= 2
    replay = re.search(rf"--case {SAVED} --forgery-file (\S+)$", row["replay"])
    assert replay
    again: dict[str, Any] = {"cases": (SAVED,), "forgery_files": (Path(replay[1]),)}
    assert generated(weakness, **again)[SAVED]["verdict"] == "FAIL"
    assert generated(**again)[SAVED]["verdict"] == "PASS"


def test_no_budget_no_attacks() -> None:
    rows = generated(cases=GENERATED[:1], forgery_examples=0)
    assert [(row["verdict"], row["reason"]) for row in rows.values()] == [("NOT_APPLICABLE", "--forgery-examples is 0")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "No such file or directory"),
        ("{", "no saved edits"),
        ("[]", "no saved edits"),
        ('{"edits": [{"seam": "nowhere", "op": "set"}]}', "unknown seam 'nowhere'"),
    ],
)
def test_files_that_hold_no_edits(tmp_path: Path, text: str | None, complaint: str) -> None:
    file = tmp_path / "saved.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SetupError, match=re.escape(complaint)) as caught:
        saved_forgeries(RunOptions("reference", forgery_files=(file,)))
    assert (caught.value.code, str(file) in caught.value.message) == (20, True)


def test_a_negative_budget() -> None:
    options: dict[str, Any] = {"forgery_examples": -1}
    with pytest.raises(SetupError, match="--forgery-examples -1: expected 0 or more"):
        saved_forgeries(RunOptions("reference", **options))
