"""The ToolJet-like target is on the wire what seeds.md says of ToolJet, where no case of the suites looks."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import authorization_response, claim, now, token_response, userinfo
from targets.target_file import load
from tests.seed_targets.configured import configured
from tests.third_party.relying_party import CLIENT_ID, CLIENT_SECRET, RelyingParty, relying_party

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("seed-tooljet")]


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party("tooljet", tmp_path_factory.mktemp("tooljet"), server="org") as started:
        yield started


def said(rp: RelyingParty, misbehaviour: Misbehaviour | None = None) -> tuple[str, dict[str, str]]:
    """What the page is answered when it posts the code, and who is signed in then."""
    login = rp.login(misbehaviour)
    page = login.profile.start_login()
    probe = login.profile.probe()
    return page.text, json.loads(probe.body) if probe.status == 200 else {}


def test_the_login_starts_with_json_and_a_cookie(rp: RelyingParty) -> None:
    answer = httpx.get(f"{rp.target.base_url}/api/oauth/openid/configs", trust_env=False)
    assert list(answer.json()) == ["authorizationUrl"]
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "oidc_code_verifier"
    assert [part.strip() for part in rest.split(";")][1:] == ["Path=/", "HttpOnly", "SameSite=Strict"]


def test_the_authorization_request_has_these_parameters_and_no_others(rp: RelyingParty) -> None:
    answer = httpx.get(f"{rp.target.base_url}/api/oauth/openid/configs", trust_env=False)
    asked = {name: value for name, [value] in parse_qs(urlsplit(answer.json()["authorizationUrl"]).query).items()}
    assert asked.pop("state").count("-") == 4
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "client_id": CLIENT_ID,
        "scope": "openid email profile",
        "response_type": "code",
        "redirect_uri": f"{rp.target.base_url}/sso/openid",
        "code_challenge_method": "S256",
    }


def test_the_server_asks_the_idp_in_this_order(rp: RelyingParty) -> None:
    login, before = rp.login(), len(rp.control.unbound())
    login.profile.start_login()
    seen = [*login.transcript()["exchanges"], *rp.control.unbound()[before:]]
    asked = sorted(seen, key=lambda one: one["at"])
    assert [one["endpoint"] for one in asked] == ["discovery", "authorize", "discovery", "token", "keys", "userinfo"]
    *_, token, _, info = (one["request"]["headers"] for one in asked)
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    assert token["Authorization"] == f"Basic {basic}"
    assert info["Authorization"].startswith("Bearer ")
    assert token["User-Agent"].startswith("openid-client/5.7.1")


def test_the_account_goes_by_the_address_in_lower_case(rp: RelyingParty) -> None:
    _, user = said(rp, userinfo("email").set("Ada@Example.COM") & userinfo("name").set("Ada King Lovelace"))
    assert (user["email"], user["first_name"], user["last_name"]) == ("ada@example.com", "Ada", "Lovelace")


def test_userinfo_goes_before_the_id_token(rp: RelyingParty) -> None:
    _, user = said(rp, userinfo("email").set("other@example.com"))
    assert user["email"] == "other@example.com"


def test_without_userinfos_address_the_id_tokens_is_taken(rp: RelyingParty) -> None:
    _, user = said(rp, claim("email").set("from-the-token@example.com") & userinfo("email").remove())
    assert user["email"] == "from-the-token@example.com"


def test_without_any_address_nobody_is_signed_in(rp: RelyingParty) -> None:
    text, user = said(rp, claim("email").remove() & userinfo("email").remove())
    assert ('"statusCode":401' in text, '"message":"Invalid credentials"' in text, user) == (True, True, {})


def test_an_issue_time_five_minutes_ahead_is_accepted(rp: RelyingParty) -> None:
    _, user = said(rp, claim("iat").set(now(minutes=5)))
    assert user


def test_another_iss_in_the_callback_is_accepted(rp: RelyingParty) -> None:
    _, user = said(rp, authorization_response("iss").set("https://attacker.example"))
    assert user


def test_an_unsolicited_nonce_is_refused_with_the_librarys_words(rp: RelyingParty) -> None:
    text, user = said(rp, claim("nonce").set("unsolicited"))
    assert ("nonce mismatch, expected undefined, got: unsolicited" in text, user) == (True, {})


def test_without_an_id_token_the_librarys_words(rp: RelyingParty) -> None:
    text, user = said(rp, token_response("id_token").remove())
    assert ("id_token not present in TokenSet" in text, user) == (True, {})


def test_a_tile_that_leads_to_the_callback_ends_in_an_error(rp: RelyingParty) -> None:
    answer = httpx.post(f"{rp.target.base_url}/api/oauth/sign-in/common/openid", json={}, trust_env=False)
    assert answer.status_code == 500
    assert answer.json()["message"].startswith("no access token provided")


@pytest.mark.parametrize("typed", ["{issuer}", "{issuer}/.well-known/openid-configuration"])
@pytest.mark.parametrize("server", ["org", "default"])
def test_the_well_known_url_may_be_the_issuer(tmp_path: Path, typed: str, server: str) -> None:
    with configured("tooljet", tmp_path, server, WELL_KNOWN_URL=typed) as rp:
        assert said(rp)[1]


def test_the_well_known_url_of_oauth_leads_to_no_login(tmp_path: Path) -> None:
    url = "{issuer}/.well-known/oauth-authorization-server"
    with configured("tooljet", tmp_path, "default", WELL_KNOWN_URL=url) as rp:
        text, user = said(rp)
        assert ("userinfo_endpoint must be configured on the issuer" in text, user) == (True, {})


def test_group_sync_asks_for_groups_and_keeps_those_it_has(tmp_path: Path) -> None:
    with configured("tooljet", tmp_path, "org", GROUP_CLAIM="teams", GROUPS="Sales,ops") as rp:
        login = rp.login(userinfo("teams").set(["Sales", "Ops", "Everyone"]))
        login.profile.start_login()
        [asked] = [one for one in login.transcript()["exchanges"] if one["endpoint"] == "authorize"]
        assert parse_qs(urlsplit(asked["url"]).query)["scope"] == ["openid email profile groups"]
        assert json.loads(login.profile.probe().body)["groups"] == ["Sales"]


def test_group_sync_at_a_custom_server_without_the_scope_fails(tmp_path: Path) -> None:
    with configured("tooljet", tmp_path, "default", GROUP_CLAIM="groups") as rp:
        login = rp.login()
        assert "invalid_scope" in login.profile.start_login().url
        assert login.signed_in_as() == "nobody"


def test_custom_scopes_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    with configured("tooljet", tmp_path, "org", GROUP_CLAIM="groups", OIDC_CUSTOM_SCOPES="openid, email") as rp:
        answer = httpx.get(f"{rp.target.base_url}/api/oauth/openid/configs", trust_env=False)
        assert parse_qs(urlsplit(answer.json()["authorizationUrl"]).query)["scope"] == ["openid email"]


def test_without_sign_up_only_the_invited_come_in(tmp_path: Path) -> None:
    with configured("tooljet", tmp_path, "org", SSO_DISABLE_SIGNUPS="true", USERS="ada@example.com") as rp:
        assert said(rp, userinfo("email").set("ada@example.com"))[1]["email"] == "ada@example.com"
        text, user = said(rp)
        assert ("User does not exist in the workspace" in text, user) == (True, {})


def test_only_accepted_domains_come_in(tmp_path: Path) -> None:
    with configured("tooljet", tmp_path, "org", SSO_ACCEPTED_DOMAINS="tooljet.test") as rp:
        assert said(rp, userinfo("email").set("ada@tooljet.test"))[1]
        text, user = said(rp, userinfo("email").set("ada@tooljet.test.example"))
        assert ("Domain verification failed" in text, user) == (True, {})


def test_a_workspaces_configuration_has_its_id_in_every_path(tmp_path: Path) -> None:
    with relying_party("tooljet-workspace", tmp_path, server="org") as rp:
        login = rp.login()
        page = login.profile.start_login()
        identifier = load("tooljet-workspace").login.url.rpartition("/")[2]
        assert urlsplit(page.url).path == f"/sso/openid/{identifier}"
        assert page.trail[-1] == f"201 POST {rp.target.base_url}/api/oauth/sign-in/{identifier}"
        assert login.canary.email in login.profile.probe().body
