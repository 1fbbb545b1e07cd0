"""What tests of the token endpoint share."""

from __future__ import annotations

import dataclasses
from typing import Any

from werkzeug.test import TestResponse

from mock_idp.org.authorization_server import Policy, Rule
from tests.mock_idp.okta import Okta


def body(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment]
    return found


def change_server(okta: Okta, **change: Any) -> None:
    server = okta.idp.org.servers.get("default")
    assert server
    okta.idp.org.servers.save(dataclasses.replace(server, **change))


def rule(**members: Any) -> tuple[Policy, ...]:
    return (Policy("p", rules=(Rule("r", **members),)),)
