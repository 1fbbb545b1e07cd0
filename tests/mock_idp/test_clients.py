"""Registration and adoption of clients, and that they persist."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.org.model import Org, Settings, default_org
from tests.mock_idp.okta import CALLBACK, ORIGIN, PKCE, VERIFIER, Okta, basic, parameters

Started = Callable[[], Okta]


@pytest.fixture
def started(tmp_path: Path, keys: KeyRing) -> Started:
    """A mock that adopts clients, started (again) with the same state directory."""

    def start() -> Okta:
        org = Org(
            users=default_org().users,
            authorization_servers=default_org().authorization_servers,
            settings=Settings(adopt_clients=True),
        )
        idp = Idp(ORIGIN, org, clock=ManualClock(), state_directory=tmp_path / "state")
        idp.keys = keys
        return Okta(idp, ManualClock())

    return start


def login(okta: Okta, client: str, headers: dict[str, str], **form: str) -> int:
    """The status of the token request."""
    code = okta.code(client_id=client, **PKCE)
    return okta.redeem(code, code_verifier=VERIFIER, headers=headers, **form).status_code


def test_clients_are_not_adopted_by_default(okta: Okta) -> None:
    assert okta.authorize(okta.attempt(), client_id="new").status_code == 400


@pytest.mark.parametrize(
    ("headers", "form", "method"),
    [
        (basic("new", "s1"), {}, "client_secret_basic"),
        ({}, {"client_id": "new", "client_secret": "s1"}, "client_secret_post"),
        ({}, {"client_id": "new"}, "none"),
    ],
)
def test_first_requests_teach_everything(
    started: Started, headers: dict[str, str], form: dict[str, str], method: str
) -> None:
    okta = started()
    assert login(okta, "new", headers, **form) == 200

    learned = okta.control("GET", "/clients/new").json or {}
    assert learned["token_endpoint_auth_method"] == method
    assert learned["client_secret"] == ("" if method == "none" else "s1")
    assert learned["redirect_uris"] == [CALLBACK]
    # From then on it is a client like any other, also after a restart.
    for again in (okta, started()):
        assert login(again, "new", headers, **form) == 200
        assert login(again, "new", basic("new", "wrong")) == 401
        assert again.authorize(client_id="new", redirect_uri="https://evil.example/").status_code == 400


def test_adopted_client_need_not_use_pkce(started: Started) -> None:
    okta = started()
    assert "code" in dict(parameters(okta.authorize(okta.attempt(), client_id="new")))


@pytest.mark.parametrize("uri", ["/callback", "https://rp.example/#f", "https://rp.example/\r\nX: y", "https://[x", ""])
def test_nonsense_is_not_adopted(started: Started, uri: str) -> None:
    okta = started()

    assert okta.authorize(okta.attempt(), client_id="new", redirect_uri=uri).status_code == 400
    assert okta.control("GET", "/clients/new").status_code == 404


def test_inactive_client_is_not_adopted(started: Started) -> None:
    okta = started()
    okta.register("gone", client_secret="x", redirect_uris=[CALLBACK], status="INACTIVE")

    assert okta.authorize(okta.attempt(), client_id="gone").status_code == 400


def test_registered_clients_persist(started: Started, tmp_path: Path) -> None:
    okta = started()
    okta.register("https://rp.example/app", client_secret="s", redirect_uris=[CALLBACK], label="Name")

    again = started()
    for known in (okta, again):
        assert (known.control("GET", "/clients/https://rp.example/app").json or {})["label"] == "Name"
    assert login(again, "https://rp.example/app", basic("https%3A//rp.example/app", "s")) == 200
    assert stat.S_IMODE((tmp_path / "state" / "org.json").stat().st_mode) == 0o600


def test_clients_persist_only_when_wanted(started: Started) -> None:
    def kept() -> list[str]:
        okta = started()
        return [name for name in ("one", "two", "three") if okta.control("GET", f"/clients/{name}").status_code == 200]

    okta = started()
    assert okta.control("POST", "/clients", {"persist": "no"}).status_code == 400
    okta.register("one", client_secret="s", redirect_uris=[CALLBACK])
    assert okta.control("POST", "/clients", {"persist": False}).json == {"persist": False}
    okta.register("two", client_secret="s", redirect_uris=[CALLBACK])
    assert okta.control("GET", "/clients/two").status_code == 200
    assert kept() == ["one"]
    okta.control("POST", "/clients", {"persist": True})
    assert kept() == ["one", "two"]
    okta.register("three", client_secret="s", redirect_uris=[CALLBACK])
    assert kept() == ["one", "two", "three"]


def test_two_mocks_keep_each_others_clients(started: Started, tmp_path: Path) -> None:
    one, two = started(), started()
    one.register("one", client_secret="s", redirect_uris=[CALLBACK])
    two.register("two", client_secret="s", redirect_uris=[CALLBACK])

    third = started()
    assert [third.control("GET", f"/clients/{name}").status_code for name in ("one", "two")] == [200, 200]
    assert isinstance(json.loads((tmp_path / "state" / "org.json").read_text()), dict)


ABSOLUTE = "must be an absolute URI and not include a fragment component."


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"redirect_uri": []}, "unknown key 'redirect_uri'; did you mean 'redirect_uris'?"),
        ({"redirect_uris": "https://rp.example/"}, "client.redirect_uris: expected a list of strings"),
        ({"redirect_uris": ["/callback"]}, f"client.redirect_uris: '/callback' {ABSOLUTE}"),
        ({"redirect_uris": ["https://rp.example/#x"]}, f"client.redirect_uris: 'https://rp.example/#x' {ABSOLUTE}"),
        ({"post_logout_redirect_uris": ["bye"]}, f"client.post_logout_redirect_uris: 'bye' {ABSOLUTE}"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "'client_secret_basic' or 'client_secret_post' or"),
        ({"client_secret": ""}, "client.client_secret: missing"),
        (
            {"response_types": ["code", "saml"]},
            "client.response_types: expected 'code' or 'id_token' or 'token'",
        ),
        ({"refresh_token_rotation": "ALWAYS"}, "client.refresh_token_rotation: expected 'STATIC' or 'ROTATE'"),
        ({"refresh_token_leeway": 61}, "client.refresh_token_leeway: 'leeway' must be between '0' and '60' seconds."),
        ({"pkce_required": "yes"}, "client.pkce_required: expected bool, got 'yes'"),
        ({"application_type": "server"}, "client.application_type: expected 'web' or 'browser' or 'native'"),
    ],
)
def test_bad_settings_are_refused(okta: Okta, settings: dict[str, Any], complaint: str) -> None:
    answer = okta.control("PUT", "/clients/new", {"client_secret": "s", "redirect_uris": [CALLBACK]} | settings)

    assert answer.status_code == 400
    assert complaint in (answer.json or {})["error"]
    assert okta.control("GET", "/clients/new").status_code == 404


def test_an_empty_secret_teaches_nothing(started: Started) -> None:
    okta = started()
    code = okta.code(client_id="new")

    assert okta.redeem(code, headers=basic("new", "")).status_code == 401
    assert okta.redeem(code, headers=basic("new", "learned")).status_code == 200
    assert okta.redeem(okta.code(client_id="new"), headers=basic("new", "other")).status_code == 401
