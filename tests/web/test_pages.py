"""What all pages share: the policy, the stylesheet, the form token."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, Flask, Response
from flask.testing import FlaskClient

from mock_idp.org.authorization_server import Scope
from mock_idp.web import assets, form_token
from mock_idp.web.policy import Policy
from mock_idp.web.templates import Templates
from tests.mock_idp.logins import SLO
from tests.mock_idp.okta import ADA, ORIGIN, WEB, Okta, page_of
from tests.mock_idp.org_parts import change_server
from tests.web.policies import directives, hash_source

HOSTILE = "\"'><script>alert(1)</script>"


def site(key: str = "k") -> FlaskClient:
    """A site with one form, made as the console's are."""
    blueprint, pages = Blueprint("site", __name__), Templates("mock_idp.protocol")
    form_token.guard(blueprint)

    @blueprint.get("/")
    def form() -> Response:
        return pages.page("plain.html", title="Form", text=form_token.field())

    @blueprint.route("/", methods=["POST", "DELETE"])
    def change() -> str:
        return "changed"

    @blueprint.errorhandler(form_token.FormTokenError)
    def refused(_error: form_token.FormTokenError) -> tuple[str, int]:
        return "refused", 403

    app = Flask("site", static_folder=None)
    app.secret_key = key
    app.register_blueprint(blueprint)
    app.register_blueprint(assets.blueprint)
    return app.test_client()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', client.get("/").text)
    assert found
    return found[1]


# ---- form token ---------------------------------------------------------------------------------------------


def test_a_form_of_this_browser_is_taken() -> None:
    client = site()
    first, second = token(client), token(client)

    assert client.post("/", data={"form_token": first}).text == "changed"
    assert client.post("/", data={"form_token": second}).text == "changed"
    assert client.delete("/", data={"form_token": second}).text == "changed"


@pytest.mark.parametrize("sent", ["", "0" * 64, "é"])
def test_a_form_without_the_token_is_refused(sent: str) -> None:
    client = site()
    token(client)

    for method in ("POST", "DELETE"):
        assert client.open("/", method=method, data={"form_token": sent}).status_code == 403
    assert client.post("/").status_code == 403


def test_the_token_of_another_browser_is_refused() -> None:
    client, other = site(), site()
    token(client)

    assert client.post("/", data={"form_token": token(other)}).status_code == 403
    assert site().post("/", data={"form_token": token(client)}).status_code == 403  # and no cookie


def test_whoever_sets_the_cookie_cannot_make_the_field() -> None:
    """A server at another port of this host shares the cookies, and not the key."""
    client, theirs = site(), site("another key")
    forged = token(theirs)
    cookie = theirs.get_cookie(form_token.COOKIE)
    assert cookie
    client.set_cookie(form_token.COOKIE, cookie.value)

    assert client.post("/", data={"form_token": forged}).status_code == 403
    assert client.post("/", data={"form_token": cookie.value}).status_code == 403


def test_the_cookie_is_kept_from_scripts_and_from_other_sites() -> None:
    assert re.fullmatch(
        r"gauntlet_form=[\w-]{32}; HttpOnly; Path=/; SameSite=Lax", site().get("/").headers["Set-Cookie"]
    )
    assert "Secure" in site().get("/", base_url="https://idp.example").headers["Set-Cookie"]


# ---- policy and files ---------------------------------------------------------------------------------------


def test_policy_of_a_page() -> None:
    assert str(Policy()) == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )


def test_assets(okta: Okta) -> None:
    style = okta.rp.get(f"{ORIGIN}/assets/style.css")
    icon = okta.rp.get(f"{ORIGIN}/assets/icon.svg")

    assert (style.status_code, style.content_type) == (200, "text/css; charset=utf-8")
    assert (icon.status_code, icon.mimetype) == (200, "image/svg+xml")
    for path in ("missing.css", "..%2fassets.py", "%2e%2e/assets.py"):
        assert okta.rp.get(f"{ORIGIN}/assets/{path}").status_code == 404


def test_what_a_page_loads_stands_in_no_transcript(okta: Okta) -> None:
    attempt = okta.attempt()
    carrier = {"X-Gauntlet-Attempt": attempt}
    okta.rp.get(f"{ORIGIN}/assets/style.css", headers=carrier)
    assert okta.transcript(attempt)["bound"] is False

    okta.rp.get(f"{ORIGIN}/elsewhere", headers=carrier)
    assert okta.transcript(attempt)["bound"] is True


# ---- the pages of the protocol ------------------------------------------------------------------------------


def test_pages_have_no_inline_script_and_style(okta: Okta) -> None:
    pages = [okta.authorize(login_hint=HOSTILE), okta.authorize(client_id=HOSTILE)]
    pages += [okta.browser.get(f"{ORIGIN}/activate"), okta.authorize(okta.attempt(hold=True))]

    for page in pages:
        assert not re.search(r"<script|<style|\son\w+=|\sstyle=", page.text)
        assert (directives(page)["script-src"], directives(page)["style-src"]) == ("'self'", "'self'")
        assert page_of(page).xpath("//link[@rel='stylesheet']/@href") == ["/assets/style.css"]
        assert page_of(page).xpath("count(//main)") == page_of(page).xpath("count(//h1)") == 1


@pytest.mark.parametrize("mode", ["form_post", "okta_post_message"])
def test_the_only_script_is_the_one_that_the_policy_names(okta: Okta, mode: str) -> None:
    page = okta.authorize(okta.attempt(), response_mode=mode, state=HOSTILE)
    [script] = page_of(page).iter("script")

    assert directives(page)["script-src"] == hash_source(script.text)
    assert not re.search(r"\son\w+=|\sstyle=", page.text)


def test_single_logout_may_show_apps_in_frames(okta: Okta) -> None:
    okta.register("other", **WEB | SLO)
    okta.sign_in(okta.authorize(client_id="other"))

    page = okta.browser.get(f"{ORIGIN}/login/signout")
    [script] = page_of(page).iter("script")
    assert (directives(page)["script-src"], directives(page)["frame-src"]) == (hash_source(script.text), "http: https:")


def test_only_consent_may_show_a_logo_from_elsewhere(okta: Okta) -> None:
    known = okta.idp.org.servers.get("default")
    assert known is not None
    change_server(okta, scopes=(*known.scopes, Scope("notes:read", consent="REQUIRED")))
    okta.register("web", **WEB | {"consent_method": "REQUIRED", "logo_uri": "https://rp.example/logo.png"})
    password = okta.authorize(scope="openid notes:read")
    consent = okta.sign_in(password)

    assert "would like to access" in consent.text
    sources = [directives(page)["img-src"] for page in (password, consent)]
    assert sources == ["'self' data:", "'self' data: http: https:"]


# ---- where forms come from ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 302),
        (ORIGIN, 302),
        ("https://attacker.example", 403),
        ("https://dev-1.okta.test:8443", 403),
        ("https://dev-1.okta.test.attacker.example", 403),
        ("null", 403),
        ("http://[x", 403),
        ("http://localhost:1", 403),
    ],
)
def test_sign_in_takes_forms_of_its_own_pages(okta: Okta, origin: str | None, status: int) -> None:
    form = page_of(okta.authorize()).forms[0]
    headers = {"Origin": origin} if origin else {}
    answer = okta.browser.post(form.action, data={**dict(form.form_values()), **ADA}, headers=headers)

    assert answer.status_code == status
    assert (okta.browser.get_cookie("idx", domain="dev-1.okta.test") is not None) == (status == 302)
    if status == 403:
        assert "This form is not from a page that this browser has opened here" in answer.text


def test_names_of_loopback_are_one_host(okta: Okta) -> None:
    """The page was opened at localhost; its form leads to the org URL."""
    form = page_of(okta.authorize()).forms[0]
    sent = {**dict(form.form_values()), **ADA}
    for port, status in ((8091, 403), (8090, 302)):
        headers = {"Origin": f"http://localhost:{port}"}
        answer = okta.browser.post("/login/sign-in", base_url="http://127.0.0.1:8090", data=sent, headers=headers)
        assert answer.status_code == status


def test_so_does_activation(okta: Okta) -> None:
    headers = {"Origin": "https://attacker.example"}
    for path in ("/activate", "/activate/answer"):
        assert okta.browser.post(f"{ORIGIN}{path}", data={"user_code": "x"}, headers=headers).status_code == 403
