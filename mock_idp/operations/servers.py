"""Custom authorization servers (okta.md 6.2). Their scopes, claims and policies have modules of their own."""

from __future__ import annotations

import dataclasses

from mock_idp.operations.users import TAKEN
from mock_idp.org.authorization_server import AuthorizationServer, complete
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.problems import blank, invalid, not_found

DEFAULT = "default"


def find(org: LiveOrg, server_id: str) -> AuthorizationServer:
    """The server with this id; E0000007."""
    found = org.servers.get(server_id)
    if found is None:
        raise not_found(server_id, "AuthorizationServer")
    return found


def create(org: LiveOrg, server: AuthorizationServer, now: int) -> AuthorizationServer:
    """A new server with Okta's own scopes and claims and without a policy: it gives no tokens until it has one."""
    with org.lock:
        check(org, server)
        made = dataclasses.replace(
            server, id=new_id("aus"), policies=(), created=now, last_updated=now, last_rotated=now
        )
        return org.servers.save(complete(made, with_policy=False))


def update(org: LiveOrg, server: AuthorizationServer, now: int) -> AuthorizationServer:
    with org.lock:
        find(org, server.id)
        check(org, server)
        return save(org, server, now)


def activate(org: LiveOrg, server_id: str, now: int) -> None:
    with org.lock:
        save(org, dataclasses.replace(find(org, server_id), status="ACTIVE"), now)


def deactivate(org: LiveOrg, server_id: str, now: int) -> None:
    """It answers nothing any more; `default` may be deactivated, too."""
    with org.lock:
        save(org, dataclasses.replace(find(org, server_id), status="INACTIVE"), now)


def delete(org: LiveOrg, server_id: str) -> None:
    """Only an inactive one, and never `default`. Okta publishes no texts for these two refusals."""
    with org.lock:
        known = find(org, server_id)
        if known.id == DEFAULT:
            raise invalid("authorizationServer", "The default authorization server cannot be deleted.")
        if known.status == "ACTIVE":
            raise invalid("authorizationServer", "An active authorization server cannot be deleted.")
        org.servers.delete(known.id)


def save(org: LiveOrg, server: AuthorizationServer, now: int) -> AuthorizationServer:
    """A server of which something has changed; callers hold the org's lock."""
    return org.servers.save(dataclasses.replace(server, last_updated=now))


def check(org: LiveOrg, server: AuthorizationServer) -> None:
    if not server.name.strip():
        raise blank("name")
    if not server.audiences or not all(server.audiences):
        raise blank("audiences")
    if len(server.audiences) > 1:
        raise invalid("audiences", "audiences: Only one audience is supported.")
    if any(other.name == server.name and other.id != server.id for other in org.servers.all()):
        raise invalid("name", f"name: {TAKEN}")
