"""Claims of people and of custom servers in tokens and userinfo (okta.md 1.5, 4.2 to 4.4)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from mock_idp.edits.editor import HONEST_EDITOR
from mock_idp.misbehaviour import TOKEN
from mock_idp.org.app import AppUser
from mock_idp.org.authorization_server import Claim
from mock_idp.protocol.contents.tokens import access_token
from mock_idp.protocol.scope import LoginScope
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import Okta, parameters, parts

GRACE: dict[str, Any] = {
    "sub": "00u1",
    "email": "grace@users.test",
    "name": "Grace B. Hopper",
    "given_name": "Grace",
    "family_name": "Hopper",
    "middle_name": "Brewster",
    "nickname": "Amazing",
    "profile": "https://people.test/grace",
    "picture": "https://people.test/grace.png",
    "website": "https://grace.test",
    "gender": "female",
    "birthdate": "1906-12-09",
    "phone_number": "+1 555 0100",
    "address": {"street_address": "1 Navy Way", "locality": "Arlington", "region": "", "postal_code": "22201"},
    "email_verified": False,
}
EVERY_SCOPE = "openid profile email address phone"
FULL = {
    "sub": "00u1",
    "name": "Grace B. Hopper",
    "locale": "en-US",
    "email": "grace@users.test",
    "preferred_username": "grace@users.test",
    "given_name": "Grace",
    "family_name": "Hopper",
    "zoneinfo": "America/Los_Angeles",
    "updated_at": 1_700_000_000,
    "email_verified": False,
    "nickname": "Amazing",
    "middle_name": "Brewster",
    "profile": "https://people.test/grace",
    "picture": "https://people.test/grace.png",
    "website": "https://grace.test",
    "gender": "female",
    "birthdate": "1906-12-09",
    "phone_number": "+1 555 0100",
    "address": {"street_address": "1 Navy Way", "locality": "Arlington", "postal_code": "22201"},
}
BASE = ["ver", "iss", "aud", "iat", "exp", "jti", "amr", "idp"]


def configure(okta: Okta, *claims: Claim, server: str = "default") -> None:
    """Claims added to those that the custom server has; one of the same name and type is replaced."""
    found = okta.idp.server(server)
    assert found is not None
    new = {(claim.name, claim.claim_type) for claim in claims}
    kept = tuple(claim for claim in found.claims if (claim.name, claim.claim_type) not in new)
    okta.idp.org.servers.save(dataclasses.replace(found, claims=(*kept, *claims)))


def login(okta: Okta, **params: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The ID Token's claims, the access token's, and userinfo's, of a login as GRACE."""
    server = params.setdefault("server", "default")
    identity = params.pop("identity", GRACE)
    tokens = okta.tokens(okta.attempt(identity=identity), **params)
    told: dict[str, Any] = okta.userinfo(tokens["access_token"], server=server).json or {}
    return parts(tokens["id_token"])[1], parts(tokens["access_token"])[1], told


@pytest.mark.parametrize("server", ["default", "org"])
def test_userinfo_has_everything(okta: Okta, server: str) -> None:
    _, _, told = login(okta, server=server, scope=EVERY_SCOPE)
    assert list(told.items()) == list(FULL.items())


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ("openid address", ["sub", "address"]),
        ("openid phone", ["sub", "phone_number"]),
        ("openid email", ["sub", "email", "email_verified"]),
    ],
)
@pytest.mark.parametrize("server", ["default", "org"])
def test_each_scope_gives_its_claims(okta: Okta, server: str, scope: str, wanted: list[str]) -> None:
    assert list(login(okta, server=server, scope=scope)[2]) == wanted


def test_name_is_derived_and_null_is_left_out(okta: Okta) -> None:
    ada = okta.idp.user_by_login("ada@example.com")
    assert ada is not None
    okta.idp.org.users.save(dataclasses.replace(ada, name="", zoneinfo=""))
    answer = okta.sign_in(okta.authorize(server="org"))
    token = okta.redeem(dict(parameters(answer))["code"], server="org").json or {}

    told = okta.userinfo(token["access_token"], server="org").json or {}
    assert told["name"] == "Ada Admin"
    assert "zoneinfo" not in told
    assert "nickname" not in told


@pytest.mark.parametrize("server", ["default", "org"])
def test_order_of_a_fat_id_token(okta: Okta, server: str) -> None:
    answer = okta.authorize(
        okta.attempt(identity=GRACE), server=server, scope=EVERY_SCOPE, response_type="code id_token", nonce="n"
    )

    _, claims = parts(dict(parameters(answer))["id_token"])
    rest = [name for name in FULL if name not in ("sub", "name", "email", "preferred_username")]
    expected = ["sub", "name", "email", *BASE, "nonce", "preferred_username", "auth_time", *rest, "c_hash"]
    assert list(claims) == expected
    assert FULL.items() <= claims.items()


def test_claims_of_the_person_change_no_protocol_claim(okta: Okta) -> None:
    identity = GRACE | {"claims": {"tenant": "t1", "iss": "https://evil.example", "sub": "x", "nickname": "Other"}}
    claims, _, told = login(okta, server="org", identity=identity, scope="openid profile")

    assert (claims["tenant"], claims["sub"], claims["iss"]) == ("t1", "00u1", okta.idp.public_url)
    assert (told["tenant"], told["sub"], told["nickname"]) == ("t1", "00u1", "Other")


# ---- custom servers -------------------------------------------------------------------------------------------


def test_identity_claims_thin_and_fat(okta: Okta) -> None:
    configure(
        okta,
        Claim("always", value='"a"'),
        Claim("at_userinfo", value="user.nickName", always_include_in_token=False),
        Claim("for_email", value="user.email", scopes=("email",)),
        Claim("off", value='"x"', status="INACTIVE"),
        Claim("missing", value="user.nothing"),
        Claim("wrong", value="user.login > 1"),
        Claim("iss", value='"https://evil.example"'),
        Claim("nickname", value='"of the server"'),
    )
    claims, access, told = login(okta, scope="openid profile")

    head = ["sub", "name", *BASE, "preferred_username", "auth_time"]
    assert list(claims) == [*head, "nickname", "at_hash", "always"]
    assert claims["iss"] == f"{okta.idp.public_url}/oauth2/default"
    assert told["at_userinfo"] == "Amazing"
    assert told["nickname"] == "of the server"
    assert not {"for_email", "off", "missing", "wrong", "iss"} & set(told)
    assert "always" not in access
    assert login(okta, scope="openid email")[0]["for_email"] == "grace@users.test"


@pytest.mark.parametrize(
    ("response_type", "there"),
    [("id_token", True), ("code id_token", True), ("id_token token", False), ("code id_token token", False)],
)
def test_front_channel_without_access_token_is_fat(okta: Okta, response_type: str, there: bool) -> None:
    configure(okta, Claim("team", value='"t"', always_include_in_token=False))
    answer = okta.authorize(okta.attempt(), response_type=response_type, nonce="n")
    assert ("team" in parts(dict(parameters(answer))["id_token"])[1]) is there


def test_system_claim_that_is_included_always(okta: Okta) -> None:
    configure(okta, Claim("given_name", value_type="SYSTEM", value="given_name", scopes=("profile",), system=True))
    claims, _, _ = login(okta, scope="openid profile")
    assert claims["given_name"] == "Grace"
    assert "family_name" not in claims


def test_refreshed_id_token_is_thin_too(okta: Okta) -> None:
    configure(okta, Claim("always", value='"a"'), Claim("rarely", value='"r"', always_include_in_token=False))
    refresh = okta.tokens(scope="openid offline_access")["refresh_token"]
    claims = parts((okta.refresh(refresh).json or {})["id_token"])[1]
    assert claims["always"] == "a"
    assert "rarely" not in claims


def test_resource_claims(okta: Okta) -> None:
    configure(
        okta,
        Claim("department", claim_type="RESOURCE", value="user.department"),
        Claim("teams", claim_type="RESOURCE", value_type="GROUPS", group_filter_type="STARTS_WITH", value="eng-"),
        Claim("scopes", claim_type="RESOURCE", value="Arrays.size(access.scope)", scopes=("email",)),
        Claim("cid", claim_type="RESOURCE", value='"x"'),
    )
    identity = GRACE | {"groups": ["eng-web", "ops"], "attributes": {"department": "Navy"}}
    claims, access, told = login(okta, identity=identity, scope="openid email")

    base = ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "auth_time", "sub"]
    assert list(access) == [*base, "department", "teams", "scopes"]
    assert (access["department"], access["teams"], access["scopes"]) == ("Navy", ["eng-web"], 2)
    assert access["cid"] == "web"
    assert not {"department", "teams", "scopes"} & (set(claims) | set(told))
    assert "scopes" not in login(okta, identity=identity, scope="openid")[1]


def test_subject_of_access_tokens_is_a_claim_of_the_server(okta: Okta) -> None:
    configure(okta, Claim("sub", claim_type="RESOURCE", value_type="SYSTEM", value="appuser.nickname", system=True))
    assert login(okta)[1]["sub"] == "grace@users.test"  # no such property: the login after all
    app, ada = okta.idp.app("web"), okta.idp.user_by_login("ada@example.com")
    assert app is not None
    assert ada is not None
    okta.idp.org.apps.save(dataclasses.replace(app, users=(AppUser(ada.id, "ada.a", {"nickname": "Countess"}),)))
    code = dict(parameters(okta.sign_in(okta.authorize())))["code"]
    token = (okta.redeem(code).json or {})["access_token"]

    assert parts(token)[1]["sub"] == "Countess"


def test_access_token_of_the_org_server(okta: Okta) -> None:
    _, access, _ = login(okta, server="org", scope="openid email")

    now = int(okta.clock.now())
    assert list((access | {"jti": ""}).items()) == [
        ("ver", 1),
        ("jti", ""),
        ("iss", okta.idp.public_url),
        ("aud", okta.idp.public_url),
        ("sub", "grace@users.test"),
        ("iat", now),
        ("exp", now + 3600),
        ("cid", "web"),
        ("uid", "00u1"),
        ("scp", ["openid", "email"]),
        ("auth_time", now - 2),
    ]


def test_switch_for_the_typ_of_org_access_tokens(make_okta: MakeOkta) -> None:
    okta = make_okta(org_access_token_typ=False)
    assert list(parts(okta.tokens(server="org")["access_token"])[0]) == ["kid", "alg"]


@pytest.mark.parametrize("repeated", [False, True])
def test_nonce_of_a_refreshed_id_token(make_okta: MakeOkta, repeated: bool) -> None:
    okta = make_okta(refreshed_id_token_nonce=repeated)
    refresh = okta.tokens(scope="openid offline_access", nonce="n1")["refresh_token"]
    claims = parts((okta.refresh(refresh).json or {})["id_token"])[1]
    assert claims.get("nonce") == ("n1" if repeated else None)


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({}, False),
        ({"participate_slo": True, "frontchannel_logout_uri": "https://rp.example/out"}, False),
        ({"participate_slo": True, "frontchannel_logout_session_required": True}, True),
        ({"frontchannel_logout_session_required": True}, False),
        ({"backchannel_logout_uri": "https://rp.example/back"}, True),
    ],
)
def test_session_id_only_for_apps_that_are_told_of_the_end(okta: Okta, settings: dict[str, Any], there: bool) -> None:
    slo = {"frontchannel_logout_uri": "https://rp.example/out"} if "participate_slo" in settings else {}
    web = {"client_secret": "web-secret", "redirect_uris": ["https://rp.example/callback"]}
    okta.register("web", **web | slo | settings)
    claims, _, _ = login(okta, scope="openid")

    assert ("sid" in claims) is there
    assert not there or (claims["sid"].startswith("idx") and list(claims)[-2:] == ["at_hash", "sid"])


def test_session_id_is_off_without_the_feature(make_okta: MakeOkta) -> None:
    okta = make_okta(frontchannel_slo=False)
    settings = {
        "participate_slo": True,
        "frontchannel_logout_uri": "https://rp.example/out",
        "frontchannel_logout_session_required": True,
    }
    okta.register("web", client_secret="web-secret", redirect_uris=["https://rp.example/callback"], **settings)
    assert "sid" not in login(okta)[0]


@pytest.mark.parametrize(
    ("server_id", "order"),
    [
        ("default", ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "scp", "sub", "kind"]),
        ("org", ["ver", "jti", "iss", "aud", "sub", "iat", "exp", "cid", "scp"]),
    ],
)
def test_access_token_of_an_app_that_acts_for_itself(okta: Okta, server_id: str, order: list[str]) -> None:
    configure(
        okta,
        Claim("kind", claim_type="RESOURCE", value='appuser == null ? "service" : "person"'),
        Claim("login", claim_type="RESOURCE", value="user.login"),
    )
    server = okta.idp.server(server_id)
    assert server is not None
    grant = {"client_id": "web", "scopes": ["read"], "access_token_ttl": 60, "auth_time": None, "request": {}}
    scope = LoginScope(okta.idp, server, None, grant)

    _, claims = parts(access_token(scope, HONEST_EDITOR, grant, None, channel=TOKEN))
    assert list(claims) == order
    assert (claims["sub"], claims["exp"] - claims["iat"]) == ("web", 60)
    assert claims.get("kind") == ("service" if server_id == "default" else None)
