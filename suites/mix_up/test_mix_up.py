"""Mix-up attacks: the second IdP attacks those who sign in at the first, which is honest (RFC 9700 4.4)."""

from __future__ import annotations

from mock_idp.vocabulary import claim, discovery, other_idp, other_idp_key, signing, victim
from suites._core import CRITICAL, HIGH, MUST, Login, Ref, case
from suites._core.words import subject

AS_THE_OTHER = claim("iss").set(other_idp("issuer"))


@case(
    spec=Ref("RFC 9700", "4.4.1"),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="10.2.2",
    covers="mixup-idp-confusion",
    needs=("two-providers", "code"),
)
def test_keeps_code_from_an_idp_that_asked_another(login: Login) -> None:
    """The code of an honest IdP, with the state of a login at the attacker's, is not sent to the attacker."""
    browser = login.two_idps()
    browser.deliver_from_first_idp(browser.second()).must_keep_from_second_idp()


@case(
    spec=Ref("RFC 9700", "4.4.2"),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="10.2.2",
    covers="mixup-malicious-endpoints",
    needs=("two-providers", "discovery", "code"),
    idp=discovery("authorization_endpoint").set(other_idp("authorize")),
)
def test_keeps_endpoints_of_idps_apart(login: Login) -> None:
    """Metadata that names another IdP's authorization endpoint draws nothing of that IdP to the attacker."""
    idps = login.own_issuer(second=True)
    idps.control()
    idps.start_at_second_idp()
    idps.login().must_keep_from_second_idp()


@case(
    spec=Ref("RFC 9700", "4.4.2"),
    level=MUST,
    severity=CRITICAL,
    cwe=362,
    asvs="10.2.2",
    covers="mixup-session-overwriting",
    needs=("two-providers", "code"),
)
def test_keeps_code_from_the_idp_of_a_newer_login(login: Login) -> None:
    """A login at the attacker's IdP, begun meanwhile, does not draw the code of the honest one to the attacker."""
    browser = login.two_idps()
    honest = browser.first()
    browser.second()
    honest.deliver().must_keep_from_second_idp()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=362,
    asvs="6.8.1",
    covers="mixup-session-overwriting-reverse",
    needs=("two-providers", "code"),
    idp=AS_THE_OTHER & subject(victim("sub")),
)
def test_rejects_token_for_the_idp_of_a_newer_login(login: Login) -> None:
    """A login at the honest IdP, begun meanwhile, does not make the attacker's token in its name a good one."""
    browser = login.two_idps()
    attack = browser.second()
    browser.first()
    attack.deliver().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="6.8.1",
    covers="idt-iss-other-trusted-issuer",
    needs=("two-providers", "id-token"),
    idp=AS_THE_OTHER & subject(victim("sub")),
)
def test_rejects_token_in_the_name_of_another_trusted_idp(login: Login) -> None:
    """An IdP whose ID Token names another IdP that the RP trusts signs in none of that one's users."""
    login.at_second_idp().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=2),
    level=MUST,
    severity=CRITICAL,
    cwe=346,
    asvs="6.8.1",
    covers="mixup-same-client-id-two-issuers",
    needs=("two-providers", "same-client-at-both", "id-token"),
    idp=AS_THE_OTHER & signing("key").set(other_idp_key()),
)
def test_rejects_token_of_another_trusted_idp(login: Login) -> None:
    """A good ID Token of one IdP starts no session in a login at another, also where both know the RP by one id."""
    login.at_second_idp().must_be_rejected()


@case(
    spec=Ref("RFC 9700", "4.4.2.2"),
    level=MUST,
    severity=HIGH,
    cwe=346,
    asvs="10.2.2",
    covers="mixup-distinct-redirect-uris",
    needs=("two-providers", "distinct-redirect-uris"),
)
def test_rejects_response_at_the_redirect_uri_of_another_idp(login: Login) -> None:
    """The response of one IdP that comes to the redirect URI of another starts no session; its code stays unused."""
    browser = login.two_idps()
    response = browser.deliver_at_callback_of_second_idp(browser.first())
    response.must_be_rejected()
    response.must_not_redeem_code()
