"""ToolJet's page: a tile that is OIDC Compliant, and the org authorization server's well-known URL."""

from __future__ import annotations

from tests.walks.walk import Walk, Wrong, instead, left_out

CREATE = (("menu", "Applications"), ("link", "Create App Integration"), ("choose", "OIDC - OpenID Connect"))
ACCESS_TOKEN = "Allow Access Token with implicit grant type"

TOOLJET = Walk(
    target="tooljet",
    label="ToolJet",
    login="tile",
    environment={"CALLBACK_PATH": "/sso/openid"},
    way={
        "(create)": CREATE,
        "application-type": (("choose", "Web Application"), ("press", "Next")),
        "(name)": (("type", "App integration name", "{label}"),),
        "redirect-uri": (("uri", "Sign-in redirect URIs", "{base_url}/sso/openid"),),
        "(save)": (("save",),),
        "client-id": (("copy", "Client ID", "client_id"),),
        "client-secret": (("unfold", "Show secret 1"), ("copy", "Client secret 1", "client_secret")),
        "(edit)": (("edit", "General Settings"),),
        "implicit": (("tick", "Implicit (hybrid)"),),
        "implicit-access-token": (("tick", ACCESS_TOKEN),),
        "initiated-by": (("choose", "Either Okta or App"),),
        "(visibility)": (("tick", "Display application icon to users"),),
        "login-flow": (("choose", "Redirect to app to initiate login (OIDC Compliant)"),),
        "initiate-uri": (("type", "Initiate login URI", "{base_url}/login"),),
        "(save again)": (("save",),),
        "well-known-url": (("domain", "domain"), ("note", "issuer", "http://{domain}")),
        "assign": (
            ("app",),
            ("link", "Assignments"),
            ("unfold", "Assign to Groups"),
            ("link", "Assign to Groups"),
            ("save", "Assign Everyone"),
        ),
    },
    wrong=(
        Wrong(
            "application-type",
            "a single-page app",
            {
                "application-type": (("choose", "Single-Page Application"), ("press", "Next")),
                "client-secret": (("note", "client_secret", "there is none"),),
            },
        ),
        left_out("redirect-uri"),
        instead("redirect-uri", "an older path", ("uri", "Sign-in redirect URIs", "{base_url}/sso/okta"), usual=True),
        instead(
            "client-id",
            "a character too many",
            ("copy", "Client ID", "client_id"),
            ("note", "client_id", "{client_id}x"),
        ),
        instead("client-secret", "the client id", ("note", "client_secret", "{client_id}")),
        left_out("implicit", "implicit-access-token"),
        left_out("implicit-access-token"),
        left_out("initiated-by", "(visibility)", "login-flow", "initiate-uri"),
        instead("login-flow", "Simplified", ("choose", "Send ID Token directly to app (Okta Simplified)")),
        left_out("initiate-uri", usual=True),
        instead("well-known-url", "the default server", ("menu", "API"), ("copy", "Issuer URI 1", "issuer")),
        left_out("assign"),
        Wrong("email-claim", "the scope email is not asked for", environment={"SCOPE": "openid profile"}),
    ),
)
