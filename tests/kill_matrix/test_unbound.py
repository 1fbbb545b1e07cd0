"""What no single weakness shows: cases that the absence of state, nonce and PKCE together must not switch off."""

from __future__ import annotations

from pathlib import Path

import pytest

import targets
from tests.kill_matrix.matrix import Row, run_target, snapshot

BROKEN = Path(targets.__path__[0]) / "broken" / "target.toml"
EXPECTED = {
    "nonce.sends-nonce": "WARN",
    "pkce.sends-code-challenge": "WARN",
    "pkce.sends-protection-where-pkce-is-not-advertised": "FAIL",
    "state.sends-state": "WARN",
    "state.browser-binding.rejects-state-of-another-browser": "FAIL",
}


def _about_binding(row: Row) -> bool:
    return row[0].id.startswith(("nonce.", "pkce.", "state."))


def test_a_nonce_may_stand_in_for_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9700 2.1: with PKCE or a nonce the state need not be what binds the response to the browser."""
    monkeypatch.setenv("WEAKNESS", "ignores-state")
    file = tmp_path / "nonce.toml"
    file.write_text(f'extends = "{BROKEN}"\n[start.env]\nSEND_CODE_CHALLENGE = "no"\n')
    outcome = run_target(str(file), lambda row: row[0].id.startswith("state.rejects-"), "ignores-state")
    assert set(outcome.failing) >= {"state.rejects-changed-state", "state.rejects-changed-data-in-state"}
    assert set(outcome.failing.values()) == {"WARN"}


def test_a_login_that_nothing_binds_lets_another_browsers_response_in(tmp_path: Path) -> None:
    file = tmp_path / "unbound.toml"
    file.write_text(f'extends = "{BROKEN}"\n[start]\ncommand = ["{{python}}", "-m", "tests.kill_matrix.unbound"]\n')
    outcome = run_target(str(file), _about_binding, "unbound")
    assert outcome.failing == EXPECTED, outcome.details
    # Each of the three alone is no danger here, so this is not in the snapshot of any of them.
    another_browser = "state.browser-binding.rejects-state-of-another-browser"
    single = ("sends-no-state", "sends-no-nonce", "sends-no-pkce")
    assert [name for name in single if another_browser in snapshot()[name]] == []
