"""Which pages of the org may stand in somebody else's frame (okta.md 8)."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Scope
from mock_idp.org.model import TrustedOrigin
from tests.mock_idp.logins import SLO
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parameters
from tests.mock_idp.org_parts import change_ada, change_server
from tests.web.policies import directives

PORTAL = "https://portal.example"


def pages_that_ask(okta: Okta) -> list[TestResponse]:
    """The pages of password, wrong password, second factor, wrong code and consent, then error and dashboard."""
    change_ada(okta, factors=("otp",))
    known = okta.idp.org.servers.get("default")
    assert known is not None
    change_server(okta, scopes=(*known.scopes, Scope("notes:read", consent="REQUIRED")))
    okta.register("web", **WEB | {"consent_method": "REQUIRED", "require_mfa": True})
    password = okta.authorize(scope="openid notes:read")
    failed = okta.sign_in(password, {"identifier": "ada@example.com", "credentials": "wrong"})
    factor = okta.sign_in(failed)
    wrong = okta.submit(factor, passCode="000000")
    consent = okta.submit(wrong, passCode="123456")
    assert "would like to access" in consent.text
    home = okta.browser.get(f"{ORIGIN}/app/UserHome")
    assert "Signed in as" in home.text
    return [password, failed, factor, wrong, consent, okta.authorize(client_id="nobody"), home]


def protection(page: TestResponse) -> tuple[str | None, str | None]:
    """The policy's directive about frames, and the header for browsers that know no policy."""
    return directives(page).get("frame-ancestors"), page.headers.get("X-Frame-Options")


def origin(okta: Okta, *scopes: str, status: str = "ACTIVE", url: str = PORTAL) -> None:
    okta.idp.org.origins.save(TrustedOrigin(url, "Portal", f"tos{url}", scopes, status))


def test_pages_for_people_are_for_this_host(okta: Okta) -> None:
    origin(okta, "CORS", "REDIRECT")
    origin(okta, "IFRAME_EMBED", status="INACTIVE", url="https://old.example")

    assert {protection(page) for page in pages_that_ask(okta)} == {("'self'", "SAMEORIGIN")}


def test_trusted_origins_may_embed_them(okta: Okta) -> None:
    origin(okta, "IFRAME_EMBED")
    origin(okta, "CORS", "IFRAME_EMBED", url="https://intranet.example:8443")

    policy = f"'self' {PORTAL} https://intranet.example:8443"
    assert {protection(page) for page in pages_that_ask(okta)} == {(policy, None)}


@pytest.mark.parametrize("url", ["https://x.example; script-src *", "https://x.example\nX: y", "x", "*"])
def test_a_strange_origin_changes_no_policy(okta: Okta, url: str) -> None:
    origin(okta, "IFRAME_EMBED", url=url)

    assert protection(okta.authorize()) == ("'self'", "SAMEORIGIN")


@pytest.mark.parametrize("mode", ["form_post", "okta_post_message"])
def test_responses_may_stand_in_any_frame(okta: Okta, mode: str) -> None:
    """The application's hidden frame (okta-auth-js) is how it renews its tokens."""
    page = okta.authorize(okta.attempt(), response_mode=mode, response_type="id_token", nonce="n")

    assert (page.status_code, "id_token" in page.text) == (200, True)
    assert protection(page) == (None, None)


def test_single_logout_and_held_responses_may_too(okta: Okta) -> None:
    assert protection(okta.authorize(okta.attempt(hold=True))) == (None, None)
    okta.register("other", **WEB | SLO)
    okta.sign_in(okta.authorize(client_id="other"))

    page = okta.browser.get(f"{ORIGIN}/login/signout")
    assert "<iframe" in page.text
    assert protection(page) == (None, None)


def test_redirects_carry_no_policy(okta: Okta) -> None:
    answer = okta.authorize(prompt="none")
    assert dict(parameters(answer))["error"] == "login_required"
    assert "Content-Security-Policy" not in answer.headers
    assert protection(answer) == (None, None)
