"""How the relying party is registered and where it listens; read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL_ENDPOINTS = ("userinfo_endpoint", "end_session_endpoint")


class SettingsError(ValueError):
    """A variable that is missing or cannot be used; the message names it."""


@dataclass(frozen=True)
class Settings:
    """`issuer` and `client_id` are compared as they stand; `base_url` has no trailing slash.

    `response_mode`: empty for the usual one. `request_object_signing_alg`: empty for requests that are not signed.
    `login`, `callback`, `initiate`, `logout`: the paths of the start page, of the redirect URI (with its query), for
    logins that others begin, and for signing out. `login_form`: the start page has a form. `post_logout`: where the
    IdP sends who has signed out there, too; empty: signing out is local. `endpoints`: typed in, and not discovered.
    `second`: the registration at another IdP, where there is one.
    `trusted_audience`: who may be an audience of our ID Tokens beside us; empty: nobody.
    `ca_file`: PEM file of the only authority that the IdP's certificate may come from; empty: the usual ones.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    base_url: str
    port: int
    ca_file: str = ""
    token_endpoint_auth_method: str = "client_secret_basic"
    response_type: str = "code"
    response_mode: str = ""
    request_object_signing_alg: str = ""
    pushed_requests: bool = False
    login: str = "/login"
    callback: str = "/callback"
    initiate: str = "/initiate"
    logout: str = "/logout"
    post_logout: str = ""
    login_form: bool = False
    endpoints: Mapping[str, str] = field(default_factory=dict)
    second: Settings | None = None
    scope: str = "openid profile email"
    userinfo_signed_response_alg: str = ""
    bearer_in_body: bool = False
    id_token_signed_response_alg: str = "RS256"
    id_token_encrypted_response_alg: str = ""
    id_token_encrypted_response_enc: str = ""
    max_age: int | None = None
    acr_values: str = ""
    prompt: str = ""
    send_nonce: bool = True
    send_code_challenge: bool = True
    okta_simplified: bool = False
    trusted_audience: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, PORT; optional CA_FILE,
        TOKEN_ENDPOINT_AUTH_METHOD, RESPONSE_TYPE, RESPONSE_MODE, REQUEST_OBJECT_SIGNING_ALG (HS256, RS256),
        PUSHED_REQUESTS, LOGIN_PATH, CALLBACK_PATH, INITIATE_PATH, LOGOUT_PATH, POST_LOGOUT_PATH, LOGIN_FORM,
        AUTHORIZATION_ENDPOINT with TOKEN_ENDPOINT, JWKS_URI, USERINFO_ENDPOINT, END_SESSION_ENDPOINT,
        SCOPE, USERINFO_SIGNED_RESPONSE_ALG, BEARER_IN_BODY, ID_TOKEN_SIGNED_RESPONSE_ALG,
        ID_TOKEN_ENCRYPTED_RESPONSE_ALG, ID_TOKEN_ENCRYPTED_RESPONSE_ENC, MAX_AGE (seconds), ACR_VALUES, PROMPT,
        SEND_NONCE (no), SEND_CODE_CHALLENGE (no), OKTA_SIMPLIFIED (ID Tokens that nobody asked for sign in),
        TRUSTED_AUDIENCE; SECOND_ISSUER with SECOND_CLIENT_ID and SECOND_CLIENT_SECRET. Raises SettingsError.
        """
        method = environment.get("TOKEN_ENDPOINT_AUTH_METHOD") or "client_secret_basic"
        needed = ["ISSUER", "CLIENT_ID", "BASE_URL", "PORT"]
        if method != "none":
            needed.append("CLIENT_SECRET")
        if missing := [name for name in needed if not environment.get(name)]:
            raise SettingsError(f"set {', '.join(missing)} in the environment")
        for name in ("PORT", "MAX_AGE"):
            if not environment.get(name, "0").isdecimal():
                raise SettingsError(f"{name} must be a number, got {environment[name]!r}")
        settings = cls(
            issuer=environment["ISSUER"],
            client_id=environment["CLIENT_ID"],
            client_secret="" if method == "none" else environment["CLIENT_SECRET"],
            base_url=environment["BASE_URL"].rstrip("/"),
            port=int(environment["PORT"]),
            ca_file=environment.get("CA_FILE", ""),
            token_endpoint_auth_method=method,
            response_type=environment.get("RESPONSE_TYPE") or "code",
            response_mode=environment.get("RESPONSE_MODE", ""),
            request_object_signing_alg=environment.get("REQUEST_OBJECT_SIGNING_ALG", ""),
            pushed_requests=bool(environment.get("PUSHED_REQUESTS")),
            login=environment.get("LOGIN_PATH") or cls.login,
            callback=environment.get("CALLBACK_PATH") or cls.callback,
            initiate=environment.get("INITIATE_PATH") or cls.initiate,
            logout=environment.get("LOGOUT_PATH") or cls.logout,
            post_logout=environment.get("POST_LOGOUT_PATH", ""),
            login_form=bool(environment.get("LOGIN_FORM")),
            endpoints=_endpoints(environment),
            scope=environment.get("SCOPE") or cls.scope,
            userinfo_signed_response_alg=environment.get("USERINFO_SIGNED_RESPONSE_ALG", ""),
            bearer_in_body=bool(environment.get("BEARER_IN_BODY")),
            id_token_signed_response_alg=environment.get("ID_TOKEN_SIGNED_RESPONSE_ALG") or "RS256",
            id_token_encrypted_response_alg=environment.get("ID_TOKEN_ENCRYPTED_RESPONSE_ALG", ""),
            id_token_encrypted_response_enc=environment.get("ID_TOKEN_ENCRYPTED_RESPONSE_ENC", ""),
            max_age=int(environment["MAX_AGE"]) if "MAX_AGE" in environment else None,
            acr_values=environment.get("ACR_VALUES", ""),
            prompt=environment.get("PROMPT", ""),
            send_nonce=environment.get("SEND_NONCE") != "no",
            send_code_challenge=environment.get("SEND_CODE_CHALLENGE") != "no",
            okta_simplified=bool(environment.get("OKTA_SIMPLIFIED")),
            trusted_audience=environment.get("TRUSTED_AUDIENCE", ""),
        )
        return replace(settings, second=settings._second(environment))

    @property
    def callback_path(self) -> str:
        """The path of the redirect URI, without its query."""
        return self.callback.partition("?")[0] or "/"

    def _second(self, environment: Mapping[str, str]) -> Settings | None:
        if not environment.get("SECOND_ISSUER"):
            return None
        return replace(
            self,
            issuer=environment["SECOND_ISSUER"],
            client_id=environment.get("SECOND_CLIENT_ID", ""),
            client_secret=environment.get("SECOND_CLIENT_SECRET", ""),
            callback=f"{self.callback}/second",  # RFC 9700 4.4.2.2: another redirect URI for each issuer
        )


def _endpoints(environment: Mapping[str, str]) -> dict[str, str]:
    names = (*ENDPOINTS, *OPTIONAL_ENDPOINTS)
    given = {name: environment[name.upper()] for name in names if environment.get(name.upper())}
    if given and (missing := [name.upper() for name in ENDPOINTS if name not in given]):
        raise SettingsError(f"set {', '.join(missing)}, too: endpoints are typed in together, or discovered")
    return given
