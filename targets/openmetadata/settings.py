"""How the application is set up; read from the environment, under names like those of OpenMetadata's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

TokenStorage = Literal["localStorage", "memory", "indexedDB"]
AuthMethod = Literal["client_secret_basic", "client_secret_post"]
SameSite = Literal["Lax", "Strict", "None"]


class SettingsError(ValueError):
    """A variable that is missing or cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """`authority` is the issuer; `server_url` has no trailing slash. Without a `secret` it is a public client.

    `token_storage`: where the page keeps its tokens, which changed between releases (docs/targets/openmetadata.md).
    `principal_claims`: the first of these that a token has names the user.
    `users`: the names that the API knows; empty: everybody. `same_site`: of the session's cookie.
    `status_without_kid`: what the API answers to a token without kid.
    `pkce`: False is okta-auth-js in the implicit flow, which OpenMetadata does not use.
    """

    authority: str
    client_id: str
    server_url: str
    port: int
    secret: str = field(default="", repr=False)
    ca_file: str = ""
    scope: str = "openid email profile"
    token_storage: TokenStorage = "localStorage"
    client_authentication_method: AuthMethod = "client_secret_basic"
    disable_pkce: bool = True
    pkce: bool = True
    principal_claims: tuple[str, ...] = ("email", "preferred_username", "sub")
    principal_domain: str = "open-metadata.org"
    users: frozenset[str] = frozenset()
    same_site: SameSite = "Lax"
    status_without_kid: int = 401

    @property
    def callback_url(self) -> str:
        return f"{self.server_url}/callback"

    @property
    def public_key_urls(self) -> tuple[str, ...]:
        """Typed in by hand beside the authority, so that metadata has no say in it."""
        path = "/v1/keys" if "/oauth2/" in self.authority else "/oauth2/v1/keys"
        return (f"{self.authority}{path}",)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads AUTHORITY, CLIENT_ID, SERVER_URL, PORT; optional CLIENT_SECRET, CA_FILE, SCOPE, TOKEN_STORAGE,
        CLIENT_AUTHENTICATION_METHOD, DISABLE_PKCE and PKCE (true or false), USERS (a list with commas),
        SESSION_SAMESITE (Lax, Strict, None) and STATUS_WITHOUT_KID (401, 500). Raises SettingsError.
        """
        if missing := [name for name in ("AUTHORITY", "CLIENT_ID", "SERVER_URL", "PORT") if not environment.get(name)]:
            raise SettingsError(f"set {', '.join(missing)} in the environment")
        if not environment["PORT"].isdecimal():
            raise SettingsError(f"PORT must be a number, got {environment['PORT']!r}")

        def one_of(name: str, values: tuple[str, ...], default: str) -> str:
            value = environment.get(name) or default
            if value not in values:
                raise SettingsError(f"{name} must be one of {', '.join(values)}; got {value!r}")
            return value

        storage = one_of("TOKEN_STORAGE", get_args(TokenStorage), cls.token_storage)
        method = one_of("CLIENT_AUTHENTICATION_METHOD", get_args(AuthMethod), cls.client_authentication_method)
        return cls(
            authority=environment["AUTHORITY"],
            client_id=environment["CLIENT_ID"],
            server_url=environment["SERVER_URL"].rstrip("/"),
            port=int(environment["PORT"]),
            secret=environment.get("CLIENT_SECRET", ""),
            ca_file=environment.get("CA_FILE", ""),
            scope=environment.get("SCOPE") or cls.scope,
            token_storage=cast("TokenStorage", storage),
            client_authentication_method=cast("AuthMethod", method),
            disable_pkce=one_of("DISABLE_PKCE", ("true", "false"), "true") == "true",
            users=frozenset(filter(None, (one.strip() for one in environment.get("USERS", "").split(",")))),
            same_site=cast("SameSite", one_of("SESSION_SAMESITE", get_args(SameSite), cls.same_site)),
            status_without_kid=int(one_of("STATUS_WITHOUT_KID", ("401", "500"), str(cls.status_without_kid))),
            pkce=one_of("PKCE", ("true", "false"), "true") == "true",
        )
