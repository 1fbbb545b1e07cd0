"""What a run leaves in the report directory: schema, JUnit, evidence, and no secret anywhere."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from reports import validate
from tests.front_door.running import Finished, check
from tests.front_door.target_files import started

CONTROL_TOKEN = "control-token-of-this-test"
REJECTED = "id-token.issuer.rejects-changed-issuer"


@pytest.fixture(scope="module")
def secrets_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets") / "seen"


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory, secrets_file: Path) -> Finished:
    """A target that prints every secret, and puts a token on its error page."""
    folder = tmp_path_factory.mktemp("leaky")
    report = folder / "out"
    words = ("--suite", "id-token", "--suite", "state", "--case", "id-token.issuer.*", "--case", "state.*")
    report.mkdir()
    return check(
        started(folder, "leak"),
        *words,
        "--workers",
        "2",
        report=report,
        SECRETS=str(secrets_file),
        GAUNTLET_CONTROL_TOKEN=CONTROL_TOKEN,
    )


def test_a_real_run_is_valid(leaky: Finished) -> None:
    assert leaky.code == 0, leaky.out + leaky.err
    validate(leaky.results)
    assert leaky.results["summary"] == {"PASS": len(leaky.verdicts)}
    assert leaky.results["exit"] == {"code": 0, "meaning": "no requirement is broken"}


def test_no_secret_is_in_clear(leaky: Finished, secrets_file: Path) -> None:
    seen = {line for line in secrets_file.read_text().splitlines() if len(line) > 8} | {CONTROL_TOKEN}
    assert len(seen) > 50
    files = [path for path in leaky.report.rglob("*") if path.is_file() and "state" not in path.parts]
    assert {path.name for path in files} == {"results.json", "junit.xml", "index.html"}
    texts = {path.name: path.read_text() for path in files} | {"terminal": leaky.out + leaky.err}
    found = {(name, secret) for name, text in texts.items() for secret in seen if secret in text}
    assert not found


def test_evidence_says_what_the_rp_said_and_shows_claims(leaky: Finished) -> None:
    case = next(case for case in leaky.results["cases"] if case["id"].startswith(REJECTED))
    attack, control = case["evidence"]["attempts"][:2]
    assert (attack["role"], control["role"]) == ("attack", "control")
    assert attack["page"]["status"] == 400
    assert "ID Token rejected: iss is" in attack["page"]["text"]
    assert '[JWT {"' in attack["page"]["text"]
    assert "redeeming [code " in case["evidence"]["target_output"]
    assert "got {" in case["evidence"]["target_output"]
    endpoints = [exchange["endpoint"] for exchange in attack["exchanges"]]
    assert endpoints[:2] == ["authorize", "token"]
    assert case["changed"][0]["seam"] == "id_token.claims"
    # Nobody was signed in, so no person is named as if somebody had been.
    assert case["identity"] == {"result": "nobody"}


def test_junit_has_the_metadata_as_properties(leaky: Finished) -> None:
    root = ET.parse(leaky.report / "junit.xml").getroot()
    assert {suite.get("name") for suite in root} == {"id-token", "state"}
    node = next(node for node in root.iter("testcase") if str(node.get("name")).startswith(REJECTED))
    properties = {prop.get("name"): prop.get("value") for prop in node.iter("property")}
    assert properties["verdict"] == "PASS"
    assert properties["level"] == "MUST"
    assert str(properties["spec"]).startswith("OIDC Core 3.1.3.7")
    assert str(properties["cwe"]).startswith("CWE-")
    assert properties["covers"]


def test_waivers_excuse_findings_until_they_expire_or_nothing_is_found(tmp_path: Path) -> None:
    def judged(name: str, *waivers: tuple[str, str]) -> Finished:
        folder = tmp_path / name
        folder.mkdir()
        more = "".join(
            f'[[waiver]]\ncase = "{case}"\nreason = "known"\nowner = "qa"\nexpires = {expires}\n'
            for case, expires in waivers
        )
        change = ("tests.front_door.relying_party", "targets.broken")
        file = started(folder, "ignores-audience", change, more=more)
        return check(file, "--case", "id-token.audience.*", report=folder)

    excused = judged("excused", ("id-token.audience.*", "2999-01-01"))
    assert excused.code == 0, excused.out
    assert list(excused.verdicts.values()).count("FAIL") == 9
    assert [waiver["status"] for waiver in excused.results["waivers"]] == ["used"]
    assert "\nFAIL  id-token.audience.rejects-changed-audience" in excused.out
    assert "we changed" not in excused.out
    assert "(waived: known" in excused.out or "waived" in excused.out

    late = judged(
        "late",
        ("id-token.audience.*", "2999-01-01"),
        ("id-token.audience.rejects-m*", "2020-01-01"),
        ("no.such.case", "2999-01-01"),
        ("state.*", "2999-01-01"),
    )
    assert late.code == 1, late.out
    statuses = {waiver["case"]: waiver["status"] for waiver in late.results["waivers"]}
    assert statuses == {
        "id-token.audience.*": "used",
        "id-token.audience.rejects-m*": "expired",
        "no.such.case": "stale",
    }
    assert "Waivers to remove or renew" in late.out
