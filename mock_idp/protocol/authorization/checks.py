"""The checks of the authorization endpoint, with Okta's texts in Okta's order (okta.md 2.1, 2.3, 2.5, 2.6).

Sources of what stays with `strictness = core`: RFC 6749 4.1.2.1, RFC 7636 4.4.1, OIDC Core 3.1.2.2, 3.2.2.1.
What is refused only after authentication stands in `authentication`, `policy`, `consents` and `groups`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from mock_idp.idp import Idp
from mock_idp.operations import clients
from mock_idp.org.model import App, AuthorizationServer, Settings
from mock_idp.protocol.authorization import redirect_uris
from mock_idp.protocol.authorization.pkce import check_challenge
from mock_idp.protocol.authorization.scopes import requested_scopes
from mock_idp.protocol.errors import INVALID_CLIENT_ID, PageError, RedirectError, unregistered
from mock_idp.protocol.exchange import app_of

RESPONSE_MODES = ("query", "fragment", "form_post", "okta_post_message")
_ADDRESS = re.compile(r"[0-9.]+|.*:.*")
_PROMPTS = ("none", "login", "consent")
_SERVICE = "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint."
_MAINTENANCE = (
    "The authorization server is currently unable to handle the request due to a temporary overloading or maintenance "
    "of the server."
)


def client_of(idp: Idp, params: Mapping[str, str], repeated: list[str]) -> tuple[App, str]:
    """The app and the checked redirect_uri; raises PageError because nobody could be told by redirect."""
    if {"client_id", "redirect_uri"} & set(repeated):
        raise PageError("invalid_request", "The request contained multiple parameters with the same name.")
    client_id, redirect_uri = params.get("client_id", ""), params.get("redirect_uri", "")
    app = app_of(client_id)
    if app is None and idp.org.apps.get(client_id) is None:
        app = clients.adopt(idp, client_id, redirect_uri)
    if app is None:
        raise PageError("invalid_client", INVALID_CLIENT_ID)
    if not redirect_uris.registered(redirect_uri, app.redirect_uris, wildcard=app.wildcard_redirect == "SUBDOMAIN"):
        if app.application_type == "service":
            raise PageError("invalid_request", _SERVICE)
        raise unregistered("redirect_uri", "Login", settings_url(idp, app))
    return app, redirect_uri


def settings_url(idp: Idp, app: App) -> str:
    """Where Okta's error page says that the app is to be mended; empty where the org does not say."""
    if not idp.org.settings.error_page_enhanced:
        return ""
    return f"{admin_console(idp)}/admin/app/oidc_client/instance/{app.client_id}#tab-general"


def admin_console(idp: Idp) -> str:
    """`https://{org}-admin.okta.com` for `https://{org}.okta.com` (okta.md 2.4); addresses and `localhost` stay."""
    if idp.org.settings.admin_host:
        return f"https://{idp.org.settings.admin_host}"
    label, dot, rest = idp.public_url.partition(".")
    if not dot or _ADDRESS.fullmatch(urlsplit(idp.public_url).hostname or ""):
        return idp.public_url
    return f"{label}-admin.{rest}"


def response_mode(settings: Settings, params: Mapping[str, str]) -> str:
    """The response mode in which even errors travel (OAuth 2.0 Multiple Response Types 2.1)."""
    mode, front = params.get("response_mode", ""), is_front(params)
    if mode in RESPONSE_MODES and not _excluded(settings, mode, params):
        return mode
    return "fragment" if front else "query"


def _excluded(settings: Settings, mode: str, params: Mapping[str, str]) -> bool:
    """Whether this response type may not travel in this mode (okta.md 2.1 and 2.2, and the switch)."""
    if mode == "okta_post_message":
        return "code" in params.get("response_type", "").split() and not settings.post_message_with_code
    return mode == "query" and is_front(params)


def is_front(params: Mapping[str, str]) -> bool:
    """Whether the authorization response itself carries a token."""
    return bool({"token", "id_token"} & set(params.get("response_type", "").split()))


def check(
    idp: Idp, server: AuthorizationServer, app: App, params: Mapping[str, str], repeated: list[str], strictness: str
) -> list[str]:
    """The requested scopes; raises RedirectError with Okta's text for the first check that fails.

    PageError only where the switch `pkce_required_error` says so.
    """
    okta, settings = strictness == "okta", idp.org.settings
    if settings.maintenance:
        raise RedirectError("temporarily_unavailable", _MAINTENANCE)
    if app.application_type == "service":
        raise RedirectError("invalid_request", _SERVICE)
    if repeated:
        names = ", ".join(repeated)
        text = f"Duplicate parameter provided in request. Duplicated parameters: [{names}]."
        raise RedirectError("invalid_request", text)
    if okta and not params.get("state"):
        text = "The authentication request has an invalid 'state' parameter."
        raise RedirectError("invalid_request", text, with_state=False)
    _check_response_type(app, params, okta)
    _check_response_mode(settings, params)
    types = params["response_type"].split()
    if not params.get("nonce") and ("id_token" in types or (okta and "token" in types)):
        text = "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' "
        raise RedirectError("invalid_request", text + "response types..")
    _check_prompt(params)
    if okta and params.get("idp") and params["idp"] not in (idp.org.id, "OKTA"):
        raise RedirectError("invalid_request", "Identity provider is not valid.")
    if "code" in types:
        check_challenge(app, params, okta=okta, required_error=settings.pkce_required_error)
    return requested_scopes(server, app, params, types, okta=okta)


def grant_types(params: Mapping[str, str]) -> list[str]:
    """The grants that a response type stands for; the code's comes last, because its tokens live on."""
    types = params["response_type"].split()
    return (["implicit"] if is_front(params) else []) + (["authorization_code"] if "code" in types else [])


def _check_response_type(app: App, params: Mapping[str, str], okta: bool) -> None:
    types = params.get("response_type", "").split()
    allowed = list(dict.fromkeys(part for entry in app.response_types for part in entry.split()))
    if not types or not set(types) <= set(allowed):
        text = "The response type is not supported by the authorization server. Configured response types: "
        raise RedirectError("unsupported_response_type", f"{text}[{', '.join(allowed)}].")
    if okta and not set(grant_types(params)) <= set(app.grant_types):
        text = "The client is not authorized to use the provided grant type. Configured grant types: "
        raise RedirectError("unauthorized_client", f"{text}[{', '.join(app.grant_types)}].")


def _check_response_mode(settings: Settings, params: Mapping[str, str]) -> None:
    mode = params.get("response_mode")
    if mode is None:
        return
    if mode not in RESPONSE_MODES:
        text = "The response mode is not supported by the authorization server. Valid response modes: "
        raise RedirectError("unsupported_response_mode", f"{text}[{', '.join(RESPONSE_MODES)}].")
    if _excluded(settings, mode, params):
        text = "'query' response mode cannot be used with either the 'id_token' or 'token' response types."
        if mode == "okta_post_message":
            text = "'okta_post_message' response mode cannot be used with the 'code' response type."
        raise RedirectError("unsupported_response_mode", text)


def _check_prompt(params: Mapping[str, str]) -> None:
    prompts = params.get("prompt", "").split()
    if "enroll_authenticator" in prompts:  # only for an app's own page, and only with a response type of its own
        raise RedirectError("invalid_request", "Authenticator enrollment requires 'none' response_type.")
    if not set(prompts) <= set(_PROMPTS) or len(prompts) > len(set(prompts)) or ("none" in prompts and prompts[1:]):
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
