"""Target files in the shape of other vendors' products: they load, can be judged, and are on the wire what they say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mock_idp.launcher import RunningIdp
from targets.browser_agent import installed_chromium
from targets.reference.settings import Settings, SettingsError
from targets.target_file import SHIPPED, load, shipped
from targets.target_schema import Login
from tests.front_door.running import Running, checking
from tests.seed_targets.matrix import WHOLE
from tests.third_party.relying_party import CLIENT_ID, Canary, RelyingParty, started

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "targets" / "vendors.md"
PRODUCT = "https://product.example.com"
CASES = (
    "authorization-request.login.accepts-honest-logins",
    "id-token.signature.rejects-corrupted-signature",
    "state.rejects-changed-state",
    "token-request.client-authentication.uses-one-method",
)
OF_THE_METHOD = {
    "Authorization": "token-request.client-authentication.sends-secret-in-header",
    "client_secret": "token-request.client-authentication.sends-secret-in-body",
    "none": "token-request.client-authentication.sends-verifier-and-no-secret",
}
OF_RENEWAL = ("renewal.accepts-renewed-tokens", "renewal.id-token.rejects-corrupted-signature")
OF_LOGOUT = ("browser-flows.keeps-no-session-after-logout", "browser-flows.never-signs-in-from-history")
OF_THE_TILE = (
    "idp-initiated.initiate-login.accepts-login-from-tile",
    "idp-initiated.initiate-login.rejects-unknown-issuer.foreign",
)


@dataclass(frozen=True)
class Vendor:
    """One row of `shapes.toml`. `callback`, `tile`, `signed_out`: the redirect URI, the initiate login URI and the
    post-logout redirect URI after the base URL; `others`: further redirect URIs. `auth`: where the secret is."""

    name: str
    callback: str
    server: str = "default"
    application_type: str = "web"
    auth: str = "Authorization"
    pkce: bool = False
    discovery: bool = True
    scope: str = "openid profile email"
    prompt: str = ""
    renews: bool = False
    tile: str = ""
    signed_out: str = ""
    others: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        return f"vendors-{self.name}"

    @property
    def cases(self) -> tuple[str, ...]:
        of = [OF_RENEWAL if self.renews else (), OF_THE_TILE if self.tile else (), OF_LOGOUT if self.signed_out else ()]
        return (*CASES, OF_THE_METHOD[self.auth], *chain(*of))


VENDORS = [Vendor(**row) for row in tomllib.loads((HERE / "shapes.toml").read_text())["vendors"]]
LIMIT = 240.0  # seconds for a run, on a busy machine
EACH = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)


def the(name: str) -> Vendor:
    return next(vendor for vendor in VENDORS if vendor.name == name)


def test_every_file_has_a_row_here_and_on_the_page() -> None:
    names = [vendor.target for vendor in VENDORS]
    assert sorted(names) == [name for name in shipped() if name.startswith("vendors-")]
    told = set(re.findall(r"`(vendors-[a-z0-9-]+)`", PAGE.read_text()))
    assert told == set(names)


@EACH
def test_the_file_says_what_the_app_is_at_okta(vendor: Vendor) -> None:
    target = load(vendor.target).resolve(base_url=PRODUCT)
    client, [first, *others] = target.client, target.client.redirect_uris
    assert first == PRODUCT + vendor.callback
    assert others == [uri if uri.startswith("http") else PRODUCT + uri for uri in vendor.others]
    assert client.application_type == vendor.application_type
    assert client.initiate_login_uri == (PRODUCT + vendor.tile if vendor.tile else "")
    assert client.idp_initiated_login_mode == ("SPEC" if vendor.tile else "DISABLED")
    assert client.post_logout_redirect_uris == ((PRODUCT + vendor.signed_out,) if vendor.signed_out else ())
    assert ("refresh_token" in client.grant_types) >= vendor.renews


@EACH
def test_a_copy_describes_the_real_product(vendor: Vendor, tmp_path: Path) -> None:
    """As the page says: without `extends` and [start], with a base_url."""
    shape, _, _ = (SHIPPED / "vendors" / f"{vendor.name}.toml").read_text().partition("\n[start]\n")
    copy = tmp_path / "copy.toml"
    copy.write_text(f'base_url = "{PRODUCT}"\n' + shape.replace('extends = "target.toml"\n', ""))
    mine, shipped_one = load(copy), load(vendor.target)
    assert mine.start is None
    assert (mine.client, mine.callback, mine.logout, mine.renewal) == (
        *(shipped_one.client, shipped_one.callback, shipped_one.logout, shipped_one.renewal),
    )
    assert mine.resolve().client.redirect_uris[0] == PRODUCT + vendor.callback
    assert mine.login == (shipped_one.login if "\n[login]\n" in shape else Login())


# make seeds tries all of them.
@pytest.mark.parametrize("vendor", VENDORS if WHOLE else VENDORS[::5], ids=lambda vendor: vendor.name)
def test_gauntlet_check(vendor: Vendor, tmp_path: Path) -> None:
    judged(vendor, tmp_path)


@pytest.mark.browser
@pytest.mark.skipif(not installed_chromium(), reason="no Chromium is installed: make browser")
@pytest.mark.parametrize("name", ["cal-com", "airbyte-self-managed"] if WHOLE else ["cal-com"])
def test_gauntlet_check_in_chromium(name: str, tmp_path: Path) -> None:
    """A form that leads on to Okta, signing out there, and a renewal."""
    judged(the(name), tmp_path, "--browser", "chromium")


def judged(vendor: Vendor, folder: Path, *options: str) -> None:
    """`gauntlet check` on what every vendor is tried with finds nothing."""
    words = [word for case in vendor.cases for word in ("--case", case)]
    report = folder / "report"
    run = Running(checking(vendor.target, *words, *options, report=report), report).finish(LIMIT)
    assert run.code == 0, run.out + run.err
    assert run.verdicts == dict.fromkeys(vendor.cases, "PASS")
    assert {row["verdict"] for row in run.results["preflight"]} == {"PASS"}


@pytest.fixture(scope="module")
def idp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIdp]:
    with RunningIdp(["--state-dir", str(tmp_path_factory.mktemp("vendors"))], timeout=120) as running:
        yield running


@contextmanager
def app(vendor: Vendor, idp: RunningIdp, folder: Path) -> Iterator[RelyingParty]:
    """The relying party that stands in for the product, as a client of this mock."""
    with started(vendor.target, idp, folder, server=vendor.server) as process:
        rp = RelyingParty(process.target, idp)
        try:
            yield rp
        finally:
            rp.close()


@EACH
def test_the_wire_shape(vendor: Vendor, idp: RunningIdp, tmp_path: Path) -> None:
    with app(vendor, idp, tmp_path) as rp:
        base, before = rp.target.base_url, len(rp.control.unbound())
        login = rp.login()
        login.profile.start_login()
        assert login.signed_in_as() == login.canary.sub
        asked, token = exchange(login.transcript(), "authorize"), exchange(login.transcript(), "token")
        query, form = dict(asked["query"]), dict(token["form"])
        assert query["redirect_uri"] == form["redirect_uri"] == base + vendor.callback
        assert (query["response_type"], query["scope"]) == ("code", vendor.scope)
        assert (query.get("prompt", ""), form["grant_type"]) == (vendor.prompt, "authorization_code")
        assert query.get("code_challenge_method") == ("S256" if vendor.pkce else None)
        assert ("code_verifier" in form) == vendor.pkce
        told = [name for name in ("Authorization", "client_secret") if name in {**token["headers"], **form}]
        assert told == ([] if vendor.auth == "none" else [vendor.auth])
        since = [*rp.control.unbound()[before:], *login.transcript()["exchanges"]]
        assert any(one["endpoint"] == "discovery" for one in since) == vendor.discovery
        if vendor.renews:
            login.profile.renew()
            assert dict(exchange(login.transcript(), "token")["form"])["grant_type"] == "refresh_token"
        if vendor.signed_out:
            page = login.profile.log_out()
            sent = dict(exchange(login.transcript(), "logout")["query"])
            assert sent["post_logout_redirect_uri"] == page.url == base + vendor.signed_out
            assert sent["id_token_hint"].count(".") == 2
            assert login.signed_in_as() == "nobody"


def exchange(transcript: Mapping[str, Any], endpoint: str) -> Mapping[str, Any]:
    """The last request to this endpoint."""
    request: Mapping[str, Any] = [one for one in transcript["exchanges"] if one["endpoint"] == endpoint][-1]["request"]
    return request


@pytest.mark.parametrize("name", ["tuist", "port"])
def test_the_tile_keeps_the_query_of_the_initiate_login_uri(name: str, idp: RunningIdp, tmp_path: Path) -> None:
    vendor = the(name)
    with app(vendor, idp, tmp_path) as rp:
        opened = urlsplit(tile(rp))
    path, _, query = vendor.tile.partition("?")
    assert (opened.path, parse_qs(opened.query)) == (path, {**parse_qs(query), "iss": [rp.about["issuers"]["org"]]})


def tile(rp: RelyingParty) -> str:
    """The address of the app that a click on its tile opens."""
    carrier = {rp.about["carrier"]["header"]: rp.control.create_attempt(None, identity=vars(Canary.fresh()))}
    address = f"{rp.about['public_url']}/home/oidc_client/{CLIENT_ID}/aln177a159h7Zf52X0g8"
    with httpx.Client(trust_env=False, follow_redirects=True, headers=carrier) as browser:
        page = browser.get(address)
    return next(str(one.url) for one in [*page.history, page] if str(one.url).startswith(rp.target.base_url))


def test_a_start_form_of_another_site_starts_no_login(idp: RunningIdp, tmp_path: Path) -> None:
    with app(the("gitlab"), idp, tmp_path) as rp:
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "guessed"}):
            answer = httpx.post(rp.target.login_url, data=data, trust_env=False)
            assert (answer.status_code, "csrf_token is not that of this browser" in answer.text) == (400, True)


def test_endpoints_are_typed_in_together() -> None:
    given = dict.fromkeys(("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "BASE_URL", "TOKEN_ENDPOINT"), "x")
    with pytest.raises(SettingsError, match=r"^set AUTHORIZATION_ENDPOINT, JWKS_URI, too"):
        Settings.from_environment({**given, "PORT": "1"})
