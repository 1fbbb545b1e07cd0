"""How a client says who it is: assertions, and more secrets than one (okta.md 3.4, 3.5)."""

from __future__ import annotations

import dataclasses
import http.server
import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from joserfc.jwk import Key, OctKey
from werkzeug.test import TestResponse

from mock_idp.org.app import Secret
from mock_idp.protocol.token import client_keys
from tests.mock_idp import assertions
from tests.mock_idp.assertions import EC_KEYS, KEY, OTHER_KEY, SHARED_KEY, assertion, form, public
from tests.mock_idp.grants import body
from tests.mock_idp.okta import CALLBACK, Okta, basic
from tests.mock_idp.org_parts import switch

INVALID_CODE = {"error": "invalid_grant", "error_description": "The authorization code is invalid or has expired."}
INVALID_REFRESH = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
NOBODY: dict[str, str] = {}
DAY = 86_400


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
def test_private_key_jwt(okta: Okta, alg: str) -> None:
    assertions.register_key_app(okta)
    signed = assertion(okta, key=EC_KEYS.get(alg, KEY), alg=alg, kid=EC_KEYS[alg].kid if alg in EC_KEYS else "k1")

    assert body(okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(signed)))["id_token"]


def test_the_key_is_found_without_kid(okta: Okta) -> None:
    assertions.register_key_app(okta)
    signed = assertion(okta, key=EC_KEYS["ES384"], alg="ES384")

    assert body(okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(signed)))


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_client_secret_jwt(okta: Okta, alg: str) -> None:
    assertions.register_shared_app(okta)
    signed = assertion(okta, "shared", key=SHARED_KEY, alg=alg)

    assert body(okta.redeem(okta.code(client_id="shared"), headers=NOBODY, client_id="shared", **form(signed)))


def test_an_assertion_without_jti_works_again(okta: Okta) -> None:
    assertions.register_key_app(okta)
    signed = assertion(okta, jti=None)

    for _ in range(2):
        assert body(okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(signed)))


def test_two_active_secrets(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    both = (*app.secrets, Secret("second"), Secret("retired", status="INACTIVE"))
    okta.idp.org.apps.save(dataclasses.replace(app, secrets=both))

    status = {
        secret: okta.redeem(okta.code(), headers=basic("web", secret)).status_code
        for secret in ("web-secret", "second", "retired", "")
    }
    assert status == {"web-secret": 200, "second": 200, "retired": 401, "": 401}


@pytest.fixture
def jwks_server() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A loopback server, and what it answers by path."""
    answers: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answers.get(self.path)
            self.send_response(200 if found is not None and self.path != "/gone" else 404)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    server.server_close()


def test_keys_at_a_uri(okta: Okta, jwks_server: tuple[str, dict[str, bytes]]) -> None:
    origin, answers = jwks_server
    answers["/jwks"] = json.dumps({"keys": public(KEY)}).encode()
    answers["/gone"] = answers["/jwks"]
    answers["/broken"] = b"{"
    answers["/odd"] = b'{"keys": ["x"]}'
    answers["/huge"] = b'{"keys": [], "x": "' + b"x" * 200_000 + b'"}'

    def asked(path: str) -> TestResponse:
        assertions.register_key_app(okta, jwks=[], jwks_uri=f"{origin}{path}")
        return okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(assertion(okta)))

    assert body(asked("/jwks"))
    for path in ("/missing", "/gone", "/broken", "/odd", "/huge"):
        assert (asked(path).json or {})["error_description"] == "The client JWKSet is invalid.", path


@pytest.mark.parametrize("which", ["default", "own"])
def test_keys_for_an_issuer_of_its_own(okta: Okta, jwks_server: tuple[str, dict[str, bytes]], which: str) -> None:
    """A second instance of an app may have made keys of its own."""
    origin, answers = jwks_server
    answers |= {f"/{name}": json.dumps({"keys": public(key)}).encode() for name, key in (("1", KEY), ("2", OTHER_KEY))}
    assertions.register_key_app(okta, jwks=[], jwks_uri=f"{origin}/1")
    wanted = {"like": "default", "client_id": "keyed", "jwks_uri": f"{origin}/2"}
    own = (okta.control("POST", "/attempts", {"issuer": wanted}).json or {})["issuer"]["id"]
    server = own if which == "own" else "default"

    def status(key: Key) -> int:
        signed = form(assertion(okta, key=key, server=server))
        code = okta.code(client_id="keyed", server=server)
        return okta.redeem(code, server=server, headers=NOBODY, **signed).status_code

    assert (status(KEY), status(OTHER_KEY)) == ((200, 401) if which == "default" else (401, 200))


ODD_KEYS = [{"kty": "EC", "crv": "brainpoolP256r1", "x": "a", "y": "b"}, {"kty": "AKP"}, {"kty": []}, {}]


@pytest.mark.parametrize("odd", ODD_KEYS, ids=str)
def test_keys_of_unknown_kinds_do_no_harm(
    okta: Okta, jwks_server: tuple[str, dict[str, bytes]], odd: dict[str, Any]
) -> None:
    origin, answers = jwks_server
    assertions.register_key_app(okta, jwks=[], jwks_uri=f"{origin}/jwks")

    for keys, status in (([odd], 401), ([odd, *public(KEY)], 200)):
        answers["/jwks"] = json.dumps({"keys": keys}).encode()
        answer = okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(assertion(okta)))
        assert answer.status_code == status, answer.text
        assert status == 200 or description(answer) == "The client JWKSet is invalid."


def description(answer: TestResponse) -> str:
    return str((answer.json or {}).get("error_description"))


@pytest.mark.parametrize(
    ("claims", "accepted"),
    [
        ({"exp": 3600}, True),
        ({"exp": 3601}, False),
        ({"exp": 0}, False),
        ({"iat": 60}, True),
        ({"iat": 61}, False),
    ],
    ids=str,
)
def test_times_at_their_limits(okta: Okta, claims: dict[str, int], accepted: bool) -> None:
    assertions.register_key_app(okta)
    moments: dict[str, Any] = {name: int(okta.clock.now()) + seconds for name, seconds in claims.items()}

    answer = okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(assertion(okta, **moments)))
    assert answer.status_code == (200 if accepted else 401)


@pytest.mark.parametrize(
    ("audience", "accepted"),
    [
        (["https://other.example", "https://dev-1.okta.test/oauth2/default/v1/token"], True),
        ("https://id.example.com/oauth2/default/v1/token", True),
        ([{}, 1], False),
        ("/oauth2/default/v1/token", False),
    ],
    ids=str,
)
def test_audiences(okta: Okta, audience: Any, accepted: bool) -> None:
    """A list may name others, too; the custom URL counts as the org's own, however it is written."""
    if accepted:
        switch(okta, custom_url="https://id.example.com/")
    assertions.register_key_app(okta)

    answer = okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(assertion(okta, aud=audience)))
    text = "The audience claim for client_assertion must be the endpoint invoked for the request."
    assert (answer.status_code, description(answer)) == ((200, "None") if accepted else (401, text))


def test_an_issuer_that_is_no_text(okta: Okta) -> None:
    assertions.register_key_app(okta)

    answer = okta.token(grant_type="client_credentials", headers=NOBODY, **form(assertion(okta, iss=["keyed"])))
    text = "The issuer claim for client_assertion is not a valid client_id."
    assert (answer.status_code, description(answer)) == (401, text)


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({"s" * 32: "ACTIVE"}, "None"),
        ({"s" * 31: "ACTIVE"}, "The client secret is too short to verify a JWT HMAC."),
        ({"o" * 40: "ACTIVE", "s" * 40: "INACTIVE"}, "The client_assertion signature is invalid."),
    ],
)
@pytest.mark.filterwarnings("ignore:Key size should be")
def test_secrets_that_sign(okta: Okta, secrets: dict[str, str], said: str) -> None:
    assertions.register_shared_app(okta)
    app = okta.idp.app("shared")
    assert app
    known = tuple(Secret(value, f"ocs{n}", status=status) for n, (value, status) in enumerate(secrets.items()))
    okta.idp.org.apps.save(dataclasses.replace(app, secrets=known))
    key = OctKey.import_key(list(secrets)[-1])

    signed = assertion(okta, "shared", key=key, alg="HS256")
    assert description(okta.redeem(okta.code(client_id="shared"), headers=NOBODY, **form(signed))) == said


@pytest.mark.parametrize("parameter", ["client_secret", "client_assertion"])
def test_credentials_in_the_url(okta: Okta, parameter: str) -> None:
    answer = okta.rp.post(okta.url("token"), query_string={parameter: "x"}, data={"grant_type": "client_credentials"})

    text = "Client credentials cannot be supplied via query parameters."
    assert (answer.status_code, description(answer)) == (400, text)


WRONG_METHOD = "Client authentication failed. Either the client or the client credentials are invalid."
WRONG_SECRET = "The client secret supplied for a confidential client is invalid."


@pytest.mark.parametrize(
    ("endpoint", "headers", "sent", "said"),
    [
        ("introspect", basic("public", ""), {}, "None"),
        ("token", basic("public", ""), {}, WRONG_METHOD),
        ("introspect", basic("public", "guess"), {}, WRONG_METHOD),
        ("introspect", NOBODY, {"client_id": "public", "client_secret": ""}, WRONG_METHOD),
        ("introspect", basic("web", ""), {}, WRONG_SECRET),
    ],
)
def test_an_id_alone_is_enough_for_a_public_client_at_some_endpoints(
    okta: Okta, endpoint: str, headers: dict[str, str], sent: dict[str, str], said: str
) -> None:
    okta.register("public", token_endpoint_auth_method="none", redirect_uris=[CALLBACK])

    assert description(okta.post(endpoint, token="x", headers=headers, **sent)) == said


def test_a_client_id_in_the_form_says_nothing_beside_a_header(okta: Okta) -> None:
    assert body(okta.redeem(okta.code(), headers=basic("web", "web-secret"), client_id="another"))


def test_keys_at_other_hosts_are_not_asked_for(okta: Okta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where the app itself lives, with certificates checked, or on this machine, where they are self-signed."""
    asked: dict[str, Any] = {}

    def client(**options: Any) -> httpx.Client:
        asked.update(options)
        answer = httpx.Response(200, json={"keys": public(KEY)})
        return httpx.Client(transport=httpx.MockTransport(lambda _: answer))

    monkeypatch.setattr(client_keys, "httpx", SimpleNamespace(Client=client, HTTPError=OSError, InvalidURL=OSError))
    seen = {}
    for host in ("rp.example", "keys.example", "localhost", "127.0.0.2", "10.0.0.1"):
        asked.clear()
        assertions.register_key_app(okta, jwks=[], jwks_uri=f"https://{host}/jwks")
        status = okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(assertion(okta))).status_code
        seen[host] = (status, asked.get("verify"), asked.get("trust_env"))
    assert seen == {
        "rp.example": (200, True, False),
        "keys.example": (401, None, None),
        "localhost": (200, False, False),
        "127.0.0.2": (200, False, False),
        "10.0.0.1": (401, None, None),
    }
