"""The checks of the authorization endpoint, with Okta's texts in Okta's order (okta.md 2.1, 2.3, 2.5, 2.6).

Sources of what stays with `strictness = core`: RFC 6749 4.1.2.1, RFC 7636 4.4.1, OIDC Core 3.1.2.2, 3.2.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from mock_idp.idp import Idp
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol.errors import INVALID_CLIENT_ID, PageError, RedirectError, unregistered

_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 4.2
_S256 = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = ("none", "login", "consent")


def client_of(idp: Idp, params: Mapping[str, str], repeated: list[str]) -> tuple[App, str]:
    """The app and the checked redirect_uri; raises PageError because nobody could be told by redirect."""
    if {"client_id", "redirect_uri"} & set(repeated):
        raise PageError("invalid_request", "The request contained multiple parameters with the same name.")
    client_id, redirect_uri = params.get("client_id", ""), params.get("redirect_uri", "")
    app = idp.app(client_id) or idp.adopt(client_id, redirect_uri)
    if app is None:
        raise PageError("invalid_client", INVALID_CLIENT_ID)
    # Exact comparison: scheme, host, port, path, query, case and trailing slash all count (okta.md 2.6).
    if redirect_uri not in app.redirect_uris:
        raise unregistered("redirect_uri", "Login", settings_url(idp, app))
    return app, redirect_uri


def settings_url(idp: Idp, app: App) -> str:
    """Where Okta's error page says that the app is to be mended; empty where the org does not say."""
    if not idp.org.settings.error_page_enhanced:
        return ""
    host = urlsplit(idp.public_url).netloc
    return f"https://{host}/admin/app/oidc_client/instance/{app.client_id}#tab-general"


def response_mode(params: Mapping[str, str]) -> str:
    """The response mode in which even errors travel (OAuth 2.0 Multiple Response Types 2.1)."""
    mode = params.get("response_mode", "")
    front = is_front(params)
    if mode in ("fragment", "form_post") or (mode == "query" and not front):
        return mode
    return "fragment" if front else "query"


def is_front(params: Mapping[str, str]) -> bool:
    """Whether the authorization response itself carries a token."""
    return bool({"token", "id_token"} & set(params.get("response_type", "").split()))


def check(
    server: AuthorizationServer, app: App, params: Mapping[str, str], repeated: list[str], strictness: str
) -> list[str]:
    """The granted scopes; raises RedirectError with Okta's text for the first check that fails."""
    okta = strictness == "okta"
    if repeated:
        names = ", ".join(repeated)
        text = f"Duplicate parameter provided in request. Duplicated parameters: [{names}]."
        raise RedirectError("invalid_request", text)
    if okta and not params.get("state"):
        text = "The authentication request has an invalid 'state' parameter."
        raise RedirectError("invalid_request", text, with_state=False)
    _check_response(app, params)
    types = params["response_type"].split()
    if not params.get("nonce") and ("id_token" in types or (okta and "token" in types)):
        text = "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' "
        raise RedirectError("invalid_request", text + "response types..")
    _check_prompt(params)
    if "code" in types:
        _check_pkce(app, params, okta)
    return _scopes(server, app, params, types)


def _check_response(app: App, params: Mapping[str, str]) -> None:
    types = params.get("response_type", "").split()
    allowed = list(dict.fromkeys(part for entry in app.response_types for part in entry.split()))
    if not types or not set(types) <= set(allowed):
        text = "The response type is not supported by the authorization server. Configured response types: "
        raise RedirectError("unsupported_response_type", f"{text}[{', '.join(allowed)}].")
    mode = params.get("response_mode")
    if mode not in (None, "query", "fragment", "form_post"):
        text = "The response mode is not supported by the authorization server. Valid response modes: "
        raise RedirectError("unsupported_response_mode", text + "[query, fragment, form_post, okta_post_message].")
    if mode == "query" and is_front(params):
        text = "'query' response mode cannot be used with either the 'id_token' or 'token' response types."
        raise RedirectError("unsupported_response_mode", text)


def _check_prompt(params: Mapping[str, str]) -> None:
    prompts = params.get("prompt", "").split()
    if not set(prompts) <= set(_PROMPTS) or ("none" in prompts and len(prompts) > 1):
        text = f"Invalid value for 'prompt' parameter. Supported values: [{', '.join(_PROMPTS)}]"
        raise RedirectError("invalid_request", text)
    age = params.get("max_age")
    if age is None:
        return
    if not re.fullmatch(r"[0-9]{1,10}", age) or int(age) >= 2**31:
        text = "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1."
        raise RedirectError("invalid_request", text)
    if int(age) == 0 and "none" in prompts:
        text = "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age."
        raise RedirectError("invalid_request", text)


def _check_pkce(app: App, params: Mapping[str, str], okta: bool) -> None:
    challenge, method = params.get("code_challenge"), params.get("code_challenge_method")
    if not challenge:
        if app.needs_pkce and okta:
            raise RedirectError("invalid_request", "PKCE code challenge is required by the application.")
        return
    if method != "S256" and (okta or method not in (None, "plain")):
        raise RedirectError("invalid_request", "PKCE code challenge method is not supported. Valid values: [S256]")
    if not (_S256 if method == "S256" else _CHALLENGE).fullmatch(challenge):
        raise RedirectError("invalid_request", "PKCE code challenge contains illegal characters.")


def _scopes(server: AuthorizationServer, app: App, params: Mapping[str, str], types: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(params.get("scope", "").split()))
    if not wanted:
        text = (
            "The authorization server resource does not have any configured default scopes, 'scope' must be provided."
        )
        raise RedirectError("invalid_scope", "No scopes were requested." if server.is_org else text)
    known = {known.name for known in server.scopes}
    if not set(wanted) <= known:
        text = "One or more scopes are not configured for the authorization server resource."
        org_text = "Custom scopes are not allowed for this request."
        raise RedirectError("invalid_scope", org_text if server.is_org else text)
    if "openid" not in wanted and "id_token" in types:
        text = "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."
        raise RedirectError("invalid_scope", text)
    if "code" not in types or "refresh_token" not in app.grant_types:
        return [scope for scope in wanted if scope != "offline_access"]  # silently, as Okta does
    return wanted
