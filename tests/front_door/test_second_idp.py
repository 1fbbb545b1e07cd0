"""`[second_idp]`: the target's other IdP has to be there, and an honest login at it has to work."""

from __future__ import annotations

from pathlib import Path

from tests.front_door.running import ROOT, check

CASE = "mix-up.keeps-code-from-the-idp-of-a-newer-login"
VARIANT = f'extends = "{ROOT}/targets/reference/two_providers.toml"\n'


def target(folder: Path, more: str) -> str:
    path = folder / "target.toml"
    path.write_text(VARIANT + more)
    return str(path)


def test_logins_at_both_are_judged(tmp_path: Path) -> None:
    done = check(target(tmp_path, ""), "--case", CASE, report=tmp_path)
    assert (done.code, done.verdicts, done.left) == (0, {CASE: "PASS"}, []), done.out
    (case,) = done.results["cases"]
    assert case["steps"] == [
        "a login at the first IdP is held back",
        "a login at the second IdP, in the same browser, is held back",
        "the authorization response of a login opened in its own browser",
    ]
    assert case["observed"] == "nothing of the first IdP is sent to the second one"


def test_a_target_without_one_is_asked_nothing(tmp_path: Path) -> None:
    done = check("reference", "--case", CASE, report=tmp_path)
    assert done.verdicts == {CASE: "NOT_APPLICABLE"}


def test_an_authorization_server_that_is_not_there(tmp_path: Path) -> None:
    done = check(target(tmp_path, '[second_idp]\nserver = "nowhere"\n'), "--case", CASE, report=tmp_path)
    assert done.code == 20
    assert "[second_idp] server 'nowhere' does not exist; there are: default, org" in done.err


def test_a_start_that_leads_nowhere(tmp_path: Path) -> None:
    done = check(target(tmp_path, '[second_idp.login]\nurl = "/nowhere"\n'), "--case", CASE, report=tmp_path)
    assert done.code == 28
    assert "[second_idp]: an honest login there, at http://" in done.err
    assert "shows nobody (401 /me)" in done.err
