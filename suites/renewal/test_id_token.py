"""The ID Token of a refresh response is about the same user at the same IdP (OIDC Core 12.2)."""

from __future__ import annotations

from mock_idp.vocabulary import claim, compact, now, other_client, refresh_response, request, victim
from suites._core import CRITICAL, HIGH, IN_CODE_FLOW, LOW, MUST, Login, Ref, case

VICTIM = claim("sub").set(victim("sub")) & claim("email").set(victim("email")) & claim("name").set(victim("name"))


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=HIGH,
    cwe=346,
    covers="refresh-id-token-iss-changed",
    needs=("renewal", "id-token"),
    idp=claim("iss").set("https://attacker.example").where(channel="refresh"),
)
def test_rejects_another_issuer(login: Login) -> None:
    """A renewal whose ID Token names another issuer than the login's is not used."""
    login.session().renew().must_refuse_tokens()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=CRITICAL,
    cwe=287,
    covers="refresh-id-token-sub-changed",
    needs=("renewal", "id-token"),
    idp=VICTIM.where(channel="refresh"),
)
def test_keeps_identity_when_subject_differs(login: Login) -> None:
    """A renewal whose ID Token names another user signs nobody else in."""
    login.session().renew().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=HIGH,
    cwe=345,
    asvs="9.2.3",
    covers="refresh-id-token-aud-changed",
    needs=("renewal", "id-token"),
    idp=claim("aud").set(other_client()).where(channel="refresh"),
)
def test_rejects_another_audience(login: Login) -> None:
    """A renewal whose ID Token is for another client is not used."""
    login.session().renew().must_refuse_tokens()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=HIGH,
    cwe=347,
    asvs="9.1.1",
    covers="refresh-id-token-aud-changed",
    needs=("renewal", "id-token"),
    idp=compact("signature").corrupt().where(channel="refresh"),
    grade={"code": IN_CODE_FLOW},
)
def test_rejects_corrupted_signature(login: Login) -> None:
    """A renewal whose ID Token has a signature that does not verify is not used."""
    login.session().renew().must_refuse_tokens()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=HIGH,
    cwe=613,
    asvs="9.2.1",
    covers="refresh-id-token-aud-changed",
    needs=("renewal", "id-token"),
    idp=claim("exp").set(now(days=-1)).where(channel="refresh"),
)
def test_rejects_expired_token(login: Login) -> None:
    """A renewal whose ID Token has expired is not used."""
    login.session().renew().must_refuse_tokens()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=LOW,
    cwe=294,
    covers="refresh-id-token-nonce",
    needs=("renewal", "id-token", "nonce"),
    idp=claim("nonce").set("a-nonce-of-another-login").where(channel="refresh"),
)
def test_rejects_another_nonce(login: Login) -> None:
    """A renewal whose ID Token carries another nonce than the login's is not used."""
    login.session().renew().must_refuse_tokens()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=LOW,
    covers="refresh-id-token-nonce",
    needs=("renewal", "id-token", "nonce"),
    idp=claim("nonce").set(request("nonce")).where(channel="refresh"),
)
def test_accepts_nonce_of_the_login(login: Login) -> None:
    """The ID Token of a renewal may carry the nonce of the login."""
    login.session().renew().must_stay_signed_in()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=LOW,
    covers="refresh-id-token-nonce",
    needs=("renewal", "id-token", "nonce"),
)
def test_accepts_missing_nonce(login: Login) -> None:
    """The ID Token of a renewal need not carry a nonce."""
    login.session().renew().must_stay_signed_in()


@case(
    spec=Ref("OIDC Core", "12.2"),
    level=MUST,
    severity=LOW,
    covers="refresh-no-id-token",
    needs=("renewal",),
    idp=refresh_response("id_token").remove(),
)
def test_accepts_missing_id_token(login: Login) -> None:
    """A refresh response need not have an ID Token."""
    login.session().renew().must_stay_signed_in()
