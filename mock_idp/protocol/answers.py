"""JSON answers of the OAuth endpoints, with what Okta sends along (okta.md 3.3)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Response, request

from mock_idp.crypto.jose import dumps
from mock_idp.org.model import AuthorizationServer
from mock_idp.protocol import errors
from mock_idp.protocol.errors import INVALID_CLIENT_ID, OAuthError, management_body
from mock_idp.protocol.exchange import current_idp, strictness
from mock_idp.protocol.token.client_auth import UnknownClientError
from mock_idp.store import Document

_FORM = "application/x-www-form-urlencoded"
BAD_MEDIA_TYPE = "Bad request.  Accept and/or Content-Type headers likely do not match supported values."
MALFORMED = OAuthError("invalid_request", "The request body was not well-formed.")


class NoFormError(Exception):
    """A body that is no form: Okta answers as its Management API does (E0000021)."""


def json_answer(document: Document, status: int = 200) -> Response:
    return okta_headers(Response(dumps(document), status, content_type="application/json"))


def okta_headers(response: Response) -> Response:
    """The headers of every answer. Where requests are counted, `rate_limits` puts the real numbers."""
    response.headers["Cache-Control"] = "no-cache, no-store"
    response.headers["Pragma"] = "no-cache"
    response.headers["Expires"] = "0"
    response.headers["X-Robots-Tag"] = "noindex,nofollow"
    response.headers["x-okta-request-id"] = secrets.token_hex(16)
    response.headers["x-rate-limit-limit"] = "2000"
    response.headers["x-rate-limit-remaining"] = "1999"
    response.headers["x-rate-limit-reset"] = str(int(current_idp().clock.now()) + 60)
    response.headers["p3p"] = 'CP="HONK"'
    response.headers["referrer-policy"] = "strict-origin-when-cross-origin"
    response.headers["accept-ch"] = "Sec-CH-UA-Platform-Version"
    return response


def answered(server: AuthorizationServer, make: Callable[[], Response]) -> Response:
    """What `make` answers, or the refusal that it raises: OAuthError, UnknownClientError or NoFormError."""
    try:
        return make()
    except UnknownClientError:
        return unknown_client(server)
    except NoFormError:
        return no_form(server)
    except OAuthError as error:
        return refusal(server, error)


def checked_form() -> dict[str, str]:
    """The parameters of a POST; raises OAuthError for duplicates and NoFormError for another kind of body."""
    if request.mimetype not in ("", _FORM) and request.content_length:
        raise NoFormError
    form = request.form
    if any(len(form.getlist(name)) > 1 for name in form):
        raise errors.DUPLICATE_PARAMETER
    return form.to_dict()


def no_form(server: AuthorizationServer) -> Response:
    """Okta's body has no `error` member; RFC 6749 5.2 wants one."""
    if strictness(server) == "core":
        return refusal(server, MALFORMED)
    return json_answer(management_body("E0000021", BAD_MEDIA_TYPE), 400)


def unknown_client(server: AuthorizationServer) -> Response:
    """Okta's body has no `error` member (okta.md 3.4, Quirk); RFC 6749 5.2 wants one."""
    if strictness(server) == "core":
        return refusal(server, OAuthError("invalid_client", INVALID_CLIENT_ID, 401))
    return _challenged(server, json_answer(management_body("invalid_client", INVALID_CLIENT_ID), 401))


def refusal(server: AuthorizationServer, error: OAuthError) -> Response:
    return _challenged(server, json_answer(error.body(), error.status))


def _challenged(server: AuthorizationServer, response: Response) -> Response:
    """RFC 6749 5.2: who tried the Authorization header is told so."""
    if response.status_code == 401 and "Authorization" in request.headers:
        response.headers["WWW-Authenticate"] = f'Basic realm="{current_idp().issuer(server)}"'
    return response
