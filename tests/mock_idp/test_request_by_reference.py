"""Request objects, and pushed authorization requests (okta.md 1.7 and 2.1; OIDC Core 6, RFC 9101, RFC 9126)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from werkzeug.test import TestResponse

from tests.management import openapi
from tests.mock_idp import error_catalogue
from tests.mock_idp.okta import CALLBACK, ORIGIN, PKCE, VERIFIER, WEB, Okta, basic, parameters, parts
from tests.mock_idp.org_parts import switch

SECRET = "s" * 40
REQUEST = {"redirect_uri": CALLBACK, "response_type": "code", "scope": "openid email", "state": "inside", "nonce": "n1"}
EC = ECKey.generate_key("P-256", {"kid": "ec"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)


def signed(okta: Okta, key: Key | str = SECRET, alg: str = "HS256", **claims: Any) -> str:
    now = int(okta.clock.now())
    made = {"iss": "web", "aud": f"{ORIGIN}/oauth2/default", "iat": now, "exp": now + 300, **REQUEST} | claims
    header = {"alg": alg} | ({"kid": key.kid} if isinstance(key, ECKey | RSAKey) else {})
    return jwt.encode(header, made, OctKey.import_key(key) if isinstance(key, str) else key, algorithms=[alg])


def ask(okta: Okta, attempt: str | None = None, **sent: str) -> TestResponse:
    """An authorization request of nothing else than what is sent."""
    headers = {"X-Gauntlet-Attempt": attempt} if attempt else {}
    return okta.browser.get(okta.url("authorize"), query_string={"client_id": "web"} | sent, headers=headers)


# ---- request objects ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "alg"), [(SECRET, "HS256"), ("s" * 64, "HS512"), (RSA, "RS256"), (EC, "ES256")])
def test_signed_request(okta: Okta, key: Key | str, alg: str) -> None:
    public = [] if isinstance(key, str) else [key.as_dict(private=False)]
    secret = key if isinstance(key, str) else "x"
    okta.register("web", **WEB | {"client_secret": secret, "jwks": public})

    answer = ask(okta, okta.attempt(), request=signed(okta, key, alg), state="beside")
    assert dict(parameters(answer))["state"] == "inside"  # what is signed counts
    redeemed = okta.redeem(dict(parameters(answer))["code"], headers=basic("web", secret))
    assert parts((redeemed.json or {})["id_token"])[1]["nonce"] == "n1"


def test_transcript_says_what_was_asked_for(okta: Okta) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})

    def asked(**sent: str) -> dict[str, Any]:
        attempt = okta.attempt()
        ask(okta, attempt, **sent)
        found: dict[str, Any] = okta.transcript(attempt)["exchanges"][0]["asked"]
        return found

    assert asked(**REQUEST) == {"client_id": "web"} | REQUEST
    assert asked(request=signed(okta), state="beside") == {"client_id": "web"} | REQUEST
    pushed = okta.rp.post(okta.url("par"), data=REQUEST, headers=basic("web", SECRET)).json or {}
    assert asked(request_uri=pushed["request_uri"]) == {"client_id": "web"} | REQUEST


def test_parameters_beside_the_request_object_count_where_it_has_none(okta: Okta) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})

    answer = ask(okta, okta.attempt(), request=signed(okta, state=None), state="beside")
    assert dict(parameters(answer))["state"] == "beside"


def test_what_is_in_a_request_object_is_checked(okta: Okta) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})

    assert dict(parameters(ask(okta, request=signed(okta, scope="openid nonsense"))))["error"] == "invalid_scope"
    other = ask(okta, request=signed(okta, redirect_uri="https://evil.example/"), redirect_uri=CALLBACK)
    assert (other.status_code, "must be a Login redirect URI" in other.text) == (400, True)


@pytest.mark.parametrize(
    ("claims", "refused"),
    [
        ({"aud": None}, "The audience of the request object is invalid."),
        ({"iss": None}, "The issuer of the request object is invalid."),
        ({"request_uri": "https://rp.example/request"}, "The authorize request object is invalid."),
        ({"request": "e30.e30."}, "The authorize request object is invalid."),
    ],
    ids=str,
)
def test_what_only_okta_refuses(okta: Okta, claims: dict[str, Any], refused: str) -> None:
    """RFC 9101 4 advises a client to send iss and aud, and forbids it, but no server, the nested request."""
    okta.register("web", **WEB | {"client_secret": SECRET})

    def ended(strictness: str) -> dict[str, str]:
        attempt = okta.attempt(strictness=strictness)
        made = signed(okta, **claims)
        return dict(parameters(ask(okta, attempt, request=made, redirect_uri=CALLBACK, state="beside")))

    assert ended("okta")["error_description"] == refused
    assert ended("core")["state"] == "inside"
    assert "code" in ended("core")


@pytest.mark.parametrize("claims", [{"aud": "https://other.example"}, {"iss": "other"}], ids=str)
def test_wrong_names_are_refused_by_everybody(okta: Okta, claims: dict[str, str]) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})

    attempt = okta.attempt(strictness="core")
    assert "error" in dict(parameters(ask(okta, attempt, request=signed(okta, **claims), redirect_uri=CALLBACK)))


def test_request_object_is_read_once_though_a_page_comes_between(okta: Okta) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})

    answer = okta.sign_in(ask(okta, request=signed(okta, jti="j1")))
    assert dict(parameters(answer))["state"] == "inside"


@pytest.mark.parametrize("name", ["state", "nonce", "login_hint"])
def test_half_of_a_surrogate_pair_in_a_request_object(okta: Okta, name: str) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})

    claims = json.dumps(parts(signed(okta))[1] | {name: "\ud800"})
    made = jws.serialize_compact({"alg": "HS256"}, claims.encode(), OctKey.import_key(SECRET))
    answer = ask(okta, request=made, redirect_uri=CALLBACK)
    assert dict(parameters(answer)) == {
        "error": "invalid_request_object",
        "error_description": "The authorize request object is invalid.",
    }


def test_keys_from_the_jwks_uri(okta: Okta) -> None:
    okta.register("web", **WEB | {"jwks_uri": "http://127.0.0.1:9/jwks"})

    answer = dict(parameters(ask(okta, request=signed(okta, EC, "ES256"), redirect_uri=CALLBACK)))
    assert answer["error_description"] == "The client JWKSet is invalid."  # nobody listens there


# ---- PAR ----------------------------------------------------------------------------------------------------


def push(okta: Okta, server: str = "default", headers: dict[str, str] | None = None, **sent: Any) -> TestResponse:
    data = {name: value for name, value in (REQUEST | sent).items() if value is not None}
    headers = basic("web", "web-secret") if headers is None else headers
    return okta.rp.post(okta.url("par", server), data=data, headers=headers)


def pushed(okta: Okta, **sent: Any) -> str:
    answer = push(okta, **sent)
    assert answer.status_code == 200, answer.text
    return str((answer.json or {})["request_uri"])


def error(answer: TestResponse) -> tuple[int, str, str]:
    body = answer.json or {}
    return answer.status_code, body["error"], body["error_description"]


@pytest.mark.parametrize("server", ["default", "org"])
def test_pushed_request(okta: Okta, server: str) -> None:
    answer = push(okta, server, **PKCE)

    body: dict[str, Any] = answer.json or {}
    assert (list(body), body["expires_in"]) == (["request_uri", "expires_in"], 3600)
    assert body["request_uri"].startswith("urn:okta:")
    headers = {"Cache-Control": "no-cache, no-store", "Expires": "0", "x-rate-limit-limit": "2000"}  # as of /token
    assert {name: answer.headers.get(name) for name in headers} == headers
    assert "x-okta-request-id" in answer.headers
    openapi.check(answer, openapi.OAUTH)
    sent = {"client_id": "web", "request_uri": body["request_uri"], "state": "outside", "scope": "nonsense"}
    headers = {"X-Gauntlet-Attempt": okta.attempt()}
    response = okta.browser.get(okta.url("authorize", server), query_string=sent, headers=headers)
    assert dict(parameters(response))["state"] == "inside"  # what was pushed counts, and nothing else
    assert "id_token" in (
        okta.redeem(dict(parameters(response))["code"], server=server, code_verifier=VERIFIER).json or {}
    )


def test_pushed_request_of_a_person(okta: Okta) -> None:
    answer = okta.sign_in(ask(okta, request_uri=pushed(okta)))

    assert dict(parameters(answer))["state"] == "inside"


def test_pushed_request_object(okta: Okta) -> None:
    okta.register("web", **WEB | {"client_secret": SECRET})
    answer = okta.rp.post(okta.url("par"), data={"request": signed(okta)}, headers=basic("web", SECRET))

    response = ask(okta, okta.attempt(), request_uri=(answer.json or {})["request_uri"])
    assert dict(parameters(response))["state"] == "inside"


def test_public_client_pushes(okta: Okta) -> None:
    okta.register("spa", **WEB | {"token_endpoint_auth_method": "none"})

    answer = push(okta, headers={"Origin": "https://rp.example"}, client_id="spa", **PKCE)
    assert (answer.json or {})["request_uri"]
    assert answer.headers["Access-Control-Allow-Origin"] == "https://rp.example"


def test_preflight_of_par(okta: Okta) -> None:
    answer = okta.rp.options(okta.url("par"), headers={"Origin": "https://rp.example"})

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://rp.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"


@pytest.mark.parametrize(
    ("sent", "status", "code", "text", "key"),
    [
        (
            {"request_uri": "urn:okta:x"},
            400,
            "invalid_request",
            "The 'request_uri' parameter must not be present in the request.",
            "pushed_authorization_request_uri_present",
        ),
        (
            {"scope": "nonsense"},
            400,
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
            "no_matching_scope",
        ),
        (
            {"scope": "email", "response_type": "token"},
            403,
            "access_denied",
            "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
            "openid_scope_required_access_token",
        ),
        (
            {"state": None},
            400,
            "invalid_request",
            "The authentication request has an invalid 'state' parameter.",
            "invalid_state",
        ),
        (
            {"request": "x.y"},
            400,
            "invalid_request_object",
            "The request object cannot be parsed.",
            "request_object_invalid",
        ),
        ({"headers": {}}, 401, "invalid_client", "No client credentials found.", "missing_client_credentials"),
        (
            {"client_id": "other"},
            401,
            "invalid_client",
            "Invalid value for 'client_id' parameter.",
            "invalid_client_id",
        ),
        (
            {"headers": basic("web", "wrong")},
            401,
            "invalid_client",
            "The client secret supplied for a confidential client is invalid.",
            "invalid_client_secret",
        ),
    ],
)
def test_par_refuses_in_json(okta: Okta, sent: dict[str, Any], status: int, code: str, text: str, key: str) -> None:
    answer = push(okta, **sent)

    assert error(answer) == (status, code, text)
    if error_catalogue.available() and key != "invalid_client_secret":
        assert error_catalogue.fault(key, code, text) == ""


def test_par_takes_forms_only(okta: Okta) -> None:
    answer = okta.rp.post(okta.url("par"), json=REQUEST, headers=basic("web", "web-secret"))

    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "E0000021")


def test_par_refuses_redirect_uris_of_others(okta: Okta) -> None:
    status, code, text = error(push(okta, redirect_uri="https://evil.example/"))

    assert (status, code) == (400, "invalid_request")
    assert text.startswith("The 'redirect_uri' parameter must be a Login redirect URI in the client app settings")


def page_error(answer: TestResponse) -> tuple[str, str]:
    assert answer.status_code == 400
    lines = [line.split("<")[0] for line in answer.text.split("<li>")]
    return lines[2].removeprefix("Error Code: "), lines[3].removeprefix("Description: ").replace("&#39;", "'")


@pytest.mark.parametrize(
    ("change", "key", "code", "text"),
    [
        ({"server": "org"}, "authorize_request_uri_mismatched_authorization_server", "invalid_request_uri", ""),
        ({"client_id": "other"}, "authorize_request_uri_mismatched_client", "invalid_client", ""),
        ({"late": 3600}, "invalid_request_uri", "invalid_request_uri", "The authorize request_uri is invalid."),
    ],
)
def test_pushed_request_in_other_hands(okta: Okta, change: dict[str, Any], key: str, code: str, text: str) -> None:
    okta.register("other", **WEB)
    texts = {
        "server": "The request_uri was issued for another authorization server.",
        "client_id": "The 'client_id' parameter does not match the expected value for the provided request_uri.",
    }
    request_uri = pushed(okta)
    okta.clock.advance(change.get("late", 0))

    sent = {"client_id": change.get("client_id", "web"), "request_uri": request_uri}
    answer = okta.browser.get(okta.url("authorize", change.get("server", "default")), query_string=sent)
    expected = text or texts[next(iter(change))]
    assert page_error(answer) == (code, expected)
    if error_catalogue.available():
        assert error_catalogue.fault(key, code, expected) == ""


def test_pushed_request_leads_to_its_attempt(okta: Okta) -> None:
    attempt = okta.attempt()
    request_uri = pushed(okta, headers=basic("web", "web-secret") | {"X-Gauntlet-Attempt": attempt})

    assert "code" in dict(parameters(ask(okta, request_uri=request_uri)))
    assert [e["endpoint"] for e in okta.transcript(attempt)["exchanges"]] == ["par", "authorize"]


def test_par_answers_as_the_specification_says_with_core(okta: Okta) -> None:
    switch(okta, strictness="core")

    assert push(okta).status_code == 201


def test_nothing_is_fetched(okta: Okta) -> None:
    """Okta knows its own request_uris only (okta.md 2.1)."""
    okta.answers = lambda _request: httpx.Response(500)

    assert page_error(ask(okta, request_uri="https://rp.example/request.jwt"))[0] == "invalid_request_uri"
    assert okta.received == []
