"""The terminal's lines have a fixed shape; people and scripts learn to read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.text import case_line, failure_block, styled, summary_lines

from .sample import SPEC, case, sample


def test_case_line_of_a_pass() -> None:
    line = case_line(case("state.keeps-state-unique", duration_s=1.236))
    assert line.split() == ["PASS", "state.keeps-state-unique", "1.24s"]
    assert line.startswith("PASS  state")


def test_case_lines_align_whatever_the_verdict() -> None:
    lines = [case_line(entry) for entry in sample()["cases"]]
    assert {line.index("0.08s") for line in lines} == {lines[0].index("0.08s")}


@pytest.mark.parametrize(
    ("index", "why"),
    [
        (2, "follows from id-token."),
        (4, "waived: fixed"),
        (6, "crash: 500"),
        (8, "never calls"),
        (9, "never consumed"),
    ],
)
def test_case_line_says_why_it_is_neither_green_nor_red(index: int, why: str) -> None:
    assert why in case_line(sample()["cases"][index])


def test_failure_block_has_the_fixed_shape() -> None:
    block = failure_block(case("nonce.rejects-x", "FAIL", observed="session for canary-3f (302 /)"), "express-oidc")
    assert block == [
        "FAIL  nonce.rejects-x                               express-oidc      MUST · critical",
        "      An ID Token issued to another client starts no session.",
        '  we changed  id_token.claims.aud   "0oa1client" -> "0oa9someone-else"',
        "  expected    no session",
        "  observed    session for canary-3f (302 /)",
        f"  spec        OIDC Core 3.1.3.7 (3)  {SPEC}",
        "  again       gauntlet check reference --case 'nonce.rejects-x'",
    ]


def edit(number: int) -> dict[str, Any]:
    return {"seam": "userinfo", "path": [f"claim{number}"], "before": 1, "after": None, "edit": "…"}


@pytest.mark.parametrize("verdict", ["FAIL", "WARN", "INCONCLUSIVE"])
@pytest.mark.parametrize("edits", [0, 1, 2, 3, 40])
def test_failure_block_is_never_longer_than_eight_lines(edits: int, verdict: str) -> None:
    entry = case("a.b", verdict, changed=[edit(number) for number in range(edits)])
    block = failure_block(entry, "t")
    assert len(block) <= 8
    labels = [line[:12].strip() for line in block[2:]]
    assert [label for label in labels if label] == [
        label
        for label in ("we changed", "expected", "observed", "because", "spec", "again")
        if label != "because" or entry["reason"]
    ]
    told = "\n".join(block)
    if edits == 0:
        assert "nothing: an honest login" in told
    elif edits > 2:
        shown = told.count("userinfo.claim")
        assert f"and {edits - shown} more" in told


STEPS = ["the victim signs in", "the attacker's response is opened in the victim's browser"]


@pytest.mark.parametrize("steps", [STEPS, [f"step {number}" for number in range(40)]])
def test_the_steps_of_a_case_without_edits_are_told(steps: list[str]) -> None:
    block = failure_block(case("a.b", "FAIL", changed=[], steps=steps), "t")
    assert len(block) <= 8
    assert block[2] == f"  we changed  {steps[0]}"
    assert "honest" not in "".join(block)
    assert block[3].endswith(steps[1] if len(steps) == 2 else "and 39 more") or "step 1" in block[3]


def test_edits_are_told_before_steps() -> None:
    block = failure_block(case("a.b", "FAIL", steps=STEPS), "t")
    assert "0oa9someone-else" in block[2]
    assert not any("victim" in line for line in block)


def compact(before: str, after: str, words: str = "compact.resign(rogue_key())") -> str:
    edit = {"seam": "id_token.compact", "path": [], "before": before, "after": after, "edit": words}
    return failure_block(case("a.b", "FAIL", changed=[edit]), "t")[2]


@pytest.mark.parametrize("place", [0, 40, 500, 967, 999])
def test_long_values_that_look_alike_show_where_they_differ(place: int) -> None:
    token = "eyJhbGciOiJSUzI1NiJ9" * 50
    line = compact(token, f"{token[:place]}#{token[place + 1 :]}")
    before, after = line.split("id_token.compact   ")[1].split(" -> ")
    assert "#" in after
    assert "#" not in before
    assert len(line) < 200
    if 40 <= place < 967:
        assert before.startswith("…")
        assert before.endswith("…")
        assert len(after) < 30


def test_a_long_value_that_lost_its_end_shows_the_end() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9" * 50
    assert compact(token + "." + "s" * 40, token + ".").endswith('iJ9."')


def test_values_that_are_the_same_on_paper_are_told_by_the_edit() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9" * 50 + ".(cut)"
    assert compact(token, token).endswith("id_token.compact   compact.resign(rogue_key())")
    assert " -> " in compact(token, token, words="")


def test_absent_and_null_are_told_apart() -> None:
    gone = {"seam": "id_token.claims", "path": ["nonce"], "before": None, "edit": 'claim("nonce").remove()'}
    assert any("null -> (absent)" in line for line in failure_block(case("a.b", "FAIL", changed=[gone]), "t"))


def test_a_claim_name_with_dots_is_quoted() -> None:
    odd = {"seam": "id_token.claims", "path": ["https://a.example/x", 0], "before": 1, "after": 2, "edit": ""}
    block = failure_block(case("a.b", "FAIL", changed=[odd]), "t")
    assert any("id_token.claims['https://a.example/x'][0]" in line for line in block)


def test_long_values_are_shortened_in_the_middle_but_link_and_command_are_not() -> None:
    long = {"seam": "id_token.compact", "path": [], "before": "a" * 5000 + "END", "after": "b", "edit": ""}
    entry = case("a.b", "FAIL", changed=[long], observed="o" * 5000 + "END", replay="gauntlet " + "x" * 500)
    entry["spec"]["url"] = "https://spec.example/" + "u" * 500
    block = failure_block(entry, "t")
    assert len(block[2]) < 120
    assert 'END" -> "b"' in block[2]
    assert len(block[4]) < 200
    assert block[4].endswith("END")
    assert block[5].endswith(entry["spec"]["url"])
    assert block[6].endswith(entry["replay"])


def test_summary_of_a_full_run() -> None:
    lines = summary_lines(sample(), {"html": Path("reports/out/index.html")})
    assert lines[0] == "11 cases in 4.2s: 4 FAIL, 1 ERROR, 1 INCONCLUSIVE, 1 WARN, 3 PASS, 1 NOT_APPLICABLE"
    assert [line for line in lines if not line.startswith("  ")][1:] == [
        "Findings",
        "Warnings",
        "Not counted",
        "The harness failed",
        "No verdict could be given",
        "Waivers to remove or renew",
        "Reports",
        "exit 1: 2 findings: the target broke a MUST",
    ]
    findings = lines[lines.index("Findings") + 1 : lines.index("Warnings")]
    assert [line.split()[:2] for line in findings] == [
        ["critical", "id-token.signature.rejects-token-of-a-rogue-key"],
        ["high", "nonce.rejects-token-without-nonce"],
    ]
    assert "1 more follow" in findings[0]
    assert any("stale    pkce.*" in line for line in lines)
    assert not any("id-token.time.*" in line for line in lines), "a waiver in use needs nobody's attention"
    assert "  html   reports/out/index.html" in lines


def test_warnings_of_their_own_are_listed_with_what_they_are_about() -> None:
    cases = [
        case("a.advised", "WARN", severity="low", reason="a session outlives its token"),
        case("a.crash", "WARN", severity="high", reason="", observed="500 /callback"),
        case("a.follows", "WARN", caused_by="a.crash"),
    ]
    lines = summary_lines(sample() | {"cases": cases, "waivers": []})
    assert lines[1:4] == [
        "Warnings",
        "  high      a.crash  500 /callback  (1 more follow from it)",
        "  low       a.advised  a session outlives its token",
    ]
    assert lines[4].startswith("exit")


@pytest.mark.parametrize(("number", "last"), [(12, "a.11"), (13, "and 1 more"), (40, "and 28 more")])
def test_many_warnings_are_counted_instead_of_listed(number: int, last: str) -> None:
    cases = [case(f"a.{index:02}", "WARN") for index in range(number)]
    lines = summary_lines(sample() | {"cases": cases, "waivers": []})
    shown = lines[lines.index("Warnings") + 1 : -1]
    assert sum("a." in line for line in shown) == 12
    assert last in shown[-1]


def test_findings_are_ordered_by_severity_not_by_position() -> None:
    severities = ["info", "critical", "low", "high", "medium"]
    cases = [case(f"a.{severity}", "FAIL", severity=severity) for severity in severities]
    lines = summary_lines(sample() | {"cases": cases, "waivers": []})
    assert [line.split()[0] for line in lines[2:7]] == ["critical", "high", "medium", "low", "info"]


def test_summary_of_a_green_run_is_short() -> None:
    green = {"cases": [case("a.b")], "waivers": [], "exit": {"code": 0, "meaning": "nothing found"}}
    assert summary_lines(sample() | green) == ["1 case in 4.2s: 1 PASS", "exit 0: nothing found"]


def test_styled_changes_no_character_and_reads_no_markup() -> None:
    lines = ["FAIL  a.b  [red]not markup[/red]", "  observed  PASS", ""]
    text = styled(lines)
    assert text.plain == "\n".join(lines)
    assert [(span.start, span.end) for span in text.spans] == [(0, 4)]
