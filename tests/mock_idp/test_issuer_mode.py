"""Issuer mode: under which of its names a server speaks (okta.md 1.1, 5.2 and 9.4)."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from mock_idp.org.app import EMBED_LINK
from mock_idp.org.authorization_server import Scope
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ADA, CALLBACK, ORIGIN, WEB, Okta, basic, page_of, parameters, parts
from tests.mock_idp.org_parts import change_ada, change_server

CUSTOM = "https://login.rp.example"
OPENID = "/.well-known/openid-configuration"


@pytest.fixture
def okta(make_okta: MakeOkta) -> Okta:
    made = make_okta(custom_url=CUSTOM)
    made.register("org-url", **WEB, issuer_mode="ORG_URL")
    made.register("custom-url", **WEB, issuer_mode="CUSTOM_URL")
    made.register("dynamic", **WEB, issuer_mode="DYNAMIC")
    return made


def document(okta: Okta, url: str, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = okta.rp.get(url, query_string=query).json  # type: ignore[assignment]
    return found


def issuer_of_tokens(okta: Okta, base: str, client_id: str, path: str = "/oauth2") -> set[str]:
    """What a login at this URL says of its issuer: in the ID Token and the access token, refreshed ones too."""
    query = {
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid offline_access",
        "state": "s",
    }
    attempt = {"X-Gauntlet-Attempt": okta.attempt()}
    code = dict(parameters(okta.browser.get(f"{base}{path}/v1/authorize", query_string=query, headers=attempt)))["code"]

    def token(**form: str) -> dict[str, Any]:
        # The relying party calls the org URL: the name under which the login began stays.
        answer = okta.rp.post(f"{ORIGIN}{path}/v1/token", data=form, headers=basic(client_id, "web-secret"))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found

    first = token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    second = token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    made = [first["id_token"], first["access_token"], second["id_token"], second["access_token"]]
    return {parts(token)[1]["iss"] for token in made}


@pytest.mark.parametrize(
    ("client_id", "at_org", "at_custom"),
    [("org-url", ORIGIN, ORIGIN), ("custom-url", CUSTOM, CUSTOM), ("dynamic", ORIGIN, CUSTOM)],
)
def test_mode_of_an_app(okta: Okta, client_id: str, at_org: str, at_custom: str) -> None:
    for base, issuer in ((ORIGIN, at_org), (CUSTOM, at_custom)):
        assert document(okta, f"{base}{OPENID}", client_id=client_id)["issuer"] == issuer
        assert issuer_of_tokens(okta, base, client_id) == {issuer}


@pytest.mark.parametrize(
    ("mode", "at_org", "at_custom"),
    [("ORG_URL", ORIGIN, ORIGIN), ("CUSTOM_URL", CUSTOM, CUSTOM), ("DYNAMIC", ORIGIN, CUSTOM)],
)
def test_mode_of_a_custom_server(okta: Okta, mode: str, at_org: str, at_custom: str) -> None:
    server = okta.idp.server("default")
    assert server is not None
    okta.idp.org.servers.save(dataclasses.replace(server, issuer_mode=mode))

    for base, issuer in ((ORIGIN, at_org), (CUSTOM, at_custom)):
        assert document(okta, f"{base}/oauth2/default{OPENID}")["issuer"] == f"{issuer}/oauth2/default"
        # The app's own mode is about the org server.
        assert issuer_of_tokens(okta, base, "custom-url", "/oauth2/default") == {f"{issuer}/oauth2/default"}


def test_documents_at_the_custom_domain(okta: Okta) -> None:
    found = document(okta, f"{CUSTOM}{OPENID}")

    assert found["issuer"] == CUSTOM
    assert found["registration_endpoint"] == f"{CUSTOM}/oauth2/v1/clients"
    endpoints = [value for name, value in found.items() if name.endswith(("_endpoint", "_uri"))]
    assert len(endpoints) == 10
    assert all(value.startswith(f"{CUSTOM}/oauth2/v1/") for value in endpoints)
    assert document(okta, found["jwks_uri"]) == document(okta, okta.url("keys", "org"))


@pytest.mark.parametrize("base", [ORIGIN, CUSTOM])
def test_every_page_of_a_login_stays_where_it_began(okta: Okta, base: str) -> None:
    """Password, second factor and consent; the session is there afterwards, and nowhere else."""
    change_ada(okta, factors=("otp",))
    known = okta.idp.server("default")
    assert known is not None
    scopes = (*known.scopes, Scope("notes:read", consent="REQUIRED"))
    change_server(okta, scopes=scopes, issuer_mode="DYNAMIC")
    okta.register("web", **WEB | {"consent_method": "REQUIRED", "require_mfa": True})
    query = {
        "client_id": "web",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid notes:read",
        "state": "s",
    }

    def authorize(at: str, **more: str) -> TestResponse:
        return okta.browser.get(f"{at}/oauth2/default/v1/authorize", query_string=query | more)

    page, actions = authorize(base), []
    for fields in (ADA, {"passCode": "123456"}, {"consent": "allow"}):
        actions.append(str(page_of(page).forms[0].action))
        page = okta.submit(page, **fields)
    assert actions == [f"{base}/login/sign-in", f"{base}/login/verify", f"{base}/login/consent"]

    for answer in (page, authorize(base, prompt="none")):
        tokens = okta.redeem(dict(parameters(answer))["code"]).json or {}
        assert parts(tokens["id_token"])[1]["iss"] == f"{base}/oauth2/default"
    elsewhere = CUSTOM if base == ORIGIN else ORIGIN
    assert dict(parameters(authorize(elsewhere, prompt="none")))["error"] == "login_required"


@pytest.mark.parametrize("base", [ORIGIN, CUSTOM])
def test_the_orgs_own_pages_stay_where_they_are(okta: Okta, base: str) -> None:
    initiated = {"idp_initiated_login_mode": "SPEC", "initiate_login_uri": "https://rp.example/login"}
    okta.register("dynamic", **WEB, **initiated, issuer_mode="DYNAMIC")
    tile = f"{base}/home/oidc_client/dynamic/{EMBED_LINK}"

    def to(path: str, **query: str) -> str:
        return okta.browser.get(f"{base}{path}", query_string=query).headers["Location"]

    assert to("/app/UserHome") == f"{base}/login/login.htm"
    page = okta.browser.get(tile)
    assert page_of(page).forms[0].action == f"{base}/login/sign-in"
    form = page_of(page).forms[0]
    assert okta.browser.post(form.action, data={**dict(form.form_values()), **ADA}).headers["Location"] == tile
    assert okta.browser.get(tile).headers["Location"] == f"https://rp.example/login?{urlencode({'iss': base})}"
    assert to("/login/login.htm") == f"{base}/app/UserHome"
    assert to("/login/login.htm", fromURI="/oauth2/x") == f"{base}/oauth2/x"
    assert to("/login/login.htm", fromURI=f"{CUSTOM}/y") == f"{CUSTOM}/y"
    assert to("/login/signout", fromURI=f"{CUSTOM}/y") == f"{CUSTOM}/y"
    assert to("/login/signout") == f"{base}/login/login.htm"


def test_a_host_that_is_neither(okta: Okta) -> None:
    assert document(okta, f"https://evil.example{OPENID}")["issuer"] == ORIGIN
    assert issuer_of_tokens(okta, "https://evil.example", "dynamic") == {ORIGIN}


def test_without_a_custom_url_there_is_one_issuer(make_okta: MakeOkta) -> None:
    okta = make_okta()
    okta.register("custom-url", **WEB, issuer_mode="CUSTOM_URL")
    assert issuer_of_tokens(okta, ORIGIN, "custom-url") == {ORIGIN}


def test_accepted_issuers(okta: Okta) -> None:
    server = okta.idp.server("default")
    assert server is not None
    assert okta.idp.issuers(server) == [f"{ORIGIN}/oauth2/default", f"{CUSTOM}/oauth2/default"]
