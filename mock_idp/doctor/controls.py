"""The admin console's controls with Okta's labels, and the Management API's fields behind them (okta.md 5.1, 5.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """`where` is the path of pages and sections, with {label} for the app and {server} for the server; `field` is as in
    `Facts.documents`.
    """

    where: str
    label: str
    field: str


_APP = "Applications → {label}"
_LOGIN = f"{_APP} → General → Login"
_GENERAL = f"{_APP} → General → General Settings"
_CREDENTIALS = f"{_APP} → General → Client Credentials"
_CLIENT = "app.settings.oauthClient"
_SERVER = "Security → API → Authorization Servers → {server}"
IN_APPLICATION = "The application itself"

APP = Control("Applications", "Create App Integration", "app.id")
STATUS = Control(_APP, "Active", "app.status")
APPLICATION_TYPE = Control("Applications → Create App Integration", "Application type", f"{_CLIENT}.application_type")
CLIENT_ID = Control(_CREDENTIALS, "Client ID", "app.credentials.oauthClient.client_id")
METHOD = Control(_CREDENTIALS, "Client authentication", "app.credentials.oauthClient.token_endpoint_auth_method")
SECRETS = Control(f"{_APP} → General → CLIENT SECRETS", "Secret", "app.credentials.oauthClient.client_secret")
PUBLIC_KEYS = Control(f"{_APP} → General → PUBLIC KEYS", "Public keys", f"{_CLIENT}.jwks")
PKCE = Control(
    f"{_CREDENTIALS} → Proof Key for Code Exchange (PKCE)",
    "Require PKCE as additional verification",
    "app.credentials.oauthClient.pkce_required",
)
GRANTS = Control(_GENERAL, "Grant type", f"{_CLIENT}.grant_types")
IMPLICIT = Control(f"{_GENERAL} → Grant type", "Implicit (hybrid)", f"{_CLIENT}.grant_types")
RESPONSE_TYPES = Control(
    f"{_GENERAL} → Grant type → Implicit (hybrid)",
    "Allow ID Token with implicit grant type / Allow Access Token with implicit grant type",
    f"{_CLIENT}.response_types",
)
ALLOW_ID_TOKEN = Control(
    f"{_GENERAL} → Grant type → Implicit (hybrid)",
    "Allow ID Token with implicit grant type",
    f"{_CLIENT}.response_types",
)
ROTATION = Control(
    f"{_GENERAL} → Refresh token", "Rotate token after every use", f"{_CLIENT}.refresh_token.rotation_type"
)
LEEWAY = Control(f"{_GENERAL} → Refresh token", "Grace period for token rotation", f"{_CLIENT}.refresh_token.leeway")
DPOP = Control(
    f"{_GENERAL} → Proof of possession",
    "Require Demonstrating Proof of Possession (DPoP) header in token requests",
    f"{_CLIENT}.dpop_bound_access_tokens",
)
REDIRECT_URIS = Control(_LOGIN, "Sign-in redirect URIs", f"{_CLIENT}.redirect_uris")
WILDCARD = Control(_LOGIN, "Allow wildcard * in sign-in URI redirect", f"{_CLIENT}.wildcard_redirect")
SIGN_OUT_URIS = Control(_LOGIN, "Sign-out redirect URIs", f"{_CLIENT}.post_logout_redirect_uris")
INITIATED_BY = Control(_LOGIN, "Login initiated by", f"{_CLIENT}.idp_initiated_login.mode")
ICON = Control(f"{_LOGIN} → Application visibility", "Display application icon to users", "app.visibility.hide.web")
LOGIN_FLOW = Control(_LOGIN, "Login flow", f"{_CLIENT}.idp_initiated_login.mode")
LAUNCH_SCOPES = Control(f"{_LOGIN} → Login flow", "Scopes", f"{_CLIENT}.idp_initiated_login.default_scope")
INITIATE_URI = Control(_LOGIN, "Initiate login URI", f"{_CLIENT}.initiate_login_uri")
CONSENT = Control(f"{_APP} → General → User consent", "Require consent", f"{_CLIENT}.consent_method")
APP_ISSUER = Control(f"{_APP} → Sign On → OpenID Connect ID Token", "Issuer", f"{_CLIENT}.issuer_mode")
GROUPS_CLAIM = Control(f"{_APP} → Sign On → OpenID Connect ID Token", "Groups claim filter", "app.groupsClaim")
ASSIGNMENTS = Control(f"{_APP} → Assignments", "Assign", "assignments")
SERVER_ISSUER = Control(f"{_SERVER} → Settings", "Issuer", "authorizationServer.issuerMode")
SERVER_STATUS = Control("Security → API → Authorization Servers", "Status", "authorizationServer.status")
SERVER_SCOPES = Control(f"{_SERVER} → Scopes", "Add Scope", "authorizationServer.scopes.name")
SERVER_CLAIMS = Control(f"{_SERVER} → Claims", "Add Claim", "authorizationServer.claims.name")
POLICIES = Control(
    f"{_SERVER} → Access Policies", "Add New Access Policy", "authorizationServer.policies.conditions.clients.include"
)
RULES = Control(f"{_SERVER} → Access Policies", "Add Rule", "authorizationServer.policies.rules")
RULE_GRANTS = Control(
    f"{_SERVER} → Access Policies → Rule",
    "IF Grant type is",
    "authorizationServer.policies.rules.conditions.grantTypes.include",
)
RULE_SCOPES = Control(
    f"{_SERVER} → Access Policies → Rule",
    "AND Scopes requested",
    "authorizationServer.policies.rules.conditions.scopes.include",
)
RULE_PEOPLE = Control(
    f"{_SERVER} → Access Policies → Rule", "AND User is", "authorizationServer.policies.rules.conditions.people"
)
TRUSTED_ORIGINS = Control("Security → API → Trusted Origins", "Add Origin", "trustedOrigins.origin")
ISSUER_FIELD = Control(IN_APPLICATION, "Issuer", "rp.issuer")
CLIENT_ID_FIELD = Control(IN_APPLICATION, "Client ID", "rp.client_id")
REQUEST = Control(IN_APPLICATION, "Authorization request", "rp.request")
TOKEN_REQUEST = Control(IN_APPLICATION, "Token request", "rp.request")
USERINFO_REQUEST = Control(IN_APPLICATION, "UserInfo request", "rp.request")
LOGOUT_REQUEST = Control(IN_APPLICATION, "Logout request", "rp.request")
OTHER = Control(IN_APPLICATION, "Its own settings", "rp.other")

TICKED, CLEAR = "ticked", "not ticked"
BOXES = (GRANTS.field, RESPONSE_TYPES.field)
"""Lists: each value is a box of its own in the console."""
SPOKEN: dict[str, dict[str, str]] = {
    APPLICATION_TYPE.field: {
        "web": "Web Application",
        "browser": "Single-Page Application",
        "native": "Native Application",
        "service": "API Services",
    },
    GRANTS.field: {
        "authorization_code": "Authorization Code",
        "refresh_token": "Refresh Token",
        "implicit": "Implicit (hybrid)",
        "client_credentials": "Client Credentials",
        "interaction_code": "Interaction Code",
    },
    RESPONSE_TYPES.field: {"id_token": "Allow ID Token", "token": "Allow Access Token", "code": "Authorization Code"},
    ROTATION.field: {"ROTATE": "Rotate token after every use", "STATIC": "Use persistent token"},
    LOGIN_FLOW.field: {
        "DISABLED": "App Only",
        "SPEC": "Either Okta or App, Redirect to app to initiate login (OIDC Compliant)",
        "OKTA": "Either Okta or App, Send ID Token directly to app (Okta Simplified)",
    },
    ICON.field: {"false": TICKED, "true": CLEAR},
    PKCE.field: {"true": TICKED, "false": CLEAR},
    CONSENT.field: {"REQUIRED": TICKED, "TRUSTED": CLEAR},
    APP_ISSUER.field: {"ORG_URL": "Okta URL", "CUSTOM_URL": "Custom URL", "DYNAMIC": "Dynamic"},
    SERVER_ISSUER.field: {"ORG_URL": "Okta URL", "CUSTOM_URL": "Custom URL", "DYNAMIC": "Dynamic"},
    RULE_GRANTS.field: {"authorization_code": "Authorization Code", "implicit": "Implicit (hybrid)"},
    POLICIES.field: {"ALL_CLIENTS": "All clients"},
    "authorizationServer.scopes.default": {"true": TICKED, "false": CLEAR},
    "rp.server": {"org": "the org authorization server"},
}
"""How the console shows a field's values, where that is not as the Management API does."""


def spoken(field: str, value: str) -> str:
    """The value in the console's words."""
    return SPOKEN.get(field, {}).get(value, value)
