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
