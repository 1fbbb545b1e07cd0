"""JUnit XML for CI servers: a test suite per suite, and nothing green that is not a PASS or a WARN."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from .clean import as_json, one_line, visible
from .text import failure_block
from .words import Case, is_finding, not_counted, spec_label, suite_of

_MESSAGE = 500  # characters; CI servers show the message in one row


def render(results: Mapping[str, Any]) -> str:
    """The document for a valid `results`. Cases keep their order within a suite.

    FAIL is a failure; when it follows from another finding or is waived it is skipped, with the reason.
    ERROR and INCONCLUSIVE are errors (of that type). NOT_APPLICABLE is skipped. WARN passes, with system-out.
    What fails a run without being a case is here too: stale and expired waivers, and a set-up fault.
    """
    root = ET.Element("testsuites", name="rp-gauntlet")
    suites: dict[str, list[ET.Element]] = {}
    for case in results["cases"]:
        suites.setdefault(suite_of(case), []).append(_testcase(case, results["target"]["name"]))
    waivers = [_waiver(waiver) for waiver in results["waivers"] if waiver["status"] != "used"]
    if waivers:
        suites["(waivers)"] = waivers
    if results["exit"]["code"] >= 20:
        suites["(set-up)"] = [_setup(results["exit"])]
    for name, testcases in suites.items():
        suite = ET.SubElement(root, "testsuite", _totals(testcases), name=_flat(name))
        suite.set("timestamp", results["started"])
        suite.append(_properties(_run_properties(results)))
        suite.extend(testcases)
    every = [testcase for testcases in suites.values() for testcase in testcases]
    root.attrib.update(_totals(every) | {"time": f"{results['duration_s']:.3f}"})
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _testcase(case: Case, target: str) -> ET.Element:
    node = _node("testcase", classname=suite_of(case), name=case["id"], time=f"{case['duration_s']:.3f}")
    node.append(_properties(_case_properties(case)))
    verdict = case["verdict"]
    told = "\n".join(failure_block(case, target))
    if verdict == "FAIL" and is_finding(case):
        _child(node, "failure", told, message=case["observed"], type=f"{case['level']} {case['severity']}")
    elif verdict == "FAIL":
        _child(node, "skipped", told, message=f"FAIL, {not_counted(case)}")
    elif verdict in ("ERROR", "INCONCLUSIVE"):
        _child(node, "error", told, message=case["reason"] or case["observed"], type=verdict)
    elif verdict == "NOT_APPLICABLE":
        _child(node, "skipped", "", message=case["reason"])
    elif verdict == "WARN":
        _child(node, "system-out", told)
    return node


def _waiver(waiver: Mapping[str, Any]) -> ET.Element:
    node = _node("testcase", classname="(waivers)", name=waiver["case"], time="0.000")
    terms = f"(owner {waiver['owner']}, expires {waiver['expires']})"
    _child(node, "failure", "", message=f"{waiver['status']} waiver: {waiver['reason']} {terms}", type="waiver")
    return node


def _setup(end: Mapping[str, Any]) -> ET.Element:
    node = _node("testcase", classname="(set-up)", name="set-up", time="0.000")
    _child(node, "error", "", message=f"exit {end['code']}: {end['meaning']}", type="set-up")
    return node


def _case_properties(case: Case) -> list[tuple[str, Any]]:
    pairs = [
        ("verdict", case["verdict"]),
        ("level", case["level"]),
        ("severity", case["severity"]),
        ("spec", spec_label(case["spec"])),
        ("spec_url", case["spec"]["url"]),
        ("cwe", None if case["cwe"] is None else f"CWE-{case['cwe']}"),
        ("asvs", case["asvs"]),
        ("caused_by", case["caused_by"]),
        ("waived", None if case["waived"] is None else case["waived"]["reason"]),
    ]
    return pairs + [("cve", cve) for cve in case["cve"]] + [("covers", row) for row in case["covers"]]


def _run_properties(results: Mapping[str, Any]) -> list[tuple[str, Any]]:
    target = results["target"]
    named = ("name", "base_url", "issuer", "client_id", "user_agent")
    pairs = [(f"target.{name}", target[name]) for name in named]
    return [*pairs, ("profile", results["profile"]), ("tool.version", results["tool"]["version"])]


def _properties(pairs: Sequence[tuple[str, Any]]) -> ET.Element:
    node = ET.Element("properties")
    for name, value in pairs:
        if value is not None:
            text = value if isinstance(value, str) else as_json(value)
            node.append(_node("property", name=name, value=text))
    return node


def _totals(testcases: Sequence[ET.Element]) -> dict[str, str]:
    def having(tag: str) -> str:
        return str(sum(testcase.find(tag) is not None for testcase in testcases))

    seconds = sum(float(testcase.get("time", "0")) for testcase in testcases)
    totals = {"tests": str(len(testcases)), "failures": having("failure"), "errors": having("error")}
    return totals | {"skipped": having("skipped"), "time": f"{seconds:.3f}"}


def _child(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    node = _node(tag, **attributes)
    node.text = visible(text) or None
    parent.append(node)


def _node(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: _flat(value) for name, value in attributes.items()})


def _flat(value: str) -> str:
    return one_line(value, _MESSAGE)
