"""Client-initiated backchannel authentication, poll mode (OpenID CIBA Core 1.0, okta.md 1.7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Policy, Rule
from mock_idp.vocabulary import claim
from tests.management import openapi
from tests.mock_idp import error_catalogue
from tests.mock_idp.okta import ORIGIN, WEB, Okta, basic, page_of
from tests.mock_idp.org_parts import change_ada, change_server
from tests.web.policies import directives

CIBA = "urn:openid:params:grant-type:ciba"
BANK: dict[str, Any] = WEB | {
    "label": "Bank",
    "client_secret": "s" * 40,
    "grant_types": ["authorization_code", "refresh_token", CIBA],
    "response_types": ["code"],
    "backchannel_authentication_request_signing_alg": "HS256",
}
CLIENT = basic("bank", "s" * 40)
ADA = "ada@example.com"
GRACE = {"sub": "00u1", "email": "grace@users.test", "name": "Grace Hopper"}
PENDING = (
    400,
    "authorization_pending",
    "The authorization request is still pending as the user hasn't yet been authenticated.",
)
SLOW_DOWN = (400, "slow_down", "Slow down the polling frequency. Try again later.")
EXPIRED = (400, "expired_token", "The 'auth_req_id' is invalid or has expired. Make a new authentication request.")
DENIED = (400, "access_denied", "The resource owner or authorization server denied the request.")
FLOW = "The Client-Initiated Backchannel Authentication Flow"
UNKNOWN = "The hint provided in the request did not match a user assigned to the client app."


@pytest.fixture(autouse=True)
def bank(okta: Okta) -> None:
    okta.register("bank", **BANK)
    grants = ("authorization_code", CIBA)
    change_server(okta, policies=(Policy("P", rules=(Rule("R", grant_types=grants),)),))


def ask(okta: Okta, **params: Any) -> TestResponse:
    sent = {"scope": "openid email", "login_hint": ADA, "headers": CLIENT} | params
    return okta.post("bc/authorize", **sent)


def asked(okta: Okta, **params: Any) -> str:
    """The auth_req_id."""
    answer = ask(okta, **params)
    assert answer.status_code == 200, answer.text
    openapi.check(answer, openapi.OAUTH)
    return str((answer.json or {})["auth_req_id"])


def poll(okta: Okta, auth_req_id: str | None, **params: Any) -> TestResponse:
    return okta.token(**{"grant_type": CIBA, "auth_req_id": auth_req_id, "headers": CLIENT} | params)


def outcome(answer: TestResponse) -> tuple[int, str, str]:
    openapi.check(answer, openapi.OAUTH)
    body = answer.json or {}
    return answer.status_code, body["error"], body["error_description"]


def tokens(okta: Okta, auth_req_id: str, **params: Any) -> dict[str, Any]:
    answer = poll(okta, auth_req_id, **params)
    assert answer.status_code == 200, answer.text
    openapi.check(answer, openapi.OAUTH)
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def phone(okta: Okta) -> TestResponse:
    """The page that stands for Ada's phone."""
    page = okta.browser.get(f"{ORIGIN}/activate/requests")
    return okta.sign_in(page) if "credentials" in page.text else page


def signed(okta: Okta, alg: str = "HS256", **claims: Any) -> str:
    now = int(okta.clock.now())
    made = {"iss": "bank", "aud": f"{ORIGIN}/oauth2/default", "iat": now, "exp": now + 60, "scope": "openid"} | claims
    return jwt.encode({"alg": alg}, made, OctKey.import_key("s" * 40), algorithms=[alg])


# ---- the way it goes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("server", ["default", "org"])
def test_a_person_approves(okta: Okta, server: str) -> None:
    answer = ask(okta, server=server, binding_message="Pay <b>5</b>", login_hint=ADA.upper())
    body = answer.json or {}
    assert list(body) == ["auth_req_id", "expires_in", "interval"]
    assert (body["expires_in"], body["interval"]) == (300, 5)
    assert re.fullmatch(r"ft[\w-]{32}", body["auth_req_id"])
    assert outcome(poll(okta, body["auth_req_id"], server=server)) == PENDING

    page = phone(okta)
    assert "Bank" in page.text
    assert "Pay &lt;b&gt;5&lt;/b&gt;" in page.text
    assert body["auth_req_id"] not in page.text
    assert "Request approved" in okta.submit(page, answer="allow").text
    made = tokens(okta, body["auth_req_id"], server=server)
    assert list(made) == ["token_type", "expires_in", "access_token", "scope", "id_token"]
    assert okta.verified(made["id_token"], server)["email"] == ADA
    assert "There is nothing to approve." in phone(okta).text


def test_a_person_denies(okta: Okta) -> None:
    auth_req_id = asked(okta)

    assert "Request denied" in okta.submit(phone(okta), answer="deny").text
    assert outcome(poll(okta, auth_req_id)) == outcome(poll(okta, auth_req_id)) == DENIED


def test_a_person_sees_their_own_requests_only(okta: Okta) -> None:
    okta.idp.org.users.save(type(change_ada(okta))("00ubob", "bob@example.com", "bob@example.com", "Bob", password="b"))
    asked(okta, login_hint="bob@example.com", binding_message="for Bob")
    first, second = asked(okta, binding_message="one"), asked(okta, binding_message="two")

    page = phone(okta)
    texts = [form.text_content() for form in page_of(page).forms]
    assert [("one" in text, "two" in text) for text in texts] == [(True, False), (False, True)]
    okta.submit(page, answer="deny")
    assert (outcome(poll(okta, first)), outcome(poll(okta, second))) == (DENIED, PENDING)


def test_somebody_else_cannot_answer(okta: Okta) -> None:
    auth_req_id = asked(okta)
    page = phone(okta)
    session = okta.idp.store.get("session", okta.idp.store.keys("session")[0]) or {}
    okta.idp.org.users.save(type(change_ada(okta))("00ubob", "bob@example.com", "bob@example.com", "Bob", password="b"))
    okta.idp.store.update("session", session["cookie"], lambda known: {**known, "user": "00ubob"})

    assert "has expired" in okta.submit(page, answer="allow").text
    assert outcome(poll(okta, auth_req_id)) == PENDING


def test_the_page_is_for_this_host(okta: Okta) -> None:
    asked(okta)
    page = phone(okta)

    assert directives(page)["frame-ancestors"] == "'self'"
    forged = okta.browser.post(f"{ORIGIN}/activate/answer", data={"answer": "allow"})
    assert (forged.status_code, "has expired" in forged.text) == (400, True)


def test_refresh_token(okta: Okta) -> None:
    auth_req_id = asked(okta, scope="openid offline_access")
    okta.submit(phone(okta), answer="allow")

    made = tokens(okta, auth_req_id)
    assert okta.refresh(made["refresh_token"], headers=CLIENT).status_code == 200


def test_id_token_hint(okta: Okta) -> None:
    code = dict(_parameters(okta))["code"]
    hint = (okta.redeem(code, headers=CLIENT).json or {})["id_token"]
    okta.clock.advance(4000)  # an expired one will do

    auth_req_id = asked(okta, login_hint=None, id_token_hint=hint)
    okta.submit(phone(okta), answer="allow")
    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["email"] == ADA


def _parameters(okta: Okta) -> list[tuple[str, str]]:
    location = okta.sign_in(okta.authorize(client_id="bank")).headers["Location"]
    return [("code", location.partition("code=")[2].partition("&")[0])]


def test_signed_request(okta: Okta) -> None:
    auth_req_id = asked(
        okta, scope=None, login_hint=None, request=signed(okta, login_hint=ADA, binding_message="signed")
    )

    page = phone(okta)
    assert "signed" in page.text
    okta.submit(page, answer="allow")
    assert tokens(okta, auth_req_id)["scope"] == "openid"


# ---- refusals -----------------------------------------------------------------------------------------------


def with_app(**settings: Any) -> Any:
    return lambda okta: okta.register("bank", **BANK | settings)


def with_ada(**members: Any) -> Any:
    return lambda okta: change_ada(okta, **members)


def nothing(_okta: Okta) -> None: ...


@pytest.mark.parametrize(
    ("change", "sent", "key", "status", "error", "text"),
    [
        (
            with_app(grant_types=["authorization_code"]),
            {},
            "ciba_request_grant_type_not_configured",
            401,
            "invalid_client",
            f"The client doesn't have the '{CIBA}' grant type configured.",
        ),
        (
            with_app(application_type="native"),
            {},
            "ciba_feature_not_supported",
            400,
            "access_denied",
            "The Client-Initiated Backchannel Authentication flow currently only supports web applications.",
        ),
        (
            with_app(token_endpoint_auth_method="none"),
            {"headers": {}, "client_id": "bank"},
            "confidential_client_required",
            400,
            "unauthorized_client",
            "Confidential client is required to make this request.",
        ),
        (
            with_app(backchannel_authentication_request_signing_alg=""),
            {"request": "x.y.z"},
            "ciba_request_signed_algo_not_configured",
            401,
            "invalid_client",
            "The client doesn't have a RequestObjectSigningAlgorithm configured for signing authentication requests "
            "for the Client-Initiated Backchannel Authentication flow.",
        ),
        (
            nothing,
            {"request": "x.y.z"},
            "request_object_invalid",
            400,
            "invalid_request_object",
            "The request object cannot be parsed.",
        ),
        (
            nothing,
            {"request": "HS384"},
            "request_object_header_algo_mismatch",
            400,
            "invalid_request_object",
            "The signing algorithm used is not supported by this client.",
        ),
        (nothing, {"scope": None}, "ciba_request_missing_scope", 400, "invalid_scope", "No scopes were requested."),
        (
            nothing,
            {"scope": "email"},
            "ciba_request_invalid_scope",
            400,
            "invalid_scope",
            f"{FLOW} must contain 'openid' scope.",
        ),
        (
            nothing,
            {"scope": "openid nonsense"},
            "no_matching_scope",
            400,
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        (
            nothing,
            {"id_token_hint": "x.y.z"},
            "ciba_request_invalid_hint",
            400,
            "invalid_request",
            f"{FLOW} must contain only one of 'id_token_hint' or 'login_hint'.",
        ),
        (
            nothing,
            {"login_hint": None},
            "ciba_request_missing_id_token_hint",
            400,
            "invalid_request",
            f"{FLOW} is missing 'id_token_hint'.",
        ),
        (
            nothing,
            {"login_hint": None, "login_hint_token": "x.y.z"},
            "ciba_request_missing_id_token_hint",
            400,
            "invalid_request",
            f"{FLOW} is missing 'id_token_hint'.",
        ),
        (nothing, {"login_hint": "eve"}, "ciba_request_unknown_user_id", 400, "invalid_request", UNKNOWN),
        (
            nothing,
            {"login_hint": None, "id_token_hint": "x.y.z"},
            "ciba_request_unknown_user_id",
            400,
            "invalid_request",
            UNKNOWN,
        ),
        (
            with_app(implicit_assignment=False, users=[]),
            {},
            "ciba_request_unknown_user_id",
            400,
            "invalid_request",
            UNKNOWN,
        ),
        (
            with_ada(status="SUSPENDED"),
            {},
            "ciba_mfa_challenge_initiation_failure",
            400,
            "access_denied",
            "Failed to initiate the MFA challenge for the Client-Initiated Backchannel Authentication flow.",
        ),
        (
            nothing,
            {"headers": basic("bank", "wrong")},
            "invalid_client_secret",
            401,
            "invalid_client",
            "The client secret supplied for a confidential client is invalid.",
        ),
        (nothing, {"headers": {}}, "missing_client_credentials", 401, "invalid_client", "No client credentials found."),
    ],
)
def test_refused_at_once(
    okta: Okta, change: Any, sent: dict[str, Any], key: str, status: int, error: str, text: str
) -> None:
    change(okta)
    if sent.get("request") == "HS384":
        sent = {"request": signed(okta, "HS384", login_hint=ADA)}

    assert outcome(ask(okta, **sent)) == (status, error, text)
    if error_catalogue.available() and key != "invalid_client_secret":
        assert error_catalogue.fault(key, error, text) == ""


def test_id_token_of_another_client(okta: Okta) -> None:
    attempt = okta.attempt()
    hint = okta.tokens(attempt)["id_token"]  # of the app `web`

    assert outcome(ask(okta, login_hint=None, id_token_hint=hint))[2] == UNKNOWN


@pytest.mark.parametrize(("asked_for", "given"), [("1", 1), ("300", 300), ("0", None), ("301", None), ("-5", None)])
def test_request_expiry(okta: Okta, asked_for: str, given: int | None) -> None:
    answer = ask(okta, request_expiry=asked_for)

    assert (answer.json or {}).get("expires_in") == given
    if given is None:
        text = "Invalid value for 'request_expiry' parameter. It should be within range 1 - 300."
        assert outcome(answer) == (400, "invalid_request", text)
    else:
        okta.clock.advance(given)
        assert outcome(poll(okta, (answer.json or {})["auth_req_id"])) == EXPIRED


def test_policy(okta: Okta) -> None:
    change_server(okta, policies=(Policy("P", rules=(Rule("R"),)),))
    auth_req_id = asked(okta)

    assert "Policy evaluation failed" in okta.submit(phone(okta), answer="allow").text
    assert outcome(poll(okta, auth_req_id))[:2] == (401, "access_denied")


# ---- polling ------------------------------------------------------------------------------------------------


def test_polls_that_come_too_early(okta: Okta) -> None:
    auth_req_id = asked(okta)
    seen = []
    for wait in (0, 5, 4, 10, 9):
        okta.clock.advance(wait)
        seen.append(outcome(poll(okta, auth_req_id)))

    assert seen == [PENDING, PENDING, SLOW_DOWN, PENDING, SLOW_DOWN]


def test_auth_req_id_works_once(okta: Okta) -> None:
    auth_req_id = asked(okta)
    okta.submit(phone(okta), answer="allow")

    assert tokens(okta, auth_req_id)
    assert outcome(poll(okta, auth_req_id)) == EXPIRED
    assert outcome(poll(okta, "nonsense")) == EXPIRED


def test_auth_req_id_in_other_hands(okta: Okta) -> None:
    device = "urn:ietf:params:oauth:grant-type:device_code"
    okta.register("other", **BANK | {"grant_types": ["authorization_code", CIBA, device]})
    auth_req_id = asked(okta)
    okta.submit(phone(okta), answer="allow")

    other = basic("other", "s" * 40)
    assert outcome(poll(okta, auth_req_id, headers=other))[1:] == (
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )
    text = "The grant was issued for another authorization server."
    assert outcome(poll(okta, auth_req_id, server="org")) == (400, "invalid_request", text)
    as_device = poll(okta, None, grant_type=device, device_code=auth_req_id, headers=other)
    assert outcome(as_device)[2] == "The device code is invalid or has expired."
    assert tokens(okta, auth_req_id)


def test_no_auth_req_id(okta: Okta) -> None:
    text = "The required parameter 'auth_req_id' is missing."
    assert outcome(poll(okta, None)) == (400, "invalid_request", text)


def test_somebody_who_is_suspended_in_between(okta: Okta) -> None:
    auth_req_id = asked(okta)
    okta.submit(phone(okta), answer="allow")
    change_ada(okta, status="SUSPENDED")

    assert outcome(poll(okta, auth_req_id)) == EXPIRED


@pytest.mark.skipif(not error_catalogue.available(), reason=error_catalogue.MISSING)
@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("ciba_authorization_pending", PENDING),
        ("ciba_slow_down", SLOW_DOWN),
        ("ciba_expired_auth_req_id", EXPIRED),
        ("access_denied", DENIED),
    ],
)
def test_texts_are_the_catalogues(key: str, refusal: tuple[int, str, str]) -> None:
    assert error_catalogue.fault(key, *refusal[1:]) == ""


# ---- attempts and the control API ---------------------------------------------------------------------------


def test_an_attempts_person_approves_at_once(okta: Okta) -> None:
    attempt = okta.attempt(claim("sub").set("00uevil"), identity=GRACE)
    auth_req_id = asked(okta, login_hint=GRACE["email"])  # the hint says which attempt it is

    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["sub"] == "00uevil"
    seen = okta.transcript(attempt)
    assert [exchange["endpoint"] for exchange in seen["exchanges"]] == ["bc_authorize", "token"]
    assert [artefact["kind"] for artefact in seen["artefacts"]] == ["auth_req_id", "access_token", "id_token"]


def test_a_hint_in_a_signed_request_leads_to_the_attempt(okta: Okta) -> None:
    okta.attempt(identity=GRACE)
    auth_req_id = asked(okta, scope=None, login_hint=None, request=signed(okta, login_hint=GRACE["email"]))

    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["sub"] == "00u1"


def test_an_attempts_id_token_is_a_hint(okta: Okta) -> None:
    okta.attempt(identity=GRACE)
    first = tokens(okta, asked(okta, login_hint=GRACE["email"]))

    again = asked(okta, login_hint=None, id_token_hint=first["id_token"])
    assert okta.verified(tokens(okta, again)["id_token"])["sub"] == "00u1"


def test_a_refusal_belongs_to_the_attempt(okta: Okta) -> None:
    attempt = okta.attempt(identity=GRACE)
    ask(okta, login_hint=GRACE["email"], headers=basic("bank", "wrong"))

    assert [(e["endpoint"], e["status"]) for e in okta.transcript(attempt)["exchanges"]] == [("bc_authorize", 401)]


def test_a_closed_attempts_person_is_gone(okta: Okta) -> None:
    attempt = okta.attempt(identity=GRACE)
    okta.control("POST", f"/attempts/{attempt}/close")

    assert outcome(ask(okta, login_hint=GRACE["email"]))[2] == UNKNOWN


@pytest.mark.parametrize("approve", [True, False])
def test_a_held_attempt_waits_for_the_control_api(okta: Okta, approve: bool) -> None:
    attempt = okta.attempt(identity=GRACE, hold=True)
    auth_req_id = asked(okta, login_hint=GRACE["email"])
    assert outcome(poll(okta, auth_req_id)) == PENDING

    okta.control("POST", "/approvals", {"attempt": attempt, "approve": approve})
    if approve:
        assert okta.verified(tokens(okta, auth_req_id)["id_token"])["sub"] == "00u1"
    else:
        assert outcome(poll(okta, auth_req_id)) == DENIED


def test_control_api_answers_for_whom_it_is_about(okta: Okta) -> None:
    auth_req_id = asked(okta, binding_message="Pay 5")
    (waiting,) = (okta.control("GET", "/approvals").json or {})["pending"]
    assert (waiting["code"], waiting["client_id"], waiting["binding_message"]) == (auth_req_id, "bank", "Pay 5")
    okta.idp.org.users.save(type(change_ada(okta))("00ubob", "bob@example.com", "bob@example.com", "Bob"))

    wrong = okta.control("POST", "/approvals", {"code": auth_req_id, "approve": True, "user": "bob@example.com"})
    assert (wrong.json or {})["error"] == "user: 'bob@example.com' is not whom this request is about"
    okta.control("POST", "/approvals", {"code": auth_req_id, "approve": True})
    assert okta.verified(tokens(okta, auth_req_id)["id_token"])["email"] == ADA
