"""What one login handed out, part by part, so that two logins can be compared; fresh values are left out."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import TestResponse

from tests.mock_idp.logins import Everything
from tests.mock_idp.okta import parts, rsa_signed

TOKENS = ("access_token", "id_token", "refresh_token", "code", "device_secret")
FRESH = ("jti", "at_hash", "c_hash", "sid", "iat", "exp", "auth_time")
ANSWERS = {
    "token": "token_response",
    "refresh": "refresh_response",
    "userinfo": "userinfo",
    "introspection": "introspection",
    "discovery": "discovery",
    "jwks": "jwks",
}


def parts_of(seen: Everything, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """By seam (`id_token.claims@token`: of one channel): status, members, headers and whether the signature is good.

    `keys`: JWKs of the issuer. What was not handed out is not in it.
    """
    found: dict[str, Any] = {"authorization_response": without(seen.front, *TOKENS)}
    found["authorization_response.place"] = place(seen.authorization)
    for name, seam in ANSWERS.items():
        answer: TestResponse | None = getattr(seen, name)
        if answer is not None:
            found[seam] = body(answer)
            found[f"{seam}.http"] = answer.status_code, answer.content_type
    if seen.launch is not None:
        found |= {"initiate_login": dict(query(seen.launch)), "initiate_login.place": place(seen.launch)}
    for name, seam in (("logout", "logout_response"), ("signout", "frontchannel_logout")):
        answer = getattr(seen, name)
        if answer is not None:
            found[seam] = answer.status_code, place(answer), sorted(dict(query(answer)))
    for channel, members in handed_out(seen):
        if isinstance(token := members.get("id_token"), str):
            found |= {f"id_token.{part}@{channel}": value for part, value in token_parts(token, keys).items()}
        if isinstance(token := members.get("access_token"), str) and token.count(".") == 2:
            found |= {f"access_token.{part}@{channel}": value for part, value in token_parts(token, keys).items()}
    return found


def handed_out(seen: Everything) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where tokens come from, by channel."""
    yield "front", dict(seen.front)
    for channel in ("token", "refresh"):
        answer: TestResponse | None = getattr(seen, channel)
        if answer is not None and isinstance(found := answer.get_json(silent=True), dict):
            yield channel, found


def token_parts(token: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """Header, claims, the number of parts, and whether one of the keys made the signature."""
    made: dict[str, Any] = {"compact": token.count("."), "signing": any(signs(token, key) for key in keys)}
    with contextlib.suppress(ValueError, UnicodeDecodeError, AttributeError, TypeError):
        head, claims = parts(token)
        made |= {"header": head, "claims": without(claims, *FRESH)}
    return made


def signs(token: str, key: dict[str, Any]) -> bool:
    try:
        rsa_signed(token, key)
    except Exception:
        return False
    return True


def body(answer: TestResponse) -> Any:
    try:
        found = answer.get_json(silent=True)
    except RecursionError:  # nested more deeply than Python can stand
        found = None
    if not isinstance(found, dict):
        return answer.get_data(as_text=True)
    return json.loads(json.dumps(without(found, *TOKENS, *FRESH)))


def place(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("Location", "").partition("?")[0].partition("#")[0]


def query(answer: TestResponse) -> list[tuple[str, str]]:
    parsed = urlsplit(answer.headers.get("Location", ""))
    return parse_qsl(parsed.query or parsed.fragment, keep_blank_values=True)


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}
