"""Aggregated and distributed claims (OIDC Core 5.6.2): an RP may ignore them, and believes none unverified."""

from __future__ import annotations

from mock_idp.vocabulary import canary_url, claims_jwt, userinfo
from suites._core import HARDENING, HIGH, INFO, MEDIUM, MUST, Login, Ref, case

ADDRESS = userinfo("_claim_names").set({"address": "src1"})
IDENTITY = userinfo("_claim_names").set({"sub": "src1", "email": "src1", "name": "src1"})
DISTRIBUTED = {"src1": {"endpoint": canary_url("claims"), "access_token": "a-token-for-the-claims"}}


@case(
    spec=Ref("OIDC Core", "5.6.2"),
    level=MUST,
    severity=INFO,
    covers="claims-aggregated",
    needs=("userinfo",),
    idp=ADDRESS & userinfo("_claim_sources").set({"src1": {"JWT": claims_jwt("signed")}}),
)
def test_accepts_aggregated_claims(login: Login) -> None:
    """UserInfo with aggregated claims signs in, whether the RP uses them or not."""
    login().must_sign_in()


@case(
    spec=Ref("OIDC Core", "5.6.2"),
    level=MUST,
    severity=HIGH,
    cwe=345,
    covers="claims-aggregated-forged",
    needs=("userinfo",),
    idp=IDENTITY & userinfo("_claim_sources").set({"src1": {"JWT": claims_jwt("unsigned")}}),
)
def test_keeps_identity_when_aggregated_claims_are_forged(login: Login) -> None:
    """Aggregated claims in an unsigned JWT say nothing about who the user is."""
    login().must_keep_identity()


@case(
    spec=Ref("OIDC Core", "5.6.2"),
    level=MUST,
    severity=INFO,
    covers="claims-distributed",
    needs=("userinfo",),
    idp=ADDRESS & userinfo("_claim_sources").set(DISTRIBUTED),
)
def test_accepts_distributed_claims(login: Login) -> None:
    """UserInfo with distributed claims signs in, whether the RP fetches them or not."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 8725", "2.9"),
    # OIDC Core 5.6.2 is what an RP does that fetches them; it should know beforehand where from.
    level=HARDENING,
    severity=MEDIUM,
    cwe=918,
    asvs="1.3.6",
    covers="claims-distributed-ssrf",
    needs=("userinfo",),
    idp=ADDRESS & userinfo("_claim_sources").set(DISTRIBUTED),
)
def test_never_fetches_claims_from_anywhere(login: Login) -> None:
    """The endpoint of distributed claims is not fetched merely because UserInfo names it."""
    login().must_not_fetch("claims", "endpoint")
