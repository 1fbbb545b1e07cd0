"""An app integration, i.e. an OAuth client, with every setting of an OpenID Connect app (okta.md 5.2)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SECRET_METHODS = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt"})
EMBED_LINK = "aln177a159h7Zf52X0g8"
"""The last part of every embed link of an OpenID Connect app; at Okta, too, always the same."""
DEPENDENT = ("token_endpoint_auth_method", "pkce_required", "refresh_token_rotation", "response_types")
"""Members of an app whose default depends on others (`with_defaults`)."""
CODE_GRANTS = frozenset({"authorization_code", "interaction_code"})


@dataclass(frozen=True)
class Secret:
    """A client secret; an app has up to two, and each that is ACTIVE is accepted."""

    value: str
    id: str = ""
    status: str = "ACTIVE"
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000


@dataclass(frozen=True)
class GroupsClaim:
    """The groups claim of the app's Sign On tab, for tokens of the org server.

    `value_type` is GROUPS (with a `filter_type` of STARTS_WITH, EQUALS, CONTAINS or REGEX) or EXPRESSION.
    """

    name: str = "groups"
    value_type: str = "GROUPS"
    filter_type: str = "REGEX"
    value: str = ".*"


@dataclass(frozen=True)
class AppUser:
    """The assignment of a person to an app; `user_name` is the person's name there."""

    user: str
    user_name: str = ""
    profile: Mapping[str, Any] = field(default_factory=dict)
    created: int = 1_700_000_000


@dataclass(frozen=True)
class AppGroup:
    """The assignment of a group to an app."""

    group: str
    priority: int = 0
    profile: Mapping[str, Any] = field(default_factory=dict)
    created: int = 1_700_000_000


@dataclass(frozen=True)
class ScopeGrant:
    """That a service app may ask the org server for an `okta.*` scope."""

    scope: str
    id: str = ""
    created: int = 1_700_000_000


@dataclass(frozen=True)
class App:
    """An app. `client_id` is also its id in the Management API.

    `implicit_assignment` (Okta: Federation Broker Mode) lets everybody in; without it only who is assigned, in
    person (`users`, ids) or by a group (`groups`, ids). `adopted`: its secret and client authentication method are
    taken from its first token request. `learned`: nobody registered it, its first request made it known.
    `id_token_…` and `userinfo_signed_response_alg` (OpenID Connect Registration 2) are an extension: Okta has RS256 and
    no encryption, and its UserInfo is never a JWT.
    """

    client_id: str
    label: str = ""
    status: str = "ACTIVE"
    secrets: tuple[Secret, ...] = ()
    application_type: str = "web"
    token_endpoint_auth_method: str = "client_secret_basic"
    pkce_required: bool = False
    redirect_uris: tuple[str, ...] = ()
    wildcard_redirect: str = "DISABLED"
    post_logout_redirect_uris: tuple[str, ...] = ()
    initiate_login_uri: str = ""
    idp_initiated_login_mode: str = "DISABLED"
    idp_initiated_login_scopes: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ("code",)
    grant_types: tuple[str, ...] = ("authorization_code",)
    refresh_token_rotation: str = "STATIC"
    refresh_token_leeway: int = 30
    consent_method: str = "TRUSTED"
    issuer_mode: str = "ORG_URL"
    groups_claim: GroupsClaim | None = None
    jwks: tuple[Mapping[str, Any], ...] = ()
    jwks_uri: str = ""
    request_object_signing_alg: str = ""
    backchannel_authentication_request_signing_alg: str = ""
    userinfo_signed_response_alg: str = ""
    id_token_signed_response_alg: str = "RS256"
    id_token_encrypted_response_alg: str = ""
    id_token_encrypted_response_enc: str = ""
    auto_key_rotation: bool = True
    signing_kid: str = ""
    participate_slo: bool = False
    frontchannel_logout_uri: str = ""
    frontchannel_logout_session_required: bool = False
    backchannel_logout_uri: str = ""
    backchannel_logout_session_required: bool = False
    global_token_revocation_uri: str = ""
    global_token_revocation_subject: str = "email"
    dpop_bound_access_tokens: bool = False
    require_mfa: bool = False
    implicit_assignment: bool = False
    users: tuple[AppUser, ...] = ()
    groups: tuple[AppGroup, ...] = ()
    hide_web: bool = True
    hide_ios: bool = True
    auto_launch: bool = False
    auto_submit_toolbar: bool = False
    client_uri: str = ""
    logo_uri: str = ""
    tos_uri: str = ""
    policy_uri: str = ""
    user_name_template: str = "${source.login}"
    notes_admin: str = ""
    notes_enduser: str = ""
    network_connection: str = "ANYWHERE"
    profile: Mapping[str, Any] = field(default_factory=dict)
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000
    adopted: bool = False
    learned: bool = False
    okta_scopes: tuple[ScopeGrant, ...] = ()

    @property
    def client_secret(self) -> str:
        """The first secret in use; empty for public clients."""
        return next((secret.value for secret in self.secrets if secret.status == "ACTIVE"), "")

    @property
    def needs_pkce(self) -> bool:
        """Public clients must use PKCE at Okta (okta.md 3.5); of an adopted one nobody knows what it is."""
        return self.pkce_required or (self.token_endpoint_auth_method == "none" and not self.adopted)


def with_defaults(app: App, given: frozenset[str]) -> App:
    """A new app with Okta's defaults where `given` (names of fields) has nothing; they depend on what it is.

    An adopted one stays as it is, because nobody knows yet what it is.
    """
    if app.adopted:
        return app
    public_kind = app.application_type in ("browser", "native")
    made: dict[str, Any] = {}
    if "token_endpoint_auth_method" not in given:
        made["token_endpoint_auth_method"] = "none" if app.application_type == "browser" else "client_secret_basic"
    method = made.get("token_endpoint_auth_method", app.token_endpoint_auth_method)
    if "pkce_required" not in given:
        made["pkce_required"] = public_kind or method == "none"
    if "refresh_token_rotation" not in given:
        made["refresh_token_rotation"] = "ROTATE" if app.application_type == "browser" else "STATIC"
    if "response_types" not in given:
        made["response_types"] = ("code",) if CODE_GRANTS & set(app.grant_types) else ()
    return dataclasses.replace(app, **made)
