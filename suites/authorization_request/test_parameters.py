"""Parameters of the authorization request that concern no single mechanism."""

from __future__ import annotations

from suites._core import HIGH, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=MUST,
    severity=HIGH,
    covers="authz-scope-openid",
)
def test_sends_openid_scope(login: Login) -> None:
    """The authorization request asks for the scope `openid`; without it the login is not OpenID Connect."""
    login.honest().request.must_contain_word("scope", "openid")


@case(
    spec=Ref("RFC 6749", "2.3.1"),
    level=MUST,
    severity=HIGH,
    cwe=598,
    covers="authz-no-secrets-in-url",
)
def test_sends_no_secret_in_url(login: Login) -> None:
    """The authorization request, which travels through the browser, carries no secret of the RP."""
    login.honest().request.must_not_send("client_secret", "client_assertion", "code_verifier")


@case(
    spec=Ref("RFC 9700", "2.1.1"),
    level=MUST,
    severity=HIGH,
    cwe=340,
    asvs="10.1.2",
    covers="authz-fresh-values-per-attempt",
)
def test_sends_fresh_values_per_attempt(login: Login) -> None:
    """Every login has its own state, nonce and code challenge, in the same browser and in others."""
    login.starts(24).must_differ("state", "nonce", "code_challenge")


@case(
    spec=Ref("RFC 9700", "2.1.2"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=598,
    covers="authz-response-type-not-implicit",
)
def test_asks_for_no_token_in_front_channel(login: Login) -> None:
    """The RP does not ask for an access token in the authorization response."""
    login.honest().request.must_not_ask_for("token")
