"""The General tab of an app: each control is a member of the Management API's JSON (okta.md 5.1 and 5.2)."""

from __future__ import annotations

import pytest

from tests.console.app_page import Json, changes, edited, of
from tests.console.console import Console
from tests.management.api import Api
from tests.management.apps import create
from tests.mock_idp.okta import CALLBACK, ORIGIN

REDIRECT, INITIATE = "Sign-in redirect URIs", "Initiate login URI"
CLIENT = "settings.oauthClient"


def test_saving_what_is_there_changes_nothing(console: Console, api: Api) -> None:
    """Also what has no control: members that only the API knows stay as they are."""
    jwks = {"keys": [dict(console.okta.idp.keys.key("org").jwk)]}
    app, _ = create(
        api,
        credentials={"token_endpoint_auth_method": "private_key_jwt"},
        jwks=jwks,
        grant_types=["authorization_code", "refresh_token", "implicit"],
        response_types=["code", "token"],
        refresh_token={"rotation_type": "ROTATE", "leeway": 12},
        idp_initiated_login={"mode": "OKTA", "default_scope": ["openid", "email"]},
        initiate_login_uri="https://rp.example/start",
        request_object_signing_alg="RS256",
        backchannel_logout_uri="https://rp.example/out",
        participate_slo=True,
        frontchannel_logout_uri="https://rp.example/slo",
        frontchannel_logout_session_required=True,
        consent_method="REQUIRED",
        issuer_mode="DYNAMIC",
        tos_uri="https://rp.example/tos",
    )
    before = of(api, app)
    for section in ("settings", "credentials"):
        assert edited(console, app, section).press("Save").status == 200
        assert changes(before, of(api, app)) == {}


@pytest.mark.parametrize("kind", ["Single-Page Application", "Native Application", "API Services"])
def test_saving_changes_nothing_of_any_kind_of_app(console: Console, api: Api, kind: str) -> None:
    page = console.open("/admin/apps/new").check(kind).press("Next")
    page = page.fill("App integration name", "Shop").press("Save")
    app = page.path.split("/")[3]
    before = of(api, app)
    for section in ("settings", "credentials"):
        assert "were saved" in edited(console, app, section).press("Save").said
        assert changes(before, of(api, app)) == {}


@pytest.mark.parametrize(
    ("labels", "changed"),
    [
        (("Require Demonstrating Proof of Possession (DPoP)",), {f"{CLIENT}.dpop_bound_access_tokens": True}),
        (("Allow wildcard * in sign-in URI redirect.",), {f"{CLIENT}.wildcard_redirect": "SUBDOMAIN"}),
        (("Require consent",), {f"{CLIENT}.consent_method": "REQUIRED"}),
        (
            ("Implicit (hybrid)",),
            {
                f"{CLIENT}.grant_types": ["authorization_code", "implicit"],
                f"{CLIENT}.response_types": ["code", "id_token"],
            },
        ),
        (
            ("Refresh Token", "Rotate token after every use"),
            {
                f"{CLIENT}.grant_types": ["authorization_code", "refresh_token"],
                f"{CLIENT}.refresh_token": {"rotation_type": "ROTATE", "leeway": 30},
            },
        ),
        (
            ("Refresh Token", "Use persistent token"),
            {
                f"{CLIENT}.grant_types": ["authorization_code", "refresh_token"],
                f"{CLIENT}.refresh_token": {"rotation_type": "STATIC"},
            },
        ),
        (
            ("Either Okta or App", "Redirect to app to initiate login (OIDC Compliant)"),
            {f"{CLIENT}.idp_initiated_login.mode": "SPEC", f"{CLIENT}.initiate_login_uri": CALLBACK},
        ),
        (
            ("Either Okta or App", "Send ID Token directly to app (Okta Simplified)"),
            {
                f"{CLIENT}.idp_initiated_login.mode": "OKTA",
                f"{CLIENT}.idp_initiated_login.default_scope": ["openid", "profile", "email"],
                f"{CLIENT}.initiate_login_uri": CALLBACK,
            },
        ),
        (
            ("Either Okta or App", "Display application icon to users"),
            {
                f"{CLIENT}.idp_initiated_login.mode": "SPEC",
                f"{CLIENT}.initiate_login_uri": CALLBACK,
                "visibility.hide.web": False,
            },
        ),
        (
            ("Either Okta or App", "Display application icon in the Okta Mobile app", "Automatically launch"),
            {
                f"{CLIENT}.idp_initiated_login.mode": "SPEC",
                f"{CLIENT}.initiate_login_uri": CALLBACK,
                "visibility.hide.iOS": False,
                "visibility.autoLaunch": True,
            },
        ),
    ],
)
def test_each_box_of_the_general_settings(console: Console, api: Api, labels: tuple[str, ...], changed: Json) -> None:
    app, _ = create(api)
    before = of(api, app)
    page = edited(console, app).check(*labels).press("Save")
    assert page.said == "The general settings were saved.", page.problems
    assert changes(before, of(api, app)) == changed


@pytest.mark.parametrize(
    ("label", "value", "changed"),
    [
        ("App integration name", "Bookshop", {"label": "Bookshop"}),
        ("Logo", "https://rp.example/logo.png", {f"{CLIENT}.logo_uri": "https://rp.example/logo.png"}),
        (REDIRECT, "https://rp.example/other", {f"{CLIENT}.redirect_uris": ["https://rp.example/other"]}),
        ("Login redirect URIs", "https://rp.example/2", {f"{CLIENT}.redirect_uris": ["https://rp.example/2"]}),
        ("Sign-out redirect URIs", "https://a.test/", {f"{CLIENT}.post_logout_redirect_uris": ["https://a.test/"]}),
        ("Website URI", "https://a.test/", {f"{CLIENT}.client_uri": "https://a.test/"}),
        ("Terms of Service URI", "https://a.test/", {f"{CLIENT}.tos_uri": "https://a.test/"}),
        ("Policy URI", "https://a.test/", {f"{CLIENT}.policy_uri": "https://a.test/"}),
    ],
)
def test_each_text_of_the_general_settings(console: Console, api: Api, label: str, value: str, changed: Json) -> None:
    app, _ = create(api)
    before = of(api, app)
    assert edited(console, app).fill(label, value).press("Save").said == "The general settings were saved."
    assert changes(before, of(api, app)) == changed


def test_single_logout(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app).check("User logs out of other logout-initiating apps or Okta").press("Save")
    assert page.problem_at("Logout request URL") == "'frontchannel_logout_uri' is required."
    page = page.fill("Logout request URL", "https://rp.example/slo").check("Include user session details").press("Save")
    assert page.said == "The general settings were saved."
    client = of(api, app)["settings"]["oauthClient"]
    names = ("participate_slo", "frontchannel_logout_uri", "frontchannel_logout_session_required")
    assert [client[name] for name in names] == [True, "https://rp.example/slo", True]


def test_the_tile_of_an_app(console: Console, api: Api) -> None:
    """The way of a guide: Edit, Either Okta or App, display the icon, Initiate login URI."""
    app, _ = create(api)
    page = edited(console, app).check("Either Okta or App", "Display application icon to users")
    assert page.value(INITIATE) == CALLBACK  # as Okta fills it in
    page = page.fill(INITIATE, "https://rp.example/start").press("Save")
    assert page.words("//*[@id='Embed-link']") == f"{ORIGIN}/home/oidc_client/{app}/aln177a159h7Zf52X0g8"
    assert of(api, app)["settings"]["oauthClient"]["initiate_login_uri"] == "https://rp.example/start"
    page = edited(console, app).check("App Only").press("Save")
    assert page.document.xpath("//*[@id='Embed-link']") == []
    client = of(api, app)["settings"]["oauthClient"]
    assert client["idp_initiated_login"] == {"mode": "DISABLED", "default_scope": []}
    assert client["initiate_login_uri"] == "https://rp.example/start"  # kept, for when it has a tile again


@pytest.mark.parametrize(
    ("label", "value", "problem"),
    [
        ("App integration name", "", "The field cannot be left blank"),
        ("App integration name", "x" * 101, "The field is too long"),
        (REDIRECT, "", "'redirect_uris' is required."),
        (INITIATE, "", "'initiate_login_uri' is required."),
        (INITIATE, "rp.example", "'rp.example' is not a valid URL."),
        ("Policy URI", "javascript:alert(1)", "'javascript:alert(1)' is not a valid URL."),
    ],
)
def test_a_refusal_stands_at_its_field(console: Console, api: Api, label: str, value: str, problem: str) -> None:
    app, _ = create(api)
    before = of(api, app)
    page = edited(console, app).check("Either Okta or App", "Require consent").fill(label, value).press("Save")
    assert page.problems == [problem]
    assert page.problem_at(label) == problem
    assert page.value(label) == value
    assert page.is_checked("Require consent")
    assert changes(before, of(api, app)) == {}
    assert page.press("Save").problems == [problem]  # what is shown again can be sent again


def test_simplified_needs_scopes(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app).check("Either Okta or App", "Send ID Token directly to app (Okta Simplified)")
    page = page.uncheck("openid", "profile", "email").press("Save")
    assert page.problems == ["'default_scope' is required."]
    assert page.document.xpath("//*[@id='idp_initiated_login_scopes']//*[@class='field-error']")


def test_rows_can_be_edited(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app).press("+ Add URI").fill(REDIRECT, "https://rp.example/2", 1)
    assert page.press("Remove URI 1").press("Save").said == "The general settings were saved."
    assert of(api, app)["settings"]["oauthClient"]["redirect_uris"] == ["https://rp.example/2"]


def test_nothing_can_be_changed_before_edit(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general")
    assert page.document.xpath("count(//main//fieldset[@disabled])") == 2
    assert not page.document.xpath("//button[text()='Save' and not(@aria-hidden)]")
