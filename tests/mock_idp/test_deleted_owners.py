"""An app, an authorization server or a person is deleted, and another one gets the id: nothing of the old one works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mock_idp.clock import ManualClock
from mock_idp.idp import Idp
from mock_idp.org.authorization_server import AuthorizationServer
from mock_idp.org.model import Org, default_org
from tests.management.api import Api
from tests.mock_idp.okta import ORIGIN, Okta, parameters

ORG = """
[settings]
consent = true
[[users]]
id = "00uada"
login = "ada@example.com"
password = "correct horse"
[[users]]
id = "00ubob"
login = "bob@example.com"
[[authorization_servers]]
id = "default"
[[authorization_servers]]
id = "orders"
audiences = ["api://orders"]
[[authorization_servers.scopes]]
name = "orders:read"
consent = "REQUIRED"
[[apps]]
client_id = "web"
client_secret = "web-secret"
redirect_uris = ["https://rp.example/callback"]
grant_types = ["authorization_code", "refresh_token"]
consent_method = "REQUIRED"
[[apps]]
client_id = "other"
client_secret = "other-secret"
redirect_uris = ["https://rp.example/callback"]
"""
SCOPE = "openid offline_access orders:read"
GONE = {
    "app": '[[apps]]\nclient_id = "web"',
    "server": '[[authorization_servers]]\nid = "orders"',
    "person": '[[users]]\nid = "00uada"',
}
"""How the part of the file begins that says who is deleted."""
INACTIVE = {"active": False}


def without(text: str, start: str) -> str:
    """The file without one entry and what belongs to it."""
    head, _, rest = text.partition(start)
    end = re.search(r"^\[\[(users|apps|authorization_servers)\]\]", rest, re.MULTILINE)
    return head + (rest[end.start() :] if end else "")


def take(okta: Okta, text: str) -> None:
    answer = okta.control("PUT", "/org", {"toml": text})
    assert answer.status_code == 200, answer.text
    okta.clock.advance(1)


def code(okta: Okta) -> str:
    """A code for Ada at the server `orders`: she signs in and agrees where she is asked."""
    answer = okta.authorize(server="orders", scope=SCOPE)
    if "identifier" in answer.text:
        answer = okta.sign_in(answer)
    if answer.status_code == 200:
        answer = okta.submit(answer, consent="allow")
    return dict(parameters(answer))["code"]


def tokens(okta: Okta) -> dict[str, Any]:
    answer = okta.redeem(code(okta), server="orders")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def by_import(okta: Okta, who: str) -> None:
    take(okta, without(ORG, GONE[who]))


def by_api(okta: Okta, who: str) -> None:
    api = Api(okta)
    path = {"app": "/apps/web", "server": "/authorizationServers/orders", "person": "/users/00uada"}[who]
    if who != "person":  # the first DELETE of a person deactivates
        assert api.post(f"{path}/lifecycle/deactivate").status_code in (200, 204)
    statuses = [api.delete(path).status_code for _ in range(2)]
    assert statuses == ([204, 204] if who == "person" else [204, 404])


@pytest.mark.parametrize("delete", [by_import, by_api])
@pytest.mark.parametrize("who", list(GONE))
def test_what_the_old_one_had_stays_dead(okta: Okta, who: str, delete: Any) -> None:
    take(okta, ORG)
    old, unused = tokens(okta), code(okta)
    okta.clock.advance(1)  # an ID Token's `iat` has no fractions of a second
    delete(okta, who)
    take(okta, ORG)

    for kind in ("access_token", "refresh_token", "id_token"):
        assert okta.introspect(old[kind], server="orders").json == INACTIVE, kind
    assert okta.userinfo(old["access_token"], server="orders").status_code == 401
    texts = {"code": "The authorization code is invalid or has expired.", "refresh": "The refresh token is invalid"}
    refused = okta.redeem(unused, server="orders").json or {}
    assert (refused["error"], refused["error_description"]) == ("invalid_grant", texts["code"])
    refused = okta.refresh(old["refresh_token"], server="orders").json or {}
    assert (refused["error"], refused["error_description"]) == ("invalid_grant", f"{texts['refresh']} or expired.")

    fresh = tokens(okta)
    for kind in ("access_token", "refresh_token", "id_token"):
        assert (okta.introspect(fresh[kind], server="orders").json or {})["active"], kind


@pytest.mark.parametrize("who", list(GONE))
def test_who_stays_keeps_what_they_have(okta: Okta, who: str) -> None:
    take(okta, ORG)
    made = tokens(okta)
    bystanders = {"app": "other", "server": "default", "person": "00ubob"}
    key = "client_id" if who == "app" else "id"
    start = GONE[who].splitlines()[0]
    take(okta, without(ORG, f'{start}\n{key} = "{bystanders[who]}"'))

    for kind in ("access_token", "refresh_token", "id_token"):
        assert (okta.introspect(made[kind], server="orders").json or {})["active"], kind
    # Neither password nor consent is asked for anew.
    assert "code" in dict(parameters(okta.authorize(server="orders", scope=SCOPE)))


@pytest.mark.parametrize(("who", "asked"), [("app", "consent"), ("server", "consent"), ("person", "identifier")])
def test_the_new_one_is_asked_anew(okta: Okta, who: str, asked: str) -> None:
    take(okta, ORG)
    code(okta)
    by_import(okta, who)
    take(okta, ORG)

    page = okta.authorize(server="orders", scope=SCOPE)
    assert page.status_code == 200
    assert f'name="{asked}"' in page.text


def test_session_token_of_a_deleted_person(okta: Okta) -> None:
    take(okta, ORG)
    sent = {"username": "ada@example.com", "password": "correct horse"}
    answer = okta.browser.post(f"{ORIGIN}/api/v1/authn", json=sent)
    session_token = (answer.json or {})["sessionToken"]
    by_import(okta, "person")
    take(okta, ORG)

    page = okta.authorize(server="orders", scope=SCOPE, sessionToken=session_token)
    assert 'name="identifier"' in page.text


def test_a_restart_keeps_keys_and_no_token(tmp_path: Path) -> None:
    """So nothing that was revoked works again, although its signature is still good."""
    org = Org(users=default_org().users, authorization_servers=(AuthorizationServer("default", "default"),))

    def started() -> Okta:
        clock = ManualClock()
        return Okta(Idp(ORIGIN, org, clock=clock, state_directory=tmp_path), clock)

    before = started()
    made = before.tokens(scope="openid offline_access")
    after = started()

    assert after.verified(made["access_token"])
    assert after.userinfo(made["access_token"]).status_code == 401
    for kind in ("access_token", "refresh_token"):
        assert after.introspect(made[kind]).json == INACTIVE
    assert (after.refresh(made["refresh_token"]).json or {})["error"] == "invalid_grant"
    assert (after.introspect(made["id_token"]).json or {})["active"]
