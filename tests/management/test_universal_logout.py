"""Who takes a person's access away tells the apps that want to know (okta.md 7)."""

from __future__ import annotations

import json
import threading

import pytest

from tests.management.api import Api
from tests.mock_idp.okta import WEB, Okta

GTR = "https://rp.example/global-token-revocation"


def told(okta: Okta) -> list[str]:
    """Whom the apps were told of, once all has been sent."""
    for thread in threading.enumerate():
        if thread.name == "universal-logout":
            thread.join(10)
    return [json.loads(sent.content)["sub_id"]["email"] for sent in okta.received if str(sent.url) == GTR]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/lifecycle/suspend"),
        ("POST", "/lifecycle/deactivate"),
        ("DELETE", ""),
        ("DELETE", "/sessions"),
    ],
)
def test_apps_are_told(api: Api, okta: Okta, method: str, path: str) -> None:
    okta.register("web", **WEB, global_token_revocation_uri=GTR)
    assert told(okta) == []

    assert api.call(method, f"/users/ada@example.com{path}").status_code in (200, 204)
    assert told(okta) == ["ada@example.com"]


def test_nobody_is_told_of_a_new_name(api: Api, okta: Okta) -> None:
    okta.register("web", **WEB, global_token_revocation_uri=GTR)

    assert api.post("/users/ada@example.com", {"profile": {"nickName": "Countess"}}).status_code == 200
    assert told(okta) == []


def test_the_end_of_one_session_is_told_by_the_back_channel(api: Api, okta: Okta) -> None:
    okta.register("web", **WEB, backchannel_logout_uri="https://rp.example/bye")
    okta.sign_in(okta.authorize())
    session = (okta.browser.get("https://dev-1.okta.test/api/v1/sessions/me").json or {})["id"]

    assert api.call("DELETE", f"/sessions/{session}").status_code == 204
    assert [str(sent.url) for sent in okta.received] == ["https://rp.example/bye"]
