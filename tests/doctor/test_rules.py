"""Each rule finds what is wrong, and is silent about what only looks like it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mock_idp import doctor
from mock_idp.doctor.examination import examine
from mock_idp.doctor.meanings import MEANINGS
from tests.doctor.cases import CASES
from tests.doctor.clinic import Clinic
from tests.mock_idp.okta import ORIGIN

RULES = Path(doctor.__file__ or "").parent
NAMED = re.compile(r'finding\(\s*facts, "([a-z-]+\.[a-z-]+)"|wrong\.append\(\("([a-z-]+)"')


@pytest.mark.parametrize("identifier", CASES)
def test_it_finds_what_is_wrong(clinic: Clinic, identifier: str) -> None:
    wrong, _ = CASES[identifier]
    found = {one.id: one for one in examine(wrong(clinic))}
    assert identifier in found, sorted(found)
    one = found[identifier]
    assert all((one.message, one.where, one.label, one.field, one.fix))
    assert one.fix.endswith((".", "'")), one.fix
    assert not re.search(r"\{\w+\}", one.message + one.where + one.fix)


@pytest.mark.parametrize("identifier", CASES)
def test_it_is_silent_about_what_is_not(clinic: Clinic, identifier: str) -> None:
    _, near = CASES[identifier]
    assert identifier not in {one.id for one in examine(near(clinic))}


def test_every_rule_has_a_case() -> None:
    source = "".join(path.read_text() for path in RULES.glob("*.py"))
    named = {whole or f"issuer.{part}" for whole, part in NAMED.findall(source)}
    assert len(named) > 60
    assert named - set(CASES) - {meaning.id for meaning in MEANINGS} == {"login.refused"}


def test_a_good_app_and_a_good_login_have_no_findings(clinic: Clinic) -> None:
    clinic.app()
    clinic.login()
    assert clinic.findings(issuer="https://dev-1.okta.test/oauth2/default") == []


def test_the_worst_comes_first(clinic: Clinic) -> None:
    clinic.app(assigned=False, visibility={"web": False, "iOS": True})
    clinic.login(pkce=True)
    assert [one.severity for one in clinic.findings()] == ["error", "warning", "note"]


def test_a_mode_that_can_name_one_issuer_only_is_no_finding(clinic: Clinic) -> None:
    """Dynamic is what the wizard sets; without a custom URL it is the same as Okta URL."""
    clinic.app(issuer_mode="DYNAMIC")
    clinic.login()
    assert clinic.findings() == []


def test_a_server_that_is_not_there_is_told_once_and_by_its_name(clinic: Clinic) -> None:
    """What the application asks for says more than what somebody says was typed."""
    clinic.app()
    asked = f"{ORIGIN}/oauth2/nope/.well-known/openid-configuration"
    clinic.okta.rp.get(asked)
    found = [one for one in clinic.findings(issuer=f"{ORIGIN}/oauth2/default") if one.severity == "error"]
    assert [one.id for one in found] == ["issuer.unknown-server"]
    assert found[0].message == f"{ORIGIN}/oauth2/nope: there is no authorization server 'nope' in this org."
    assert found[0].evidence == f"GET {asked} → 404"


def test_the_org_server_is_no_unknown_one(clinic: Clinic) -> None:
    clinic.app()
    clinic.login(server="org")
    found = {one.id: one for one in clinic.findings(issuer=f"{ORIGIN}/oauth2/default")}
    assert "issuer.unknown-server" not in found
    wrong = found["issuer.mismatch"]
    fix = "Set the application's issuer to the one that the tokens name."
    assert (wrong.where, wrong.label, wrong.fix) == ("The application itself", "Issuer", fix)


def test_a_code_that_nobody_redeems_is_told_where_nobody_looked_at_the_application(clinic: Clinic) -> None:
    client_id = clinic.app()
    assert [one.id for one in clinic.findings()] == []
    clinic.attempt = clinic.okta.attempt()
    clinic.okta.authorize(clinic.attempt, client_id=client_id, scope="openid email")
    assert [one.id for one in clinic.findings()] == ["login.code-not-redeemed"]
