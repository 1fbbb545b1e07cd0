"""The tile of an app, i.e. its App Embed Link (okta.md 5.4)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.vocabulary import claim, initiate_login
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import CALLBACK, ORIGIN, WEB, Okta, page_of, parameters, parts
from tests.mock_idp.org_parts import change_app

LOGIN = "https://rp.example/login"
SPEC: dict[str, Any] = {"idp_initiated_login_mode": "SPEC", "initiate_login_uri": LOGIN}
SIMPLIFIED: dict[str, Any] = {
    "idp_initiated_login_mode": "OKTA",
    "initiate_login_uri": LOGIN,
    "idp_initiated_login_scopes": ["openid", "profile", "email"],
}
ISS = "iss=https%3A%2F%2Fdev-1.okta.test"


def refused(page: TestResponse, code: str, text: str) -> None:
    assert page.status_code == 400
    assert f"Error Code: {code}<" in page.text
    assert f"Description: {text}<" in page.text


def test_disabled(okta: Okta) -> None:
    text = "IdP-initiated login is disabled for this client."
    refused(okta.launch("web", okta.attempt()), "idp_initated_flow_disabled", text)


@pytest.mark.parametrize(("uri", "target"), [(LOGIN, f"{LOGIN}?{ISS}"), (f"{LOGIN}?a=b", f"{LOGIN}?a=b&{ISS}")])
def test_spec_sends_the_browser_to_the_app(okta: Okta, uri: str, target: str) -> None:
    okta.register("web", **WEB | SPEC | {"initiate_login_uri": uri})
    answer = okta.launch("web", okta.attempt())

    assert (answer.status_code, answer.headers["Location"]) == (302, target)


def test_people_sign_in_first_and_then_silently(okta: Okta) -> None:
    okta.register("web", **WEB | SPEC, label="Shop")
    page = okta.launch()
    assert (page.status_code, "Shop" in page.text) == (200, True)

    again = okta.sign_in(page, {"credentials": "wrong", "identifier": "ada@example.com"})
    assert "Unable to sign in" in again.text
    assert okta.sign_in(again).headers["Location"] == f"{LOGIN}?{ISS}"
    assert okta.launch().headers["Location"] == f"{LOGIN}?{ISS}"
    assert "code=" in okta.authorize().headers["Location"]  # what the app then asks for needs no page


def test_a_sign_in_page_serves_once(okta: Okta) -> None:
    okta.register("web", **WEB | SPEC)
    page = okta.launch()
    okta.sign_in(page)

    answer = okta.sign_in(page)
    assert "The sign-in request has expired." in answer.text


def test_simplified_posts_an_id_token(okta: Okta) -> None:
    okta.register("web", **WEB | SIMPLIFIED)
    attempt = okta.attempt()
    page = okta.launch("web", attempt)

    (form,) = page_of(page).forms
    assert (form.method, form.action) == ("POST", CALLBACK)
    ((name, token),) = parameters(page)
    claims = okta.verified(token, "org")
    person = okta.transcript(attempt)["identity"]
    assert (name, claims["iss"], claims["aud"], claims["sub"]) == ("id_token", ORIGIN, "web", person["sub"])
    assert (claims["email"], claims["name"]) == (person["email"], person["name"])
    assert not {"nonce", "at_hash", "c_hash", "state"} & set(claims)
    (noted,) = okta.transcript(attempt)["authorization_responses"]
    assert noted == {"mode": "form_post", "redirect_uri": CALLBACK, "parameters": [["id_token", token]]}
    assert [artefact["kind"] for artefact in okta.transcript(attempt)["artefacts"]] == ["id_token"]
    assert okta.transcript(attempt)["exchanges"][-1]["endpoint"] == "launch"


def test_scopes_of_simplified(okta: Okta) -> None:
    okta.register("web", **WEB | SIMPLIFIED | {"idp_initiated_login_scopes": ["openid"]})
    ((_, token),) = parameters(okta.launch("web", okta.attempt()))

    assert not {"email", "name"} & set(parts(token)[1])


def test_simplified_target(make_okta: MakeOkta) -> None:
    okta = make_okta(simplified_target="initiate_login_uri")
    okta.register("web", **WEB | SIMPLIFIED)

    assert page_of(okta.launch("web", okta.attempt())).forms[0].action == LOGIN


@pytest.mark.parametrize(
    ("settings", "code", "text"),
    [
        ({**SPEC, "initiate_login_uri": ""}, "missing_initiate_login_uri", "initiate_login_uri is missing."),
        ({**SIMPLIFIED, "redirect_uris": ()}, "missing_redirect_uri", "redirect_uri is missing."),
        ({"status": "INACTIVE"}, "invalid_client", "Invalid value for &#39;client_id&#39; parameter."),
    ],
)
def test_apps_that_cannot_be_launched(okta: Okta, settings: dict[str, Any], code: str, text: str) -> None:
    okta.register("web", **WEB)
    change_app(okta, **settings)

    refused(okta.launch("web", okta.attempt()), code, text)


def test_only_who_is_assigned(okta: Okta) -> None:
    okta.register("web", **WEB | SPEC, users=[])

    refused(okta.sign_in(okta.launch()), "access_denied", "User is not assigned to the client application.")
    assert okta.launch("web", okta.attempt()).status_code == 302  # an attempt's person is at home everywhere


def test_misbehaviours(okta: Okta) -> None:
    okta.register("web", **WEB | SPEC)
    attempt = okta.attempt(initiate_login("iss").set("https://evil.example") & initiate_login("login_hint").set("x"))

    answer = okta.launch("web", attempt)
    assert parameters(answer) == [("iss", "https://evil.example"), ("login_hint", "x")]
    assert [d["seam"] for d in okta.transcript(attempt)["deliveries"]] == ["initiate_login"] * 2

    okta.register("web", **WEB | SIMPLIFIED)
    ((_, token),) = parameters(okta.launch("web", okta.attempt(claim("aud").set("nobody"))))
    assert parts(token)[1]["aud"] == "nobody"


def test_held_and_closed_attempts(okta: Okta) -> None:
    okta.register("web", **WEB | SIMPLIFIED)
    attempt = okta.attempt(hold=True)

    assert "held back" in okta.launch("web", attempt).text
    assert len(okta.transcript(attempt)["authorization_responses"]) == 1
    okta.control("POST", f"/attempts/{attempt}/close")
    assert "credentials" in okta.launch("web", attempt).text  # the sign-in page
