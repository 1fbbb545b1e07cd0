"""RP-initiated logout (RP-Initiated Logout 1.0, okta.md 7)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mock_idp.org.model import TrustedOrigin
from mock_idp.protocol.errors import unregistered
from mock_idp.protocol.sign_in import launch_routes
from mock_idp.protocol.sign_out import routes as logout_routes
from mock_idp.vocabulary import claim, compact, header, logout_response, original, random, rogue_key, signing
from tests.management import openapi
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ORIGIN, WEB, Okta, page_of, parameters

BYE = "https://rp.example/bye"
PARAMETER = "post_logout_redirect_uri"
BAD_HINT = "Description: The id token is invalid."
UNREGISTERED = (
    "The &#39;post_logout_redirect_uri&#39; parameter must be a Logout redirect URI in the client app settings: "
    "https://dev-1-admin.okta.test/admin/app/oidc_client/instance/web#tab-general"
)


def logout(okta: Okta, method: str = "GET", server: str = "default", **params: Any) -> TestResponse:
    where: dict[str, Any] = {"query_string" if method == "GET" else "data": params}
    return okta.browser.open(okta.url("logout", server), method=method, **where)


def hint(okta: Okta, attempt: str | None = None, **params: Any) -> str:
    return str(okta.tokens(attempt, **params)["id_token"])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("server", ["default", "org"])
def test_back_to_the_registered_uri(okta: Okta, method: str, server: str) -> None:
    answer = logout(
        okta,
        method,
        server,
        id_token_hint=hint(okta, server=server),
        post_logout_redirect_uri=BYE,
        state="a b&c",
    )

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{BYE}?state=")
    assert parameters(answer) == [("state", "a b&c")]


def test_state_only_when_sent_and_query_kept(okta: Okta) -> None:
    answer = logout(okta, id_token_hint=hint(okta), post_logout_redirect_uri=f"{BYE}?from=idp")
    with_state = logout(okta, id_token_hint=hint(okta), post_logout_redirect_uri=f"{BYE}?from=idp", state="s")

    assert answer.headers["Location"] == f"{BYE}?from=idp"
    assert with_state.headers["Location"] == f"{BYE}?from=idp&state=s"


@pytest.mark.parametrize("uri", [f"{BYE}/", "https://evil.example/", "https://rp.example/callback"])
def test_unregistered_uri(okta: Okta, uri: str) -> None:
    answer = logout(okta, id_token_hint=hint(okta), post_logout_redirect_uri=uri)

    assert answer.status_code == 400
    assert "Error Code: invalid_request" in answer.text
    assert f"Description: {UNREGISTERED}" in answer.text


def test_error_page_for_programs_is_json(okta: Okta) -> None:
    query = {"id_token_hint": "nothing"}
    answer = okta.browser.get(okta.url("logout"), query_string=query, headers={"Accept": "application/json"})

    body = answer.json or {}
    assert (answer.status_code, body["errorCode"], body["errorSummary"]) == (
        400,
        "invalid_token",
        "The id token is invalid.",
    )


def test_without_uri_to_the_sign_in_page(okta: Okta) -> None:
    answer = logout(okta, id_token_hint=hint(okta), state="s")
    page = okta.browser.get(answer.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{ORIGIN}/login/login.htm")
    assert (page.status_code, len(page_of(page).forms)) == (200, 1)
    assert "Signed in as ada@example.com." in okta.sign_in(page).text


def test_expired_hint_is_fine(okta: Okta) -> None:
    token = hint(okta)
    okta.clock.advance(30 * 86_400)

    assert logout(okta, id_token_hint=token, post_logout_redirect_uri=BYE).status_code == 302


def forged(token: str, **claims: Any) -> str:
    """The same header and signature around other claims."""
    head, payload, mark = token.split(".")
    changed = json.loads(base64.urlsafe_b64decode(payload + "==")) | claims
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b'=').decode()}.{mark}"


def test_hint_must_be_signed_by_this_issuer(okta: Okta) -> None:
    mine, other = hint(okta), hint(okta, server="orders")
    bad = [
        "",
        "nonsense",
        "a.b.c",
        mine[:-5],
        forged(mine, sub="somebody"),
        other,
        hint(okta, okta.attempt(signing("alg").set("none"))),
        hint(okta, okta.attempt(signing("key").set(rogue_key()))),
        hint(okta, okta.attempt(header("alg").set("HS256"))),
        hint(okta, okta.attempt(compact("signature").drop())),
        hint(okta, okta.attempt(claim("iss").set("https://evil.example"))),
        hint(okta, okta.attempt(claim("aud").set("nobody"))),
    ]
    for token in bad:
        answer = logout(okta, id_token_hint=token, post_logout_redirect_uri=BYE)
        assert answer.status_code == 400, token
        assert BAD_HINT in answer.text
    assert BAD_HINT in logout(okta, post_logout_redirect_uri=BYE).text


def test_logout_ends_the_session_but_no_tokens(okta: Okta) -> None:
    code = dict(parameters(okta.sign_in(okta.authorize(scope="openid offline_access"))))["code"]
    tokens = okta.redeem(code).json or {}
    assert okta.authorize(prompt="none").headers["Location"].count("code=") == 1

    answer = logout(okta, id_token_hint=tokens["id_token"], post_logout_redirect_uri=BYE)
    assert answer.status_code == 302
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]
    assert okta.userinfo(tokens["access_token"]).status_code == 200
    assert okta.refresh(tokens["refresh_token"]).status_code == 200


def test_hint_of_somebody_else_keeps_the_session(okta: Okta) -> None:
    okta.sign_in(okta.authorize())

    answer = logout(okta, id_token_hint=hint(okta), post_logout_redirect_uri=BYE)
    assert answer.status_code == 400
    assert "Error Code: id_token_does_not_match_session" in answer.text
    assert "code=" in okta.authorize(prompt="none").headers["Location"]


def test_logout_joins_the_attempt_of_its_hint(okta: Okta) -> None:
    attempt = okta.attempt(
        logout_response("state").set(random()) & logout_response("iss").add(original()) & logout_response("x").set("y")
    )
    token = hint(okta, attempt)

    answer = logout(okta, id_token_hint=token, post_logout_redirect_uri=BYE, state="s")
    transcript = okta.transcript(attempt)
    assert transcript["exchanges"][-1]["endpoint"] == "logout"
    assert [name for name, _ in parameters(answer)] == ["state", "iss", "x"]
    assert dict(parameters(answer))["state"] != "s"
    assert [d["seam"] for d in transcript["deliveries"]] == ["logout_response"] * 3


def test_core_needs_no_hint(okta: Okta) -> None:
    okta.register("web", **WEB)
    attempt = okta.attempt(strictness="core")

    def core(**params: str) -> TestResponse:
        return okta.browser.get(okta.url("logout"), query_string=params, headers={"X-Gauntlet-Attempt": attempt})

    assert core(client_id="web", post_logout_redirect_uri=BYE).status_code == 302
    assert core().headers["Location"] == f"{ORIGIN}/login/login.htm"
    assert core(post_logout_redirect_uri=BYE).status_code == 400
    assert core(client_id="web", post_logout_redirect_uri="https://evil.example/").status_code == 400


def test_hint_of_a_retired_key(okta: Okta) -> None:
    token = hint(okta)
    okta.idp.keys.rotate("default")
    assert hint(okta).split(".")[0] != token.split(".")[0]  # another kid

    assert logout(okta, id_token_hint=token, post_logout_redirect_uri=BYE).status_code == 302


def test_without_a_session_back_at_once(okta: Okta) -> None:
    token = (okta.redeem(dict(parameters(okta.sign_in(okta.authorize())))["code"]).json or {})["id_token"]
    for _ in range(2):  # the second time nobody is signed in any more
        answer = logout(okta, id_token_hint=token, post_logout_redirect_uri=BYE, state="s")
        assert answer.headers["Location"] == f"{BYE}?state=s"


@pytest.mark.parametrize(("engine", "cookie"), [("oie", "idx"), ("classic", "sid")])
def test_the_cookie_of_the_engine_goes(make_okta: MakeOkta, engine: str, cookie: str) -> None:
    okta = make_okta(engine=engine)
    code = dict(parameters(okta.sign_in(okta.authorize())))["code"]
    held = okta.browser.get_cookie(cookie, "dev-1.okta.test")
    assert held is not None

    logout(okta, id_token_hint=(okta.redeem(code).json or {})["id_token"])
    assert okta.browser.get_cookie(cookie, "dev-1.okta.test") is None
    okta.browser.set_cookie(cookie, held.value, domain="dev-1.okta.test")
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


@pytest.mark.parametrize(
    ("from_uri", "target"),
    [
        ("https://rp.example/welcome?a=b", "https://rp.example/welcome?a=b"),
        (f"{ORIGIN}/app/UserHome", f"{ORIGIN}/app/UserHome"),
        ("https://cors.example/", f"{ORIGIN}/login/login.htm"),
        ("https://off.example/", f"{ORIGIN}/login/login.htm"),
        ("https://rp.example.evil.example/", f"{ORIGIN}/login/login.htm"),
        ("https://[x", f"{ORIGIN}/login/login.htm"),
        (None, f"{ORIGIN}/login/login.htm"),
    ],
)
def test_signing_out_at_okta(okta: Okta, from_uri: str | None, target: str) -> None:
    for origin in (
        TrustedOrigin("https://rp.example", id="tos1"),
        TrustedOrigin("https://cors.example", id="tos2", scopes=("CORS",)),
        TrustedOrigin("https://off.example", id="tos3", status="INACTIVE"),
    ):
        okta.idp.org.origins.save(origin)
    okta.sign_in(okta.authorize())

    answer = okta.browser.get(f"{ORIGIN}/login/signout", query_string={"fromURI": from_uri} if from_uri else {})
    assert (answer.status_code, answer.headers["Location"]) == (302, target)
    assert "error=login_required" in okta.authorize(prompt="none").headers["Location"]


CATALOGUE = openapi.FOLDER / "oauth2-error-codes.json"


@pytest.mark.skipif(not CATALOGUE.is_file(), reason=f"Okta's error catalogue is not at {CATALOGUE}")
@pytest.mark.parametrize(
    ("name", "error", "text"),
    [
        ("id_token_invalid", "invalid_token", logout_routes.BAD_HINT),
        ("id_token_does_not_match_session", "id_token_does_not_match_session", logout_routes.OTHER_SUBJECT),
        ("illegal_post_logout_redirect_uri", "invalid_request", str(unregistered(PARAMETER, "Logout", ""))),
        ("illegal_post_logout_redirect_uri_enhanced", "invalid_request", str(unregistered(PARAMETER, "Logout", "en"))),
        ("idp_initated_flow_disabled", launch_routes.DISABLED.error, str(launch_routes.DISABLED)),
        ("missing_initiate_login_uri", launch_routes.NO_LOGIN_URI.error, str(launch_routes.NO_LOGIN_URI)),
        ("missing_redirect_uri", launch_routes.NO_REDIRECT_URI.error, str(launch_routes.NO_REDIRECT_URI)),
    ],
)
def test_texts_are_those_of_the_catalogue(name: str, error: str, text: str) -> None:
    entries = {entry["internalErrorCode"]: entry for entry in json.loads(CATALOGUE.read_text())["errors"]}

    assert (entries[name]["errorCode"], entries[name]["errorDescription"]) == (error, text)
