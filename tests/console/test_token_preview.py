"""An authorization server's tab Token Preview (okta.md 6.2)."""

from __future__ import annotations

import json

from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create
from tests.management.documents import Json
from tests.mock_idp.okta import ORIGIN


def preview(console: Console, **fields: str) -> Page:
    page = console.open("/admin/oauth2/as/default").follow("Token Preview")
    for label, value in fields.items():
        page.fill(label.replace("_", " "), value)
    return page


def decoded(page: Page, what: str) -> Json:
    found: Json = json.loads(page.document.xpath(f"//pre[@aria-label='{what}']")[0].text_content())
    return found


def test_token_preview(console: Console, api: Api, isaac: Json) -> None:
    app, _ = create(api, label="Books")
    page = (
        preview(console, client="Books", User=isaac["profile"]["login"])
        .check("email", "profile")
        .press("Preview Token")
    )
    refused = "access_denied: User is not assigned to the client application."
    assert page.words("//*[@role='alert']") == refused
    api.made(f"/apps/{app}/users", {"id": isaac["id"], "scope": "USER"})
    page = (
        preview(console, client="Books", User=isaac["profile"]["login"])
        .check("email", "profile")
        .press("Preview Token")
    )
    assert "Allowed by the rule Default Policy Rule. No token was issued." in page.words()
    claims = decoded(page, "id_token payload")
    assert (claims["iss"], claims["aud"], claims["sub"]) == (f"{ORIGIN}/oauth2/default", app, isaac["id"])
    assert claims["email"] == isaac["profile"]["email"]
    access = decoded(page, "token payload")
    assert (access["cid"], access["scp"], access["sub"]) == (
        app,
        ["openid", "profile", "email"],
        isaac["profile"]["login"],
    )
    assert decoded(page, "token header")["alg"] == "RS256"
    assert console.okta.idp.store.keys("access_token") == []
    page = page.uncheck("email").press("Preview Token")
    assert "email" not in decoded(page, "id_token payload")


def test_token_preview_without_a_person(console: Console, api: Api) -> None:
    app, _ = create(api, label="Books", grant_types=["authorization_code", "client_credentials"])
    page = preview(console, client="Books", Grant_type="Client Credentials").press("Preview Token")
    assert decoded(page, "token payload")["sub"] == app
    assert not page.document.xpath("//pre[@aria-label='id_token payload']")


def test_token_preview_needs_to_know_for_whom(console: Console, api: Api) -> None:
    create(api, label="Books")
    page = preview(console).press("Preview Token")
    assert page.problem_at("OAuth/OIDC client") == "Choose one."
    assert page.problem_at("User") == "Choose one."
