"""The relying parties that we did not write: who signs in at them, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_idp.vocabulary import authorization_response, claim, userinfo
from tests.third_party.relying_party import RelyingParty, relying_party

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("third-party-logins")]


@pytest.fixture(scope="module", params=["mod_auth_openidc", "openid_client"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def rp(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party(name, tmp_path_factory.mktemp(name)) as started:
        yield started


def test_honest_login_signs_in_the_canary(rp: RelyingParty) -> None:
    login = rp.login()
    page = login.profile.start_login()
    assert page.status == 200
    assert login.canary.shown_on(login.profile.probe())


def test_probe_before_the_login_is_401_and_starts_none(rp: RelyingParty) -> None:
    login = rp.login()
    page = login.profile.probe()
    assert (page.status, len(page.trail)) == (401, 1)
    assert not login.transcript()["bound"]


def test_denied_login_signs_nobody_in(rp: RelyingParty) -> None:
    login = rp.login(authorization_response.error("access_denied", "User is not assigned."))
    page = login.profile.start_login()
    assert "access_denied" in page.text
    assert login.signed_in_as() == "nobody"


def test_login_that_was_held_back_goes_on(rp: RelyingParty) -> None:
    login = rp.login(hold=True)
    assert "authorization response is held" in login.profile.start_login().body
    assert login.signed_in_as() == "nobody"
    login.profile.deliver(login.held())
    assert login.signed_in_as() == login.canary.sub


def test_checks_the_id_token(rp: RelyingParty) -> None:
    login = rp.login(claim("iss").set("https://attacker.example"))
    login.profile.start_login()
    assert login.signed_in_as() == "nobody"


def test_shows_what_only_userinfo_says(rp: RelyingParty) -> None:
    login = rp.login(claim("name").remove() & userinfo("name").set("Renamed"))
    login.profile.start_login()
    assert "Renamed" in login.profile.probe().body


def test_works_with_an_idp_on_tls(name: str, tmp_path: Path) -> None:
    with relying_party(name, tmp_path, "--tls") as rp:
        login = rp.login()
        login.profile.start_login()
        assert rp.target.idp.issuer.startswith("https://")
        assert login.signed_in_as() == login.canary.sub
