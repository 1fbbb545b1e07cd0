"""Bound tokens at UserInfo, introspection and the Management API (RFC 9449 7)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc import jws
from werkzeug.test import TestResponse

from tests.mock_idp import assertions
from tests.mock_idp.assertions import KEY, OTHER_KEY
from tests.mock_idp.bound_tokens import BAD_HTU, OF_RESOURCES, REUSED, Trigger, tokens, userinfo, with_nonce
from tests.mock_idp.okta import Okta, parts
from tests.mock_idp.proofs import HEADER, ath, proof

pytestmark = pytest.mark.usefixtures("bound_apps")


@pytest.mark.parametrize("server", ["default", "org"])
def test_userinfo_with_the_proof(okta: Okta, server: str) -> None:
    token = tokens(okta, server=server)["access_token"]
    answer = userinfo(okta, token, server=server)
    assert (answer.status_code, HEADER in answer.headers) == (200, False)
    assert (answer.json or {})["email"]


def test_userinfo_by_post(okta: Okta) -> None:
    token, url = tokens(okta)["access_token"], okta.url("userinfo")
    for method, status in (("POST", 200), ("GET", 400)):
        sent = {"Authorization": f"DPoP {token}", **proof(okta, url, method, token=token)}
        assert okta.rp.post(url, headers=sent).status_code == status


def no_proof(scheme: str) -> Trigger:
    def trigger(okta: Okta) -> TestResponse:
        token = tokens(okta)["access_token"]
        return okta.rp.get(okta.url("userinfo"), headers={"Authorization": f"{scheme} {token}"})

    return trigger


def posted(okta: Okta) -> TestResponse:
    return okta.rp.post(okta.url("userinfo"), data={"access_token": tokens(okta)["access_token"]})


def at_userinfo(**how: Any) -> Trigger:
    return lambda okta: userinfo(okta, tokens(okta)["access_token"], **how)


def used_proof(okta: Okta) -> TestResponse:
    token = tokens(okta)["access_token"]
    assert userinfo(okta, token, jti="j").status_code == 200
    return userinfo(okta, token, jti="j")


def half_of_a_pair_as_hash(okta: Okta) -> TestResponse:
    token, url = tokens(okta)["access_token"], okta.url("userinfo")
    header, claims = parts(proof(okta, url, "GET", token=token)["DPoP"])
    registry = jws.JWSRegistry(strict_check_header=False)
    registry.max_header_length = 4096
    made = jws.serialize_compact(header, json.dumps(claims | {"ath": "\ud800"}), KEY, registry=registry)
    return okta.rp.get(url, headers={"Authorization": f"DPoP {token}", "DPoP": made})


RESOURCE_REFUSALS = [
    (no_proof("Bearer"), "Bearer", OF_RESOURCES["dpop_proof_required_for_token"]),
    (no_proof("DPoP"), "DPoP", OF_RESOURCES["dpop_proof_required_for_token"]),
    (posted, "Bearer", OF_RESOURCES["dpop_proof_required_for_token"]),
    (at_userinfo(scheme="Bearer"), "Bearer", OF_RESOURCES["dpop_authentication_scheme_required"]),
    (lambda okta: userinfo(okta, okta.tokens()["access_token"]), "DPoP", OF_RESOURCES["access_token_not_dpop_bound"]),
    (at_userinfo(key=OTHER_KEY), "DPoP", OF_RESOURCES["invalid_access_token_dpop_binding"]),
    (at_userinfo(ath=ath("another token")), "DPoP", OF_RESOURCES["dpop_proof_invalid_ath"]),
    (at_userinfo(ath=7), "DPoP", OF_RESOURCES["dpop_proof_invalid_ath"]),
    (half_of_a_pair_as_hash, "DPoP", OF_RESOURCES["dpop_proof_invalid_ath"]),
    (at_userinfo(htu="https://dev-1.okta.test/oauth2/v1/userinfo"), "DPoP", (400, "invalid_dpop_proof", BAD_HTU[1])),
    (used_proof, "DPoP", (400, "invalid_dpop_proof", REUSED)),
    (lambda okta: userinfo(okta, "nonsense"), "DPoP", (401, "invalid_token", "The access token is invalid.")),
]


@pytest.mark.parametrize(("trigger", "scheme", "expected"), RESOURCE_REFUSALS)
def test_refused_at_userinfo(okta: Okta, trigger: Trigger, scheme: str, expected: tuple[int, str, str]) -> None:
    answer = trigger(okta)
    status, error, description = expected
    begin = 'DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512",' if scheme == "DPoP" else "Bearer"
    assert (answer.status_code, answer.data) == (status, b"")
    assert answer.headers["WWW-Authenticate"] == (
        f'{begin} authorization_uri="http://dev-1.okta.test/oauth2/v1/authorize", realm="http://dev-1.okta.test", '
        f'scope="openid", error="{error}", error_description="{description}", resource="/oauth2/v1/userinfo"'
    )


def test_a_page_may_send_the_proof(okta: Okta) -> None:
    asking = {
        "Origin": "https://rp.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "dpop",
    }
    for endpoint in ("token", "userinfo"):
        answer = okta.rp.options(okta.url(endpoint), headers=asking)
        assert answer.headers["Access-Control-Allow-Headers"] == "dpop"


def test_introspection_says_what_the_token_is_bound_to(okta: Okta) -> None:
    told: dict[str, Any] = okta.introspect(tokens(okta)["access_token"]).json or {}
    assert (told["active"], told["token_type"], told["cnf"]) == (True, "DPoP", {"jkt": KEY.thumbprint()})
    told = okta.introspect(okta.tokens()["access_token"]).json or {}
    assert (told["token_type"], "cnf" in told) == ("Bearer", False)


def service_tokens(okta: Okta) -> dict[str, Any]:
    assertions.register_key_app(
        okta,
        "service",
        application_type="service",
        grant_types=["client_credentials"],
        redirect_uris=[],
        response_types=[],
        implicit_assignment=True,
        dpop_bound_access_tokens=True,
    )
    signed = assertions.form(assertions.assertion(okta, "service", server="org"))
    sent = {"grant_type": "client_credentials", "scope": "okta.users.read okta.universalLogout.manage", **signed}
    answer = okta.token(server="org", headers=with_nonce(okta, server="org"), **sent)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def test_the_management_api_asks_for_the_proof(okta: Okta) -> None:
    token, url = service_tokens(okta)["access_token"], "https://dev-1.okta.test/api/v1/users"
    sent = {"Authorization": f"DPoP {token}"}
    assert okta.rp.get(f"{url}?limit=1", headers={**sent, **proof(okta, url, "GET", token=token)}).status_code == 200

    answer = okta.rp.get(url, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, (answer.json or {})["errorCode"]) == (400, "invalid_request")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")
    assert 'error_description="The resource request requires a DPoP proof."' in answer.headers["WWW-Authenticate"]
    answer = okta.rp.get(url, headers={**sent, **proof(okta, f"{url}/me", "GET", token=token)})
    assert answer.status_code == 400
    assert answer.headers["WWW-Authenticate"].startswith('DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", ')
    assert (
        f'scope="okta.users.read", error="invalid_dpop_proof", error_description="{BAD_HTU[1]}"'
        in (answer.headers["WWW-Authenticate"])
    )


def test_global_token_revocation_asks_for_the_proof(okta: Okta) -> None:
    token, url = service_tokens(okta)["access_token"], "https://dev-1.okta.test/oauth2/v1/global-token-revocation"
    subject = {"sub_id": {"format": "email", "email": "ada@example.com"}}
    assert okta.rp.post(url, json=subject, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    sent = {"Authorization": f"DPoP {token}", **proof(okta, url, token=token)}
    assert okta.rp.post(url, json=subject, headers=sent).status_code == 204
