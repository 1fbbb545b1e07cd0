"""A client of the Management API that measures every answer by Okta's OpenAPI document, where that is present."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from tests.management import openapi
from tests.mock_idp.okta import ORIGIN, Okta

UNDOCUMENTED = re.compile(r"/api/v1/(internal/.*|apps/[^/]+/users/[^/]+)")
"""What real clients use and the document does not have: the groups claim, PUT of an app user (okta.md 6.2)."""

Refusal = tuple[int, str, str, list[str]]
"""Status, errorCode, errorSummary, and the texts of errorCauses."""


class Api:
    """`api.post("/apps", {...})`: paths without /api/v1; each call gives the response."""

    def __init__(self, okta: Okta) -> None:
        self.okta = okta
        self.authorization = f"SSWS {okta.idp.api_token}"

    def call(self, method: str, path: str, document: Any = None, **options: Any) -> TestResponse:
        """`path` may be a whole URL (of a Link header)."""
        url = path if path.startswith(ORIGIN) else f"{ORIGIN}/api/v1{path}"
        headers = {"Authorization": self.authorization} | options.pop("headers", {})
        answer = self.okta.rp.open(url, method=method, json=document, headers=headers, **options)
        known = method != "PUT" or not UNDOCUMENTED.fullmatch(answer.request.path)
        if known and "/internal/" not in answer.request.path:
            openapi.check(answer)
        return answer

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, query_string=query) if query else self.call("GET", path)

    def listed(self, path: str, **query: Any) -> list[Any]:
        """GET of an array that must succeed."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json  # type: ignore[assignment]
        return found

    def post(self, path: str, document: Any = None, **query: Any) -> TestResponse:
        return self.call("POST", path, document, query_string=query)

    def put(self, path: str, document: Any = None) -> TestResponse:
        return self.call("PUT", path, document)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)

    def made(self, path: str, document: Any, **query: Any) -> dict[str, Any]:
        """POST that must succeed; what was made."""
        answer = self.post(path, document, **query)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found


def refusal(answer: TestResponse) -> tuple[int, str, str, list[str]]:
    """Status, errorCode, errorSummary and the texts of errorCauses."""
    body: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert list(body) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]
    assert body["errorLink"] == body["errorCode"]
    assert body["errorId"].startswith("oae")
    causes = [cause["errorSummary"] for cause in body["errorCauses"]]
    return answer.status_code, body["errorCode"], body["errorSummary"], causes


def entries(answer: TestResponse) -> list[dict[str, Any]]:
    """The entries of a list."""
    assert isinstance(answer.json, list), answer.text
    return answer.json
