"""Which scopes an authorization request is about (okta.md 2.3 and 2.5; RFC 6749 3.3, OIDC Core 3.1.2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mock_idp.org.authorization_server import UNBUILT_SCOPES
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import errors
from mock_idp.protocol.errors import RedirectError

_OPENID_SCOPES = frozenset({"profile", "email", "address", "phone"})
_NO_DEFAULTS = (
    "The authorization server resource does not have any configured default scopes, 'scope' must be provided."
)
_NEEDS_OPENID = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."


def requested_scopes(
    server: AuthorizationServer, app: App, params: Mapping[str, str], types: Sequence[str], *, okta: bool
) -> list[str]:
    """The scopes asked for, or the server's default scopes where none is named; raises RedirectError."""
    wanted = list(dict.fromkeys(params.get("scope", "").split()))
    if not wanted:
        if server.is_org:
            raise RedirectError("invalid_scope", "No scopes were requested.")
        wanted = [scope.name for scope in server.scopes if scope.default and not scope.system]
        if not wanted:
            raise RedirectError("invalid_scope", _NO_DEFAULTS)
    if not set(wanted) <= {known.name for known in server.scopes}:
        text = "One or more scopes are not configured for the authorization server resource."
        org_text = "Custom scopes are not allowed for this request."
        raise RedirectError("invalid_scope", org_text if server.is_org else text)
    if UNBUILT_SCOPES & set(wanted):
        raise RedirectError(errors.UNBUILT_SCOPE.error, errors.UNBUILT_SCOPE.description)
    if "openid" not in wanted:
        if "id_token" in types:
            raise RedirectError("invalid_scope", _NEEDS_OPENID)
        # A code is let through: sources tell of the refusal, but not of one for the code flow.
        if okta and "token" in types and _OPENID_SCOPES & set(wanted):
            raise RedirectError("access_denied", _NEEDS_OPENID)
    if "code" not in types or "refresh_token" not in app.grant_types:
        return [scope for scope in wanted if scope != "offline_access"]  # silently, as Okta does
    return wanted
