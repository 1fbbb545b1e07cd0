"""The lenient relying party in other configurations: what a text leaves to it is no FAIL there either."""

from __future__ import annotations

import pytest

from tests.kill_matrix.matrix import REFERENCE, Row, passes, run_target

LENIENT = "lenient"
VARIANTS = {
    "lenient-encrypted": {"encryption.rejects-encrypted-token-without-signature.alg-none"},
    "lenient-hybrid-token": {"hybrid.rejects-wrong-s-hash"},
    "lenient-implicit-token": set[str](),
    "lenient-signed-userinfo": {
        f"userinfo.signed.ignores-invalid-signature.{member}" for member in ("corrupted", "none", "other-key")
    },
    "lenient-trusted-audience": {
        "id-token.audience.rejects-foreign-authorized-party-of-several-audiences",
        "id-token.audience.rejects-several-audiences-without-authorized-party",
    },
}
"""With what it is warned about."""


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_lenient_variant_fails_nothing_of_what_it_is_there_for(variant: str) -> None:
    """The rows that the strict relying party shows in this configuration only."""
    strict = variant.replace(LENIENT, REFERENCE)

    def wanted(row: Row) -> bool:
        shown_by = passes()[row[0].result_id(row[1])]
        return strict in shown_by and REFERENCE not in shown_by

    outcome = run_target(variant, wanted, variant)
    assert outcome.failing == dict.fromkeys(VARIANTS[variant], "WARN"), outcome.details
    assert outcome.tried
