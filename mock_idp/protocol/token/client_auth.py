"""Client authentication: exactly the configured method (RFC 6749 2.3, OIDC Core 9, okta.md 3.4, 3.5)."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

from werkzeug.datastructures import Headers

from mock_idp.idp import Idp
from mock_idp.operations import clients
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import cors, errors
from mock_idp.protocol.exchange import app_of, strictness
from mock_idp.protocol.token import client_assertion


class UnknownClientError(Exception):
    """No such client: Okta answers with a body of its Management API."""


def authenticate(
    idp: Idp,
    headers: Headers,
    form: Mapping[str, str],
    query: Mapping[str, str],
    *,
    server: AuthorizationServer | None = None,
    basic_id: bool = False,
) -> App:
    """The authenticated app. Raises OAuthError with Okta's text, or UnknownClientError.

    With a `server` that is only as strict as the specifications, assertions may also be meant for its issuer, and
    credentials may come twice or in the URL: that is the client's fault, and nothing makes a server refuse it.
    `basic_id`: a public client may name itself in the Authorization header, as okta-auth-js does when it revokes.
    """
    core = server is not None and strictness(server) == "core"
    if ("client_secret" in query or "client_assertion" in query) and not core:
        raise errors.CREDENTIALS_IN_URL
    basic = _basic(headers.get("Authorization"), basic_id)
    posted, assertion = form.get("client_secret", query.get("client_secret")), form.get("client_assertion")
    if sum(given is not None for given in (basic, posted, assertion)) > 1 and not core:
        raise errors.TWO_METHODS
    if assertion is not None:
        return _by_assertion(idp, assertion, form, server)
    client_id = basic.client_id if basic else form.get("client_id", "")
    if not client_id:
        raise errors.NO_CREDENTIALS
    app = app_of(client_id)
    if app is None:
        raise UnknownClientError
    if posted is not None and app.token_endpoint_auth_method == "client_secret_post":
        basic = None  # where both are there and may be, the registered one counts
    method = "client_secret_basic" if basic else "none" if posted is None else "client_secret_post"
    secret = basic.secret if basic else posted or ""
    if basic_id and basic and not secret and app.token_endpoint_auth_method == "none":
        method = "none"
    if app.adopted and (method == "none" or secret):
        return clients.adopt_credentials(idp, app, method, secret)
    if method == "none" and app.token_endpoint_auth_method != "none":
        raise errors.NO_CREDENTIALS
    if method != app.token_endpoint_auth_method:
        raise errors.WRONG_METHOD
    as_it_stands = basic.as_it_stands if basic else secret
    if method != "none" and not (_is_secret_of(app, secret) or _is_secret_of(app, as_it_stands)):
        raise errors.WRONG_SECRET
    return app


def _is_secret_of(app: App, given: str) -> bool:
    """Whether it is one of the app's active secrets; Okta lets two be active at a time."""
    active = [secret.value for secret in app.secrets if secret.status == "ACTIVE"]
    return any(hmac.compare_digest(given.encode(), secret.encode()) for secret in active)


def _by_assertion(idp: Idp, assertion: str, form: Mapping[str, str], server: AuthorizationServer | None) -> App:
    if form.get("client_assertion_type") != client_assertion.TYPE:
        raise client_assertion.BAD_TYPE
    if "client_id" in form and app_of(form["client_id"]) is None:
        raise UnknownClientError
    return client_assertion.authenticate(idp, assertion, form.get("client_id"), server)


@dataclass(frozen=True)
class Basic:
    """What an Authorization header says. RFC 6749 2.3.1 form-encodes id and secret, and many clients forget it.

    Okta's own ids and secrets do not change by that; where one is made up that does, both readings are good.
    """

    client_id: str
    secret: str
    as_it_stands: str


def _basic(value: str | None, id_alone: bool) -> Basic | None:
    if not value or not value.lower().startswith("basic "):
        return None
    try:
        text = base64.b64decode(value[6:].strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise errors.BAD_BASIC from None
    client_id, colon, secret = text.partition(":")
    if not colon and not id_alone:
        raise errors.BAD_BASIC
    return Basic(unquote_plus(client_id), unquote_plus(secret), secret)


def check_browser(idp: Idp, origin: str | None, app: App, form: Mapping[str, str]) -> None:
    """Okta's rules for a token request that carries an Origin header (okta.md 3.4 and 8); raises OAuthError."""
    if not origin:
        return
    grant_type = form.get("grant_type")
    if grant_type not in ("authorization_code", "refresh_token"):
        raise errors.BROWSER_GRANT
    # A refresh has no verifier: what counts there is whether the app's codes need one.
    if not (app.needs_pkce if grant_type == "refresh_token" else "code_verifier" in form):
        raise errors.BROWSER_NEEDS_PKCE
    own = {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, app.redirect_uris) if url.scheme.startswith("http")}
    if origin in own or cors.is_trusted(idp, origin):
        return
    # Sources give two texts and no rule: an app without a web page of its own can only be meant by the second.
    raise errors.BROWSER_ORIGIN if own else errors.BROWSER_NOT_TRUSTED
