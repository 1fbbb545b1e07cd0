"""Who may use the console; CSRF; what is gone; that everything is escaped."""

from __future__ import annotations

import pytest

from mock_idp.console import access
from tests.console.console import Console, Page
from tests.management.api import Api
from tests.management.apps import create, oidc
from tests.mock_idp.okta import ORIGIN, Okta

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
AREAS = (
    "/admin/",
    "/admin/apps/active",
    "/admin/apps/new/web",
    "/admin/app/web/general",
    "/admin/oauth2/as",
    "/admin/oauth2/as/default/token-preview",
    "/admin/access/api/trusted_origins",
    "/admin/users",
    "/admin/groups",
    "/admin/nowhere",
)


@pytest.mark.parametrize("path", AREAS)
def test_nobody_gets_in_unasked(okta: Okta, path: str) -> None:
    answer = Console(okta).get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/admin/sign-in?from=%2Fadmin%2F")


def test_what_is_posted_without_a_session_is_not_done(okta: Okta, api: Api) -> None:
    app, _ = create(api)
    stranger = Console(okta)
    page = stranger.open("/admin/sign-in")
    token = page.document.xpath("//input[@name='form_token']")[0].get("value")
    answer = stranger.browser.post(f"{ORIGIN}/admin/app/{app}/deactivate", data={"form_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/sign-in")
    assert api.get(f"/apps/{app}").json["status"] == "ACTIVE"  # type: ignore[index]


def test_what_was_typed_survives_a_sign_out_in_another_tab(console: Console, api: Api) -> None:
    page = console.open("/admin/groups/new").fill("Name", "Navy").fill("Description", 'Ships & "sails"')
    console.open("/admin/").press("Sign out")
    page = page.press("Save")
    assert (page.status, page.heading) == (403, "Sign in to the Admin Console")
    assert page.words("//*[@role='alert']").startswith("You are signed out, so nothing was saved. Give the API token")
    page = page.fill("API token", "00wrong").press("Sign in").fill("API token", console.okta.idp.api_token)
    page = page.press("Sign in")
    assert page.heading == "You are signed in again"
    assert 'nameNavydescriptionShips & "sails"' in page.words()
    assert "Navy" not in names(api)  # not before the person says so
    assert page.press("Send it again").status == 200
    assert "Navy" in names(api)


def test_passwords_are_sent_again_and_not_shown(console: Console) -> None:
    page = console.open("/admin/users/new").fill("First name", "Grace").fill("Password", "correct horse 1")
    console.open("/admin/").press("Sign out")
    page = page.press("Save").fill("API token", console.okta.idp.api_token).press("Sign in")
    assert "firstNameGrace" in page.words()
    assert "correct horse 1" not in page.words()
    assert page.document.xpath("//input[@name='password']/@value") == ["correct horse 1"]


@pytest.mark.parametrize(
    "kept", ["x", "[]", '{"path": "https://evil.test/", "fields": [["a", "b"]]}', '{"path": "/admin/"}']
)
def test_only_a_form_of_the_console_is_sent_again(okta: Okta, kept: str) -> None:
    stranger = Console(okta)
    token = stranger.open("/admin/sign-in").document.xpath("//input[@name='form_token']")[0].get("value")
    fields = [("form_token", token), ("token", okta.idp.api_token), ("kept", kept)]
    assert stranger.post("/admin/sign-in", fields).path == "/admin/"


def test_a_form_of_somebody_else_is_not_kept(okta: Okta) -> None:
    answer = okta.new_browser().post(f"{ORIGIN}/admin/groups/new", data={"name": "Evil", "form_token": "x"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/sign-in")


def names(api: Api) -> list[str]:
    return [group["profile"]["name"] for group in api.listed("/groups")]


def test_the_printed_link(okta: Okta) -> None:
    answer = Console(okta).get(access.link(okta.idp))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("gauntlet_admin=")
    assert cookie.endswith("; Secure; HttpOnly; Path=/admin; SameSite=Lax")
    assert okta.idp.api_token not in access.link(okta.idp)


@pytest.mark.parametrize("key", ["", "x", "é"])
def test_another_link(okta: Okta, key: str) -> None:
    answer = Console(okta).get(f"/admin/?key={key}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/sign-in")
    assert "gauntlet_admin=" not in str(answer.headers)


def test_the_api_token(okta: Okta) -> None:
    page = Console(okta).open("/admin/users")
    assert page.heading == "Sign in to the Admin Console"
    page = page.fill("API token", okta.idp.api_token).press("Sign in")
    assert (page.path, page.heading) == ("/admin/users", "People")


def test_another_token(okta: Okta) -> None:
    page = Console(okta).open("/admin/users").fill("API token", "00wrong").press("Sign in")
    assert page.status == 403
    assert page.problem_at("API token") == "This is not the mock's API token. It is printed when the mock starts."
    assert "00wrong" not in page.text
    page = page.fill("API token", okta.idp.api_token).press("Sign in")
    assert page.path == "/admin/users"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.test/", "//evil.test/", "/admin/../login", "/admin\\evil", "/administer", "/admin/\r\nX: y"],
)
def test_signing_in_leads_nowhere_else(okta: Okta, wanted: str) -> None:
    console = Console(okta)
    page = console.open("/admin/sign-in")
    fields = [("form_token", page.document.xpath("//input[@name='form_token']")[0].get("value"))]
    fields += [("from", wanted), ("token", okta.idp.api_token)]
    assert console.post("/admin/sign-in", fields).path == "/admin/"


def test_a_session_ends_when_nobody_uses_it(console: Console) -> None:
    console.okta.clock.advance(access.TTL - 1)
    assert console.open("/admin/users").heading == "People"
    console.okta.clock.advance(access.TTL - 1)
    assert console.open("/admin/users").heading == "People"
    console.okta.clock.advance(access.TTL)
    assert console.open("/admin/users").heading == "Sign in to the Admin Console"


def test_signing_out(console: Console) -> None:
    cookie = console.browser.get_cookie("gauntlet_admin", "dev-1.okta.test", "/admin")
    assert cookie
    assert console.open("/admin/").press("Sign out").heading == "Sign in to the Admin Console"
    console.browser.set_cookie("gauntlet_admin", cookie.value, domain="dev-1.okta.test", path="/admin")
    assert console.get("/admin/users").status_code == 303


def test_a_form_from_elsewhere(console: Console, api: Api) -> None:
    app, _ = create(api)
    console.open(f"/admin/app/{app}/general")
    for data in ({}, {"form_token": "x"}):
        answer = console.browser.post(f"{ORIGIN}/admin/app/{app}/deactivate", data=data)
        assert answer.status_code == 403
        assert "Form expired" in answer.text
    assert api.get(f"/apps/{app}").json["status"] == "ACTIVE"  # type: ignore[index]


def test_every_form_that_changes_something_holds_the_token(console: Console, api: Api) -> None:
    app, _ = create(api)
    api.made(f"/apps/{app}/credentials/secrets", {})
    seen = [page for page in walk(console) if page.status == 200]
    assert {page.path for page in seen} >= {
        f"/admin/app/{app}/general",
        "/admin/oauth2/as/default/policies",
        "/admin/users",
    }
    for page in seen:
        for form in page.document.xpath("//form[@method='post']"):
            assert form.xpath(".//input[@name='form_token']"), (page.path, form.get("action"))


def walk(console: Console, most: int = 150) -> list[Page]:
    """Every page that a link leads to."""
    seen: dict[str, Page] = {}
    ahead = ["/admin/"]
    while ahead and len(seen) < most:
        path = ahead.pop(0)
        if path not in seen:
            page = seen[path] = console.open(path)
            links = [str(a.get("href")).split("#")[0] for a in page.document.iter("a")]
            ahead += [link for link in links if link.startswith("/admin/")]
    assert not ahead or len(seen) < most
    return list(seen.values())


def test_no_link_leads_nowhere_and_no_page_has_inline_script_or_style(console: Console, api: Api) -> None:
    create(api)
    for page in walk(console):
        assert page.status == 200, page.path
        assert page.document.xpath("count(//h1)") == 1, page.path
        assert not page.document.xpath("//script[not(@src)] | //style | //@style | //@onclick"), page.path
        ids = page.document.xpath("//@id")
        assert len(ids) == len(set(ids)), (page.path, sorted(id_ for id_ in ids if ids.count(id_) > 1))


def test_what_people_put_in_is_escaped(console: Console, api: Api, okta: Okta) -> None:
    app, _ = create(api, label=NASTY[:100])
    group = api.made("/groups", {"profile": {"name": NASTY, "description": NASTY}})
    person = {"firstName": NASTY[:50], "lastName": NASTY[:50], "login": "n@x.test", "email": "n@x.test", "title": NASTY}
    user = api.made("/users", {"profile": person})
    api.put(f"/groups/{group['id']}/users/{user['id']}")
    api.put(f"/apps/{app}/groups/{group['id']}")
    api.made("/trustedOrigins", {"name": NASTY, "origin": "https://a.test", "scopes": [{"type": "CORS"}]})
    server = api.made("/authorizationServers", {"name": NASTY, "description": NASTY, "audiences": [NASTY]})
    base = f"/authorizationServers/{server['id']}"
    api.made(f"{base}/scopes", {"name": "<b>", "displayName": NASTY, "description": NASTY})
    policy = {"type": "OAUTH_AUTHORIZATION_POLICY", "name": NASTY, "conditions": {"clients": {"include": [app]}}}
    api.made(f"{base}/policies", {**policy, "description": NASTY, "status": "ACTIVE", "priority": 1})
    okta.idp.org.name = NASTY
    pages = walk(console)
    pages.append(console.open("/admin/apps/active?q=" + NASTY.replace("{", "%7B")))
    pages.append(console.open(f"/admin/nowhere/{NASTY.replace('/', '')}"))
    for page in pages:
        assert not page.document.xpath("//img | //b | //script[not(@src)]"), page.path
        assert "49" not in page.words("//h1"), page.path
    assert any(NASTY in page.document.text_content() for page in pages)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/app/0oagone/general",
        "/admin/app/0oagone/assignments",
        "/admin/oauth2/as/ausgone",
        "/admin/oauth2/as/default/policies/00pgone",
        "/admin/oauth2/as/default/scopes/scpgone",
        "/admin/user/00ugone",
        "/admin/group/00ggone",
        "/admin/access/api/trusted_origins/tosgone",
        "/admin/nowhere",
    ],
)
def test_what_is_gone(console: Console, path: str) -> None:
    page = console.open(path)
    assert (page.status, page.heading) == (404, "Page not found")
    assert page.words("//*[@role='alert']").startswith("What you are looking for was not found.")


def test_a_form_for_an_app_that_is_gone(console: Console, api: Api) -> None:
    app, _ = create(api)
    page = console.open(f"/admin/app/{app}/general?edit=settings")
    assert api.post(f"/apps/{app}/lifecycle/deactivate").status_code == 200
    assert api.delete(f"/apps/{app}").status_code == 204
    page = page.press("Save")
    assert (page.status, page.heading) == (404, "Page not found")


def test_the_console_stands_in_no_transcript(okta: Okta, console: Console) -> None:
    attempt = okta.attempt()
    console.get("/admin/users", headers={"X-Gauntlet-Attempt": attempt})
    assert okta.transcript(attempt)["exchanges"] == []


def test_the_overview_names_every_issuer(console: Console, api: Api) -> None:
    api.made("/apps", oidc())
    page = console.open("/admin/")
    assert [item.text_content() for item in page.document.xpath("//td//code")] == [
        ORIGIN,
        f"{ORIGIN}/oauth2/default",
        f"{ORIGIN}/oauth2/orders",
    ]
    assert "Applications (1)" in page.words()


def test_a_browser_of_http_gets_its_cookie(okta: Okta) -> None:
    okta.idp.public_url = "http://127.0.0.1:8090"
    answer = okta.new_browser().get(access.link(okta.idp))
    assert "Secure" not in answer.headers["Set-Cookie"]
