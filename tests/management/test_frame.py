"""What all of the Management API shares (okta.md 6.1)."""

from __future__ import annotations

import pytest

from tests.management import openapi
from tests.management.api import Api, refusal
from tests.mock_idp.okta import ORIGIN, Okta

INVALID_TOKEN: tuple[int, str, str, list[str]] = (401, "E0000011", "Invalid token provided", [])


@pytest.mark.skipif(not openapi.available(), reason=openapi.MISSING)
def test_answers_are_measured_by_oktas_documents() -> None:
    management = openapi.document(openapi.MANAGEMENT)
    assert management.fault("GET", "/api/v1/apps", 200, [{"label": "x"}], True) == (
        "$[0]: 'signOnMode' is a required property"
    )
    oauth = openapi.document(openapi.OAUTH)
    assert oauth.fault("POST", "/oauth2/v1/token", 200, {"access_token": 3}, True) == (
        "$.access_token: 3 is not of type 'string', 'null'"
    )


@pytest.mark.parametrize("header", ["", "SSWS wrong", "SSWS ", "Bearer wrong", "Bearer ", "Basic abc"])
def test_without_a_token_nothing(api: Api, header: str) -> None:
    api.authorization = header
    assert refusal(api.get("/logs")) == INVALID_TOKEN


@pytest.mark.parametrize("scheme", ["SSWS ", "ssws ", "SSWS"])
def test_the_token_opens(api: Api, scheme: str) -> None:
    """The last is how Okta's Python SDK writes it."""
    api.authorization = f"{scheme}{api.okta.idp.api_token}"
    assert api.get("/groups").status_code == 200


def test_every_answer_carries_oktas_headers(api: Api) -> None:
    for answer in (api.get("/logs"), api.okta.rp.get(f"{ORIGIN}/api/v1/logs"), api.get("/nothing")):
        assert len(answer.headers["x-okta-request-id"]) == 32
        assert answer.headers["x-rate-limit-limit"] == "600"
        assert answer.headers["x-rate-limit-remaining"] == "599"
        assert answer.headers["x-rate-limit-reset"] == "1800000060"
        assert answer.headers["cache-control"] == "no-cache, no-store"


def test_what_is_not_built_says_so(api: Api) -> None:
    assert refusal(api.get("/logs")) == (
        501,
        "E0000060",
        "Unsupported operation.",
        ["The mock does not have GET /api/v1/logs; at Okta this endpoint exists."],
    )
    assert refusal(api.post("/apps/0oa1/cwo/connections", {}))[:2] == (501, "E0000060")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/groups/rules"),
        ("POST", "/api/v1/groups/rules"),
        ("POST", "/api/v1/groups/rules/0pr1/lifecycle/activate"),
        ("PATCH", "/api/v1/apps/0oa1/groups/00g1"),
        ("POST", "/api/v1/apps/slack/0oa1/oauth2/callback"),
        ("GET", "/api/v1/telephony-providers"),
        ("GET", "/oauth2/v1/clients/0oa1/roles"),
        ("GET", "/integrations/api/v1/api-services"),
    ],
)
def test_what_is_not_built_elsewhere_says_so(api: Api, method: str, path: str) -> None:
    text = f"The mock does not have {method} {path}; at Okta this endpoint exists."
    headers = {"Authorization": api.authorization}
    assert refusal(api.okta.rp.open(ORIGIN + path, method=method, headers=headers)) == (
        501,
        "E0000060",
        "Unsupported operation.",
        [text],
    )
    assert refusal(api.okta.rp.open(ORIGIN + path, method=method)) == INVALID_TOKEN


def test_what_okta_tells_everybody_needs_no_token(api: Api) -> None:
    assert refusal(api.okta.rp.get(f"{ORIGIN}/.well-known/okta-organization"))[:2] == (501, "E0000060")


@pytest.mark.skipif(not openapi.available(), reason=openapi.MISSING)
def test_every_operation_of_okta_is_there_or_named_as_not_built(api: Api) -> None:
    headers = {"Authorization": api.authorization}
    unknown = []
    for method, path in openapi.document(openapi.MANAGEMENT).operations():
        answer = api.okta.rp.open(ORIGIN + path, method=method, headers=headers)
        if "E0000008" in answer.text or "E0000022" in answer.text:
            unknown.append(f"{method} {path}")
    assert unknown == []


@pytest.mark.parametrize("path", ["/nothing", "/apps/0oa1/nothing", "/"])
def test_what_nobody_has_is_not_found(api: Api, path: str) -> None:
    assert refusal(api.get(path)) == (404, "E0000008", "The requested path was not found", [])


def test_the_control_api_tells_the_token(okta: Okta) -> None:
    about = okta.control("GET", "/about").json
    assert about is not None
    assert about["api_token"] == okta.idp.api_token
    assert len(okta.idp.api_token) == 42
    assert okta.idp.api_token.startswith("00")
