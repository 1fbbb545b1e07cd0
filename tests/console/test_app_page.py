"""An app's page: each control is a member of the Management API's JSON (okta.md 5.1 and 5.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create, oidc
from tests.mock_idp.okta import CALLBACK, ORIGIN

Json = dict[str, Any]
REDIRECT, INITIATE = "Sign-in redirect URIs", "Initiate login URI"


def of(api: Api, app: str) -> Json:
    found: Json = api.get(f"/apps/{app}").json  # type: ignore[assignment]
    return found


def edited(console: Console, app: str, section: str = "settings") -> Page:
    place = {"credentials": 0, "settings": 1}[section]
    page = console.open("/admin/apps/active").follow("Shop")
    assert page.path == f"/admin/app/{app}/general"
    return page.follow("Edit", place)


def changes(before: Any, after: Any, path: str = "") -> Json:
    """What is another value, by path."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: Json = {}
        for name in before | after:
            found |= changes(before.get(name), after.get(name), f"{path}.{name}".lstrip("."))
        return found
    return {} if before == after or path == "lastUpdated" else {path: after}


CLIENT, CREDENTIALS = "settings.oauthClient", "credentials.oauthClient"


# ---- General Settings -----------------------------------------------------------------------------------------


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


# ---- Client Credentials -----------------------------------------------------------------------------------------


def test_client_authentication(console: Console, api: Api) -> None:
    app, secret = create(api)
    page = edited(console, app, "credentials").check("None", "Require PKCE as additional verification").press("Save")
    assert page.said == "The client credentials were saved."
    credentials = of(api, app)["credentials"]["oauthClient"]
    assert (credentials["token_endpoint_auth_method"], credentials["pkce_required"]) == ("none", True)
    assert "CLIENT SECRETS" not in page.words()
    page = edited(console, app, "credentials").check("Client secret").press("Save")
    made = api.listed(f"/apps/{app}/credentials/secrets")[0]["client_secret"]
    assert made != secret
    assert page.words("//*[@id='Client-secret-1']") == made


def test_none_needs_pkce(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app, "credentials").check("None").press("Save")
    text = "'pkce_required' must be true when 'token_endpoint_auth_method' is 'none'."
    assert page.problem_at("Require PKCE as additional verification") == text


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_jwt"])
def test_how_the_secret_is_sent(console: Console, api: Api, method: str) -> None:
    app, secret = create(api)
    assert edited(console, app, "credentials").fill("How the client sends its secret", method).press("Save").said
    assert of(api, app)["credentials"]["oauthClient"]["token_endpoint_auth_method"] == method
    assert api.listed(f"/apps/{app}/credentials/secrets")[0]["client_secret"] == secret


def test_public_keys(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = edited(console, app, "credentials").check("Public key / Private key").press("Save")
    text = "'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'."
    assert page.problem_at("Public keys") == text
    page = page.fill("Public keys", "{").press("Save")
    assert page.problem_at("Public keys") == 'Expected a JSON Web Key, or a set of them: {"keys": [...]}'
    page = page.fill("Public keys", '{"kty": "RSA"}').press("Save")
    assert page.problem_at("Public keys") == "The key is not a public RSA or EC key."
    key = dict(console.okta.idp.keys.key("org").jwk)
    page = page.fill("Public keys", json.dumps(key)).press("Save")
    assert page.said == "The client credentials were saved."
    assert [entry["n"] for entry in of(api, app)["settings"]["oauthClient"]["jwks"]["keys"]] == [key["n"]]
    page = edited(console, app, "credentials").check("Use a URL to fetch keys dynamically")
    assert page.fill("Url", "https://rp.example/jwks").press("Save").said
    client = of(api, app)["settings"]["oauthClient"]
    assert (client["jwks_uri"], "jwks" in client) == ("https://rp.example/jwks", False)


def test_secrets(console: Console, api: Api) -> None:
    app, secret = create(api)
    page = console.open(f"/admin/app/{app}/general")
    assert page.words("//*[@id='Client-ID']") == app
    assert page.words("//*[@id='Client-secret-1']") == secret
    page = page.press("Generate new secret")
    assert page.said == "A client secret was generated."
    listed = api.listed(f"/apps/{app}/credentials/secrets")
    assert page.words("//*[@id='Client-secret-2']") == listed[1]["client_secret"]
    refused = page.press("Generate new secret")
    assert refused.words("//*[@role='alert']") == "You've reached the maximum number of client secrets per client."
    page = page.press("Deactivate secret 1")
    assert [entry["status"] for entry in api.listed(f"/apps/{app}/credentials/secrets")] == ["INACTIVE", "ACTIVE"]
    refused = page.press("Deactivate secret 2")
    assert refused.words("//*[@role='alert']") == "You can't deactivate the only active client secret."
    page = page.press("Activate secret 1").press("Deactivate secret 1").press("Delete secret 1")
    assert page.said == "The client secret was deleted."
    assert [entry["id"] for entry in api.listed(f"/apps/{app}/credentials/secrets")] == [listed[1]["id"]]


# ---- Sign On ------------------------------------------------------------------------------------------------


def token_settings(api: Api, app: str) -> Json:
    found: Json = api.get(f"/internal/apps/{app}/settings/oauth/idToken").json  # type: ignore[assignment]
    return found


def test_the_issuer(console: Console, api: Api) -> None:
    app, _ = create(api, issuer_mode="DYNAMIC")
    page = console.open(f"/admin/app/{app}/general").follow("Sign On")
    assert page.is_checked("Dynamic (based on request domain)")
    assert page.words("//*[@id='Audience']") == app
    page = page.follow("Edit", 1).check("Okta URL").press("Save")
    assert page.said == "The ID Token settings were saved."
    assert of(api, app)["settings"]["oauthClient"]["issuer_mode"] == "ORG_URL"
    assert page.follow("Edit", 1).check("Custom URL").press("Save").said
    assert of(api, app)["settings"]["oauthClient"]["issuer_mode"] == "CUSTOM_URL"
    assert token_settings(api, app)["name"] is None


@pytest.mark.parametrize(
    ("kind", "match"),
    [("STARTS_WITH", "Starts with"), ("EQUALS", "Equals"), ("CONTAINS", "Contains"), ("REGEX", "Matches regex")],
)
def test_the_groups_claim(console: Console, api: Api, kind: str, match: str) -> None:
    app, _ = create(api)
    page = (
        console.open(f"/admin/app/{app}/sign-on?edit=token")
        .check("Filter")
        .fill("Groups claim filter: claim name", "groups")
    )
    page = page.fill("Groups claim filter: how groups match", match).fill("Groups claim filter: value", "Fin")
    assert page.press("Save").said == "The ID Token settings were saved."
    found = token_settings(api, app)
    assert (found["name"], found["valueType"], found["groupFilterType"], found["value"]) == (
        "groups",
        "GROUPS",
        kind,
        "Fin",
    )


def test_the_groups_claim_as_an_expression(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/sign-on?edit=token").check("Expression")
    page = (
        page.fill("Groups claim filter: claim name", "groups").fill("Groups claim filter: value", "user.").press("Save")
    )
    assert page.problem_at("Groups claim filter: value")
    page = page.fill("Groups claim filter: value", "user.department").press("Save")
    assert page.said == "The ID Token settings were saved."
    assert token_settings(api, app)["valueType"] == "EXPRESSION"


def test_the_username_format(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = (
        console.open(f"/admin/app/{app}/sign-on")
        .follow("Edit")
        .fill("Application username format", "Email")
        .press("Save")
    )
    assert page.said == "The application username format was saved."
    assert of(api, app)["credentials"]["userNameTemplate"]["template"] == "${source.email}"


# ---- Assignments ----------------------------------------------------------------------------------------------


def test_people(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general").follow("Assignments").follow("Assign to People")
    page = page.fill("Search", "isaac").press("Search")
    assert "ada@example.com" not in page.words("//table")
    login = isaac["profile"]["login"]
    page = page.press(f"Assign {login}")
    assert page.said == f"{login} was assigned."
    assert [entry["id"] for entry in api.listed(f"/apps/{app}/users")] == [isaac["id"]]
    page = page.follow("Done")
    assert "Individual" in page.words("//table")
    assert page.press(f"Remove {login}").said == "The assignment was removed."
    assert api.listed(f"/apps/{app}/users") == []


def test_groups(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api)
    finance = api.made("/groups", {"profile": {"name": "Finance"}})
    api.put(f"/groups/{finance['id']}/users/{isaac['id']}")
    page = (
        console.open(f"/admin/app/{app}/assignments").follow("Assign to Groups").press("Assign Finance").follow("Done")
    )
    assert [entry["id"] for entry in api.listed(f"/apps/{app}/groups")] == [finance["id"]]
    assert "Group" in page.words("//table[1]")
    assert isaac["profile"]["login"] in page.words("//table[1]")
    page.press("Remove Finance")
    assert api.listed(f"/apps/{app}/groups") == []


def test_somebody_who_was_assigned_meanwhile(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/assignments/people")
    api.made(f"/apps/{app}/users", {"id": isaac["id"], "scope": "USER"})
    refused = page.press(f"Assign {isaac['profile']['login']}")
    assert (refused.status, refused.heading) == (409, "That cannot be done")
    assert "already assigned" in refused.words("//*[@role='alert']")


# ---- the app as a whole ---------------------------------------------------------------------------------------


def test_the_life_of_an_app(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general").press("Deactivate")
    assert of(api, app)["status"] == "INACTIVE"
    assert page.press("Activate").said == "Shop is active."
    assert of(api, app)["status"] == "ACTIVE"
    early = console.open(f"/admin/app/{app}/delete")
    assert "Deactivate it first." in early.words()
    page = page.press("Activate").press("Deactivate").follow("Delete").press("Delete Application")
    assert (page.path, page.said) == ("/admin/apps/active", "Shop was deleted.")
    assert api.get(f"/apps/{app}").status_code == 404


def test_the_list(console: Console, api: Api) -> None:
    for name in ("Shop", "Bookshop", "Blog"):
        api.made("/apps", oidc(label=name))
    blog = next(app["id"] for app in api.listed("/apps") if app["label"] == "Blog")
    api.post(f"/apps/{blog}/lifecycle/deactivate")
    names = "//tbody/tr/td[1]"
    assert console.open("/admin/apps/active").words(names) == "Blog Bookshop Shop"
    assert console.open("/admin/apps/active").fill("Search", "SHOP").press("Search").words(names) == "Bookshop Shop"
    assert console.open("/admin/apps/active").fill("Search", blog).press("Search").words(names) == "Blog"
    assert console.open("/admin/apps/active").fill("Status", "Inactive").press("Search").words(names) == "Blog"
