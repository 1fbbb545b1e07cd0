"""Which flow a relying party uses, as its authorization request says (OIDC Core 3, RFC 9101, RFC 9126)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RESPONSE_TYPES = ("code", "id_token", "id_token token", "code id_token", "code token", "code id_token token")
FLOW_FEATURES = (
    *(f"response_type={kind}" for kind in RESPONSE_TYPES),
    *("code", "front-channel-id-token", "front-channel-access-token", "query", "form-post"),
    *("request-object", "pushed-request"),
)
"""`code`: there is a code to redeem. `query` and `form-post`: how the authorization response travels."""


def given(exchange: Mapping[str, Any]) -> dict[str, str]:
    """The parameters that an exchange carried, in its body (POST) or its query."""
    source = exchange["request"]["form"] if exchange["method"] == "POST" else exchange["request"]["query"]
    return dict(source)


def asked(exchange: Mapping[str, Any]) -> dict[str, str]:
    """What an authorization request asked for: its parameters, those of its request object, or those pushed before."""
    return dict(exchange.get("asked") or given(exchange))


def pairs_tokens(sent: Mapping[str, str]) -> bool:
    """Whether an access token comes with every ID Token of the login."""
    types = sent.get("response_type", "code").split()
    return "token" in types or "id_token" not in types


def flow_features(sent: Mapping[str, str], beside: Mapping[str, str]) -> dict[str, bool]:
    """`sent`: what was asked for. `beside`: what the browser carried, which may only refer to that."""
    types = set(sent.get("response_type", "code").split())
    mode = sent.get("response_mode") or ("query" if types == {"code"} else "fragment")
    return {
        **{f"response_type={kind}": types == set(kind.split()) for kind in RESPONSE_TYPES},
        "code": "code" in types,
        "front-channel-id-token": "id_token" in types,
        "front-channel-access-token": "token" in types,
        "query": mode == "query",
        "form-post": mode == "form_post",
        "request-object": "request" in beside,
        "pushed-request": "request_uri" in beside,
    }
