"""Access policies and rules as Okta's JSON (okta.md 6.2)."""

from __future__ import annotations

import dataclasses

from mock_idp.management.frame import iso, link
from mock_idp.management.members import Members
from mock_idp.management.servers_json import base
from mock_idp.org.authorization_server import AuthorizationServer, Policy, Rule
from mock_idp.org.problems import blank
from mock_idp.store import Document

POLICY, RULE = "OAUTH_AUTHORIZATION_POLICY", "RESOURCE_ACCESS"
_STATUS = ("ACTIVE", "INACTIVE")


def shown(server: AuthorizationServer, policy: Policy) -> Document:
    here = f"{base(server)}/policies/{policy.id}"
    return {
        "id": policy.id,
        "status": policy.status,
        "name": policy.name,
        "description": policy.description or None,
        "priority": policy.priority,
        "system": policy.system,
        "conditions": {"clients": {"include": list(policy.clients)}},
        "created": iso(policy.created),
        "lastUpdated": iso(policy.last_updated),
        "_links": _links(here, policy.status) | {"rules": link(f"{here}/rules", "GET", "POST")},
        "type": POLICY,
    }


def read(data: Document, known: Policy | None = None) -> Policy:
    """Without `priority` a new policy is the last one (0); a known one stays where it is."""
    before, sent = known or Policy("", priority=0), Members(data)
    sent.choice("type", (POLICY,), POLICY)
    return dataclasses.replace(
        before,
        name=sent.text("name"),
        description=sent.text("description"),
        priority=sent.number("priority", before.priority),
        status=sent.choice("status", _STATUS, before.status),
        clients=sent.object("conditions").object("clients").texts("include"),
    )


def rule(server: AuthorizationServer, policy: Policy, entry: Rule) -> Document:
    here = f"{base(server)}/policies/{policy.id}/rules/{entry.id}"
    return {
        "id": entry.id,
        "status": entry.status,
        "name": entry.name,
        "priority": entry.priority,
        "created": iso(entry.created),
        "lastUpdated": iso(entry.last_updated),
        "system": entry.system,
        "conditions": {
            "people": {
                "users": {"include": list(entry.users), "exclude": list(entry.users_excluded)},
                "groups": {"include": list(entry.groups), "exclude": list(entry.groups_excluded)},
            },
            "grantTypes": {"include": list(entry.grant_types)},
            "scopes": {"include": list(entry.scopes)},
        },
        "actions": {
            "token": {
                "accessTokenLifetimeMinutes": entry.access_token_lifetime_minutes,
                "refreshTokenLifetimeMinutes": entry.refresh_token_lifetime_minutes,
                "refreshTokenWindowMinutes": entry.refresh_token_window_minutes,
            }
        },
        "_links": _links(here, entry.status),
        "type": RULE,
    }


def read_rule(data: Document, known: Rule | None = None) -> Rule:
    """`name`, `type` and `conditions` must be there (management.yaml)."""
    before, sent = known or Rule("", priority=0), Members(data)
    if not sent.text("type"):
        raise blank("type")
    sent.choice("type", (RULE,), RULE)
    conditions, token = sent.object("conditions"), sent.object("actions").object("token")
    users, groups = conditions.object("people").object("users"), conditions.object("people").object("groups")
    return dataclasses.replace(
        before,
        name=sent.text("name"),
        priority=sent.number("priority", before.priority),
        status=sent.choice("status", _STATUS, before.status),
        users=users.texts("include"),
        users_excluded=users.texts("exclude"),
        groups=groups.texts("include"),
        groups_excluded=groups.texts("exclude"),
        grant_types=conditions.object("grantTypes").texts("include"),
        scopes=conditions.object("scopes").texts("include"),
        access_token_lifetime_minutes=token.number("accessTokenLifetimeMinutes", 60),
        refresh_token_lifetime_minutes=token.number("refreshTokenLifetimeMinutes", 0),
        refresh_token_window_minutes=token.number("refreshTokenWindowMinutes", 10_080),
    )


def _links(here: str, status: str) -> Document:
    other = "deactivate" if status == "ACTIVE" else "activate"
    return {"self": link(here, "GET", "PUT", "DELETE"), other: link(f"{here}/lifecycle/{other}", "POST")}
