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
from mock_idp.vocabulary import claim
from suites.engine.forgery_files import saved_forgeries
from suites.engine.harness import RunOptions
from suites.engine.verdicts import SetupError
from tests.forgery.finding import ACCEPTED, GENERATED, NOT_BY_A_TOKEN, REFUSED, WITHIN, found_in, generated, seeded
from tests.kill_matrix.accuracy import KILLERS

SAVED = "forgery.keeps-to-the-model-on-saved-edits"
HOW_BAD = ("verdict", "level", "severity")


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
        ("fetches-kid", REFUSED[1], WITHIN),
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


@pytest.mark.parametrize(
    ("weakness", "case"),
    [
        ("ignores-audience", REFUSED[0]),
        ("accepts-alg-none", REFUSED[1]),
        ("ignores-azp", REFUSED[2]),
        ("trims-subject", ACCEPTED),
    ],
)
def test_what_was_found_can_be_tried_again(tmp_path: Path, weakness: str, case: str) -> None:
    """And is as bad as it was: an RP in the code flow may rely on TLS, and azp is only advised."""
    (row,) = generated(weakness, cases=(case,), report_directory=tmp_path).values()
    assert len(row["changed"]) == len(saved_in(tmp_path).edits) <= 2
    replay = re.search(rf"--case {SAVED} --forgery-file (\S+)$", row["replay"])
    assert replay
    again: dict[str, Any] = {"cases": (SAVED,), "forgery_files": (Path(replay[1]),)}
    saved = generated(weakness, **again)[SAVED]
    assert [saved[name] for name in HOW_BAD] == [row[name] for name in HOW_BAD]
    assert (row["verdict"] == "FAIL") == (case in (REFUSED[0], ACCEPTED))
    assert generated(**again)[SAVED]["verdict"] == "PASS"


@pytest.mark.parametrize("weakness", ["tolerates-padding", "ignores-further-parts"])
def test_another_spelling_is_no_forgery(tmp_path: Path, weakness: str) -> None:
    options: dict[str, Any] = {"variant": "broken-implicit", "report_directory": tmp_path}
    row = generated(weakness, cases=REFUSED[1:2], **options)[REFUSED[1]]
    assert (row["verdict"], row["severity"], len(saved_in(tmp_path).edits)) == ("FAIL", "low", 1), row


def test_of_several_saved_ones_that_which_binds_most_is_told(tmp_path: Path) -> None:
    advised, refused = (
        saved_by(tmp_path / case, weakness, case)
        for weakness, case in (("ignores-azp", REFUSED[2]), ("ignores-audience", REFUSED[0]))
    )
    row = generated("ignores-audience", cases=(SAVED,), forgery_files=(advised, refused))[SAVED]
    assert (row["verdict"], str(refused) in row["observed"]) == ("FAIL", True)


def test_what_is_only_advised_is_no_failure_whoever_wrote_it_down(tmp_path: Path) -> None:
    file = tmp_path / "by-hand.json"
    file.write_text(json.dumps({"edits": claim("azp").set("another-client").to_json()}))
    row = generated("ignores-azp", cases=(SAVED,), forgery_files=(file,))[SAVED]
    assert [row[name] for name in HOW_BAD] == ["WARN", "SHOULD", "medium"]


def saved_by(folder: Path, weakness: str, case: str) -> Path:
    generated(weakness, cases=(case,), report_directory=folder)
    (file,) = folder.glob("forgery-*.json")
    return file


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
