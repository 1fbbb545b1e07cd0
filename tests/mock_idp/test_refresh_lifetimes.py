"""How long refresh tokens live, as the access rule says (okta.md 3.6)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.mock_idp.grants import body, change_server, rule
from tests.mock_idp.okta import Okta

INVALID_CODE = {"error": "invalid_grant", "error_description": "The authorization code is invalid or has expired."}
INVALID_REFRESH = {"error": "invalid_grant", "error_description": "The refresh token is invalid or expired."}
NOBODY: dict[str, str] = {}
DAY = 86_400


def lived(okta: Okta, *advances: float, **members: Any) -> list[int]:
    """The statuses of refreshes of one token, after these waits, where the rule says this."""
    change_server(okta, policies=rule(**members))
    refresh_token = okta.tokens(scope="openid offline_access")["refresh_token"]
    statuses = []
    for seconds in advances:
        okta.clock.advance(seconds)
        answer = okta.refresh(refresh_token)
        statuses.append(answer.status_code)
        refresh_token = (answer.json or {}).get("refresh_token", refresh_token)
    return statuses


ROTATIONS = pytest.mark.parametrize("rotation", ["STATIC", "ROTATE"])


def use_rotation(okta: Okta, rotation: str) -> None:
    app = okta.idp.app("web")
    assert app
    okta.idp.org.apps.save(dataclasses.replace(app, refresh_token_rotation=rotation))


@ROTATIONS
def test_idle_window(okta: Okta, rotation: str) -> None:
    use_rotation(okta, rotation)
    assert lived(okta, 600, 600, 601, refresh_token_window_minutes=10) == [200, 200, 400]


@ROTATIONS
def test_lifetime(okta: Okta, rotation: str) -> None:
    use_rotation(okta, rotation)
    assert lived(okta, 500, 700, 1, refresh_token_lifetime_minutes=20) == [200, 200, 400]


@ROTATIONS
def test_unlimited(okta: Okta, rotation: str) -> None:
    use_rotation(okta, rotation)
    assert lived(okta, *[7 * DAY] * 30) == [200] * 30  # in use within the idle window of the default rule


def test_leeway_zero(okta: Okta) -> None:
    app = okta.idp.app("web")
    assert app
    okta.idp.org.apps.save(dataclasses.replace(app, refresh_token_rotation="ROTATE", refresh_token_leeway=0))
    first = okta.tokens(scope="openid offline_access")
    second = body(okta.refresh(first["refresh_token"]))

    assert okta.refresh(first["refresh_token"]).json == INVALID_REFRESH
    assert okta.refresh(second["refresh_token"]).json == INVALID_REFRESH
    assert okta.userinfo(second["access_token"]).status_code == 401
