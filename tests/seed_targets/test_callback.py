"""[callback] does in a browser's place what the page does in the browser."""

from __future__ import annotations

import pytest

from targets.browser_agent import installed_chromium
from tests.browser_matrix.matrix import verdicts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.third_party,
    pytest.mark.skipif(not installed_chromium(), reason="no Chromium is installed: make browser"),
]

SLICE = (
    "state.rejects-changed-state",
    "state.errors.reports-denied-login",
    "pkce.binds-verifier-to-browser",
    "token-response.rejects-missing-id-token",
    "token-response.redeems-code-once",
    "userinfo.keeps-identity-when-subject-differs",
)


def test_chromium_sees_what_http_sees() -> None:
    in_browser = verdicts("tooljet", "chromium", SLICE.__contains__)
    assert in_browser == verdicts("tooljet", "none", SLICE.__contains__)
    assert set(in_browser.values()) == {"PASS", "WARN", "FAIL"}
