"""The pages that people and browsers see: sign-in and what follows it, errors, and the pages that carry responses.

They imitate what Okta's pages do and say, not how they look.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from mock_idp.org.app import App
from mock_idp.org.authorization_server import Scope
from mock_idp.protocol.exchange import current_idp
from mock_idp.web.policy import Policy
from mock_idp.web.templates import Templates

_SOURCE = re.compile(r"https?://[^\s;,'\"]+")
"""An origin that can stand in a Content-Security-Policy without ending its directive."""
_WEB = ("http:", "https:")
_pages = Templates("mock_idp.protocol")


def _html(template: str, title: str, status: int = 200, *, images: Sequence[str] = (), **context: object) -> Response:
    """A page for people. Its forms may lead anywhere: what follows a sign-in is a redirect to a relying party."""
    policy = Policy(ancestors=ancestors(), images=images, forms=None)
    return _pages.page(f"{template}.html", title=title, status=status, policy=policy, **context)


def ancestors() -> tuple[str, ...]:
    """Who may show the org's pages in frames: this host and the Trusted Origins that may embed Okta (okta.md 8)."""
    trusted = [
        origin.origin.rstrip("/")
        for origin in current_idp().org.origins.all()
        if origin.status == "ACTIVE" and "IFRAME_EMBED" in origin.scopes and _SOURCE.fullmatch(origin.origin)
    ]
    return ("'self'", *trusted)


def sign_in(org: str, app: str, action: str, okta_key: str, username: str = "", failed: bool = False) -> Response:
    return _html(
        "sign_in",
        f"{org} - Sign In",
        org=org,
        app=app,
        action=action,
        okta_key=okta_key,
        username=username,
        failed=failed,
    )


def factor(org: str, app: str, login: str, action: str, okta_key: str, failed: bool = False) -> Response:
    """Asks for the code of the second factor."""
    names: dict[str, Any] = {"org": org, "app": app, "login": login}
    return _html("factor", f"{org} - Verify", action=action, okta_key=okta_key, failed=failed, **names)


def consent(org: str, app: App, login: str, scopes: Sequence[Scope], action: str, okta_key: str) -> Response:
    """Asks for consent to the scopes, those that are `optional` one by one; the browser loads the app's logo."""
    uris = {"Website": app.client_uri, "Terms of Service": app.tos_uri, "Privacy Policy": app.policy_uri}
    names: dict[str, Any] = {"org": org, "app": app.label or app.client_id, "login": login, "scopes": scopes}
    names["links"] = [(text, uri) for text, uri in uris.items() if is_web(uri)]
    names["logo"] = app.logo_uri if is_web(app.logo_uri) else ""
    return _html("consent", f"{org} - Consent", images=_WEB, action=action, okta_key=okta_key, **names)


def is_web(uri: str) -> bool:
    """Whether a browser may be sent to what an app has put there."""
    return uri.lower().startswith(("http://", "https://"))


def activate(org: str, action: str, typed: str = "", failed: str = "") -> Response:
    """Asks for the user code of a device; `failed` says what is wrong with the one that was typed."""
    return _html("activate", f"{org} - Activate", action=action, typed=typed, failed=failed)


def approve(org: str, login: str, title: str, items: Sequence[object], action: str, allow: str, deny: str) -> Response:
    """Asks for approval of each item; `key`, `app`, `message` and `scopes` (to consent to) of it are shown."""
    names: dict[str, Any] = {"org": org, "login": login, "items": items}
    return _html("approve", title, action=action, allow=allow, deny=deny, **names)


def error(org: str, home: str, code: str, description: str) -> Response:
    """Okta's error page: 400, Bad Request, error code and description."""
    return _html("error", f"{org} - Bad Request", 400, error=code, description=description, home=home)


def plain(title: str, text: str, status: int = 200) -> Response:
    return _html("plain", title, status, text=text)


def home(org: str, issuers: Sequence[str], base_url: str) -> Response:
    """The org's start page; `base_url` is where its pages are."""
    return _html("home", org, issuers=list(dict.fromkeys(issuers)), base_url=base_url)


def held() -> Response:
    """What the browser of a stepwise attempt sees instead of the authorization response."""
    text = "The authorization response is held back by the test: the authorization response is held."
    policy = Policy(ancestors=None)
    return _pages.page("plain.html", title="Held", policy=policy, text=text)


def form_post(action: str, parameters: Sequence[tuple[str, str]]) -> Response:
    """OAuth 2.0 Form Post Response Mode: a form that submits itself."""
    title = "Submit this form"
    return _pages.bare("form_post.html", "form_post.js", title=title, action=action, parameters=parameters)


def post_message(origin: str, data: Mapping[str, str]) -> Response:
    """okta_post_message: hands the parameters to the page that opened or embeds this one, if that is of `origin`."""
    title = "Authorization response"
    return _pages.bare("post_message.html", "post_message.js", title=title, origin=origin, message=data)


def single_logout(calls: Sequence[object], target: str, seconds: float = 5) -> Response:
    """Calls apps in hidden frames, then goes to `target`: when all have answered, or after so many seconds."""
    names: dict[str, Any] = {"calls": calls, "target": target, "seconds": seconds}
    return _pages.bare("single_logout.html", "single_logout.js", title="Signing out", frames=_WEB, **names)
