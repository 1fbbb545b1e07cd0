"""Front-channel single logout (okta.md 7, OpenID Connect Front-Channel Logout 1.0)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from mock_idp.vocabulary import frontchannel_logout, issuer, random
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.logins import BYE
from tests.mock_idp.okta import ORIGIN, WEB, Okta, page_of, parameters
from tests.mock_idp.org_parts import change_app

ISSUER = f"{ORIGIN}/oauth2/default"
SLO: dict[str, Any] = {"participate_slo": True, "frontchannel_logout_uri": "https://other.example/slo?app=1"}


def other_app(okta: Okta, client_id: str = "other", **settings: Any) -> None:
    okta.register(client_id, **WEB | SLO | settings)


def signed_in_at_both(okta: Okta, attempt: str | None = None) -> str:
    """Somebody is signed in to `web` and `other`; the ID Token of `web`."""
    if attempt is None:
        okta.sign_in(okta.authorize(client_id="other"))
    okta.authorize(attempt, client_id="other")
    code = dict(parameters(okta.authorize(attempt)))["code"]
    return str((okta.redeem(code).json or {})["id_token"])


def logout(okta: Okta, token: str, attempt: str | None = None, **params: str) -> TestResponse:
    sent = {"id_token_hint": token, "post_logout_redirect_uri": BYE, "state": "s"} | params
    carrier = {"X-Gauntlet-Attempt": attempt} if attempt else {}
    return okta.browser.get(okta.url("logout"), query_string=sent, headers=carrier)


def frames(page: TestResponse) -> list[str]:
    assert page.status_code == 200, page.status
    return [str(frame.get("src")) for frame in page_of(page).iter("iframe")]


def test_the_other_app_is_called_in_a_hidden_frame(okta: Okta) -> None:
    other_app(okta)
    other_app(okta, "web", frontchannel_logout_uri="https://rp.example/slo")  # where they sign out: not called
    page = logout(okta, signed_in_at_both(okta))

    (frame,) = page_of(page).iter("iframe")
    assert frame.get("src") == "https://other.example/slo?app=1"
    assert frame.get("hidden") is not None
    assert page_of(page).find("body").get("data-target") == f"{BYE}?state=s"
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


def test_iss_and_sid_where_the_session_is_required(okta: Okta) -> None:
    uri = "https://third.example/"
    other_app(okta, frontchannel_logout_session_required=True)
    other_app(okta, "third", frontchannel_logout_uri=uri, frontchannel_logout_session_required=True)
    token = signed_in_at_both(okta)
    okta.authorize(client_id="third", server="orders")

    other, third = frames(logout(okta, token))
    sid = third.partition("&sid=")[2]
    assert sid.startswith("idx")
    assert len(sid) == 20
    assert other == f"{SLO['frontchannel_logout_uri']}&{urlencode({'iss': ISSUER, 'sid': sid})}"
    assert third == f"{uri}?{urlencode({'iss': f'{ORIGIN}/oauth2/orders', 'sid': sid})}"


def test_sid_is_not_the_cookie(okta: Okta) -> None:
    other_app(okta, frontchannel_logout_session_required=True)
    token = signed_in_at_both(okta)
    held = okta.browser.get_cookie("idx", "dev-1.okta.test")
    assert held is not None

    (frame,) = frames(logout(okta, token))
    assert held.value not in frame


def test_post_as_okta_documents(make_okta: MakeOkta) -> None:
    okta = make_okta(frontchannel_logout_method="POST")
    other_app(okta, frontchannel_logout_session_required=True)
    page = page_of(logout(okta, signed_in_at_both(okta)))

    (frame,), (form,) = page.iter("iframe"), page.forms
    assert (form.method, form.action, form.get("target")) == ("POST", SLO["frontchannel_logout_uri"], frame.get("name"))
    assert [name for name, _ in form.form_values()] == ["iss", "sid"]
    assert frame.get("src") is None


@pytest.mark.parametrize(
    "settings",
    [
        {"participate_slo": False},
        {"frontchannel_logout_uri": ""},
        {"application_type": "native"},
        {"status": "INACTIVE"},
    ],
)
def test_who_does_not_take_part(okta: Okta, settings: dict[str, Any]) -> None:
    other_app(okta)
    token = signed_in_at_both(okta)
    change_app(okta, "other", **settings)

    assert logout(okta, token).headers["Location"] == f"{BYE}?state=s"


def test_the_switch(make_okta: MakeOkta) -> None:
    okta = make_okta(frontchannel_slo=False)
    other_app(okta)

    assert logout(okta, signed_in_at_both(okta)).status_code == 302


def test_only_apps_of_this_session(okta: Okta) -> None:
    other_app(okta)
    okta.authorize(okta.attempt(), client_id="other")  # somebody else
    token = (okta.redeem(dict(parameters(okta.sign_in(okta.authorize())))["code"]).json or {})["id_token"]

    assert logout(okta, token).status_code == 302
    token = signed_in_at_both(okta)
    assert logout(okta, token).status_code == 200
    assert logout(okta, token).status_code == 302  # nobody is told twice


def test_signing_out_at_okta_calls_every_app(okta: Okta) -> None:
    other_app(okta)
    other_app(okta, "web", frontchannel_logout_uri="https://rp.example/slo")
    signed_in_at_both(okta)

    page = okta.browser.get(f"{ORIGIN}/login/signout")
    assert sorted(frames(page)) == ["https://other.example/slo?app=1", "https://rp.example/slo"]
    assert page_of(page).find("body").get("data-target") == f"{ORIGIN}/login/login.htm"


def test_an_attempt_has_a_session_of_its_own(okta: Okta) -> None:
    other_app(okta, frontchannel_logout_session_required=True)
    attempt = okta.attempt(frontchannel_logout("iss").set(issuer()) & frontchannel_logout("sid").set(random()))
    token = signed_in_at_both(okta, attempt)

    (frame,) = frames(logout(okta, token, attempt))
    assert logout(okta, token, attempt).status_code == 302  # nobody is told twice
    transcript = okta.transcript(attempt)
    (message,) = transcript["logout_messages"]
    assert message == {
        "kind": "frontchannel",
        "client_id": "other",
        "method": "GET",
        "url": frame,
        "parameters": [["iss", ISSUER], ["sid", parse_qs(urlsplit(frame).query)["sid"][0]]],
    }
    (delivery,) = transcript["deliveries"]  # the issuer was right anyway
    assert (delivery["seam"], delivery["path"]) == ("frontchannel_logout", ["sid"])
    assert delivery["before"].startswith("idx")
    assert delivery["after"] in frame


def test_what_a_browser_would_load_on_demand(okta: Okta) -> None:
    other_app(okta)
    attempt = okta.attempt()
    signed_in_at_both(okta, attempt)

    for _ in range(2):
        found = okta.control("POST", "/logout", {"attempt": attempt, "kind": "frontchannel"}).json or {}
        assert [message["url"] for message in found["messages"]] == ["https://other.example/slo?app=1"]
    assert okta.received == []
