"""How the RP authenticates at the token endpoint: as it is registered, and nowhere else."""

from __future__ import annotations

from mock_idp.vocabulary import discovery, org_issuer, token_response
from suites._core import HIGH, LOW, MEDIUM, MUST, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "9"),
    level=MUST,
    severity=MEDIUM,
    covers="client-auth-basic",
    needs=("client_secret_basic",),
)
def test_sends_secret_in_header(login: Login) -> None:
    """A client that is registered for client_secret_basic sends its secret in the Authorization header alone."""
    login.honest().token_request.must_use("client_secret_basic")


@case(
    spec=Ref("RFC 6749", "2.3.1"),
    level=MUST,
    severity=LOW,
    cwe=116,
    covers="client-auth-basic-encoding",
    needs=("client_secret_basic", "reserved-characters"),
)
def test_sends_encoded_credentials(login: Login) -> None:
    """Client id and secret are form-encoded in the Authorization header, so that every character gets through."""
    login.honest().token_request.must_form_encode_credentials()


@case(
    spec=Ref("OIDC Core", "9"),
    level=MUST,
    severity=MEDIUM,
    cwe=598,
    covers="client-auth-post",
    needs=("client_secret_post",),
)
def test_sends_secret_in_body(login: Login) -> None:
    """A client that is registered for client_secret_post sends its secret in the body, and never in the URL."""
    login.honest().token_request.must_use("client_secret_post")


@case(
    spec=Ref("OIDC Core", "9"),
    level=MUST,
    severity=MEDIUM,
    covers="client-auth-secret-jwt",
    needs=("client_secret_jwt",),
)
def test_sends_assertion_by_secret(login: Login) -> None:
    """An assertion that is signed with the client secret says who the client is, for whom, until when, and once."""
    login.honest().token_request.must_assert("HS")


@case(
    spec=Ref("OIDC Core", "9"),
    level=MUST,
    severity=MEDIUM,
    covers="client-auth-private-key-jwt",
    needs=("private_key_jwt",),
)
def test_sends_assertion_by_private_key(login: Login) -> None:
    """An assertion that is signed with the client's key says who the client is, for whom, until when, and once."""
    login.honest().token_request.must_assert("RS", "PS", "ES")


@case(
    spec=Ref("OIDC Core", "9"),
    level=MUST,
    severity=MEDIUM,
    cwe=294,
    covers="client-assertion-jti-reuse",
    needs=("client-assertion",),
)
def test_sends_fresh_assertion(login: Login) -> None:
    """Every token request has an assertion of its own."""
    first, second = login.honest(), login.honest()
    second.token_request.must_assert_afresh(first.token_request)


@case(
    spec=Ref("RFC 9700", "2.1.1"),
    level=MUST,
    severity=MEDIUM,
    covers="client-auth-none-public",
    needs=("none",),
)
def test_sends_verifier_and_no_secret(login: Login) -> None:
    """A public client sends its id and the code verifier, and no secret, which would be none."""
    login.honest().token_request.must_be_a_public_clients()


@case(
    spec=Ref("RFC 6749", "2.3"),
    level=MUST,
    severity=LOW,
    cwe=436,
    covers="client-auth-single-method",
)
def test_uses_one_method(login: Login) -> None:
    """A token request authenticates the client in one way."""
    login.honest().token_request.must_use_one_method()


@case(
    spec=Ref("RFC 6749", "5.2"),
    level=MUST,
    severity=LOW,
    cwe=209,
    covers="client-auth-invalid-client-response",
    idp=token_response.status(401)
    & token_response.body('{"error": "invalid_client", "error_description": "The client secret supplied is invalid."}'),
)
def test_survives_invalid_client(login: Login) -> None:
    """A client that the IdP refuses ends the login without a session or a storm of requests, and shows no secret."""
    outcome = login.held().deliver()
    outcome.must_reveal_no_secret()
    outcome.must_be_rejected()
    outcome.must_redeem_code_at_most(2)


@case(
    spec=Ref("RFC 6749", "2.3.1"),
    level=MUST,
    severity=HIGH,
    cwe=522,
    covers="client-secret-not-sent-elsewhere",
    needs=("client-secret",),
)
def test_never_sends_secret_elsewhere(login: Login) -> None:
    """No endpoint but those that authenticate the client ever sees its secret, nor does the browser."""
    login.honest().must_keep_secret()


@case(
    spec=Ref("RFC 7523", "3"),
    level=MUST,
    severity=HIGH,
    cwe=346,
    covers="client-assertion-aud-injection",
    needs=("client-assertion",),
    idp=discovery("issuer").set(org_issuer()),
)
def test_keeps_assertion_for_one_idp(login: Login) -> None:
    """An IdP that calls itself by another's issuer gets no assertion that the other would take."""
    login().must_assert_to_this_idp()
