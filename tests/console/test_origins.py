"""Security > API > Trusted Origins (okta.md 6.2)."""

from __future__ import annotations

from tests.console.console import Console
from tests.management.api import Api


def test_trusted_origins(console: Console, api: Api) -> None:
    page = console.open("/admin/oauth2/as").follow("Trusted Origins").follow("Add Origin")
    page = page.fill("Origin name", "RP").fill("Origin URL", "https://rp.test")
    assert page.press("Save").problems == ["The field cannot be left blank"]  # no type is chosen
    page = page.check("Cross-Origin Resource Sharing (CORS)", "Redirect", "iFrame embed").press("Save")
    assert page.said == "The origin was saved."
    made = api.listed("/trustedOrigins")[0]
    assert [scope["type"] for scope in made["scopes"]] == ["CORS", "REDIRECT", "IFRAME_EMBED"]
    assert (made["name"], made["origin"], made["status"]) == ("RP", "https://rp.test", "ACTIVE")
    page = page.follow("RP").uncheck("Redirect").fill("Origin URL", "https://rp.test/x").press("Save")
    assert page.problem_at("Origin URL") == "Must be a scheme, a host and, where it is not the usual one, a port"
    page = page.fill("Origin URL", "https://two.test").press("Save").press("Deactivate RP")
    made = api.listed("/trustedOrigins")[0]
    assert [scope["type"] for scope in made["scopes"]] == ["CORS", "IFRAME_EMBED"]
    assert (made["origin"], made["status"]) == ("https://two.test", "INACTIVE")
    page.press("Activate RP").press("Delete RP")
    assert api.listed("/trustedOrigins") == []
