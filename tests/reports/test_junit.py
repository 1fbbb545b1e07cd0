"""A CI server reads junit.xml: what is not a PASS or a WARN must not be green there."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import pytest

from reports import junit

from .sample import SPEC, case, sample


def of_name(root: ET.Element, name: str) -> ET.Element:
    """The one test case of that name."""
    (found,) = [node for node in root.iter("testcase") if node.get("name") == name]
    return found


def properties(node: ET.Element) -> dict[str | None, str | None]:
    return {entry.get("name"): entry.get("value") for entry in node.iterfind("properties/property")}


@pytest.fixture
def root() -> ET.Element:
    return ET.fromstring(junit.render(sample()))


def test_one_suite_per_folder_with_every_case_once(root: ET.Element) -> None:
    ids = [entry["id"] for entry in sample()["cases"]]
    found = [node.get("name") for node in root.iter("testcase") if node.get("classname") != "(waivers)"]
    assert sorted(ids) == sorted(str(name) for name in found)
    for suite in root.iterfind("testsuite"):
        for node in suite.iterfind("testcase"):
            assert node.get("classname") == suite.get("name")


@pytest.mark.parametrize(
    ("name", "element", "kind", "message"),
    [
        ("nonce.rejects-token-without-nonce", "failure", "MUST high", "session for canary-3f (302 /home)"),
        ("id-token.signature.rejects-unsigned-token", "skipped", None, "follows from id-token.signature"),
        ("id-token.time.rejects-expired-token", "skipped", None, "waived: fixed in 2.4"),
        ("userinfo.rejects-another-subject", "skipped", None, "the target never calls UserInfo"),
        ("token-response.rejects-unknown-token-type", "error", "INCONCLUSIVE", "never consumed"),
        ("token-response.accepts-unknown-members", "error", "ERROR", "KeyError"),
        ("pkce.*", "failure", "waiver", "stale waiver: old gateway"),
    ],
)
def test_element_of_a_verdict(root: ET.Element, name: str, element: str, kind: str | None, message: str) -> None:
    node = of_name(root, name)
    (outcome,) = [child for child in node if child.tag != "properties"]
    assert (outcome.tag, outcome.get("type")) == (element, kind)
    assert message in str(outcome.get("message"))


def test_a_failure_tells_the_whole_story(root: ET.Element) -> None:
    told = of_name(root, "nonce.rejects-token-without-nonce").findtext("failure")
    assert told is not None
    for part in ("we changed", "expected", "observed", SPEC, "gauntlet check"):
        assert part in told


def test_pass_and_warn_are_green_and_warn_says_why(root: ET.Element) -> None:
    passed = of_name(root, "state.keeps-state-unique")
    warned = of_name(root, "state.rejects-response-without-state")
    assert [child.tag for child in passed] == ["properties"]
    assert [child.tag for child in warned] == ["properties", "system-out"]
    assert "rejected with a crash: 500" in str(warned.findtext("system-out"))


def test_totals_are_the_numbers_of_elements(root: ET.Element) -> None:
    for node in [root, *root.iterfind("testsuite")]:
        tags = Counter(child.tag for entry in node.iter("testcase") for child in entry)
        assert node.get("tests") == str(len(list(node.iter("testcase"))))
        assert node.get("failures") == str(tags["failure"])
        assert node.get("errors") == str(tags["error"])
        assert node.get("skipped") == str(tags["skipped"])
    assert (root.get("failures"), root.get("errors"), root.get("time")) == ("3", "2", "4.200")


def test_metadata_as_properties(root: ET.Element) -> None:
    told = properties(of_name(root, "id-token.signature.rejects-hmac-with-the-public-key"))
    assert told == {
        "verdict": "PASS",
        "level": "MUST",
        "severity": "critical",
        "spec": "OIDC Core 3.1.3.7 (3)",
        "spec_url": SPEC,
        "cwe": "CWE-347",
        "asvs": "10.5.4",
        "cve": "CVE-2016-10555",
        "covers": "idt-aud-other-client",
    }
    follower = properties(of_name(root, "id-token.signature.rejects-unsigned-token"))
    assert follower["caused_by"] == "id-token.signature.rejects-token-of-a-rogue-key"


def test_a_set_up_fault_without_cases_is_not_green() -> None:
    stopped = {
        "cases": [],
        "summary": {},
        "waivers": [],
        "exit": {"code": 29, "meaning": "it accepts everything"},
    }
    root = ET.fromstring(junit.render(sample() | stopped))
    assert root.get("errors") == "1"
    assert "accepts everything" in str(of_name(root, "set-up")[0].get("message"))


def test_a_run_without_faults_is_green() -> None:
    quiet: dict[str, Any] = {
        "cases": [case("state.a")],
        "waivers": [],
        "exit": {"code": 0, "meaning": "fine"},
    }
    root = ET.fromstring(junit.render(sample() | quiet))
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["1", "0", "0", "0"]
