"""Parameters of the authorization request that concern no single mechanism."""

from __future__ import annotations

from mock_idp.vocabulary import claim
from suites._core import HARDENING, HIGH, INFO, MEDIUM, MUST, SHOULD, Login, Ref, case


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


@case(
    spec=Ref("OIDC Core", "5.4"),
    level=HARDENING,
    severity=INFO,
    covers="authz-scope-claims",
    needs=("id-token", "userinfo"),
    idp={"email": claim("email").remove(), "name": claim("name").remove()},
)
def test_uses_claims_from_where_scopes_deliver_them(login: Login) -> None:
    """What the scopes have asked for is used where it is delivered: the ID Token may leave it to UserInfo."""
    login().display.must_show_own("email")
    login().display.must_show_own("name")


@case(
    spec=Ref("RFC 9700", "4.12"),
    # What the text forbids is another redirect with 307, the IdP's; here it is the RP that sends a form on.
    level=HARDENING,
    severity=MEDIUM,
    cwe=200,
    covers="authz-request-via-307",
)
def test_keeps_posted_form_from_idp(login: Login) -> None:
    """A form that was posted to the login page is not posted on to the IdP, as a redirect with 307 or 308 would do."""
    login.posted(typed_at_the_rp="for the RP alone").request.must_come_by_get("typed_at_the_rp")
