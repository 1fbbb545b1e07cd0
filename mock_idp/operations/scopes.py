"""Scopes of a custom authorization server (okta.md 2.5 and 6.2)."""

from __future__ import annotations

import dataclasses
import re

from mock_idp.operations import servers
from mock_idp.operations.users import TAKEN
from mock_idp.org.authorization_server import AuthorizationServer, Claim, Policy, Scope
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.problems import blank, immutable, invalid, not_found, read_only

_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # scope-token, RFC 6749 3.3


def find(server: AuthorizationServer, scope_id: str) -> Scope:
    """The scope with this id; E0000007."""
    found = next((scope for scope in server.scopes if scope.id == scope_id), None)
    if found is None:
        raise not_found(scope_id, "OAuth2Scope")
    return found


def create(org: LiveOrg, server_id: str, scope: Scope, now: int) -> Scope:
    with org.lock:
        server = servers.find(org, server_id)
        made = dataclasses.replace(scope, id=new_id("scp"))
        _check(server, made)
        servers.save(org, dataclasses.replace(server, scopes=(*server.scopes, made)), now)
        return made


def update(org: LiveOrg, server_id: str, scope: Scope, now: int) -> Scope:
    """A renamed scope has its new name in claims and rules, too. A scope of Okta's keeps its name."""
    with org.lock:
        server = servers.find(org, server_id)
        known = find(server, scope.id)
        _check(server, scope)
        if known.system and scope.name != known.name:
            raise immutable("name")
        scopes = tuple(scope if entry.id == scope.id else entry for entry in server.scopes)
        changed = dataclasses.replace(server, scopes=scopes)
        if scope.name != known.name:
            changed = _renamed(changed, known.name, scope.name)
        servers.save(org, changed, now)
        return scope


def delete(org: LiveOrg, server_id: str, scope_id: str, now: int) -> None:
    with org.lock:
        server = servers.find(org, server_id)
        known = find(server, scope_id)
        if known.system:
            raise read_only("OAuth2Scope")
        servers.save(org, dataclasses.replace(server, scopes=tuple(s for s in server.scopes if s.id != known.id)), now)


def check(scope: Scope) -> None:
    """E0000001 for a scope that no server may have."""
    if not scope.name:
        raise blank("name")
    if not _TOKEN.fullmatch(scope.name):
        raise invalid("name", "name: The field contains characters that a scope cannot have")


def _check(server: AuthorizationServer, scope: Scope) -> None:
    check(scope)
    if any(other.name == scope.name and other.id != scope.id for other in server.scopes):
        raise invalid("name", f"name: {TAKEN}")


def _renamed(server: AuthorizationServer, old: str, new: str) -> AuthorizationServer:
    def names(scopes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in scopes)

    def claim(entry: Claim) -> Claim:
        return dataclasses.replace(entry, scopes=names(entry.scopes))

    def policy(entry: Policy) -> Policy:
        rules = tuple(dataclasses.replace(rule, scopes=names(rule.scopes)) for rule in entry.rules)
        return dataclasses.replace(entry, rules=rules)

    return dataclasses.replace(
        server,
        claims=tuple(claim(entry) for entry in server.claims),
        policies=tuple(policy(entry) for entry in server.policies or ()),
    )
