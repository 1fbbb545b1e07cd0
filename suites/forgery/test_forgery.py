"""Generated ID Tokens: an RP does with each what a strict reading of the specifications says.

What is found is shrunk to the shortest edits, saved beside the reports, and can be tried again from there.
"""

from __future__ import annotations

from suites._core import CRITICAL, IN_CODE_FLOW, MEDIUM, MUST, SHOULD, Login, Ref, case
from suites.forgery.search import accepted_tokens, doubtful_tokens, judge_saved, refused_claims, refused_signatures


@case(
    spec=Ref("OIDC Core", "3.1.3.7"),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="9.1.1",
    covers="custom-scripted-mutation",
    needs=("id-token",),
)
def test_rejects_refused_claims(login: Login) -> None:
    """No generated ID Token whose claims the specifications refuse signs anybody in."""
    refused_claims(login).must_sign_nobody_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7", item=6),
    level=MUST,
    severity=CRITICAL,
    grade={"code": IN_CODE_FLOW},
    cwe=347,
    asvs="9.1.1",
    covers="custom-scripted-mutation",
    needs=("id-token",),
)
def test_rejects_refused_signatures(login: Login) -> None:
    """No generated ID Token whose signature or header the specifications refuse signs anybody in."""
    refused_signatures(login).must_sign_nobody_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=345,
    covers="custom-scripted-mutation",
    needs=("id-token",),
)
def test_rejects_doubtful_tokens(login: Login) -> None:
    """No generated ID Token that the specifications advise against signs anybody in."""
    doubtful_tokens(login).must_sign_nobody_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7"),
    level=MUST,
    severity=MEDIUM,
    covers="custom-scripted-mutation",
    needs=("id-token",),
)
def test_accepts_unusual_tokens(login: Login) -> None:
    """Every generated ID Token that is valid, however unusual, signs its user in."""
    accepted_tokens(login).must_sign_in()


@case(
    spec=Ref("OIDC Core", "3.1.3.7"),
    level=MUST,
    severity=CRITICAL,
    cwe=345,
    asvs="9.1.1",
    covers="custom-scripted-mutation",
    needs=("id-token",),
)
def test_keeps_to_the_model_on_saved_edits(login: Login) -> None:
    """What was found once (`--forgery-file`) is treated as the specifications say."""
    judge_saved(login)
