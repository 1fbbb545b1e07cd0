"""Okta's middleware for Express: signs in, shows UserInfo, refuses tampered ID Tokens, signs out and revokes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import (
    active_kid,
    authorization_response,
    claim,
    compact,
    header,
    now,
    other_client,
    rogue_key,
    signing,
    userinfo,
)
from targets.shapes import AuthorizationResponse, Page
from tests.third_party.installed import NODE, node_package
from tests.third_party.relying_party import Login, RelyingParty, relying_party

pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("third-party-middleware")]

SERVERS = [("default", "--tls"), ("org", "--tls"), ("default", "")]


@pytest.fixture(scope="module", params=SERVERS, ids=lambda param: "".join(param))
def rp(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    node_package("@okta/oidc-middleware")
    server, option = request.param
    folder = tmp_path_factory.mktemp("middleware")
    with relying_party(NODE / "target.toml", folder, *filter(None, [option]), server=server) as started:
        yield started


def opened(rp: RelyingParty, login: Login, path: str) -> Page:
    """What the login's browser sees at this path of the relying party."""
    return login.profile.deliver(AuthorizationResponse(f"{rp.target.base_url}{path}", "query", ()))


def test_signs_in_and_shows_who_it_is(rp: RelyingParty) -> None:
    login = rp.login()
    assert login.profile.start_login().status == 200
    assert login.canary.shown_on(login.profile.probe())
    assert opened(rp, login, "/protected").text == "Only for you"


def test_shows_what_userinfo_says(rp: RelyingParty) -> None:
    login = rp.login(userinfo("name").set("Renamed"))
    login.profile.start_login()
    assert "name: Renamed" in login.profile.probe().body


def test_signs_out(rp: RelyingParty) -> None:
    login = rp.login()
    login.profile.start_login()
    assert login.signed_in_as() == login.canary.sub
    assert opened(rp, login, "/sign-out").text == "Goodbye"
    assert login.signed_in_as() == "nobody"
    assert "logout" in [exchange["endpoint"] for exchange in login.transcript()["exchanges"]]


def test_signing_out_revokes_both_tokens(rp: RelyingParty) -> None:
    login = rp.login()
    login.profile.start_login()
    opened(rp, login, "/sign-out")
    exchanges = login.transcript()["exchanges"]
    revoked = {
        dict(e["request"]["form"])["token_type_hint"]: e["status"] for e in exchanges if e["endpoint"] == "revoke"
    }
    assert revoked == {"access_token": 200, "refresh_token": 200}


@pytest.mark.parametrize(
    ("misbehaviour", "says"),
    [
        (authorization_response("state").set("another"), "state mismatch"),
        (authorization_response.error("access_denied", "User is not assigned."), "access_denied"),
        (claim("iss").set("https://attacker.example"), "unexpected iss value"),
        (claim("aud").set(other_client()), "aud mismatch"),
        (claim("exp").set(now(days=-1)), "JWT expired"),
        (compact("signature").corrupt(), "failed to validate JWT signature"),
        (compact("payload", "sub").set("00uvictim"), "failed to validate JWT signature"),
        (signing("alg").set("none"), "unexpected JWT alg"),
        (signing("key").set(rogue_key()) & header("kid").set(active_kid()), "failed to validate JWT signature"),
        (userinfo("sub").set("00uvictim"), "userinfo sub mismatch"),
    ],
    ids=str,
)
def test_refuses_what_was_tampered_with(rp: RelyingParty, misbehaviour: Misbehaviour, says: str) -> None:
    login = rp.login(misbehaviour)
    page = login.profile.start_login()
    assert says in page.text, page.text
    assert login.signed_in_as() == "nobody"
