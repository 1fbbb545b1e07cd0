"""The redirect URI comes from the RP's configuration; whoever opens the login page has no say in it."""

from __future__ import annotations

from suites._core import HIGH, MEDIUM, MUST, Login, Ref, case


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
    deep_link = dict.fromkeys(("next", "return_to", "returnTo", "redirect", "rd", "target_link_uri"), "/me?tab=1")
    login.honest(query=deep_link).request.must_keep("redirect_uri")


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
