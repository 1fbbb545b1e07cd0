"""Upflow's page: a web app for one group, and an issuer that is copied as a bare domain."""

from __future__ import annotations

from tests.walks.walk import Walk, Wrong, instead, left_out

CREATE = (("menu", "Applications"), ("link", "Create App Integration"), ("choose", "OIDC - OpenID Connect"))
REDIRECT = "Sign-in redirect URIs"

UPFLOW = Walk(
    target="upflow",
    label="Upflow SSO",
    login="app",
    environment={"CALLBACK_PATH": "/__/auth/handler"},
    way={
        "(create)": CREATE,
        "application-type": (("choose", "Web Application"), ("press", "Next")),
        "(name)": (("type", "App integration name", "{label}"),),
        "grant-type": (("tick", "Authorization Code"),),
        "redirect-uri": (("uri", REDIRECT, "{base_url}/__/auth/handler"),),
        "sign-out-uri": (("uri", "Sign-out redirect URIs", "https://app.upflow.io/"),),
        "assignments": (("choose", "Limit access to selected groups"), ("tick", "Finance")),
        "(save)": (("save",),),
        "client-id": (("copy", "Client ID", "client_id"),),
        "client-secret": (("unfold", "Show secret 1"), ("copy", "Client secret 1", "client_secret")),
        "pkce": (),
        "app-only": (),
        "issuer": (("domain", "domain"), ("note", "issuer", "http://{domain}")),
    },
    wrong=(
        Wrong(
            "application-type",
            "a native app",
            {
                "application-type": (("choose", "Native Application"), ("press", "Next")),
                "sign-out-uri": (),
                "client-secret": (("note", "client_secret", "there is none"),),
            },
        ),
        instead("grant-type", "one more", ("tick", "Authorization Code"), ("tick", "Refresh Token")),
        left_out("redirect-uri"),
        instead("redirect-uri", "underscores lost", ("uri", REDIRECT, "{base_url}/auth/handler"), usual=True),
        left_out("sign-out-uri"),
        left_out("assignments"),
        instead(
            "client-id",
            "a character too many",
            ("copy", "Client ID", "client_id"),
            ("note", "client_id", "{client_id}x"),
        ),
        instead("client-secret", "the client id", ("note", "client_secret", "{client_id}")),
        instead(
            "pkce",
            "required",
            ("edit", "Client Credentials"),
            ("tick", "Require PKCE as additional verification"),
            ("save",),
        ),
        instead("issuer", "the bare domain", ("domain", "issuer"), usual=True),
        instead("issuer", "the default server", ("menu", "API"), ("copy", "Issuer URI 1", "issuer")),
        instead("app-only", "with a tile", ("edit", "General Settings"), ("choose", "Either Okta or App"), ("save",)),
    ),
)
