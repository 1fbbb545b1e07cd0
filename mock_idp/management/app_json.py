"""Apps as Okta's Management API writes and reads them (okta.md 5.2)."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.idp import Idp
from mock_idp.management.frame import iso, link
from mock_idp.management.members import Members
from mock_idp.operations.app_keys import complete
from mock_idp.org.app import EMBED_LINK, App, GroupsClaim
from mock_idp.org.ids import okta_id
from mock_idp.org.problems import blank, not_found, unsupported
from mock_idp.store import Document

OIDC, NAME = "OPENID_CONNECT", "oidc_client"
METHODS = ("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none")
_MODES = ("ORG_URL", "CUSTOM_URL", "DYNAMIC")
SIGNING_ALGORITHMS = tuple(f"{family}{size}" for family in ("HS", "RS", "ES") for size in (256, 384, 512))
_CIBA_SIGNING = "backchannel_authentication_request_signing_alg"


# ---- reading ------------------------------------------------------------------------------------------------


def read(document: Document, now: float, known: App | None = None) -> tuple[App, frozenset[str], str]:
    """The app of a request body, the fields that it names, and a client secret (empty without one).

    `known` is the app that is to be replaced: objects that the body leaves out whole stay as they are, and so do
    the refresh token's settings and the credentials. Raises E0000001, E0000003 or E0000060.
    """
    sent = Members(document)
    mode = sent.text("signOnMode")
    if not mode:
        raise blank("signOnMode")
    if mode != OIDC:
        raise unsupported(f"The mock has OpenID Connect apps only; signOnMode '{mode}' exists at Okta.")
    base = known or App(client_id="", grant_types=(), response_types=(), frontchannel_logout_session_required=False)
    changes: dict[str, Any] = {"label": sent.text("label")}
    secret = _credentials(sent.object("credentials"), base, changes)
    settings = sent.object("settings")
    if settings.has("oauthClient"):
        _client(settings.object("oauthClient"), changes, iso(now))
    _surroundings(sent, settings, changes)
    return dataclasses.replace(base, **changes), frozenset(changes), secret


def _credentials(sent: Members, base: App, changes: dict[str, Any]) -> str:
    client = sent.object("oauthClient")
    if client.has("client_id"):
        changes["client_id"] = client.text("client_id")
    if client.has("autoKeyRotation"):
        changes["auto_key_rotation"] = client.flag("autoKeyRotation")
    if client.has("pkce_required"):
        changes["pkce_required"] = client.flag("pkce_required")
    if client.has("token_endpoint_auth_method"):
        method = client.choice("token_endpoint_auth_method", METHODS, base.token_endpoint_auth_method)
        changes["token_endpoint_auth_method"] = method
    if sent.object("userNameTemplate").has("template"):
        changes["user_name_template"] = sent.object("userNameTemplate").text("template")
    if sent.object("signing").has("kid"):
        changes["signing_kid"] = sent.object("signing").text("kid")
    return client.text("client_secret")


def _client(sent: Members, changes: dict[str, Any], moment: str) -> None:
    network = sent.object("network")
    for zone in (*network.texts("include"), *network.texts("exclude")):
        raise not_found(zone, "NetworkZone")
    launch, refresh = sent.object("idp_initiated_login"), sent.object("refresh_token")
    changes |= {
        "application_type": sent.choice("application_type", ("web", "browser", "native", "service"), "web"),
        "redirect_uris": sent.texts("redirect_uris"),
        "wildcard_redirect": sent.choice("wildcard_redirect", ("SUBDOMAIN",), "DISABLED"),
        "post_logout_redirect_uris": sent.texts("post_logout_redirect_uris"),
        "initiate_login_uri": sent.text("initiate_login_uri"),
        "idp_initiated_login_mode": launch.choice("mode", ("SPEC", "OKTA"), "DISABLED"),
        "idp_initiated_login_scopes": launch.texts("default_scope"),
        "response_types": sent.texts("response_types"),
        "grant_types": sent.texts("grant_types"),
        "consent_method": sent.choice("consent_method", ("REQUIRED",), "TRUSTED"),
        "issuer_mode": sent.choice("issuer_mode", _MODES, "ORG_URL"),
        "jwks": tuple(complete(key, moment) for key in sent.object("jwks").mappings("keys")),
        "jwks_uri": sent.text("jwks_uri"),
        "request_object_signing_alg": sent.choice("request_object_signing_alg", SIGNING_ALGORITHMS, ""),
        _CIBA_SIGNING: sent.choice(_CIBA_SIGNING, SIGNING_ALGORITHMS, ""),
        "participate_slo": sent.flag("participate_slo"),
        "frontchannel_logout_uri": sent.text("frontchannel_logout_uri"),
        "frontchannel_logout_session_required": sent.flag("frontchannel_logout_session_required"),
        "dpop_bound_access_tokens": sent.flag("dpop_bound_access_tokens"),
        "client_uri": sent.text("client_uri"),
        "logo_uri": sent.text("logo_uri"),
        "tos_uri": sent.text("tos_uri"),
        "policy_uri": sent.text("policy_uri"),
        "network_connection": network.choice("connection", ("ZONE",), "ANYWHERE"),
    }
    # An extension: Okta itself sends no back-channel logout tokens, so its API has no members for them.
    changes["backchannel_logout_uri"] = sent.text("backchannel_logout_uri")
    changes["backchannel_logout_session_required"] = sent.flag("backchannel_logout_session_required")
    if refresh.has("rotation_type"):
        changes["refresh_token_rotation"] = refresh.choice("rotation_type", ("STATIC", "ROTATE"), "STATIC")
    if refresh.has("leeway"):
        changes["refresh_token_leeway"] = refresh.number("leeway")


def _surroundings(sent: Members, settings: Members, changes: dict[str, Any]) -> None:
    """What an app of any kind has."""
    if settings.has("implicitAssignment"):
        changes["implicit_assignment"] = settings.flag("implicitAssignment")
    if settings.has("notes"):
        notes = settings.object("notes")
        changes |= {"notes_admin": notes.text("admin"), "notes_enduser": notes.text("enduser")}
    if sent.has("visibility"):
        visibility = sent.object("visibility")
        hide = visibility.object("hide")
        changes |= {
            "hide_web": hide.flag("web", True),
            "hide_ios": hide.flag("iOS", True),
            "auto_launch": visibility.flag("autoLaunch"),
            "auto_submit_toolbar": visibility.flag("autoSubmitToolbar"),
        }
    if sent.has("profile"):
        changes["profile"] = sent.mapping("profile")


def read_groups_claim(document: Document, known: App) -> tuple[GroupsClaim | None, str]:
    """The claim and the issuer mode of the Sign On tab's body; without a `name` there is no claim."""
    sent, claim = Members(document), None
    if sent.text("name"):
        value_type = sent.choice("valueType", ("EXPRESSION",), "GROUPS")
        filters = ("STARTS_WITH", "EQUALS", "CONTAINS")
        filter_type = sent.choice("groupFilterType", (*filters, "NONE"), "REGEX") if value_type == "GROUPS" else ""
        if not sent.text("value"):
            raise blank("value")
        claim = GroupsClaim(sent.text("name"), value_type, filter_type, sent.text("value"))
    return claim, sent.choice("issuerMode", _MODES, known.issuer_mode)


# ---- writing ------------------------------------------------------------------------------------------------


def write(idp: Idp, app: App, *, secret: str = "") -> Document:
    """The app in Okta's order; `secret` is only shown where it was just made."""
    made: Document = {
        "id": app.client_id,
        "orn": f"orn:okta:idp:{idp.org.id}:apps:{NAME}:{app.client_id}",
        "name": NAME,
        "label": app.label or app.client_id,
        "status": app.status,
        "lastUpdated": iso(app.last_updated),
        "created": iso(app.created),
        "accessibility": {"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None},
        "visibility": {
            "autoLaunch": app.auto_launch,
            "autoSubmitToolbar": app.auto_submit_toolbar,
            "hide": {"iOS": app.hide_ios, "web": app.hide_web},
            "appLinks": {f"{NAME}_link": True},
        },
        "features": [],
        "signOnMode": OIDC,
        "credentials": {
            "userNameTemplate": {"template": app.user_name_template, "type": "BUILT_IN"},
            "signing": {"kid": app.signing_kid or idp.keys.key("org").kid},
            "oauthClient": _written_credentials(app, secret),
        },
        "universalLogout": {
            "status": "ENABLED" if app.global_token_revocation_uri else "DISABLED",
            "supportType": "FULL",
            "identityStack": "NOT_SHARED",
            "protocol": "GLOBAL_TOKEN_REVOCATION",
        },
        "settings": {
            "app": {},
            "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": None, "helpUrl": None}},
            "manualProvisioning": False,
            "implicitAssignment": app.implicit_assignment,
            "emOptInStatus": "NONE",
            "notes": {"admin": app.notes_admin or None, "enduser": app.notes_enduser or None},
            "oauthClient": _written_client(app),
        },
    }
    if app.profile:
        made["profile"] = dict(app.profile)
    return made | {"_links": _links(app)}


def _written_credentials(app: App, secret: str) -> Document:
    made: Document = {"autoKeyRotation": app.auto_key_rotation, "client_id": app.client_id}
    if secret:
        made["client_secret"] = secret
    return made | {
        "token_endpoint_auth_method": app.token_endpoint_auth_method,
        "pkce_required": app.pkce_required,
    }


def _written_client(app: App) -> Document:
    made: Document = {"client_uri": app.client_uri or None, "logo_uri": app.logo_uri or None}
    for name in ("tos_uri", "policy_uri"):
        if getattr(app, name):
            made[name] = getattr(app, name)
    made["redirect_uris"] = list(app.redirect_uris)
    if app.post_logout_redirect_uris:
        made["post_logout_redirect_uris"] = list(app.post_logout_redirect_uris)
    made |= {"response_types": list(app.response_types), "grant_types": list(app.grant_types)}
    if app.initiate_login_uri:
        made["initiate_login_uri"] = app.initiate_login_uri
    made["application_type"] = app.application_type
    if "refresh_token" in app.grant_types:
        made["refresh_token"] = {"rotation_type": app.refresh_token_rotation}
        if app.refresh_token_rotation == "ROTATE":
            made["refresh_token"]["leeway"] = app.refresh_token_leeway
    if app.jwks:
        made["jwks"] = {"keys": [dict(key) for key in app.jwks]}
    for name in ("jwks_uri", "request_object_signing_alg", _CIBA_SIGNING):
        if getattr(app, name):
            made[name] = getattr(app, name)
    made |= {
        "consent_method": app.consent_method,
        "issuer_mode": app.issuer_mode,
        "idp_initiated_login": {
            "mode": app.idp_initiated_login_mode,
            "default_scope": list(app.idp_initiated_login_scopes),
        },
        "wildcard_redirect": app.wildcard_redirect,
        "dpop_bound_access_tokens": app.dpop_bound_access_tokens,
        "network": {"connection": app.network_connection},
        "participate_slo": app.participate_slo,
    }
    if app.participate_slo or app.frontchannel_logout_uri:
        made["frontchannel_logout_uri"] = app.frontchannel_logout_uri or None
        made["frontchannel_logout_session_required"] = app.frontchannel_logout_session_required
    if app.backchannel_logout_uri:
        made["backchannel_logout_uri"] = app.backchannel_logout_uri
        made["backchannel_logout_session_required"] = app.backchannel_logout_session_required
    return made


def _links(app: App) -> Document:
    path = f"/api/v1/apps/{app.client_id}"
    turn = "deactivate" if app.status == "ACTIVE" else "activate"
    made: Document = {
        "uploadLogo": link(f"{path}/logo", "POST"),
        "appLinks": [
            link(f"/home/{NAME}/{app.client_id}/{EMBED_LINK}", name=f"{NAME}_link", type="text/html"),
        ],
        "profileEnrollment": link(f"/api/v1/policies/{okta_id('rst', 'profile-enrollment')}"),
        "policies": link(f"{path}/policies", "PUT"),
        "groups": link(f"{path}/groups"),
        "logo": [link("/assets/img/logos/default.png", name="medium", type="image/png")],
        "clientCredentials": [link(f"{path}/credentials/secrets", name="secrets")],
        "accessPolicy": link(f"/api/v1/policies/{okta_id('rst', 'app-sign-on')}"),
        "users": link(f"{path}/users"),
        turn: link(f"{path}/lifecycle/{turn}"),
    }
    return made
