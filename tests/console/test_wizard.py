"""Create App Integration makes what the Management API makes of the same settings (okta.md 5.1 and 5.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import oidc

CALLBACK = "https://rp.test/callback"
NAME, REDIRECT, SIGN_OUT = "App integration name", "Sign-in redirect URIs", "Sign-out redirect URIs"
URNS = "urn:ietf:params:oauth:grant-type:"
Json = dict[str, Any]


def begin(console: Console, kind: str = "Web Application") -> Page:
    page = console.open("/admin/apps/active").follow("Create App Integration")
    return page.check("OIDC - OpenID Connect", kind).press("Next")


def filled(console: Console, kind: str = "Web Application", name: str = "Shop") -> Page:
    """The settings of the wizard with what must be there, and no sign-out redirect URI."""
    return begin(console, kind).fill(NAME, name).fill(REDIRECT, CALLBACK).fill(SIGN_OUT, "")


def made(api: Api, page: Page) -> Json:
    """The app that Save makes, as the Management API shows it."""
    page = page.press("Save")
    assert page.said == f"{page.heading} was created.", page.problems
    found: Json = api.get(f"/apps/{page.path.split('/')[3]}").json  # type: ignore[assignment]
    return found


def settled(app: Json) -> Json:
    """An app without what two apps cannot have in common."""
    kept = {name: value for name, value in app.items() if name not in ("id", "orn", "_links", "created", "lastUpdated")}
    client = {k: v for k, v in app["credentials"]["oauthClient"].items() if k not in ("client_id", "client_secret")}
    return kept | {"credentials": app["credentials"] | {"oauthClient": client}}


def by_api(api: Api, **members: Any) -> Json:
    return settled(api.made("/apps", oidc(**({"redirect_uris": [CALLBACK]} | members))))


CONSOLE_ONLY = {"consent_method": "REQUIRED", "issuer_mode": "DYNAMIC"}
"""Where the defaults of Okta's console are others than those of its API."""


def test_a_web_app(console: Console, api: Api) -> None:
    assert settled(made(api, filled(console))) == by_api(api, **CONSOLE_ONLY)


def test_a_single_page_app_with_everything(console: Console, api: Api) -> None:
    page = filled(console, "Single-Page Application").check("Refresh Token", "Implicit (hybrid)")
    page.check("Allow ID Token with implicit grant type", "Allow Access Token with implicit grant type")
    page.check("Rotate token after every use").fill("Grace period for token rotation", "10")
    page = (
        page.press("+ Add URI").fill(REDIRECT, "https://rp.test/silent-callback", 1).fill(SIGN_OUT, "https://rp.test/")
    )
    app = made(api, page.fill("Base URIs", "https://rp.test"))
    assert settled(app) == by_api(
        api,
        application_type="browser",
        grant_types=["authorization_code", "refresh_token", "implicit"],
        response_types=["code", "id_token", "token"],
        redirect_uris=[CALLBACK, "https://rp.test/silent-callback"],
        post_logout_redirect_uris=["https://rp.test/"],
        refresh_token={"rotation_type": "ROTATE", "leeway": 10},
        credentials={"token_endpoint_auth_method": "none"},
        **CONSOLE_ONLY,
    )
    origins = [
        (origin["origin"], [scope["type"] for scope in origin["scopes"]]) for origin in api.listed("/trustedOrigins")
    ]
    assert origins == [("https://rp.test", ["CORS", "REDIRECT"])]


def test_a_native_app(console: Console, api: Api) -> None:
    app = made(api, filled(console, "Native Application").fill(REDIRECT, "com.example:/callback"))
    native: Json = {"application_type": "native", "redirect_uris": ["com.example:/callback"], **CONSOLE_ONLY}
    assert settled(app) == by_api(api, credentials={"token_endpoint_auth_method": "none"}, **native)


def test_an_api_service(console: Console, api: Api) -> None:
    page = console.open("/admin/apps/new").check("API Services").press("Next")
    assert page.heading == "New API Services App Integration"
    assert not page.has(REDIRECT)
    app = made(api, page.fill(NAME, "Shop"))
    service: Json = {"application_type": "service", "grant_types": ["client_credentials"], "response_types": []}
    assert settled(app) == by_api(api, **service | {"redirect_uris": []} | CONSOLE_ONLY)


def client(app: Json) -> Json:
    found: Json = app["settings"]["oauthClient"]
    return found


@pytest.mark.parametrize(
    ("label", "member", "value"),
    [
        ("Require Demonstrating Proof of Possession (DPoP)", "dpop_bound_access_tokens", True),
        ("Allow wildcard * in sign-in URI redirect.", "wildcard_redirect", "SUBDOMAIN"),
        ("Client Credentials", "grant_types", ["client_credentials", "authorization_code"]),
        ("Interaction Code", "grant_types", ["authorization_code", "interaction_code"]),
        ("Device Authorization", "grant_types", ["authorization_code", f"{URNS}device_code"]),
        ("Token Exchange", "grant_types", ["authorization_code", f"{URNS}token-exchange"]),
        ("Client-initiated backchannel", "grant_types", ["authorization_code", "urn:openid:params:grant-type:ciba"]),
        ("SAML 2.0 Assertion", "grant_types", ["authorization_code", f"{URNS}saml2-bearer"]),
        ("Implicit (hybrid)", "response_types", ["code", "id_token"]),
        ("Implicit (hybrid)", "grant_types", ["authorization_code", "implicit"]),
        ("Refresh Token", "refresh_token", {"rotation_type": "STATIC"}),
    ],
)
def test_each_box_is_a_member_of_the_api(console: Console, api: Api, label: str, member: str, value: Any) -> None:
    without = client(made(api, filled(console)))
    assert without.get(member) != value
    assert client(made(api, filled(console).check(label)))[member] == value


def test_implicit_tokens_are_for_the_implicit_grant_only(console: Console, api: Api) -> None:
    page = filled(console).check("Allow Access Token with implicit grant type")
    assert client(made(api, page))["response_types"] == ["code"]
    page = filled(console).check("Implicit (hybrid)", "Allow Access Token with implicit grant type")
    page.uncheck("Allow ID Token with implicit grant type")
    assert client(made(api, page))["response_types"] == ["code", "token"]


# ---- controlled access --------------------------------------------------------------------------------------


def assigned(api: Api, app: Json) -> list[str]:
    return [entry["id"] for entry in api.listed(f"/apps/{app['id']}/groups")]


def test_everyone_at_once(console: Console, api: Api) -> None:
    app = made(api, filled(console).check("Allow everyone in your organization to access"))
    assert app["settings"]["implicitAssignment"] is True
    assert assigned(api, app) == []


def test_everyone_by_the_group(console: Console, api: Api) -> None:
    page = filled(console).check("Allow everyone in your organization to access")
    app = made(api, page.uncheck("Enable immediate access with Federation Broker Mode"))
    assert app["settings"]["implicitAssignment"] is False
    assert [api.get(f"/groups/{group}").json["profile"]["name"] for group in assigned(api, app)] == ["Everyone"]  # type: ignore[index]


def test_selected_groups(console: Console, api: Api) -> None:
    finance = api.made("/groups", {"profile": {"name": "Finance"}})
    app = made(api, filled(console).check("Limit access to selected groups", "Finance"))
    assert app["settings"]["implicitAssignment"] is False
    assert assigned(api, app) == [finance["id"]]


def test_selected_groups_are_some(console: Console, api: Api) -> None:
    page = filled(console).check("Limit access to selected groups").press("Save")
    assert page.problems == ["Choose at least one group."]
    assert labels(api) == []


def test_skipped(console: Console, api: Api) -> None:
    page = filled(console)
    assert page.is_checked("Skip group assignment for now")
    app = made(api, page)
    assert app["settings"]["implicitAssignment"] is False
    assert assigned(api, app) == []


# ---- refusals -----------------------------------------------------------------------------------------------


def labels(api: Api) -> list[str]:
    return [app["label"] for app in api.listed("/apps")]


@pytest.mark.parametrize(
    ("label", "value", "problem"),
    [
        (NAME, "", "The field cannot be left blank"),
        (REDIRECT, "", "'redirect_uris' is required."),
        (REDIRECT, "rp.test/cb", "'rp.test/cb' must be an absolute URI and not include a fragment component."),
        (
            REDIRECT,
            "https://*.rp.test/cb",
            "'https://*.rp.test/cb' contains the wildcard *, and 'wildcard_redirect' is 'DISABLED' (Allow wildcard * "
            "in sign-in URI redirect).",
        ),
        (SIGN_OUT, "/home#x", "'/home#x' must be an absolute URI and not include a fragment component."),
        ("Logo", "logo.png", "'logo.png' is not a valid URL."),
    ],
)
def test_a_refusal_stands_at_its_field(console: Console, api: Api, label: str, value: str, problem: str) -> None:
    page = filled(console).check("Refresh Token").fill(label, value).press("Save")
    assert page.heading == "New Web App Integration"
    assert page.problems == [problem]
    assert page.words("//*[@id='problems']/p") == "Nothing was saved. One setting needs another look:"
    assert page.problem_at(label) == problem
    assert page.value(label) == value
    assert page.is_checked("Refresh Token")  # what was typed is kept
    assert labels(api) == []


@pytest.mark.parametrize(
    ("check", "uncheck", "problem"),
    [
        ((), ("Authorization Code",), "The field cannot be left blank"),
        (
            ("Refresh Token",),
            ("Authorization Code",),
            "'grant_types' must contain 'authorization_code' when 'application_type' is 'web'.",
        ),
        (
            ("Implicit (hybrid)",),
            ("Allow ID Token with implicit grant type",),
            "'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' contains "
            "'implicit'",
        ),
        (
            ("Client Credentials", "Require Demonstrating Proof of Possession (DPoP)"),
            (),
            "'grant_types' must not contain 'client_credentials' when 'dpop_bound_access_tokens' is true.",
        ),
    ],
)
def test_grant_types_that_do_not_fit(
    console: Console, api: Api, check: tuple[str, ...], uncheck: tuple[str, ...], problem: str
) -> None:
    page = filled(console).check(*check).uncheck(*uncheck).press("Save")
    assert problem in page.problems
    assert labels(api) == []


def test_a_base_uri_that_is_no_origin(console: Console, api: Api) -> None:
    page = filled(console, "Single-Page Application").fill("Base URIs", "https://rp.test/app").press("Save")
    text = "Must be a scheme, a host and, where it is not the usual one, a port"
    assert page.problem_at("Base URIs") == text
    assert labels(api) == []
    assert api.listed("/trustedOrigins") == []


def test_a_base_uri_that_is_trusted_already(console: Console, api: Api) -> None:
    api.made("/trustedOrigins", {"name": "RP", "origin": "https://rp.test", "scopes": [{"type": "CORS"}]})
    made(api, filled(console, "Single-Page Application").fill("Base URIs", "https://rp.test/"))
    assert [origin["name"] for origin in api.listed("/trustedOrigins")] == ["RP"]


@pytest.mark.parametrize("value", ["61", "", "soon"])
def test_the_grace_period(console: Console, value: str) -> None:
    page = filled(console).check("Refresh Token", "Rotate token after every use")
    page = page.fill("Grace period for token rotation", value).press("Save")
    text = "'leeway' must be between '0' and '60' seconds." if value == "61" else "The field must be a whole number"
    assert page.problem_at("Grace period for token rotation") == text


# ---- the way there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["SAML 2.0", "SWA - Secure Web Authentication"])
def test_what_the_mock_does_not_build(console: Console, method: str) -> None:
    page = console.open("/admin/apps/new").check(method).press("Next")
    assert page.heading == "Create a new app integration"
    text = f"The mock does not build {method}: it is an OpenID Provider only. Choose OIDC - OpenID Connect."
    assert page.problems == [text]


def test_an_application_type_must_be_chosen(console: Console) -> None:
    page = console.open("/admin/apps/new").press("Next")
    assert page.problems == ["Choose an application type."]


def test_the_wording_of_older_consoles(console: Console) -> None:
    """The click path of a guide of 2020: Add Application, Create New App, Application name, Login redirect URIs."""
    page = console.open("/admin/apps/active").follow("Add Application").follow("Create New App")
    page = page.check("Web Application").press("Next")
    for label in ("Application name", "Application logo", "Login redirect URIs", "Logout redirect URIs"):
        assert page.has(label), label
    assert "“Allowed grant types” in older consoles" in page.words()
    assert "“Configure OpenID Connect” in older consoles" in page.words()


def test_rows_without_a_script(console: Console) -> None:
    page = filled(console).press("+ Add URI").fill(REDIRECT, "https://rp.test/2", 1).press("+ Add URI")
    assert page.values(REDIRECT) == [CALLBACK, "https://rp.test/2", ""]
    assert page.value(NAME) == "Shop"
    assert page.press("Remove URI 1").values(REDIRECT) == ["https://rp.test/2", ""]


def test_the_last_row_is_emptied(console: Console) -> None:
    assert filled(console).press("Remove URI 1").values(REDIRECT) == [""]


def test_a_group_that_is_gone(console: Console, api: Api) -> None:
    finance = api.made("/groups", {"profile": {"name": "Finance"}})
    page = filled(console).check("Limit access to selected groups", "Finance")
    assert api.delete(f"/groups/{finance['id']}").status_code == 204
    page = page.press("Save")
    assert (page.status, page.heading) == (404, "Page not found")
    assert labels(api) == []
