"""How a client says who it is: assertions, and more secrets than one (okta.md 3.4, 3.5)."""

from __future__ import annotations

import dataclasses
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.org.app import Secret
from tests.mock_idp import assertions
from tests.mock_idp.assertions import EC_KEYS, KEY, SHARED_KEY, assertion, form, public
from tests.mock_idp.grants import body
from tests.mock_idp.okta import Okta, basic

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
            self.send_response(200 if found is not None else 404)
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
    answers["/broken"] = b"{"
    answers["/odd"] = b'{"keys": ["x"]}'
    answers["/huge"] = b'{"keys": [], "x": "' + b"x" * 200_000 + b'"}'

    def asked(path: str) -> TestResponse:
        assertions.register_key_app(okta, jwks=[], jwks_uri=f"{origin}{path}")
        return okta.redeem(okta.code(client_id="keyed"), headers=NOBODY, **form(assertion(okta)))

    assert body(asked("/jwks"))
    for path in ("/missing", "/broken", "/odd", "/huge"):
        assert (asked(path).json or {})["error_description"] == "The client JWKSet is invalid.", path
