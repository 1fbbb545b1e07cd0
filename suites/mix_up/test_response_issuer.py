"""`iss` in the authorization response (RFC 9207). Okta sends none; an IdP beside it may."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response, discovery, issuer
from suites._core import HARDENING, HIGH, LOW, MEDIUM, MUST, SHOULD, Grade, Login, Ref, case

OF_THE_ISSUER = authorization_response("iss").set(issuer())
ATTACKER = "https://attacker.example"
WITH_TWO_PROVIDERS = Grade(
    SHOULD,
    HIGH,
    "An RP with several IdPs should use iss against mix-up; other defences are allowed (RFC 9700 2.1).",
)


@case(
    spec=Ref("RFC 9207", "2.4"),
    level=HARDENING,
    severity=MEDIUM,
    grade={"two-providers": WITH_TWO_PROVIDERS},
    cwe=346,
    asvs="10.2.2",
    covers="mixup-iss-param-wrong",
    needs=("code",),
    idp=authorization_response("iss").set(ATTACKER),
    baseline=OF_THE_ISSUER,
)
def test_rejects_response_of_another_issuer(login: Login) -> None:
    """An authorization response that names another issuer starts no session, and its code is not redeemed."""
    held = login.held()
    response = held.deliver()
    response.must_be_rejected()
    response.must_not_redeem_code()


@case(
    spec=Ref("RFC 9207", "2.4"),
    level=HARDENING,
    severity=MEDIUM,
    grade={"two-providers": WITH_TWO_PROVIDERS},
    cwe=346,
    asvs="10.2.2",
    covers="mixup-iss-param-missing",
    needs=("code", "promised-issuer"),
    idp=discovery("authorization_response_iss_parameter_supported").set(True),
    baseline=discovery("authorization_response_iss_parameter_supported").set(True) & OF_THE_ISSUER,
)
def test_rejects_response_without_the_promised_issuer(login: Login) -> None:
    """Where the metadata promises iss, an authorization response without it starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2"),
    level=MUST,
    severity=LOW,
    covers="mixup-iss-param-present-happy",
    needs=("code",),
    idp=OF_THE_ISSUER,
)
def test_accepts_response_that_names_the_issuer(login: Login) -> None:
    """An authorization response with the right iss signs in, whether the RP knows the parameter or not."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "3.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=436,
    asvs="10.2.2",
    covers="mixup-iss-param-duplicate",
    needs=("code",),
    idp={
        "good-first": OF_THE_ISSUER & authorization_response("iss").add(ATTACKER),
        "good-last": OF_THE_ISSUER & authorization_response("iss").add_first(ATTACKER),
    },
    baseline=OF_THE_ISSUER,
)
def test_rejects_duplicate_issuer(login: Login) -> None:
    """An authorization response that names two issuers starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 9207", "2.4"),
    level=HARDENING,
    severity=LOW,
    cwe=346,
    covers="mixup-iss-in-error-response",
    needs=("two-providers",),
    idp=authorization_response.error("access_denied", "The resource owner denied the request.")
    & authorization_response("iss").set(ATTACKER),
)
def test_keeps_login_when_another_idp_answers_with_an_error(login: Login) -> None:
    """An error with a wrong iss, from one IdP, does not end the login at the other that is under way."""
    browser = login.two_idps()
    pending = browser.first()
    browser.second().deliver()
    pending.deliver().must_sign_in()
