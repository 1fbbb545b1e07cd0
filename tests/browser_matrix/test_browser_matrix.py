"""A slice of the browser matrix; `make browser-matrix` runs all of it."""

from __future__ import annotations

import pytest

from targets.browser_agent import installed_chromium
from tests.browser_matrix.matrix import differences, verdicts

SLICE = (
    "state.sends-state",
    "state.rejects-changed-state",
    "state.browser-binding.rejects-state-of-another-browser",
    "state.browser-binding.redeems-no-replayed-callback",
    "state.errors.reports-denied-login",
    "nonce.rejects-changed-nonce",
    "pkce.sends-fresh-verifier",
    "id-token.audience.rejects-token-for-another-client",
    "id-token.audience.accepts-array-with-only-client",
    "id-token.signature.rejects-corrupted-signature",
    "token-response.rejects-missing-id-token",
    "userinfo.keeps-identity-when-subject-differs",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not installed_chromium(),
        reason="no Chromium is installed: apt-get install chromium, or make browser",
    ),
]


@pytest.fixture(scope="module")
def by_http() -> dict[str, str]:
    return verdicts("reference", "none", SLICE.__contains__)


@pytest.mark.parametrize("target", ["reference", "spa"])
def test_chromium_sees_what_http_sees(target: str, by_http: dict[str, str]) -> None:
    in_browser = verdicts(target, "chromium", SLICE.__contains__)
    assert differences(by_http, in_browser) == {}
    assert len(in_browser) == len(SLICE)
    assert set(in_browser.values()) == {"PASS"}


def test_chromium_finds_what_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEAKNESS", "ignores-nonce")
    rows = ("nonce.rejects-changed-nonce", "state.rejects-changed-state")
    assert verdicts("broken", "chromium", rows.__contains__) == {rows[0]: "FAIL", rows[1]: "PASS"}
