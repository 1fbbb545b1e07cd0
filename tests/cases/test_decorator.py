"""Wrong metadata stops a case at import; right metadata becomes a CaseInfo."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from mock_idp.vocabulary import HONEST, claim, now
from suites._core import (
    CRITICAL,
    HARDENING,
    IN_CODE_FLOW,
    LOW,
    MEDIUM,
    MUST,
    SHOULD,
    CaseError,
    CaseInfo,
    Grade,
    Ref,
    case,
    case_id,
)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases that these tests make up do not join the real ones of this process."""
    # By import_module, because `suites._core.case` is the decorator, not the module.
    monkeypatch.setattr(import_module("suites._core.case"), "_registered", {})


GOOD: dict[str, Any] = {
    "spec": Ref("OIDC Core", "3.1.3.7", item=3),
    "level": MUST,
    "severity": CRITICAL,
    "covers": "idt-aud-other-client",
}


def _function(name: str, docstring: str | None = "It holds.") -> Callable[[object], object]:
    """A new function as it would stand in suites/demo/test_demo.py."""

    def function(login: object) -> object:
        return login

    function.__name__ = name
    function.__module__ = "suites.demo.test_demo"
    function.__doc__ = docstring
    # Every function of the tests stands at the same line; only its name tells the places apart.
    function.__code__ = function.__code__.replace(co_filename=f"{name}.py")
    return function


def _case(name: str = "test_rejects_it", docstring: str | None = "It holds.", **changed: Any) -> CaseInfo:
    decorated: Any = case(**{**GOOD, **changed})(_function(name, docstring))
    info = decorated.__case__
    assert isinstance(info, CaseInfo)
    return info


def test_metadata_becomes_a_case_info() -> None:
    info = _case(
        cwe=287,
        asvs="10.5.4",
        cve=("CVE-2024-47806",),
        needs=("nonce",),
        okta=True,
        idp=claim("aud").set("x"),
    )
    assert info.id == "demo.rejects-it"
    assert info.title == "It holds."
    assert info.covers == ("idt-aud-other-client",)
    assert info.profiles == ("all", "core", "security", "okta")
    assert info.members == (None,)
    assert info.misbehaviour() == claim("aud").set("x")


def test_decorated_function_stays_callable() -> None:
    decorated = case(**GOOD)(_function("test_rejects_call"))
    login = object()
    assert decorated(login) is login


def test_info_is_json() -> None:
    shape = json.loads(json.dumps(_case(grade={"code": IN_CODE_FLOW}).to_json()))
    assert shape["spec"]["url"].endswith("#IDTokenValidation")
    assert shape["level"] == "MUST"
    assert shape["severity"] == "critical"
    assert shape["grade"]["code"]["level"] == "HARDENING"
    assert shape["results"] == ["demo.rejects-it"]


@pytest.mark.parametrize("missing", ["spec", "level", "severity", "covers"])
def test_required_metadata(missing: str) -> None:
    with pytest.raises(TypeError, match=missing):
        case(**{name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"docstring": None}, "docstring"),
        ({"docstring": "   "}, "docstring"),
        ({"docstring": "no whole sentence"}, "whole sentence"),
        ({"covers": "idt-aud-other-clint"}, "unknown rows.*idt-aud-other-clint"),
        ({"covers": ()}, "covers is empty"),
        ({"spec": "OIDC Core 2"}, "spec is a Ref"),
        ({"level": "MUST"}, "level is one of"),
        ({"severity": "critical"}, "severity is one of"),
        ({"cwe": "CWE-287"}, "cwe is a number"),
        ({"cwe": True}, "cwe is a number"),
        ({"cwe": 0}, "cwe is a number"),
        ({"asvs": "10.4.1"}, "10.4.1.*not an OWASP ASVS"),
        ({"cve": ("2024-1",)}, "no CVE"),
        ({"needs": ("noncce",)}, "needs is a tuple of"),
        ({"needs": "nonce"}, "needs is a tuple of"),
        ({"grade": {"desktop": (MUST, LOW)}}, "desktop.*no kind of RP"),
        ({"grade": {"code": ("MUST", LOW)}}, "grade.*is one of"),
        ({"idp": {}}, "no members"),
        ({"idp": {"Day": claim("exp").remove()}}, "lower case"),
        ({"idp": HONEST}, "does nothing wrong"),
        ({"idp": {"a": HONEST}}, "a does nothing wrong"),
        ({"name": "test_aud"}, "a case is named"),
        ({"name": "rejects_it"}, "a case is named"),
    ],
)
def test_wrong_metadata(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CaseError, match=complaint):
        _case(**changed)


def test_ids_are_unique() -> None:
    _case("test_rejects_twice")
    second = _function("test_rejects_twice")
    second.__code__ = second.__code__.replace(co_filename="elsewhere.py")
    with pytest.raises(CaseError, match=r"demo\.rejects-twice is taken"):
        case(**GOOD)(second)


def test_same_function_may_be_imported_again() -> None:
    function = _function("test_rejects_again")
    case(**GOOD)(function)
    case(**GOOD)(function)


def test_family_has_one_result_per_member() -> None:
    info = _case(
        "test_rejects_family",
        idp={"day": claim("exp").set(now(days=-1)), "year": claim("exp").set(now(days=-365))},
    )
    assert info.members == ("day", "year")
    assert [info.result_id(member) for member in info.members] == [
        "demo.rejects-family.day",
        "demo.rejects-family.year",
    ]
    assert info.misbehaviour("year") == claim("exp").set(now(days=-365))


def test_grade_depends_on_kind_of_rp() -> None:
    info = _case(grade={"code": IN_CODE_FLOW, "confidential": (SHOULD, MEDIUM), "public": (MUST, LOW, "because")})
    assert info.graded(["code"]).why.endswith("(OIDC Core 3.1.3.7 item 6).")
    assert info.graded(["code", "public"]) == IN_CODE_FLOW
    assert info.graded(["front-channel", "confidential"]) == Grade(SHOULD, MEDIUM)
    assert info.graded(["public"]) == Grade(MUST, LOW, "because")
    assert info.graded(["front-channel"]) == Grade(MUST, CRITICAL)


@pytest.mark.parametrize(
    ("name", "metadata", "profiles"),
    [
        ("test_accepts_profile", {}, ("all", "core")),
        ("test_accepts_profile", {"cwe": 20}, ("all", "core", "security")),
        ("test_accepts_profile", {"level": HARDENING}, ("all",)),
        ("test_never_profiles", {"level": SHOULD}, ("all", "security")),
        ("test_rejects_flood", {"dos": True, "cwe": 400}, ("dos",)),
        ("test_sends_profile", {"level": SHOULD, "okta": True}, ("all", "okta")),
    ],
)
def test_profiles(name: str, metadata: dict[str, Any], profiles: tuple[str, ...]) -> None:
    assert _case(name, **metadata).profiles == profiles


@pytest.mark.parametrize(
    ("module", "function", "member", "expected"),
    [
        ("suites.id_token.test_audience", "test_rejects_x", None, "id-token.audience.rejects-x"),
        ("suites.id_token.test_audience", "test_rejects_x", "one-two", "id-token.audience.rejects-x.one-two"),
        ("suites.state.test_state", "test_rejects_changed_state", None, "state.rejects-changed-state"),
        ("suites.userinfo.test_userinfo", "test_keeps_it", None, "userinfo.keeps-it"),
        ("suites.state.test_errors", "test_reports_it", None, "state.errors.reports-it"),
    ],
)
def test_case_id(module: str, function: str, member: str | None, expected: str) -> None:
    assert case_id(module, function, member) == expected


def test_cases_live_below_suites() -> None:
    with pytest.raises(CaseError, match="below the package"):
        case_id("tests.cases.test_decorator", "test_rejects_x")
