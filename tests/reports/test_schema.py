"""The schema says what results/1 is: a full sample fits, each fault is named with its path."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import reports

from .sample import sample

Document = dict[str, Any]


def test_schema_is_a_valid_2020_12_schema() -> None:
    Draft202012Validator.check_schema(json.loads(reports.SCHEMA_FILE.read_text(encoding="utf-8")))


def test_accepts_a_full_run() -> None:
    reports.validate(sample())


def test_accepts_the_steps_of_a_case() -> None:
    document = sample()
    document["cases"][0]["steps"] = ["the victim signs in", "the attacker follows"]
    reports.validate(document)


def test_accepts_tuples_where_json_has_arrays() -> None:
    document = sample()
    document["cases"][0]["changed"][0]["path"] = ("aud",)
    document["cases"] = tuple(document["cases"])
    reports.validate(document)


def test_accepts_a_run_that_stopped_before_the_first_case() -> None:
    document = sample() | {
        "cases": [],
        "summary": {},
        "exit": {"code": 29, "meaning": "it accepts everything"},
    }
    document["target"] |= {"issuer": None, "client_id": None}
    reports.validate(document)


MUTANTS: dict[str, tuple[Callable[[Document], Any], str]] = {
    "another schema": (lambda d: d.update(schema="rp-gauntlet/results/2"), "schema"),
    "no cases": (lambda d: d.pop("cases"), "(top)"),
    "steps are no list": (lambda d: d["cases"][0].update(steps="one"), "cases[0].steps"),
    "unknown member": (lambda d: d.update(colour="red"), "(top)"),
    "start is no time": (lambda d: d.update(started="yesterday"), "started"),
    "negative duration": (lambda d: d.update(duration_s=-1), "duration_s"),
    "duration is no number": (lambda d: d.update(duration_s=math.nan), "duration_s"),
    "unknown strictness": (lambda d: d["target"].update(strictness="loose"), "target.strictness"),
    "target without a name": (lambda d: d["target"].pop("name"), "target"),
    "unknown verdict counted": (lambda d: d["summary"].update(GREEN=1), "summary"),
    "summary disagrees with the cases": (lambda d: d["summary"].update(PASS=99), "summary.PASS"),
    "exit without meaning": (lambda d: d["exit"].pop("meaning"), "exit"),
    "preflight verdict": (lambda d: d["preflight"][1].update(verdict="OK"), "preflight[1].verdict"),
    "waiver status": (lambda d: d["waivers"][0].update(status="old"), "waivers[0].status"),
    "waiver date is no string": (
        lambda d: d["waivers"][0].update(expires=date(2027, 1, 31)),
        "waivers[0].expires",
    ),
    "case verdict": (lambda d: d["cases"][2].update(verdict="GREEN"), "cases[2].verdict"),
    "case level": (lambda d: d["cases"][0].update(level="MAY"), "cases[0].level"),
    "case severity": (lambda d: d["cases"][0].update(severity="CRITICAL"), "cases[0].severity"),
    "case id with a space": (lambda d: d["cases"][0].update(id="a b"), "cases[0].id"),
    "case without spec": (lambda d: d["cases"][0].pop("spec"), "cases[0]"),
    "spec without url": (lambda d: d["cases"][0]["spec"].pop("url"), "cases[0].spec"),
    "cwe with its prefix": (lambda d: d["cases"][0].update(cwe="CWE-287"), "cases[0].cwe"),
    "edit without a seam": (lambda d: d["cases"][0]["changed"][0].pop("seam"), "cases[0].changed[0]"),
    "identity result": (lambda d: d["cases"][1]["identity"].update(result="bob"), "cases[1].identity.result"),
    "inconclusive without a reason": (lambda d: d["cases"][9].update(reason=""), "cases[9].reason"),
    "unknown role": (
        lambda d: d["cases"][0]["evidence"]["attempts"][1].update(role="spare"),
        "cases[0].evidence.attempts[1].role",
    ),
    "exchange without status": (
        lambda d: d["cases"][0]["evidence"]["attempts"][0]["exchanges"][1].pop("status"),
        "cases[0].evidence.attempts[0].exchanges[1]",
    ),
    "key is no string": (lambda d: d["target"]["kind"].update({7: 1}), "target.kind"),
    "bytes": (lambda d: d["cases"][0].update(observed=b"x"), "cases[0].observed"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_rejects_and_names_the_path(name: str) -> None:
    spoil, path = MUTANTS[name]
    document = sample()
    spoil(document)
    with pytest.raises(reports.ReportError) as error:
        reports.validate(document)
    assert f"not valid at {path}: " in str(error.value)


def test_a_bottomless_value_is_a_report_error() -> None:
    document = sample()
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    document["cases"][0]["changed"][0]["before"] = deep
    with pytest.raises(reports.ReportError, match="nested too deeply"):
        reports.validate(document)


def test_the_message_of_a_hostile_fault_is_short_and_harmless() -> None:
    document = sample()
    document["cases"][0]["verdict"] = "\x1b[2J" * 10_000
    with pytest.raises(reports.ReportError) as error:
        reports.validate(document)
    assert "\x1b" not in str(error.value)
    assert len(str(error.value)) < 500
