"""What a root finding excuses."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from suites._core import CaseInfo, load_cases
from suites._core.rows import caused_by
from suites.engine.context import RunContext
from suites.engine.preflight import ID_TOKEN_ROOT, SIGNATURE_ROOT
from suites.engine.verdicts import Verdict
from targets.target_schema import Target

CASES = MappingProxyType({info.id: info for info in load_cases()})
UNSIGNED = dict.fromkeys(("id_token.header", "id_token.signing", "id_token.compact"), SIGNATURE_ROOT)
UNREAD = dict.fromkeys((*UNSIGNED, "id_token.claims"), ID_TOKEN_ROOT)
CONTEXT = RunContext(Target(base_url="http://rp"), "rp", "http://idp", "http://idp", "", "", "", "")


def cause(case_id: str, roots: dict[str, str], verdict: Verdict = Verdict.FAIL) -> str | None:
    info: CaseInfo = CASES[case_id]
    return caused_by(replace(CONTEXT, roots=roots), info.misbehaviour(info.members[0]), verdict)


@pytest.mark.parametrize(
    "case_id",
    [
        "id-token.signature.rejects-corrupted-signature",
        "id-token.signature.rejects-changed-payload",
        "id-token.signature.rejects-alg-none",
        "id-token.key-sources.rejects-embedded-jwk",
    ],
)
def test_a_missing_signature_check_explains_bad_signatures(case_id: str) -> None:
    assert cause(case_id, UNSIGNED) == SIGNATURE_ROOT


@pytest.mark.parametrize(
    "case_id",
    [
        "nonce.rejects-replayed-id-token",
        "id-token.key-sources.rejects-access-token-as-id-token",
        "id-token.contents.ignores-claims-in-header",
        "id-token.audience.rejects-changed-audience",
        "userinfo.keeps-identity-when-subject-differs",
    ],
)
def test_it_does_not_explain_tokens_that_are_signed_well(case_id: str) -> None:
    assert cause(case_id, UNSIGNED) is None


def test_an_id_token_that_is_not_read_explains_what_is_wrong_in_it() -> None:
    assert cause("id-token.audience.rejects-changed-audience", UNREAD) == ID_TOKEN_ROOT
    assert cause("nonce.rejects-replayed-id-token", UNREAD) == ID_TOKEN_ROOT
    assert cause("userinfo.keeps-identity-when-subject-differs", UNREAD) is None


def test_only_findings_have_a_cause() -> None:
    assert cause("id-token.signature.rejects-corrupted-signature", UNSIGNED, Verdict.INCONCLUSIVE) is None
