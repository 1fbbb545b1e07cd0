"""A code and tokens in one authorization response (OIDC Core 3.3)."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response, claim, random, request_hash, victim
from suites._core import CRITICAL, HARDENING, HIGH, INFO, MEDIUM, MUST, Login, Ref, case

CODE_AND_ID_TOKEN = ("code", "front-channel-id-token")


@case(
    spec=Ref("OIDC Core", "3.3.3.6"),
    level=MUST,
    severity=INFO,
    covers="hybrid-code-id-token-happy",
    needs=("response_type=code id_token",),
    idp=(claim("email").remove() & claim("name").remove()).where(channel="front"),
)
def test_accepts_code_with_id_token(login: Login) -> None:
    """A code and an ID Token sign in, also where the ID Token says less than the one from the token endpoint."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.3.2.5"),
    level=MUST,
    severity=INFO,
    covers="hybrid-code-token-happy",
    needs=("response_type=code token",),
    idp=authorization_response("expires_in").remove() & authorization_response("scope").remove(),
)
def test_accepts_code_with_access_token(login: Login) -> None:
    """A code and an access token sign in, also without the optional expires_in and scope beside them."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.3.3.6"),
    level=MUST,
    severity=INFO,
    covers="hybrid-code-id-token-token-happy",
    needs=("response_type=code id_token token",),
    idp=claim("at_hash").remove().where(channel="token"),
)
def test_accepts_code_with_both_tokens(login: Login) -> None:
    """A code and both tokens sign in; the ID Token from the token endpoint needs no at_hash."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.3.2.10"),
    level=MUST,
    severity=HIGH,
    cwe=354,
    covers="hybrid-c-hash-mismatch",
    needs=CODE_AND_ID_TOKEN,
    idp=claim("c_hash").set(random()).where(channel="front"),
)
def test_rejects_wrong_c_hash(login: Login) -> None:
    """An ID Token whose c_hash belongs to another code than the one beside it starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.3.2.11"),
    level=MUST,
    severity=HIGH,
    cwe=354,
    covers="hybrid-c-hash-missing",
    needs=CODE_AND_ID_TOKEN,
    idp=claim("c_hash").remove().where(channel="front"),
)
def test_rejects_missing_c_hash(login: Login) -> None:
    """An ID Token that comes with a code, but without c_hash, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("FAPI 1.0 Advanced", "5.2.3.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=352,
    covers="hybrid-s-hash",
    needs=("state", *CODE_AND_ID_TOKEN),
    baseline=claim("s_hash").set(request_hash("state")).where(channel="front"),
    idp=claim("s_hash").set(random()).where(channel="front"),
)
def test_rejects_wrong_s_hash(login: Login) -> None:
    """An ID Token whose s_hash belongs to another state starts no session.

    Only FAPI demands it; Okta sends none, so that a missing one is as it should be.
    """
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.3.3.6"),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    covers="hybrid-front-back-sub-differ",
    needs=CODE_AND_ID_TOKEN,
    idp={
        "front-channel": claim("sub").set(victim("sub")).where(channel="front"),
        "token-endpoint": claim("sub").set(victim("sub")).where(channel="token"),
    },
)
def test_rejects_id_tokens_of_two_people(login: Login) -> None:
    """The ID Token of the authorization response and that of the token endpoint are about the same person."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 9700", "4.5.3.2"),
    level=MUST,
    severity=HIGH,
    cwe=294,
    covers="hybrid-back-id-token-nonce",
    needs=("nonce", *CODE_AND_ID_TOKEN),
    idp={
        "other": claim("nonce").set(random()).where(channel="token"),
        "missing": claim("nonce").remove().where(channel="token"),
    },
)
def test_rejects_wrong_nonce_from_token_endpoint(login: Login) -> None:
    """The nonce of the second ID Token, from the token endpoint, is checked too."""
    login().must_be_rejected()
