"""The calls of docs/management-api.md do what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mock_idp.crypto.keys import KeyRing
from tests.management.api import Api
from tests.mock_idp.conftest import build_okta
from tests.mock_idp.okta import Okta, parameters

PAGE = Path(__file__).parents[2] / "docs" / "management-api.md"
_CALL = re.compile(r"^curl .*-X (\w+) \$OKTA/api/v1(\S+)(?: -d '(.*)')?$", re.MULTILINE)
GRACE = {"identifier": "grace@example.com", "credentials": "Nanosecond-1906"}


@pytest.fixture
def okta() -> Okta:
    return build_okta(KeyRing())


def ended(okta: Okta) -> dict[str, str]:
    """How a login of Grace at the app ends, in a new browser."""
    okta.browser = okta.new_browser()
    return dict(parameters(okta.sign_in(okta.authorize(client_id="shop-client", scope="openid"), GRACE)))


def test_the_calls_make_a_login(okta: Okta) -> None:
    api, made = Api(okta), dict[str, str]()
    calls = _CALL.findall(PAGE.read_text(encoding="utf-8"))
    assert len(calls) == 5

    for number, (method, path, body) in enumerate(calls):
        if number == 4:
            assert ended(okta)["error_description"] == "User is not assigned to the client application."
        path = path.format(**made)
        answer = api.call(method, path, json.loads(body) if body else None)
        assert answer.status_code in (200, 204), answer.text
        if method == "POST":
            made[path.strip("/").rstrip("s")] = (answer.json or {})["id"]
    assert "code" in ended(okta)
