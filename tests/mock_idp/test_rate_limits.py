"""Rate limits as a switch (okta.md 6.1)."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ORIGIN, Okta, basic


def told(answer: TestResponse) -> tuple[int, int, int]:
    return tuple(int(answer.headers[f"x-rate-limit-{name}"]) for name in ("limit", "remaining", "reset"))  # type: ignore[return-value]


@pytest.fixture
def limited(make_okta: MakeOkta) -> Okta:
    """Three requests a minute, thirty seconds before a minute is over."""
    okta = make_okta(rate_limit=3)
    okta.clock.at = 1_800_000_030.0
    return okta


def test_headers_count_down_and_429(limited: Okta) -> None:
    seen = [limited.token() for _ in range(5)]

    assert [told(answer) for answer in seen] == [(3, left, 1_800_000_060) for left in (2, 1, 0, 0, 0)]
    assert [answer.status_code for answer in seen] == [400, 400, 400, 429, 429]
    body = seen[-1].json or {}
    assert list(body) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]
    text = "API call exceeded rate limit due to too many requests."
    assert (body["errorCode"], body["errorSummary"], body["errorCauses"]) == ("E0000047", text, [])


def test_the_next_minute_is_new(limited: Okta) -> None:
    for _ in range(4):
        limited.token()
    limited.clock.advance(29)
    assert limited.token().status_code == 429
    limited.clock.advance(1)

    answer = limited.token()
    assert (answer.status_code, told(answer)) == (400, (3, 2, 1_800_000_120))


def test_buckets_are_of_one_client_and_endpoint(limited: Okta) -> None:
    for _ in range(4):
        limited.token()

    assert limited.introspect("x").status_code == 200
    assert limited.token(headers=basic("nobody", "x")).status_code == 401
    assert limited.token(headers={}, client_id="another").status_code == 401
    assert limited.token(server="org").status_code == 429  # one endpoint, whichever server


def test_authorize(limited: Okta) -> None:
    assert [limited.authorize().status_code for _ in range(4)] == [200, 200, 200, 429]
    assert limited.authorize(client_id="another").status_code == 400


def test_documents_are_not_counted(limited: Okta) -> None:
    for path in ("/oauth2/default/v1/keys", "/oauth2/default/.well-known/openid-configuration"):
        answers = [limited.rp.get(f"{ORIGIN}{path}") for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        assert "x-rate-limit-limit" not in answers[-1].headers


def test_a_page_can_read_the_refusal(limited: Okta) -> None:
    headers = {"Origin": "https://rp.example"}
    answers = [limited.token(headers=headers, client_id="web") for _ in range(4)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["Access-Control-Allow-Origin"] == "https://rp.example"
    assert limited.rp.options(limited.url("token"), headers=headers).status_code == 204


def test_the_refusal_belongs_to_its_attempt(limited: Okta) -> None:
    attempt = limited.attempt()
    code = limited.code(attempt)
    for _ in range(3):
        limited.token()
    assert limited.redeem(code).status_code == 429

    last = limited.transcript(attempt)["exchanges"][-1]
    assert (last["endpoint"], last["status"]) == ("token", 429)
    limited.clock.advance(60)
    assert limited.redeem(code).status_code == 200  # the refusal has not spent it


def test_off_by_default(okta: Okta) -> None:
    assert {okta.token().status_code for _ in range(50)} == {400}


def test_what_counts_as_one_client(limited: Okta) -> None:
    """Whoever guesses secrets does not get a bucket for each guess."""
    basics = [basic("web", secret) for secret in ("a", "b", "web-secret")] + [basic("web", "c")]
    basics[1]["Authorization"] = basics[1]["Authorization"].replace("Basic", "BASIC")
    assert [limited.token(headers=headers).status_code for headers in basics][-1] == 429
    public = ["one"] * 4 + ["two"]
    assert [limited.token(headers={}, client_id=name).status_code for name in public][-2:] == [429, 401]
    bearers = ["x"] * 4 + ["y"]
    assert [limited.userinfo(token).status_code for token in bearers][-2:] == [429, 401]
    addresses = ["192.0.2.1"] * 4 + ["192.0.2.2"]
    asked = [limited.rp.post(limited.url("token"), environ_base={"REMOTE_ADDR": ip}).status_code for ip in addresses]
    assert asked[-2] == 429
    assert asked[-1] != 429


def test_management_by_resource(limited: Okta) -> None:
    api = {"Authorization": f"SSWS {limited.idp.api_token}"}
    paths = ["/apps", "/apps/web", "/apps/web/users", "/apps/web/groups", "/users"]
    assert [limited.rp.get(f"/api/v1{path}", headers=api).status_code for path in paths] == [200, 200, 200, 429, 200]


def test_preflights_and_other_paths_are_not_counted(limited: Okta) -> None:
    for _ in range(5):
        preflight = limited.rp.options(limited.url("token"), environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert preflight.status_code == 204
        assert "x-rate-limit-limit" not in limited.rp.get(f"{ORIGIN}/canary/none/token").headers
    answer = limited.rp.post(limited.url("token"), environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert told(answer)[1] == 2


def test_headers_of_the_refusal(limited: Okta) -> None:
    origin = {"Origin": "https://rp.example"}
    pages = [limited.authorize(headers=origin) for _ in range(4)]
    assert (pages[-1].status_code, pages[-1].headers["Cache-Control"]) == (429, "no-cache, no-store")
    assert "Access-Control-Allow-Origin" not in pages[-1].headers  # nobody's page may read what a browser is shown


def test_refusals_of_browsers_and_of_tokens_belong_to_their_attempt(limited: Okta) -> None:
    attempt = limited.attempt()
    token = limited.tokens(attempt)["access_token"]
    for _ in range(4):
        limited.userinfo(token)
        limited.authorize(attempt)

    refused = [(entry["endpoint"], entry["status"]) for entry in limited.transcript(attempt)["exchanges"]]
    assert ("userinfo", 429) in refused
    assert ("authorize", 429) in refused
