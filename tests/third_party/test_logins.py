"""The relying parties that we did not write: who signs in at them, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mock_idp.launcher import RunningIdp
from mock_idp.vocabulary import authorization_response, claim, userinfo
from targets.errors import TargetError
from tests.third_party.relying_party import RelyingParty, relying_party, started

# One relying party for the module, also with several workers.
pytestmark = [pytest.mark.third_party, pytest.mark.xdist_group("third-party-logins")]


NAMES = ["mod_auth_openidc", "openid_client"]


@pytest.fixture(scope="module", params=NAMES)
def rp(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party(request.param, tmp_path_factory.mktemp(request.param)) as started:
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


# "reference" is ours, but what speaks to the mock in it is Authlib.
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("server", ["default", "org"])
@pytest.mark.parametrize("name", [*NAMES, "reference"])
def test_signs_in_at_both_kinds_of_server(name: str, server: str, scheme: str, tmp_path: Path) -> None:
    """Over TLS it trusts the mock's exported CA, and nothing else about it."""
    options = ["--tls"] if scheme == "https" else []
    with relying_party(name, tmp_path, *options, server=server) as rp:
        login = rp.login()
        login.profile.start_login()
        issuer = urlsplit(rp.about["issuers"][server])
        assert (issuer.scheme, issuer.path) == (scheme, {"default": "/oauth2/default", "org": ""}[server])
        assert login.signed_in_as() == login.canary.sub
        asked = {urlsplit(exchange["url"]).path for exchange in login.transcript()["exchanges"]}
        assert f"{issuer.path or '/oauth2'}/v1/token" in asked


@pytest.mark.parametrize("name", [*NAMES, "reference"])
def test_does_not_sign_in_without_the_ca(name: str, tmp_path: Path) -> None:
    """The other side of the test above: that it checks the certificate at all."""
    with RunningIdp(["--state-dir", str(tmp_path / "state"), "--tls"]) as idp:
        try:
            with started(name, idp, tmp_path, ca_file="") as process:
                rp = RelyingParty(process.target, idp)
                login = rp.login()
                login.profile.start_login()
                outcome = login.signed_in_as()
                rp.close()
        except TargetError as error:  # it reads the discovery document before it serves anything
            outcome = error.message
        assert outcome == "nobody" or "certificate" in outcome
