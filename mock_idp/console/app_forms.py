"""An app's settings as the console's controls, and these as the JSON of the Management API (okta.md 5.1 and 5.2).

A control that has one member of the API has its name; the others are named here.
"""

from __future__ import annotations

import json
from typing import Any

from mock_idp.console.forms import Form
from mock_idp.management import app_json
from mock_idp.operations.app_rules import GRANTS
from mock_idp.org.app import CODE_GRANTS, SECRET_METHODS, App
from mock_idp.org.problems import invalid
from mock_idp.protocol.token.endpoint import UNBUILT_GRANT_TYPES
from mock_idp.store import Document

CONTROLS = {
    "default_scope": "idp_initiated_login_scopes",
    "leeway": "refresh_token_leeway",
    "response_types": "response_types",
    "JsonWebKey": "jwks",
}
KINDS = {
    "web": ("Web Application", "Server-side applications: tokens are handled on the server, which can keep a secret."),
    "browser": ("Single-Page Application", "Applications that run in the browser, which receives the tokens."),
    "native": ("Native Application", "Desktop or mobile applications on a device of the user's."),
}
"""`application_type` of a wizard's choice."""
NAMES = {**{kind: label for kind, (label, _) in KINDS.items()}, "service": "API Services"}
_URN = "urn:ietf:params:oauth:grant-type:"
ITSELF, CORE, ADVANCED = "Client acting on behalf of itself", "Core grants", "Advanced"
_GRANT_LABELS = (
    (ITSELF, "client_credentials", "Client Credentials"),
    (CORE, "authorization_code", "Authorization Code"),
    (CORE, "interaction_code", "Interaction Code"),
    (CORE, "refresh_token", "Refresh Token"),
    (CORE, f"{_URN}device_code", "Device Authorization"),
    (CORE, f"{_URN}token-exchange", "Token Exchange"),
    (CORE, "urn:openid:params:grant-type:ciba", "Client-initiated backchannel authentication flow (CIBA)"),
    (ADVANCED, "implicit", "Implicit (hybrid)"),
    (ADVANCED, "password", "Resource Owner Password"),
    (ADVANCED, f"{_URN}saml2-bearer", "SAML 2.0 Assertion"),
    (ADVANCED, f"{_URN}jwt-bearer", "JWT Bearer"),
    (ADVANCED, "urn:okta:params:oauth:grant-type:otp", "OTP"),
    (ADVANCED, "urn:okta:params:oauth:grant-type:oob", "OOB"),
    (ADVANCED, "http://auth0.com/oauth/grant-type/mfa-otp", "MFA OTP"),
    (ADVANCED, "http://auth0.com/oauth/grant-type/mfa-oob", "MFA OOB"),
)
_TEXTS = ("initiate_login_uri", "frontchannel_logout_uri", "client_uri", "tos_uri", "policy_uri")


def grants(kind: str) -> dict[str, list[tuple[str, str, str]]]:
    """The grant types that an app of this kind may have, by group: value, label, hint."""
    made: dict[str, list[tuple[str, str, str]]] = {}
    for group, grant, label in _GRANT_LABELS:
        if grant in GRANTS[kind]:
            hint = "Not built in the mock: its token requests are refused." if grant in UNBUILT_GRANT_TYPES else ""
            made.setdefault(group, []).append((grant, label, hint))
    return made


# ---- what the controls show ---------------------------------------------------------------------------------


def new(kind: str) -> Form:
    """What the wizard begins with."""
    redirect = {
        "web": "http://localhost:8080/authorization-code/callback",
        "browser": "http://localhost:8080/login/callback",
    }
    return Form.of(
        CONTROLS,
        grant_types=["client_credentials" if kind == "service" else "authorization_code"],
        implicit_response_types=["id_token"],
        redirect_uris=[redirect.get(kind, "com.example.app:/callback")],
        post_logout_redirect_uris=["http://localhost:8080"] if kind in redirect else [],
        rotation_type="ROTATE" if kind == "browser" else "STATIC",
        refresh_token_leeway=30,
        controlled_access="SKIP",
        broker=True,
    )


def general(app: App) -> Form:
    """The General Settings of an app."""
    implicit = [name for name in app.response_types if name != "code"]
    return Form.of(
        CONTROLS,
        label=app.label or app.client_id,
        logo_uri=app.logo_uri,
        dpop_bound_access_tokens=app.dpop_bound_access_tokens,
        grant_types=app.grant_types,
        implicit_response_types=implicit if "implicit" in app.grant_types else ["id_token"],
        rotation_type=app.refresh_token_rotation,
        refresh_token_leeway=app.refresh_token_leeway,
        redirect_uris=app.redirect_uris,
        wildcard_redirect=app.wildcard_redirect == "SUBDOMAIN",
        post_logout_redirect_uris=app.post_logout_redirect_uris,
        mode="DISABLED" if app.idp_initiated_login_mode == "DISABLED" else "EITHER",
        display_web=not app.hide_web,
        display_ios=not app.hide_ios,
        auto_launch=app.auto_launch,
        login_flow="OKTA" if app.idp_initiated_login_mode == "OKTA" else "SPEC",
        idp_initiated_login_scopes=app.idp_initiated_login_scopes or ["openid", "profile", "email"],
        # Okta's console fills it in, too, when an app begins to have a tile.
        initiate_login_uri=app.initiate_login_uri or next(iter(app.redirect_uris), ""),
        participate_slo=app.participate_slo,
        frontchannel_logout_uri=app.frontchannel_logout_uri,
        frontchannel_logout_session_required=app.frontchannel_logout_session_required,
        consent_method=app.consent_method == "REQUIRED",
        client_uri=app.client_uri,
        tos_uri=app.tos_uri,
        policy_uri=app.policy_uri,
    )


def credentials(app: App) -> Form:
    """The Client Credentials of an app."""
    method = app.token_endpoint_auth_method
    return Form.of(
        CONTROLS,
        token_endpoint_auth_method="secret" if method in SECRET_METHODS else method,
        secret_method=method if method in SECRET_METHODS else "client_secret_basic",
        pkce_required=app.pkce_required,
        keys="url" if app.jwks_uri else "okta",
        jwks=json.dumps({"keys": [dict(key) for key in app.jwks]}, indent=2) if app.jwks else "",
        jwks_uri=app.jwks_uri,
    )


# ---- what they mean -----------------------------------------------------------------------------------------


def new_document(form: Form, kind: str) -> Document:
    """The body of `POST /api/v1/apps` for what the wizard holds.

    As in Okta's console, other than in its API, a new app asks for consent, its issuer is Dynamic, and a native app
    has no secret.
    """
    client: Document = {"application_type": kind, "consent_method": "REQUIRED", "issuer_mode": "DYNAMIC"}
    client |= _client(form)
    credentials = {"token_endpoint_auth_method": "none"} if kind in ("browser", "native") else {}
    return {
        "name": app_json.NAME,
        "label": form.text("label"),
        "signOnMode": app_json.OIDC,
        "credentials": {"oauthClient": credentials},
        "settings": {
            "implicitAssignment": form.text("controlled_access") == "EVERYONE" and form.on("broker"),
            "oauthClient": client,
        },
    }


def general_document(form: Form, known: Document) -> Document:
    """The app's JSON with the General Settings that the form holds."""
    client = known["settings"]["oauthClient"] | _client(form)
    if client["application_type"] == "service":  # it has no other controls
        return known | {"label": form.text("label"), "settings": known["settings"] | {"oauthClient": client}}
    mode = form.text("login_flow") if form.text("mode") == "EITHER" else "DISABLED"
    client |= {name: form.text(name) or None for name in _TEXTS}
    if mode == "DISABLED":  # its controls are not shown then
        client["initiate_login_uri"] = known["settings"]["oauthClient"].get("initiate_login_uri")
    scopes = form.all("idp_initiated_login_scopes") if mode == "OKTA" else []
    client |= {
        "idp_initiated_login": {"mode": mode, "default_scope": scopes},
        "consent_method": "REQUIRED" if form.on("consent_method") else "TRUSTED",
        "participate_slo": form.on("participate_slo"),
        "frontchannel_logout_session_required": form.on("frontchannel_logout_session_required"),
    }
    hide = {"web": not form.on("display_web"), "iOS": not form.on("display_ios")}
    visibility = (
        known["visibility"]
        if mode == "DISABLED"
        else known["visibility"]
        | {
            "hide": hide,
            "autoLaunch": form.on("auto_launch"),
        }
    )
    return known | {
        "label": form.text("label"),
        "visibility": visibility,
        "settings": known["settings"] | {"oauthClient": client},
    }


def credentials_document(form: Form, known: Document) -> Document:
    """The app's JSON with the Client Credentials that the form holds; E0000001 for keys that are no JSON."""
    method = form.text("token_endpoint_auth_method")
    sent: Document = {
        "token_endpoint_auth_method": form.text("secret_method") if method == "secret" else method,
        "pkce_required": form.on("pkce_required"),
    }
    client = {
        name: value for name, value in known["settings"]["oauthClient"].items() if name not in ("jwks", "jwks_uri")
    }
    if method == "private_key_jwt":
        client |= {"jwks_uri": form.text("jwks_uri")} if form.text("keys") == "url" else {"jwks": _keys(form)}
    return known | {
        "credentials": known["credentials"] | {"oauthClient": known["credentials"]["oauthClient"] | sent},
        "settings": known["settings"] | {"oauthClient": client},
    }


def _client(form: Form) -> Document:
    """The members that wizard and General Settings have in common."""
    grants = form.all("grant_types")
    types = ["code"] if CODE_GRANTS & set(grants) else []
    if "implicit" in grants:
        types += [name for name in ("id_token", "token") if name in form.all("implicit_response_types")]
    made: Document = {
        "grant_types": grants,
        "response_types": types,
        "redirect_uris": form.all("redirect_uris"),
        "post_logout_redirect_uris": form.all("post_logout_redirect_uris"),
        "wildcard_redirect": "SUBDOMAIN" if form.on("wildcard_redirect") else "DISABLED",
        "dpop_bound_access_tokens": form.on("dpop_bound_access_tokens"),
        "logo_uri": form.text("logo_uri") or None,
    }
    if "refresh_token" in grants:
        made["refresh_token"] = {"rotation_type": form.text("rotation_type")}
        if form.text("rotation_type") == "ROTATE":
            made["refresh_token"]["leeway"] = form.number("refresh_token_leeway")
    return made


def _keys(form: Form) -> dict[str, Any]:
    """A JWK Set, or one JWK."""
    try:
        found = json.loads(form.text("jwks") or "{}")
    except ValueError:
        found = None
    if isinstance(found, dict) and "kty" in found:
        return {"keys": [found]}
    keys = found.get("keys", []) if isinstance(found, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise invalid("jwks", 'jwks: Expected a JSON Web Key, or a set of them: {"keys": [...]}')
    return {"keys": keys}
