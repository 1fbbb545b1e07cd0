"""The Test bench: what logins did, and a misbehaviour for the next one."""

from __future__ import annotations

import json

import pytest

from mock_idp.console.bench_misbehaviours import GROUPS, Ready
from tests.console.console import Console, Page
from tests.mock_idp.okta import ORIGIN, WEB, Okta, parameters, parts
from tests.mock_idp.org_parts import change_ada, change_app

BENCH = "/admin/bench"
READY = [ready for group in GROUPS.values() for ready in group]
TILE = {"idp_initiated_login_mode": "SPEC", "initiate_login_uri": "https://rp.example/login"}
AUD_WRONG = "Audience is another client (ID Token: claims)"
HOSTILE = "\"'><script>alert(1)</script>{{7*7}}"


def login(okta: Okta) -> None:
    """Ada, from the tile to UserInfo, as far as it goes."""
    page = okta.launch()
    if page.status_code == 200:
        okta.sign_in(page)
    answer = dict(parameters(okta.authorize(nonce="n1")))
    tokens = okta.redeem(answer.get("code", "")).get_json(silent=True) or {}
    okta.userinfo(tokens.get("access_token", ""))


def audience(okta: Okta) -> str:
    """Of the ID Token that Ada gets."""
    page = okta.authorize()
    answer = okta.sign_in(page) if page.status_code == 200 else page
    redeemed = okta.redeem(dict(parameters(answer))["code"]).json
    assert redeemed is not None
    return str(parts(redeemed["id_token"])[1]["aud"])


def rows(page: Page, caption: str) -> list[str]:
    found = page.document.xpath(f"//table[caption='{caption}']/tbody/tr")
    return [" ".join(" ".join(cell.text_content().split()) for cell in row) for row in found]


def pairs(page: Page, exchange: int) -> dict[str, str]:
    """Query, form and headers of the n-th exchange of a login's page."""
    at = f"(//main/details)[{exchange}]//dl/div"
    return {one.find("dt").text_content(): one.find("dd").text_content() for one in page.document.xpath(at)}


def newest(console: Console) -> Page:
    """The page of the newest login."""
    return console.open(console.open(BENCH).document.xpath("//table//a/@href")[0])


# ---- what logins did ----------------------------------------------------------------------------------------


def test_a_login_with_every_request_and_token(okta: Okta, console: Console) -> None:
    change_app(okta, label="Shop", **TILE)
    login(okta)

    [row] = rows(console.open(BENCH), "Recent logins")
    assert "Shop handed out code, access token, id token none 3" in row
    page = newest(console)
    assert page.document.xpath("//dt[text()='Misbehaviour']/../dd/text()") == ["none"]
    heads = [page.words(f"(//main/details)[{n}]/summary") for n in (1, 2, 3, 4)]
    assert [head.split(" ", 1)[1] for head in heads[:3]] == [
        "GET /oauth2/default/v1/authorize 302 authorize",
        "POST /oauth2/default/v1/token 200 token",
        "GET /oauth2/default/v1/userinfo 200 userinfo",
    ]
    assert heads[3].startswith("access_token at token")
    sent = pairs(page, 2)
    assert (sent["grant_type"], sent["Authorization"][:6], sent["Cache-Control"]) == (
        "authorization_code",
        "Basic ",
        "no-cache, no-store",
    )
    assert '"token_type": "Bearer"' in page.words("(//main/details)[2]//pre")
    default = okta.idp.keys.key("default").kid
    assert f"RS256, valid: key {default} of the authorization server “default”" in page.words()
    assert '"nonce": "n1"' in page.words()


def test_passwords_and_cookies_are_left_out(okta: Okta, console: Console) -> None:
    okta.sign_in(okta.authorize())
    session = okta.browser.get_cookie("idx", domain="dev-1.okta.test")
    assert session is not None

    page = newest(console)
    sent = pairs(page, 2)
    assert (sent["identifier"], sent["credentials"]) == ("ada@example.com", "…")
    assert sent["Set-Cookie"].startswith("idx=…; ")
    assert "correct horse" not in page.text
    assert session.value not in page.text


def test_refused_logins(okta: Okta, console: Console) -> None:
    okta.authorize(client_id="nobody")
    okta.authorize(prompt="none")

    last, first = rows(console.open(BENCH), "Recent logins")
    assert "failed login_required: The client specified not to prompt" in last
    assert "nobody failed error page" in first


def test_what_a_login_has_come_to(okta: Okta, console: Console) -> None:
    def result() -> str:
        return rows(console.open(BENCH), "Recent logins")[0].split(" none ")[0].split(" ", 2)[2]

    page = okta.authorize()
    assert result() == "open waits for the person"
    okta.sign_in(page)
    assert result() == "handed out code, not redeemed"
    okta.authorize(scope="unheard-of")
    assert result().startswith("failed invalid_scope: ")
    okta.authorize(redirect_uri="https://rp.example/other")
    assert result() == "failed error page"


def test_a_tile_that_sends_the_token_itself(okta: Okta, console: Console) -> None:
    change_app(okta, label="Shop", idp_initiated_login_mode="OKTA")
    okta.sign_in(okta.launch())
    [row] = rows(console.open(BENCH), "Recent logins")
    assert "Shop handed out id token none" in row
    assert newest(console).heading.startswith("Login at Shop, ")


def test_requests_that_belong_to_no_login(okta: Okta, console: Console) -> None:
    okta.redeem(dict(parameters(okta.sign_in(okta.authorize())))["code"])
    okta.rp.get(okta.url("keys"))

    assert [row.split(" ", 1)[1] for row in rows(console.open(BENCH), "Requests that belong to no login")] == [
        "GET /oauth2/default/v1/keys 200"
    ]


def test_what_apps_and_people_put_in_stays_text(okta: Okta, console: Console) -> None:
    change_app(okta, label=HOSTILE)
    change_ada(okta, name=HOSTILE)
    okta.sign_in(okta.authorize(state=HOSTILE, nonce=HOSTILE, login_hint=HOSTILE))
    okta.rp.get(f"{ORIGIN}/{HOSTILE}", headers={"User-Agent": HOSTILE})

    for shown in (console.open(BENCH), newest(console)):
        assert HOSTILE in shown.words("//body")
        assert "<script>alert" not in shown.text


def test_an_attempt_that_is_forgotten(console: Console) -> None:
    page = console.open(f"{BENCH}/attempts/gone")

    assert (page.status, page.heading) == (404, "Page not found")


# ---- signatures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ready", "said"),
    [
        ("alg-none", "Not signed (alg none)"),
        ("key-unknown", "did not make it"),
        ("kid-unknown", "by no published key of this org"),
        ("signature-broken", "did not make it"),
        ("key-confusion", "HS256, and not with the client secret"),
    ],
)
def test_wrong_signatures_are_told(okta: Okta, console: Console, ready: str, said: str) -> None:
    arm(console, ready, "next")
    audience(okta)

    page = newest(console)
    assert said in page.words()
    assert "signature not valid" in page.words()


def test_the_client_secret_signs(okta: Okta, console: Console) -> None:
    change_app(okta, id_token_signed_response_alg="HS256")
    audience(okta)

    assert "HS256 with the client secret" in newest(console).words()


def test_access_tokens_of_the_org_server_have_a_key_of_their_own(okta: Okta, console: Console) -> None:
    code = dict(parameters(okta.sign_in(okta.authorize(server="org"))))["code"]
    assert okta.redeem(code, server="org").status_code == 200

    page = newest(console)
    assert "valid: a key that is not published, because only Okta reads the org server's access tokens" in page.words()
    assert "signature not valid" not in page.words()


# ---- arming -------------------------------------------------------------------------------------------------


def arm(console: Console, name: str, who: str, edits: str = "") -> Page:
    page = console.open(BENCH)
    [radio] = page.document.xpath(f"//input[@name='ready'][@value='{name}']")
    radio.set("checked", "")
    page.check({"browser": "Every login in this browser", "next": "The next login, whoever comes"}[who])
    return page.fill("Edits", edits).press("Arm")


def test_armed_for_this_browser_until_disarmed(okta: Okta, console: Console) -> None:
    okta.browser = console.browser
    page = arm(console, "aud-wrong", "browser")
    assert page.said == "Armed. Every login in this browser, until you disarm it."
    assert f'In this browser: {AUD_WRONG}: claim("aud").set(other_client())' in page.words()
    cookie = console.browser.get_cookie("gauntlet_attempt", domain="dev-1.okta.test")
    assert cookie is not None
    assert (cookie.http_only, cookie.secure, cookie.same_site) == (True, True, "None")

    assert [audience(okta) != "web" for _ in range(2)] == [True, True]
    page = console.open(BENCH).press("Disarm")
    assert page.said == "Disarmed. Logins are honest again."
    assert "In this browser:" not in page.words()
    assert audience(okta) == "web"


def test_armed_for_the_next_login_of_anybody(okta: Okta, console: Console) -> None:
    page = arm(console, "aud-wrong", "next")
    assert page.said == "Armed. The next login is the one, whoever comes."
    assert (
        "It stays armed through an application's own checks (prompt=none, requests without a browser)" in page.words()
    )
    assert f'For the next login: {AUD_WRONG}: claim("aud").set(other_client())' in page.words()

    assert [audience(okta) == "web" for _ in range(2)] == [False, True]
    page = console.open(BENCH)
    assert "For the next login:" not in page.words()
    assert f"{AUD_WRONG} delivered 1×" in rows(page, "Recent logins")[1]


def test_disarmed_before_anybody_came(okta: Okta, console: Console) -> None:
    arm(console, "aud-wrong", "next").press("Disarm")

    assert audience(okta) == "web"


def test_any_other_as_json(okta: Okta, console: Console) -> None:
    edits = [{"seam": "id_token.claims", "op": "set", "path": ["aud"], "value": "typed"}]
    arm(console, "", "next", json.dumps(edits))

    assert audience(okta) == "typed"


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ("", "Choose a misbehaviour, or write one."),
        ("{", "This is not JSON: Expecting property name enclosed in double quotes"),
        ('"x"', "a misbehaviour is a list of edits"),
        ('[{"seam": "x", "op": "set"}]', "unknown seam 'x'"),
        (
            '[{"seam": "discovery", "op": "set", "path": ["issuer"], "value": "x"}]',
            "edits of discovery or keys are seen by everybody: the bench cannot arm them",
        ),
    ],
)
def test_what_cannot_be_armed_is_said_at_the_field(console: Console, edits: str, said: str) -> None:
    page = arm(console, "", "next", edits)

    assert page.status == 400
    assert said in page.problem_at("Edits")
    assert page.value("Edits").strip() == edits
    assert "For the next login:" not in page.words()


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.name)
def test_each_misbehaviour_on_offer_arrives(okta: Okta, console: Console, ready: Ready) -> None:
    okta.register("web", **WEB | TILE)
    okta.sign_in(okta.launch())
    arm(console, ready.name, "next")
    login(okta)

    [attempt] = [one for one in okta.idp.attempts.by_hand.recent() if one["origin"] == "bench"]
    transcript = okta.transcript(attempt["id"])
    assert transcript["failures"] == []
    assert transcript["deliveries"]


def test_only_from_the_console(okta: Okta, console: Console) -> None:
    """Who has no session of the console, or no form of it, arms nothing and sees nothing."""
    stranger = okta.new_browser()
    assert stranger.get(f"{ORIGIN}{BENCH}").headers["Location"] == "/admin/sign-in?from=%2Fadmin%2Fbench"
    data = {"ready": "aud-wrong", "who": "next"}
    assert stranger.post(f"{ORIGIN}{BENCH}/arm", data=data).status_code == 303
    assert console.browser.post(f"{ORIGIN}{BENCH}/arm", data=data).status_code == 403

    assert okta.idp.attempts.by_hand.next() is None


def test_the_console_is_no_part_of_a_login(console: Console) -> None:
    arm(console, "aud-wrong", "browser")
    console.open("/admin/")

    assert rows(console.open(BENCH), "Recent logins") == []
