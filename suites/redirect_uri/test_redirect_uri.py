"""The redirect URI comes from the RP's configuration; whoever opens the login page has no say in it."""

from __future__ import annotations

from suites._core import HIGH, MUST, Login, Ref, case


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
