"""/api/v1/trustedOrigins (okta.md 6.2, 8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, Refusal, refusal

URL = "/trustedOrigins"
NEW = {"name": "SPA", "origin": "http://localhost:3000", "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}]}


@pytest.fixture
def origin(api: Api) -> dict[str, Any]:
    return api.made(URL, NEW)


def test_an_origin_is_made_changed_and_deleted(api: Api, origin: dict[str, Any]) -> None:
    assert origin["id"].startswith("tos")
    assert origin == origin | NEW | {"status": "ACTIVE"}
    assert origin["createdBy"].startswith("00u")
    assert list(origin["_links"]) == ["self", "deactivate"]
    one = f"{URL}/{origin['id']}"
    assert api.get(one).json == origin
    changed = NEW | {"origin": "https://spa.example", "scopes": [{"type": "IFRAME_EMBED", "allowedOktaApps": []}]}
    assert api.put(one, changed).json == origin | changed
    assert api.post(f"{one}/lifecycle/deactivate").json["status"] == "INACTIVE"  # type: ignore[index]
    assert api.post(f"{one}/lifecycle/activate").json["status"] == "ACTIVE"  # type: ignore[index]
    assert api.delete(one).status_code == 204
    missing: Refusal = (404, "E0000007", f"Not found: Resource not found: {origin['id']} (TrustedOrigin)", [])
    for answer in (api.get(one), api.delete(one), api.put(one, NEW), api.post(f"{one}/lifecycle/activate")):
        assert refusal(answer) == missing


def test_origins_are_listed_and_found(api: Api, origin: dict[str, Any]) -> None:
    other = api.made(URL, NEW | {"name": "Other", "origin": "https://other.example", "scopes": [{"type": "CORS"}]})
    assert api.get(URL).json == [origin, other]
    assert api.get(URL, q="spa").json == [origin]
    assert api.get(URL, filter='origin eq "https://other.example"').json == [other]
    assert api.get(URL, filter='scopes.type eq "REDIRECT"').json == [origin]
    assert refusal(api.get(URL, filter='colour eq "red"'))[:2] == (400, "E0000031")


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"name": ""}, (400, "E0000001", "Api validation failed: name")),
        ({"name": "SPA"}, (400, "E0000001", "Api validation failed: name")),
        ({"origin": ""}, (400, "E0000001", "Api validation failed: origin")),
        ({"origin": "http://localhost:3000"}, (400, "E0000001", "Api validation failed: origin")),
        ({"origin": "https://spa.example/path"}, (400, "E0000001", "Api validation failed: origin")),
        ({"origin": "spa.example"}, (400, "E0000001", "Api validation failed: origin")),
        ({"origin": "https://[spa"}, (400, "E0000001", "Api validation failed: origin")),
        ({"scopes": []}, (400, "E0000001", "Api validation failed: scopes")),
        ({"scopes": [{"type": "ALL"}]}, (400, "E0000003", "The request body was not well-formed.")),
        ({"scopes": [{}]}, (400, "E0000003", "The request body was not well-formed.")),
    ],
)
def test_what_cannot_be_an_origin(api: Api, origin: dict[str, Any], change: Any, wanted: Any) -> None:
    document = NEW | {"name": "Other", "origin": "https://other.example"} | change
    assert refusal(api.post(URL, document))[:3] == wanted
    assert api.get(URL).json == [origin]
