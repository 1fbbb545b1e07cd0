"""The Toky-like target: the tenant in the path, the tile as the way in, and its settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import authorization_response, claim, userinfo
from targets.target_file import load
from tests.seed_targets.configured import configured
from tests.third_party.relying_party import CLIENT_ID, Canary, RelyingParty, relying_party

START = f"/auth/okta/{CLIENT_ID}"
# One relying party for the module, also with several workers.
pytestmark = pytest.mark.xdist_group("seed-toky")


@pytest.fixture(scope="module")
def rp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelyingParty]:
    with relying_party("toky", tmp_path_factory.mktemp("toky")) as started:
        yield started


def start(rp: RelyingParty, **query: str) -> httpx.Response:
    return httpx.get(f"{rp.target.base_url}{START}", params=query, trust_env=False)


def asked(rp: RelyingParty) -> dict[str, str]:
    query = parse_qs(urlsplit(start(rp).headers["location"]).query)
    return {name: value for name, [value] in query.items()}


def test_the_path_is_the_tenant(rp: RelyingParty) -> None:
    assert asked(rp)["redirect_uri"] == f"{rp.target.base_url}{START}/callback"
    another = httpx.get(f"{rp.target.base_url}/auth/okta/{CLIENT_ID}x", trust_env=False)
    assert another.status_code == 404


def test_it_asks_its_own_authorization_server_for_a_code(rp: RelyingParty) -> None:
    where = start(rp).headers["location"]
    assert where.startswith(f"{rp.about['issuers']['default']}/v1/authorize?")
    assert sorted(asked(rp)) == ["client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]
    assert asked(rp)["response_type"] == "code"


def launched(rp: RelyingParty, misbehaviour: Misbehaviour | None = None) -> tuple[httpx.Response, str, Canary]:
    """A click on the tile: where it ends, the address of the app that it opened, and who clicked."""
    canary = Canary.fresh()
    carrier = {rp.about["carrier"]["header"]: rp.control.create_attempt(misbehaviour, identity=vars(canary))}
    with httpx.Client(trust_env=False, follow_redirects=True, headers=carrier) as browser:
        page = browser.get(f"{rp.about['public_url']}/home/oidc_client/{CLIENT_ID}/aln177a159h7Zf52X0g8")
    opened = next(str(one.url) for one in [*page.history, page] if str(one.url).startswith(rp.target.base_url))
    return page, opened, canary


def test_the_tile_signs_in_though_its_iss_is_the_orgs(rp: RelyingParty) -> None:
    page, opened, canary = launched(rp)
    assert parse_qs(urlsplit(opened).query) == {"iss": [rp.about["issuers"]["org"]]}
    assert rp.target.idp.issuer != rp.about["issuers"]["org"]
    assert (page.status_code, canary.email in page.text) == (200, True)


def test_a_denied_tile_shows_why(rp: RelyingParty) -> None:
    page, _, canary = launched(rp, authorization_response.error("access_denied", "User is not assigned."))
    assert ("User is not assigned." in page.text, canary.email in page.text) == (True, False)


@pytest.mark.parametrize(
    ("policy", "statuses"),
    [("hint", (302, 302, 400)), ("strict", (302, 400, 400)), ("ignore", (302, 302, 302))],
)
def test_the_iss_policy(tmp_path: Path, policy: str, statuses: tuple[int, ...]) -> None:
    """The configured issuer, its org, and somebody else's."""
    with configured("toky", tmp_path, "default", ISS_POLICY=policy) as rp:
        issuers = rp.about["issuers"]
        given = (issuers["default"], issuers["org"], "https://attacker.example")
        assert tuple(start(rp, iss=issuer).status_code for issuer in given) == statuses
        assert start(rp).status_code == 302


def test_pkce_is_a_setting(tmp_path: Path) -> None:
    with configured("toky", tmp_path, "default", SEND_PKCE="yes") as rp:
        assert asked(rp)["code_challenge_method"] == "S256"
        login = rp.login()
        login.profile.start_login()
        assert login.signed_in_as() == login.canary.sub


@pytest.mark.parametrize(("checks", "who"), [("yes", False), ("no", True)])
def test_whether_the_state_is_compared_is_a_setting(tmp_path: Path, checks: str, who: bool) -> None:
    with configured("toky", tmp_path, "default", CHECK_STATE=checks) as rp:
        login = rp.login(authorization_response("state").set("another"))
        login.profile.start_login()
        assert login.signed_in_as() == (login.canary.sub if who else "nobody")


@pytest.mark.parametrize(("asks", "times"), [("yes", 1), ("no", 0)])
def test_whether_userinfo_is_asked_is_a_setting(tmp_path: Path, asks: str, times: int) -> None:
    with configured("toky", tmp_path, "default", USERINFO=asks) as rp:
        login = rp.login()
        login.profile.start_login()
        assert [one["endpoint"] for one in login.transcript()["exchanges"]].count("userinfo") == times


def test_the_response_mode_is_a_setting(tmp_path: Path) -> None:
    with configured("toky", tmp_path, "default", RESPONSE_MODE="form_post") as rp:
        assert asked(rp)["response_mode"] == "form_post"
        login = rp.login()
        login.profile.start_login()
        assert login.signed_in_as() == login.canary.sub


@pytest.mark.parametrize(("key", "same"), [("email", True), ("subject", False)])
def test_by_what_an_account_is_found_is_a_setting(tmp_path: Path, key: str, same: bool) -> None:
    with configured("toky", tmp_path, "default", USER_KEY=key) as rp:
        seen = []
        for address in ("Ada@example.com", "ada@EXAMPLE.com"):
            login = rp.login(claim("email").set(address) & userinfo("email").set(address))
            login.profile.start_login()
            page = login.profile.probe().body
            seen.append("Ada@example.com" in page)
        assert seen == [True, same]


@pytest.mark.parametrize(
    ("name", "sent"), [("toky", "Authorization"), ("toky-post", "client_secret"), ("toky-hybrid", "Authorization")]
)
def test_the_variants_sign_in(tmp_path: Path, name: str, sent: str) -> None:
    with relying_party(name, tmp_path) as rp:
        login = rp.login()
        login.profile.start_login()
        assert login.signed_in_as() == login.canary.sub
        exchanges = {one["endpoint"]: one["request"] for one in login.transcript()["exchanges"]}
        token = exchanges["token"]
        assert [
            word for word in ("Authorization", "client_secret") if word in {*token["headers"], *dict(token["form"])}
        ] == [sent]
        response_type = dict(exchanges["authorize"]["query"])["response_type"]
        assert response_type == ("code id_token" if name == "toky-hybrid" else "code")


def test_a_setting_that_is_none_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(Exception, match=r"ISS_POLICY must be one of hint, ignore, strict, got 'lax'"),
        configured("toky", tmp_path, "default", ISS_POLICY="lax"),
    ):
        pass


def test_no_finding_needs_a_waiver() -> None:
    assert load("toky").waivers == ()
