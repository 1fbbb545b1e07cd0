"""What counts as a refusal of the IdP, and when a case about one is decided; where a login led the browser."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mock_idp.vocabulary import app, check_off, claim
from suites._core.landing import foreign
from suites._core.refusals import must_be_refused, refused
from suites.engine.case_run import CaseRun, faults
from suites.engine.verdicts import Concluded, Verdict
from targets.shapes import Page
from tests.engine.scripted import ScriptedDriver, case_run

PAGE = "<dl><dd>Error Code: invalid_client</dd><dd>Description: …</dd></dl>"
HONEST = claim("x").set(1)


def exchange(endpoint: str, status: int, body: str) -> dict[str, Any]:
    return {"endpoint": endpoint, "status": status, "response": {"body": body}}


def attempt(*exchanges: dict[str, Any], told: str = "") -> Any:
    responses = [{"parameters": [["state", "s"], ["error", told]]}] if told else []
    transcript = {"authorization_responses": responses, "exchanges": list(exchanges)}
    return SimpleNamespace(
        transcript=lambda **_: transcript,
        requests=lambda endpoint: [one for one in exchanges if one["endpoint"] == endpoint],
    )


def run(strictness: str = "okta") -> CaseRun:
    driver = ScriptedDriver()
    cast(Any, driver).context = SimpleNamespace(strictness=strictness)
    return case_run(driver, HONEST)


def test_errors_are_found_wherever_the_idp_tells_them() -> None:
    answer = exchange("token", 401, json.dumps({"error": "invalid_grant"}))
    assert refused(attempt(answer, exchange("authorize", 400, PAGE), told="access_denied")) == [
        "access_denied",
        "invalid_grant",
        "invalid_client",
    ]
    assert refused(attempt(exchange("authorize", 302, ""), exchange("token", 200, "{}"))) == []


@pytest.mark.parametrize(
    ("seen", "strictness", "verdict"),
    [
        (attempt(exchange("authorize", 302, "")), "okta", Verdict.INCONCLUSIVE),
        (attempt(exchange("authorize", 302, "")), "core", Verdict.NOT_APPLICABLE),
        (attempt(*[exchange("authorize", 302, "")] * 4, told="invalid_request"), "okta", Verdict.FAIL),
        (attempt(*[exchange("authorize", 302, "")] * 3, told="another"), "okta", Verdict.INCONCLUSIVE),
    ],
)
def test_a_refusal_that_did_not_come_and_a_circle(seen: Any, strictness: str, verdict: Verdict) -> None:
    with pytest.raises(Concluded) as caught:
        must_be_refused(run(strictness), seen, ("invalid_request", "invalid_client"))
    assert caught.value.verdict is verdict


def test_three_requests_are_no_circle_yet() -> None:
    seen = attempt(*[exchange("authorize", 302, "")] * 3, told="invalid_request")
    must_be_refused(run(), seen, ("invalid_request",))


def test_settings_are_what_counts_only_where_nothing_else_is_wrong() -> None:
    setting, fault = app("pkce_required").set(True), claim("aud").set("x")
    assert faults(setting & fault & check_off("pkce")) == list(fault)
    assert faults(setting & check_off("pkce")) == list(setting)


@pytest.mark.parametrize(
    ("url", "trail", "found"),
    [
        ("http://rp.example/me", (), ""),
        ("http://notattacker.example/", (), ""),
        ("https://attacker.example/", (), "https://attacker.example/"),
        ("http://rp.example@www.attacker.example/", (), "http://rp.example@www.attacker.example/"),
        ("javascript:alert(1)", (), "javascript:alert(1)"),
        ("http://rp.example/me", ("302 GET http://attacker.example/a b",), "http://attacker.example/a b"),
    ],
)
def test_every_address_on_the_way_counts(url: str, trail: tuple[str, ...], found: str) -> None:
    assert foreign(Page(url, 200, "", "", "", trail), "attacker.example") == found
