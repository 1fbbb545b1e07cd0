"""Access policies and rules of the default server, for tests."""

from __future__ import annotations

from typing import Any

from tests.management.api import Api, entries

SERVER = "/authorizationServers/default"
ALL_CLIENTS = {"conditions": {"clients": {"include": ["ALL_CLIENTS"]}}}
EVERYBODY = {"groups": {"include": ["EVERYONE"]}}
NO_POLICY = "Policy evaluation failed for this request, please check the policy configurations."
MALFORMED: tuple[int, str, str, list[str]] = (400, "E0000003", "The request body was not well-formed.", [])


def rule(name: str = "R", **conditions: Any) -> dict[str, Any]:
    common = {
        "people": EVERYBODY,
        "grantTypes": {"include": ["authorization_code"]},
        "scopes": {"include": ["*"]},
    }
    return {"name": name, "type": "RESOURCE_ACCESS", "conditions": common | conditions}


def made_rules(api: Api, policies: str, **members: Any) -> str:
    policy = api.made(policies, {"name": "P", **ALL_CLIENTS, **members})
    return f"{policies}/{policy['id']}/rules"


def order(api: Api, path: str) -> list[tuple[str, int]]:
    return [(entry["name"], entry["priority"]) for entry in entries(api.get(path))]
