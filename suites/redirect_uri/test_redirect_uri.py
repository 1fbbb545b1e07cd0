"""The redirect URI comes from the RP's configuration; whoever opens the login page has no say in it."""

from __future__ import annotations

from mock_idp.vocabulary import app, app_url, authorization_response
from suites._core import HIGH, LOW, MEDIUM, MUST, Login, Ref, case

RETURN_TO = ("next", "return_to", "returnTo", "redirect", "rd", "target_link_uri")
"""What the address to return to is often called."""
SEVERAL = app("redirect_uris").set(
    [app_url("with-slash"), "https://app-*.preview.example/callback", app_url("registered")]
) & app("wildcard_redirect").set("SUBDOMAIN")
"""Several redirect URIs, one of them with a wildcard, and the RP's own among them."""


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=HIGH,
    cwe=644,
    covers="authz-redirect-uri-not-from-host-header",
    needs=("raw-headers",),
)
def test_keeps_redirect_uri_despite_host_header(login: Login) -> None:
    """A forged Host header at the login page does not move the redirect URI."""
    outcome = login.honest(headers={"Host": "attacker.example"})
    outcome.request.must_keep("redirect_uri")


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=HIGH,
    cwe=644,
    covers="authz-redirect-uri-not-from-host-header",
    needs=("raw-headers",),
)
def test_keeps_redirect_uri_despite_forwarded_host_header(login: Login) -> None:
    """A forged X-Forwarded-Host header at the login page does not move the redirect URI."""
    outcome = login.honest(headers={"X-Forwarded-Host": "attacker.example"})
    outcome.request.must_keep("redirect_uri")


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=HIGH,
    cwe=601,
    covers="authz-redirect-uri-no-user-input",
)
def test_keeps_redirect_uri_despite_query(login: Login) -> None:
    """A redirect_uri in the login page's own query does not move the redirect URI."""
    outcome = login.honest(query={"redirect_uri": "https://attacker.example/callback"})
    outcome.request.must_keep("redirect_uri")


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=601,
    covers="authz-redirect-uri-exact",
)
def test_sends_registered_redirect_uri_from_deep_links(login: Login) -> None:
    """A login that starts from a deep link sends the registered redirect URI to the letter, without the link in it."""
    login.honest(query=dict.fromkeys(RETURN_TO, "/me?tab=1")).request.must_keep("redirect_uri")


@case(
    spec=Ref("RFC 9700", "2.6"),
    level=MUST,
    severity=HIGH,
    cwe=319,
    covers="authz-redirect-uri-https",
)
def test_sends_protected_redirect_uri(login: Login) -> None:
    """The authorization response comes back over https, or over http to a loopback address."""
    login.honest().request.must_be_protected("redirect_uri")


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=MEDIUM,
    cwe=601,
    covers="authz-redirect-uri-exact",
    needs=("initiate-login",),
)
def test_sends_registered_redirect_uri_from_tile(login: Login) -> None:
    """A login that starts from the dashboard's tile sends the registered redirect URI, too."""
    login.launched().request.must_keep("redirect_uri")


@case(
    spec=Ref("RFC 6749", "3.1.2.4"),
    level=MUST,
    severity=LOW,
    cwe=755,
    covers="authz-redirect-uri-exact",
    okta=True,
    baseline=SEVERAL,
    idp={
        "slash": app("redirect_uris").set([app_url("with-slash")]),
        "capitals": app("redirect_uris").set([app_url("in-capitals")]),
        "query": app("redirect_uris").set([app_url("with-query")]),
        "port": app("redirect_uris").set([app_url("other-port")]),
        "host": app("redirect_uris").set([app_url("other-host")]),
        "scheme": app("redirect_uris").set([app_url("other-scheme")]),
        "path": app("redirect_uris").set([app_url("parent")]),
        "wildcard": app("redirect_uris").set(["https://app-*.preview.example/callback"])
        & app("wildcard_redirect").set("SUBDOMAIN"),
    },
)
def test_keeps_out_with_another_redirect_uri(login: Login) -> None:
    """Where Okta knows almost the same redirect URI, the browser stays with its error page, and nobody is signed in."""
    login().must_be_refused("invalid_request")


@case(
    spec=Ref("RFC 9700", "4.11.1"),
    level=MUST,
    severity=HIGH,
    cwe=601,
    covers="authz-redirect-uri-no-user-input",
)
def test_never_follows_address_in_login_url(login: Login) -> None:
    """After a login the browser does not go to a foreign address that the login page's URL has named."""
    login.honest(query=dict.fromkeys(RETURN_TO, "https://attacker.example/")).must_not_follow("attacker.example")


@case(
    spec=Ref("RFC 9700", "4.11.1"),
    level=MUST,
    severity=HIGH,
    cwe=601,
    covers="authz-redirect-uri-no-user-input",
)
def test_never_follows_address_without_scheme(login: Login) -> None:
    """The same with an address that looks like a path, `//host/`."""
    login.honest(query=dict.fromkeys(RETURN_TO, "//attacker.example/")).must_not_follow("attacker.example")


@case(
    spec=Ref("RFC 9700", "4.11.1"),
    level=MUST,
    severity=HIGH,
    cwe=601,
    covers="authz-redirect-uri-no-user-input",
    idp={
        "next": authorization_response("next").set("https://attacker.example/"),
        "relay-state": authorization_response("RelayState").set("https://attacker.example/"),
    },
)
def test_never_follows_address_in_response(login: Login) -> None:
    """After a login the browser does not go to a foreign address in the authorization response."""
    login().must_not_follow("attacker.example")
