"""Answers of the protocol's endpoints, measured by Okta's OpenAPI document where that is present."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.management import openapi
from tests.mock_idp.okta import ORIGIN, Okta, basic

pytestmark = pytest.mark.skipif(
    not openapi.available(),
    reason=f"Okta's OpenAPI documents are not in {openapi.FOLDER}; GAUNTLET_OKTA_OPENAPI names another folder",
)
SERVERS = ("org", "default")
CLIENT = basic("web", "web-secret")
SCOPE = "openid profile email offline_access"


def measured(answer: TestResponse, status: int) -> dict[str, Any]:
    """The JSON of an answer with this status that is as the document has it."""
    assert answer.status_code == status, answer.text
    openapi.check(answer, openapi.OAUTH)
    found: dict[str, Any] = answer.get_json(silent=True) or {}
    return found


@pytest.mark.parametrize("server", SERVERS)
def test_documents(okta: Okta, server: str) -> None:
    base = ORIGIN if server == "org" else f"{ORIGIN}/oauth2/{server}"
    issuer = measured(okta.rp.get(f"{base}/.well-known/openid-configuration"), 200)["issuer"]
    assert issuer == base
    assert measured(okta.rp.get(okta.url("keys", server)), 200)["keys"]
    if server != "org":  # the document has it for custom servers only
        assert measured(okta.rp.get(f"{base}/.well-known/oauth-authorization-server"), 200)["issuer"] == base


def test_documents_for_an_unknown_client(okta: Okta) -> None:
    url = f"{ORIGIN}/oauth2/default/.well-known/openid-configuration?client_id=nobody"
    assert measured(okta.rp.get(url), 400)["errorCode"] == "invalid_client"


@pytest.mark.parametrize("server", SERVERS)
def test_tokens(okta: Okta, server: str) -> None:
    code = okta.code(server=server, scope=SCOPE)
    made = measured(okta.redeem(code, server=server), 200)
    renewed = measured(okta.refresh(made["refresh_token"], server=server), 200)
    assert measured(okta.userinfo(made["access_token"], server=server), 200)["sub"]
    for token in (made["access_token"], made["refresh_token"], made["id_token"]):
        assert measured(okta.introspect(token, server=server), 200)["active"] is True
    assert measured(okta.introspect("nothing", server=server), 200) == {"active": False}
    assert measured(okta.revoke(renewed["access_token"], server=server), 200) == {}


@pytest.mark.parametrize("server", SERVERS)
def test_refusals(okta: Okta, server: str) -> None:
    assert measured(okta.redeem("nothing", server=server), 400)["error"] == "invalid_grant"
    wrong = okta.redeem("nothing", server=server, headers=basic("web", "wrong"))
    assert measured(wrong, 401)["error"] == "invalid_client"
    assert measured(okta.introspect("", server=server), 400)["error"] == "invalid_request"
    assert measured(okta.revoke("", server=server), 400)["error"] == "invalid_request"
    assert okta.userinfo("nothing", server=server).status_code == 401


@pytest.mark.parametrize("server", SERVERS)
def test_pushed_requests(okta: Okta, server: str) -> None:
    request = {"response_type": "code", "scope": "openid", "state": "s", "redirect_uri": "https://rp.example/callback"}
    pushed = okta.rp.post(okta.url("par", server), data=request, headers=CLIENT)
    assert measured(pushed, pushed.status_code)["request_uri"].startswith("urn:okta:")
    refused = okta.rp.post(okta.url("par", server), data={"request_uri": "urn:x"}, headers=CLIENT)
    assert measured(refused, 400)["error"] == "invalid_request"


@pytest.mark.parametrize("server", SERVERS)
def test_what_is_not_as_the_document_has_it_is_noticed(okta: Okta, server: str) -> None:
    answer = okta.redeem("nothing", server=server)
    answer.set_data('{"error": 3}')
    with pytest.raises(AssertionError, match="error"):
        measured(answer, 400)
