"""The Upflow-like target on the wire: what its Identity Platform asks Okta for, takes, and answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import authorization_response, claim
from targets.errors import TargetError
from tests.seed_targets.configured import configured
from tests.third_party.relying_party import RelyingParty

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("seed-upflow")]
ADA = {"sub": "ada-1", "email": "ada@example.com", "name": "Ada"}
TOOLKIT = "/identitytoolkit.googleapis.com/v1/accounts"


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with configured("upflow", tmp_path_factory.mktemp("upflow"), "org", INVITED=ADA["email"]) as started:
        yield started


def call(rp: RelyingParty, method: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{rp.target.base_url}{TOOLKIT}:{method}?key=demo-key", json=body, trust_env=False)


def handler(rp: RelyingParty) -> str:
    return f"{rp.target.base_url}/__/auth/handler"


def begun(rp: RelyingParty, **others: Any) -> dict[str, str]:
    """What the handler is answered when it begins a login."""
    asked = {"providerId": "oidc.okta", "continueUri": handler(rp), "oauthScope": "email profile", **others}
    answer = call(rp, "createAuthUri", **asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def query(url: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def answered(rp: RelyingParty, auth_uri: str, misbehaviour: Misbehaviour | None = None, **who: str) -> str:
    """Where Okta sends the browser of somebody who is signed in there."""
    carrier = {rp.about["carrier"]["header"]: rp.control.create_attempt(misbehaviour, identity=ADA | who)}
    return httpx.get(auth_uri, headers=carrier, trust_env=False).headers["location"]


def signed_in(rp: RelyingParty, misbehaviour: Misbehaviour | None = None, **who: str) -> httpx.Response:
    login = begun(rp)
    where = answered(rp, login["authUri"], misbehaviour, **who)
    return call(rp, "signInWithIdp", requestUri=where, sessionId=login["sessionId"], returnSecureToken=True)


def told(answer: httpx.Response) -> str:
    assert answer.status_code == 400
    message: str = answer.json()["error"]["message"]
    return message


def me(rp: RelyingParty, token: str) -> httpx.Response:
    return httpx.get(f"{rp.target.base_url}/api/me", headers={"Authorization": f"Bearer {token}"}, trust_env=False)


def test_asks_okta_for_a_code(rp: RelyingParty) -> None:
    login = begun(rp)
    asked = query(login["authUri"])
    assert login["authUri"].startswith(f"{rp.about['issuers']['org']}/oauth2/v1/authorize?")
    assert sorted(asked) == ["client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]
    assert (asked["redirect_uri"], asked["response_type"]) == (handler(rp), "code")
    assert asked["scope"] == "openid email profile"
    assert (asked["state"][:6], len(asked["state"])) == ("AMbdmD", 280)


def test_custom_parameters_go_along_but_not_the_reserved_ones(rp: RelyingParty) -> None:
    asked = query(begun(rp, customParameter={"login_hint": "ada", "prompt": "login"})["authUri"])
    assert (asked["login_hint"], asked["prompt"]) == ("ada", "login")
    for name in ("client_id", "response_type", "scope", "redirect_uri", "state"):
        answer = call(rp, "createAuthUri", providerId="oidc.okta", continueUri=handler(rp), customParameter={name: "x"})
        assert told(answer) == f"INVALID_REQUEST : {name} cannot be a custom parameter"


def test_returns_nowhere_but_to_the_handler(rp: RelyingParty) -> None:
    answer = call(rp, "createAuthUri", providerId="oidc.okta", continueUri="https://evil.example/__/auth/handler")
    assert told(answer) == "INVALID_CONTINUE_URI"


def test_knows_one_provider(rp: RelyingParty) -> None:
    answer = call(rp, "createAuthUri", providerId="oidc.other", continueUri=handler(rp))
    assert told(answer) == "OPERATION_NOT_ALLOWED : The identity provider configuration is not found."


def test_answers_as_identity_platform_does(rp: RelyingParty) -> None:
    answer = signed_in(rp).json()
    assert {name: answer[name] for name in ("providerId", "email", "displayName", "expiresIn")} == {
        "providerId": "oidc.okta",
        "email": ADA["email"],
        "displayName": ADA["name"],
        "expiresIn": "3600",
    }
    payload = answer["idToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    assert claims["iss"] == "https://securetoken.google.com/demo-upflow"
    assert claims["firebase"] == {"identities": {"oidc.okta": [ADA["sub"]]}, "sign_in_provider": "oidc.okta"}
    [user] = call(rp, "lookup", idToken=answer["idToken"]).json()["users"]
    assert (user["email"], user["providerUserInfo"][0]["rawId"]) == (ADA["email"], ADA["sub"])


def test_redeems_the_code_with_the_secret(rp: RelyingParty) -> None:
    login = begun(rp)
    attempt = rp.control.create_attempt(None, identity=ADA)
    carrier = {rp.about["carrier"]["header"]: attempt}
    where = httpx.get(login["authUri"], headers=carrier, trust_env=False).headers["location"]
    call(rp, "signInWithIdp", requestUri=where, sessionId=login["sessionId"])
    exchanges = rp.control.transcript(attempt)["exchanges"]
    [request] = [one["request"] for one in exchanges if one["endpoint"] == "token"]
    assert request["headers"]["Authorization"].startswith("Basic ")
    assert sorted(dict(request["form"])) == ["code", "grant_type", "redirect_uri"]
    assert [one for one in exchanges if one["endpoint"] == "userinfo"] == []


@pytest.mark.parametrize("place", ["query", "fragment", "post"])
def test_takes_the_response_from_wherever_it_is(rp: RelyingParty, place: str) -> None:
    login = begun(rp)
    sent = urlsplit(answered(rp, login["authUri"])).query
    there = {
        "query": {"requestUri": f"{handler(rp)}?{sent}"},
        "fragment": {"requestUri": f"{handler(rp)}#{sent}"},
        "post": {"requestUri": handler(rp), "postBody": sent},
    }
    answer = call(rp, "signInWithIdp", sessionId=login["sessionId"], **there[place])
    assert answer.json()["email"] == ADA["email"]


def test_a_response_belongs_to_a_session(rp: RelyingParty) -> None:
    """One that this browser's tab was given, and that has not been used."""
    mine, others = begun(rp), begun(rp)
    where = answered(rp, others["authUri"])
    crossed = call(rp, "signInWithIdp", requestUri=where, sessionId=mine["sessionId"])
    assert "state belongs to no login" in told(crossed)
    assert call(rp, "signInWithIdp", requestUri=where, sessionId=others["sessionId"]).status_code == 200
    again = call(rp, "signInWithIdp", requestUri=where, sessionId=others["sessionId"])
    assert told(again) == "INVALID_IDP_RESPONSE : The session is not known."
    assert told(call(rp, "signInWithIdp", requestUri=where)) == "INVALID_IDP_RESPONSE : The session is not known."


def test_what_okta_refuses_is_told(rp: RelyingParty) -> None:
    refused = signed_in(rp, authorization_response.error("access_denied", "User is not assigned."))
    assert "access_denied User is not assigned." in told(refused)


def test_the_id_token_is_checked(rp: RelyingParty) -> None:
    assert told(signed_in(rp, claim("aud").set("somebody-else"))).startswith("INVALID_IDP_RESPONSE : ID Token rejected")


def test_only_the_invited_get_in(rp: RelyingParty) -> None:
    """Okta lets both in: assigned is not invited."""
    invited = me(rp, signed_in(rp, email="ADA@example.com").json()["idToken"])
    assert (invited.status_code, invited.json()["id"]) == (200, ADA["sub"])
    other = me(rp, signed_in(rp, sub="eve-1", email="eve@example.com").json()["idToken"])
    assert (other.status_code, other.json()["message"]) == (403, "You have not been invited to this organization")


def test_the_api_verifies_its_token(rp: RelyingParty) -> None:
    token = signed_in(rp).json()["idToken"]
    header, payload, signature = token.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert me(rp, token).status_code == 200
    for forged in (f"{unsigned}.{payload}.", f"{header}.{payload}.{signature[:-8]}AAAAAAAA", "x"):
        assert me(rp, forged).status_code == 401


def test_google_renews_without_okta(rp: RelyingParty) -> None:
    given = signed_in(rp).json()
    before = len(rp.control.unbound())
    url = f"{rp.target.base_url}/securetoken.googleapis.com/v1/token?key=demo-key"
    form = {"grant_type": "refresh_token", "refresh_token": given["refreshToken"]}
    renewed = httpx.post(url, data=form, trust_env=False).json()
    assert me(rp, renewed["access_token"]).json()["email"] == ADA["email"]
    assert len(rp.control.unbound()) == before
    unknown = httpx.post(url, data=form | {"refresh_token": "x"}, trust_env=False)
    assert told(unknown) == "INVALID_REFRESH_TOKEN"


def test_the_handler_hands_on_what_was_posted_to_it(rp: RelyingParty) -> None:
    """As text in the page, whatever it is."""
    page = httpx.post(handler(rp), content='"><script>alert(1)</script>', trust_env=False)
    assert 'data-post-body="&#34;&gt;&lt;script&gt;' in page.text


def test_where_the_sdk_looks_for_the_emulator(rp: RelyingParty) -> None:
    sent = urlencode({"apiKey": "demo-key", "authType": "signInViaRedirect"})
    answer = httpx.get(f"{rp.target.base_url}/emulator/auth/handler?{sent}", trust_env=False)
    assert answer.headers["location"] == f"/__/auth/handler?{sent}"


@pytest.mark.parametrize(
    ("settings", "parameters", "userinfo"),
    [
        ({"SEND_CODE_CHALLENGE": "yes"}, {"code_challenge", "code_challenge_method", "nonce"}, 0),
        ({"SEND_NONCE": "no"}, set(), 0),
        ({"USERINFO": "yes"}, {"nonce"}, 1),
        ({"RESPONSE_MODE": "fragment"}, {"nonce", "response_mode"}, 0),
    ],
)
def test_what_is_not_known_is_a_setting(
    tmp_path: Path, settings: dict[str, str], parameters: set[str], userinfo: int
) -> None:
    with configured("upflow", tmp_path, "org", **settings) as rp:
        always = {"client_id", "redirect_uri", "response_type", "scope", "state"}
        login = begun(rp)
        assert set(query(login["authUri"])) == always | parameters
        attempt = rp.control.create_attempt(None, identity=ADA)
        carrier = {rp.about["carrier"]["header"]: attempt}
        where = httpx.get(login["authUri"], headers=carrier, trust_env=False).headers["location"]
        assert call(rp, "signInWithIdp", requestUri=where, sessionId=login["sessionId"]).status_code == 200
        exchanges = rp.control.transcript(attempt)["exchanges"]
        assert [one["endpoint"] for one in exchanges].count("userinfo") == userinfo


def test_the_scopes_are_a_setting(tmp_path: Path) -> None:
    with configured("upflow", tmp_path, "org", SCOPE="openid email") as rp:
        configuration = httpx.get(f"{rp.target.base_url}/api/configuration", trust_env=False).json()
        assert configuration["scopes"] == ["email"]
    with configured("upflow-rest", tmp_path, "org", SCOPE="openid email") as rp:
        begun = httpx.post(f"{rp.target.base_url}/rest/sso", data={"email": ADA["email"]}, trust_env=False)
        assert query(begun.headers["location"])["scope"] == "openid email"


@pytest.mark.parametrize(("counts", "status"), [("yes", 200), ("no", 403)])
def test_whether_an_unverified_address_counts_is_a_setting(tmp_path: Path, counts: str, status: int) -> None:
    with configured("upflow", tmp_path, "org", INVITED=ADA["email"], UNVERIFIED_EMAIL=counts) as rp:
        seen = [
            me(rp, signed_in(rp, claim("email_verified").set(verified)).json()["idToken"]).status_code
            for verified in (True, False)
        ]
        assert seen == [200, status]


@pytest.mark.parametrize(("one", "users"), [("no", 2), ("yes", 1)])
def test_whether_subjects_with_one_address_are_one_user_is_a_setting(tmp_path: Path, one: str, users: int) -> None:
    with configured("upflow", tmp_path, "org", ONE_USER_PER_EMAIL=one) as rp:
        assert len({signed_in(rp, sub=sub).json()["localId"] for sub in ("ada-1", "ada-2")}) == users


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    said = "SIGN_IN must be one of redirect, popup, rest; got 'frame'"
    with pytest.raises(TargetError, match=said), configured("upflow", tmp_path, "org", SIGN_IN="frame"):
        pass
