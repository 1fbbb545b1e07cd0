"""Client authentication by assertion, client_credentials, password, and what ends a grant (okta.md 3)."""

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
from mock_idp.org.authorization_server import Policy, Rule, Scope
from tests.mock_idp import assertions
from tests.mock_idp.assertions import EC_KEYS, KEY, SHARED_KEY, assertion, form, public
from tests.mock_idp.okta import ADA, CALLBACK, Okta, basic, parts

INVALID_CODE = {"error": "invalid_grant", "error_description": "The authorization code is invalid or has expired."}
INVALID_REFRESH = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
NOBODY: dict[str, str] = {}
DAY = 86_400


def body(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def change_server(okta: Okta, **change: Any) -> None:
    server = okta.idp.org.servers.get("default")
    assert server
    okta.idp.org.servers.save(dataclasses.replace(server, **change))


def rule(**members: Any) -> tuple[Policy, ...]:
    return (Policy("p", rules=(Rule("r", **members),)),)


# ---- client authentication ----------------------------------------------------------------------------------


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


# ---- apps for themselves ------------------------------------------------------------------------------------


def for_itself(okta: Okta, **params: Any) -> TestResponse:
    okta.register("c", client_secret="s", application_type="service", grant_types=["client_credentials"])
    return okta.token(grant_type="client_credentials", headers=basic("c", "s"), **params)


def test_client_credentials(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read", default=True), Scope("write")), policies=rule())
    answer = body(for_itself(okta, scope="write"))
    claims = okta.verified(answer["access_token"])

    assert list(answer) == ["token_type", "expires_in", "access_token", "scope"]
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 3600, "write")
    assert (claims["sub"], claims["cid"], claims["scp"]) == ("c", "c", ["write"])
    assert not {"uid", "auth_time"} & set(claims)
    assert body(for_itself(okta))["scope"] == "read"  # the default one


def test_client_credentials_live_as_the_rule_says(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read"),), policies=rule(access_token_lifetime_minutes=5))

    assert body(for_itself(okta, scope="read"))["expires_in"] == 300


def test_a_token_of_nobody_has_no_userinfo(okta: Okta) -> None:
    change_server(okta, scopes=(Scope("read"),), policies=rule())

    answer = okta.userinfo(body(for_itself(okta, scope="read"))["access_token"])
    assert answer.status_code == 403


def test_okta_scopes_for_a_service_app(okta: Okta) -> None:
    assertions.register_key_app(okta, application_type="service", grant_types=["client_credentials"])
    sent = form(assertion(okta, server="org"))
    scope = "okta.users.read okta.apps.manage"
    answer = body(okta.token(server="org", grant_type="client_credentials", scope=scope, headers=NOBODY, **sent))

    header, claims = parts(answer["access_token"])
    assert header["typ"] == "application/okta-internal-at+jwt"
    assert claims["scp"] == scope.split()
    grant = okta.idp.store.get("access_token", answer["access_token"]) or {}
    assert (grant["server"], grant["client_id"], grant["scopes"]) == ("org", "keyed", scope.split())


# ---- passwords ----------------------------------------------------------------------------------------------


def by_password(okta: Okta, **params: Any) -> TestResponse:
    okta.register("c", client_secret="s", application_type="native", grant_types=["password", "refresh_token"])
    who = {"username": ADA["identifier"], "password": ADA["credentials"], "scope": "openid email"}
    return okta.token(grant_type="password", headers=basic("c", "s"), **who | params)


@pytest.mark.parametrize("server", ["default", "org"])
def test_password(okta: Okta, server: str) -> None:
    answer = body(by_password(okta, server=server))
    claims = okta.verified(answer["id_token"], server)

    assert list(answer) == ["token_type", "expires_in", "access_token", "scope", "id_token"]
    assert (claims["email"], claims["aud"], claims["auth_time"]) == (ADA["identifier"], "c", int(okta.clock.now()))
    assert "nonce" not in claims
    assert body(okta.userinfo(answer["access_token"], server=server))["sub"] == claims["sub"]


def test_password_with_refresh_token(okta: Okta) -> None:
    answer = body(by_password(okta, scope="openid offline_access"))

    assert body(okta.refresh(answer["refresh_token"], headers=basic("c", "s")))["id_token"]


def test_password_of_an_attempts_person(okta: Okta) -> None:
    person = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
    attempt = okta.attempt(identity=person)
    answer = body(by_password(okta, username="grace@users.test", password="whatever"))

    assert okta.verified(answer["id_token"])["sub"] == "00u1"
    seen = okta.transcript(attempt)
    assert [exchange["endpoint"] for exchange in seen["exchanges"]] == ["token"]
    assert [artefact["kind"] for artefact in seen["artefacts"]] == ["access_token", "id_token"]


# ---- what ends a grant --------------------------------------------------------------------------------------


def as_ada(okta: Okta, **params: Any) -> str:
    """A code of a person of the directory."""
    page = okta.authorize(**{"scope": "openid offline_access"} | params)
    answer = page if page.status_code == 302 else okta.sign_in(page)
    location = answer.headers["Location"]
    return str(location.partition("code=")[2].partition("&")[0])


@pytest.mark.parametrize("status", ["SUSPENDED", "DEPROVISIONED"])
def test_somebody_who_is_suspended(okta: Okta, status: str) -> None:
    ada = okta.idp.user_by_login(ADA["identifier"])
    assert ada
    code, tokens = as_ada(okta), body(okta.redeem(as_ada(okta)))

    okta.idp.org.users.save(dataclasses.replace(ada, status=status))
    assert okta.redeem(code).json == INVALID_CODE
    assert okta.refresh(tokens["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(tokens["access_token"]).status_code == 401
    for kind in ("access_token", "refresh_token", "id_token"):
        assert okta.introspect(tokens[kind]).json == {"active": False}
    okta.idp.org.users.save(ada)
    assert body(okta.refresh(tokens["refresh_token"]))
    assert body(okta.redeem(code))


def test_somebody_who_is_deleted(okta: Okta) -> None:
    ada = okta.idp.user_by_login(ADA["identifier"])
    assert ada
    code, tokens = as_ada(okta), body(okta.redeem(as_ada(okta)))

    okta.idp.org.users.delete(ada.id)
    assert okta.redeem(code).json == INVALID_CODE
    assert okta.refresh(tokens["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(tokens["access_token"]).status_code == 401


def test_an_app_that_is_deactivated(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    okta.register("other", client_secret="x", redirect_uris=[CALLBACK])
    code, tokens = okta.code(), okta.tokens(scope="openid offline_access")

    okta.idp.org.apps.save(dataclasses.replace(app, status="INACTIVE"))
    for answer in (okta.redeem(code), okta.refresh(tokens["refresh_token"])):
        assert answer.status_code == 401
        assert (answer.json or {})["errorSummary"] == "Invalid value for 'client_id' parameter."
    assert okta.userinfo(tokens["access_token"]).status_code == 401
    assert okta.introspect(tokens["access_token"], headers=basic("other", "x")).json == {"active": False}


def test_a_server_that_is_deactivated(okta: Okta) -> None:
    code, tokens = okta.code(), okta.tokens(scope="openid offline_access")

    change_server(okta, status="INACTIVE")
    for answer in (okta.redeem(code), okta.refresh(tokens["refresh_token"]), okta.userinfo(tokens["access_token"])):
        assert answer.status_code in (400, 401, 404)


@pytest.mark.parametrize("kind", ["revoked_user", "revoked_user_client"])
def test_what_an_administrator_ended(okta: Okta, kind: str) -> None:
    """The Management API writes these documents (okta.md 3.6)."""
    before, code = body(okta.redeem(as_ada(okta))), as_ada(okta)
    user = okta.verified(before["id_token"])["sub"]
    key = f"{user}/web" if kind == "revoked_user_client" else user
    okta.idp.store.put(kind, key, {"at": okta.clock.now()})
    okta.clock.advance(1)
    after = body(okta.redeem(as_ada(okta, prompt="login")))

    assert okta.redeem(code).json == INVALID_CODE
    assert okta.refresh(before["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(before["access_token"]).status_code == 401
    assert okta.userinfo(after["access_token"]).status_code == 200
    assert body(okta.refresh(after["refresh_token"]))


# ---- how long refresh tokens live ---------------------------------------------------------------------------


def lived(okta: Okta, *advances: float, **members: Any) -> list[int]:
    """The statuses of refreshes of one token, after these waits, where the rule says this."""
    change_server(okta, policies=rule(**members))
    refresh_token = okta.tokens(scope="openid offline_access")["refresh_token"]
    statuses = []
    for seconds in advances:
        okta.clock.advance(seconds)
        answer = okta.refresh(refresh_token)
        statuses.append(answer.status_code)
        refresh_token = (answer.json or {}).get("refresh_token", refresh_token)
    return statuses


ROTATIONS = pytest.mark.parametrize("rotation", ["STATIC", "ROTATE"])


def use_rotation(okta: Okta, rotation: str) -> None:
    app = okta.idp.app("web")
    assert app
    okta.idp.org.apps.save(dataclasses.replace(app, refresh_token_rotation=rotation))


@ROTATIONS
def test_idle_window(okta: Okta, rotation: str) -> None:
    use_rotation(okta, rotation)
    assert lived(okta, 600, 600, 601, refresh_token_window_minutes=10) == [200, 200, 400]


@ROTATIONS
def test_lifetime(okta: Okta, rotation: str) -> None:
    use_rotation(okta, rotation)
    assert lived(okta, 500, 700, 1, refresh_token_lifetime_minutes=20) == [200, 200, 400]


@ROTATIONS
def test_unlimited(okta: Okta, rotation: str) -> None:
    use_rotation(okta, rotation)
    assert lived(okta, *[7 * DAY] * 30) == [200] * 30  # in use within the idle window of the default rule


def test_leeway_zero(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    okta.idp.org.apps.save(dataclasses.replace(app, refresh_token_rotation="ROTATE", refresh_token_leeway=0))
    first = okta.tokens(scope="openid offline_access")
    second = body(okta.refresh(first["refresh_token"]))

    assert okta.refresh(first["refresh_token"]).json == INVALID_REFRESH
    assert okta.refresh(second["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(second["access_token"]).status_code == 401


def test_the_app_has_lost_the_grant(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    tokens, code = okta.tokens(scope="openid offline_access"), okta.code(scope="openid offline_access")
    okta.idp.org.apps.save(dataclasses.replace(app, grant_types=("authorization_code",)))

    assert (okta.refresh(tokens["refresh_token"]).json or {})["error"] == "unauthorized_client"
    assert "refresh_token" not in body(okta.redeem(code))


def test_a_deleted_app_leaves_nothing_to_its_namesake(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    before = okta.tokens(scope="openid offline_access")
    everybody = okta.idp.org.servers.get("default")
    change_server(okta, policies=(Policy("P", id="00p1", clients=("web",), rules=(Rule("R", id="0pr1"),)),))
    okta.idp.store.put("consent", "00u1/web/default", {"client_id": "web", "scopes": ["read"]})

    okta.idp.org.apps.save(dataclasses.replace(app, status="INACTIVE"))
    api = {"Authorization": f"SSWS {okta.idp.api_token}"}
    assert okta.rp.delete("/api/v1/apps/web", headers=api).status_code == 204
    known = okta.idp.org.servers.get("default")
    assert known
    assert [policy.clients for policy in known.policies or ()] == [()]
    assert okta.idp.store.keys("consent") == []
    okta.clock.advance(1)
    okta.idp.org.apps.save(app)
    assert everybody
    okta.idp.org.servers.save(everybody)

    assert okta.refresh(before["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(before["access_token"]).status_code == 401
    after = okta.tokens(scope="openid offline_access")
    assert okta.refresh(after["refresh_token"]).status_code == 200
