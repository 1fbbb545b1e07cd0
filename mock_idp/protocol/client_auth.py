"""Client authentication at the token endpoint: exactly the configured method (RFC 6749 2.3, okta.md 3.4, 3.5)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus, urlsplit

from werkzeug.datastructures import Headers

from mock_idp.idp import Idp
from mock_idp.org.model import App
from mock_idp.protocol import errors


class UnknownClientError(Exception):
    """No such client: Okta answers with a body of its Management API."""


def authenticate(idp: Idp, headers: Headers, form: Mapping[str, str], query: Mapping[str, str]) -> App:
    """The authenticated app. Raises OAuthError with Okta's text, or UnknownClientError."""
    if "client_secret" in query or "client_assertion" in query:
        raise errors.CREDENTIALS_IN_URL
    basic = _basic(headers.get("Authorization"))
    posted = form.get("client_secret")
    if basic and posted is not None:
        raise errors.TWO_METHODS
    client_id = basic[0] if basic else form.get("client_id", "")
    if not client_id:
        raise errors.NO_CREDENTIALS
    app = idp.app(client_id)
    if app is None:
        raise UnknownClientError
    method = "client_secret_basic" if basic else "none" if posted is None else "client_secret_post"
    secret = basic[1] if basic else posted or ""
    if app.adopted and (method == "none" or secret):
        return idp.adopt_credentials(app, method, secret)
    if method == "none" and app.token_endpoint_auth_method != "none":
        raise errors.NO_CREDENTIALS
    if method != app.token_endpoint_auth_method:
        raise errors.WRONG_METHOD
    if method != "none" and not hmac.compare_digest(secret.encode(), app.client_secret.encode()):
        raise errors.WRONG_SECRET
    return app


def _basic(value: str | None) -> tuple[str, str] | None:
    if not value or not value.lower().startswith("basic "):
        return None
    try:
        text = base64.b64decode(value[6:].strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise errors.BAD_BASIC from None
    client_id, colon, secret = text.partition(":")
    if not colon:
        raise errors.BAD_BASIC
    # RFC 6749 2.3.1 form-encodes both; Okta's own ids and secrets do not change by that.
    return unquote_plus(client_id), unquote_plus(secret)


def check_browser(origin: str | None, app: App, form: Mapping[str, str]) -> None:
    """Okta's rules for a token request that carries an Origin header (okta.md 3.4 and 8); raises OAuthError."""
    if not origin:
        return
    if form.get("grant_type") not in ("authorization_code", "refresh_token"):
        raise errors.BROWSER_GRANT
    if form.get("grant_type") == "authorization_code" and "code_verifier" not in form:
        raise errors.BROWSER_NEEDS_PKCE
    allowed = {"{0.scheme}://{0.netloc}".format(urlsplit(uri)) for uri in app.redirect_uris}
    if origin not in allowed:
        raise errors.BROWSER_ORIGIN
