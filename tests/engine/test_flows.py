"""Which flow an RP uses is read from its authorization request."""

from __future__ import annotations

from typing import Any

import pytest

from suites.engine.flows import FLOW_FEATURES, asked, flow_features, given, pairs_tokens


def features(**sent: str) -> set[str]:
    found = flow_features(sent, sent)
    assert set(found) == set(FLOW_FEATURES)
    return {name for name, has in found.items() if has}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"response_type": "code"}, {"code", "query", "response_type=code"}),
        (
            {"response_type": "code", "response_mode": "form_post"},
            {"code", "form-post", "response_type=code"},
        ),
        ({"response_type": "id_token"}, {"front-channel-id-token", "response_type=id_token"}),
        (
            {"response_type": "token id_token", "response_mode": "form_post"},
            {"front-channel-id-token", "front-channel-access-token", "form-post", "response_type=id_token token"},
        ),
        (
            {"response_type": "id_token code"},
            {"code", "front-channel-id-token", "response_type=code id_token"},
        ),
        ({"request": "a.b.c", "response_type": "code"}, {"code", "query", "response_type=code", "request-object"}),
        ({"request_uri": "urn:x"}, {"code", "query", "response_type=code", "pushed-request"}),
    ],
)
def test_features(sent: dict[str, str], expected: set[str]) -> None:
    assert features(**sent) == expected


@pytest.mark.parametrize(
    ("response_type", "pairs"),
    [("code", True), ("id_token", False), ("code id_token", False), ("id_token token", True), ("code token", True)],
)
def test_pairs_tokens(response_type: str, pairs: bool) -> None:
    assert pairs_tokens({"response_type": response_type}) is pairs


def test_what_was_asked_may_stand_elsewhere() -> None:
    request: dict[str, Any] = {"query": [["request_uri", "urn:x"]], "form": []}
    exchange = {"method": "GET", "request": request, "asked": {"scope": "openid"}}
    assert asked(exchange) == {"scope": "openid"}
    assert given(exchange) == asked({**exchange, "asked": None}) == {"request_uri": "urn:x"}
    assert given({"method": "POST", "request": {"query": [], "form": [["a", "b"]]}}) == {"a": "b"}
