"""Collate's (OpenMetadata's) page: a single-page app, an authorization server of its own with scope and policy."""

from __future__ import annotations

from tests.walks.walk import Walk, Wrong, instead, left_out

CALLBACK, SILENT = "{base_url}/callback", "{base_url}/silent-callback"
REDIRECT, SIGN_OUT = "Sign-in redirect URIs", "Sign-out redirect URIs"
BOXES = ("Allow ID Token with implicit grant type", "Allow Access Token with implicit grant type")
CREATE = (("menu", "Applications"), ("link", "Create App Integration"), ("choose", "OIDC - OpenID Connect"))
SERVER = (("menu", "API"), ("link", "{label}"))

OPENMETADATA = Walk(
    target="openmetadata",
    label="Collate",
    login="app",
    environment={"TOKEN_ENDPOINT_AUTH_METHOD": "none", "SCOPE": "openid profile email offline_access"},
    way={
        "(create)": CREATE,
        "application-type": (("choose", "Single-Page Application"), ("press", "Next")),
        "(name)": (("type", "App integration name", "{label}"),),
        "authorization-code": (("tick", "Authorization Code"),),
        "refresh-token": (("tick", "Refresh Token"),),
        "rotation": (("choose", "Rotate token after every use"),),
        "implicit": (("tick", "Implicit (hybrid)"),),
        "implicit-tokens": (("tick", BOXES[0]), ("tick", BOXES[1])),
        "redirect-uri": (("uri", REDIRECT, CALLBACK),),
        "silent-callback": (("another_uri", REDIRECT, SILENT),),
        "sign-out-uri": (("uri", SIGN_OUT, "{base_url}/"),),
        "base-uri": (("uri", "Base URIs", "{base_url}"),),
        "controlled-access": (("choose", "Allow everyone in your organization to access"),),
        "(save)": (("save",), ("copy", "Client ID", "client_id")),
        "(server)": (
            ("menu", "API"),
            ("link", "Add Authorization Server"),
            ("type", "Name", "{label}"),
            ("type", "Description", "Of {label}"),
        ),
        "audience": (("type", "Audience", "{client_id}"),),
        "(save server)": (("save",),),
        "server-issuer": (*SERVER, ("edit", "Settings"), ("choose", "Okta URL"), ("save",)),
        "(scope)": (
            *SERVER,
            ("link", "Scopes"),
            ("link", "Add Scope"),
            ("type", "Name", "collate"),
        ),
        "default-scope": (("tick", "Set as a default scope"),),
        "(save scope)": (("save", "Create"),),
        "access-policy": (
            *SERVER,
            ("link", "Access Policies"),
            ("link", "Add New Access Policy"),
            ("type", "Name", "{label} logins"),
            ("type", "Description", "Who may use {label}"),
            ("choose", "The following clients:"),
            ("tick", "{label}"),
            ("save", "Create Policy"),
        ),
        "rule": (
            ("link_in", "{label} logins", "Add rule"),
            ("type", "Rule Name", "Everybody"),
            ("tick", "Authorization Code"),
            ("save", "Create rule"),
        ),
        "client-id": (("app",), ("copy", "Client ID", "client_id")),
        "consent": (("app",), ("edit", "General Settings"), ("clear", "Require consent"), ("save",)),
        "app-issuer": (
            ("app",),
            ("domain", "domain"),
            ("link", "Sign On"),
            ("edit", "OpenID Connect ID Token"),
            ("choose", "Okta URL (http://{domain})"),
            ("save",),
        ),
        "authorization-server": (*SERVER, ("copy", "Issuer", "issuer")),
    },
    wrong=(
        Wrong(
            "application-type",
            "a web app",
            {
                "application-type": (("choose", "Web Application"), ("press", "Next")),
                "base-uri": (),
            },
        ),
        instead("authorization-code", "cleared", ("clear", "Authorization Code")),
        left_out("refresh-token", "rotation"),
        instead("rotation", "persistent", ("choose", "Use persistent token")),
        left_out("implicit", "implicit-tokens"),
        left_out("implicit-tokens"),
        left_out("redirect-uri"),
        left_out("silent-callback"),
        left_out("sign-out-uri"),
        instead("sign-out-uri", "none at all", ("uri", SIGN_OUT, "")),
        left_out("base-uri", usual=True),
        left_out("controlled-access"),
        instead("authorization-server", "the org URL", ("domain", "domain"), ("note", "issuer", "http://{domain}")),
        instead("audience", "that of the default server", ("type", "Audience", "api://default")),
        left_out("server-issuer"),
        left_out("default-scope"),
        left_out("access-policy", "rule"),
        left_out("rule"),
        Wrong(
            "rule",
            "other grant types",
            {
                "rule": (
                    ("link_in", "{label} logins", "Add rule"),
                    ("type", "Rule Name", "Everybody"),
                    ("clear", "Authorization Code"),
                    ("tick", "Device Authorization"),
                    ("save", "Create rule"),
                )
            },
            usual=True,
        ),
        instead("client-id", "a character too many", ("app",), ("note", "client_id", "{client_id}x")),
        left_out("consent"),
        left_out("app-issuer"),
        Wrong("email-claim", "neither profile nor email is asked for", environment={"SCOPE": "openid offline_access"}),
    ),
)
