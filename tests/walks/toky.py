"""Toky's page: an older console's words, the client id in the redirect URI, the tile."""

from __future__ import annotations

from tests.walks.walk import Walk, Wrong, instead, left_out

CALLBACK, START = "{base_url}/auth/okta/{client_id}/callback", "{base_url}/auth/okta/{client_id}"
REDIRECT, INITIATE = "Login redirect URIs", "Initiate login URI"
SECRET = (("app",), ("unfold", "Show secret 1"), ("copy", "Client secret 1", "client_secret"))
ID_TOKEN = "Allow ID Token with implicit grant type"

TOKY = Walk(
    target="toky",
    label="Toky",
    login="tile",
    environment={"LOGIN_PATH": "/auth/okta/{client_id}", "CALLBACK_PATH": "/auth/okta/{client_id}/callback"},
    way={
        "(create)": (
            ("menu", "Applications"),
            ("link", "Add Application in older consoles"),
            ("link", "Create New App"),
        ),
        "platform": (("choose", "OIDC - OpenID Connect"), ("choose", "Web Application"), ("press", "Next")),
        "(name)": (
            ("type", "Application name", "{label}"),
            ("uri", REDIRECT, "{base_url}/auth/okta/clientID/callback"),
            ("save",),
        ),
        "client-id": (("copy", "Client ID", "client_id"),),
        "(edit)": (("edit", "General Settings"),),
        "implicit": (("tick", "Implicit (hybrid)"),),
        "implicit-id-token": (("tick", ID_TOKEN),),
        "redirect-uri": (("uri", REDIRECT, CALLBACK),),
        "initiated-by": (("choose", "Either Okta or App"),),
        "icon": (("tick", "Display application icon to users"),),
        "initiate-uri": (("type", INITIATE, START),),
        "(save)": (("save",),),
        "issuer": (("menu", "API"), ("copy", "Issuer URI 1", "issuer")),
        "client-secret": SECRET,
        "assign": (
            ("app",),
            ("link", "Assignments"),
            ("unfold", "Assign to People"),
            ("link", "Assign to People"),
            ("save", "Assign ada@example.com"),
            ("link", "Done"),
        ),
        "policy": (
            ("menu", "API"),
            ("link", "default"),
            ("link", "Access Policies"),
            ("link", "Add New Access Policy"),
            ("type", "Name", "{label} logins"),
            ("type", "Description", "Who may use {label}"),
            ("choose", "The following clients:"),
            ("tick", "{label}"),
            ("save", "Create Policy"),
            ("link_in", "{label} logins", "Add rule"),
            ("type", "Rule Name", "Everybody"),
            ("tick", "Authorization Code"),
            ("save", "Create rule"),
        ),
    },
    wrong=(
        Wrong(
            "platform",
            "a native app",
            {
                "platform": (("choose", "OIDC - OpenID Connect"), ("choose", "Native Application"), ("press", "Next")),
                "client-secret": (("note", "client_secret", "there is none"),),
            },
        ),
        Wrong(
            "client-id",
            "a character too many",
            {"client-secret": (*SECRET, ("note", "client_id", "{client_id}x"))},
        ),
        left_out("implicit", "implicit-id-token"),
        instead(
            "implicit-id-token",
            "the other box",
            ("tick", "Allow Access Token with implicit grant type"),
            ("clear", ID_TOKEN),
        ),
        left_out("redirect-uri", usual=True),
        instead("redirect-uri", "a slash at the end", ("uri", REDIRECT, CALLBACK + "/")),
        left_out("initiated-by", "icon", "initiate-uri"),
        left_out("icon"),
        left_out("initiate-uri"),
        instead("initiate-uri", "a path of no meaning", ("type", INITIATE, "{base_url}/start")),
        instead("issuer", "the org URL", ("domain", "domain"), ("note", "issuer", "http://{domain}")),
        instead(
            "issuer",
            "a slash at the end",
            ("menu", "API"),
            ("copy", "Issuer URI 1", "issuer"),
            ("note", "issuer", "{issuer}/"),
        ),
        instead("client-secret", "the client id", ("note", "client_secret", "{client_id}")),
        left_out("assign"),
        left_out("policy", usual=True),
    ),
)
