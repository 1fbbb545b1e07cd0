"""Claims of a custom authorization server (okta.md 4.5 and 6.2)."""

from __future__ import annotations

import dataclasses

from mock_idp.expressions.language import ExpressionError, parse
from mock_idp.operations import servers
from mock_idp.operations.users import TAKEN
from mock_idp.org import patterns
from mock_idp.org.authorization_server import AuthorizationServer, Claim
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.problems import blank, immutable, invalid, not_found, read_only


def find(server: AuthorizationServer, claim_id: str) -> Claim:
    """The claim with this id; E0000007."""
    found = next((claim for claim in server.claims if claim.id == claim_id), None)
    if found is None:
        raise not_found(claim_id, "OAuth2Claim")
    return found


def create(org: LiveOrg, server_id: str, claim: Claim, now: int) -> Claim:
    with org.lock:
        server = servers.find(org, server_id)
        made = _accepted(server, dataclasses.replace(claim, id=new_id("ocl")))
        servers.save(org, dataclasses.replace(server, claims=(*server.claims, made)), now)
        return made


def update(org: LiveOrg, server_id: str, claim: Claim, now: int) -> Claim:
    """Of Okta's own claims only scopes, status and `alwaysIncludeInToken` change."""
    with org.lock:
        server = servers.find(org, server_id)
        known = find(server, claim.id)
        if known.system:
            for name in ("name", "value", "claim_type", "value_type"):
                if getattr(claim, name) != getattr(known, name):
                    raise immutable({"claim_type": "claimType", "value_type": "valueType"}.get(name, name))
        made = _accepted(server, claim)
        claims = tuple(made if entry.id == made.id else entry for entry in server.claims)
        servers.save(org, dataclasses.replace(server, claims=claims), now)
        return made


def delete(org: LiveOrg, server_id: str, claim_id: str, now: int) -> None:
    with org.lock:
        server = servers.find(org, server_id)
        known = find(server, claim_id)
        if known.system:
            raise read_only("OAuth2Claim")
        servers.save(org, dataclasses.replace(server, claims=tuple(c for c in server.claims if c.id != known.id)), now)


def check_value(value_type: str, filter_type: str, value: str) -> None:
    """E0000001 for what is no expression, or no regular expression, or one that might take too long."""
    try:
        if value_type == "GROUPS" and filter_type == "REGEX":
            patterns.compiled(value)
        if value_type == "EXPRESSION":
            parse(value)
    except (patterns.PatternError, ExpressionError) as error:
        raise invalid("value", f"value: {error}") from None


def check(claim: Claim) -> None:
    """E0000001 for a claim that no server may have."""
    if not claim.name.strip():
        raise blank("name")
    if not claim.value.strip():
        raise blank("value")
    if not claim.system and claim.value_type == "SYSTEM":
        raise invalid("valueType", "valueType: SYSTEM is reserved for the claims that Okta provides")
    if claim.value_type == "GROUPS" and not claim.group_filter_type:
        raise blank("group_filter_type")
    check_value(claim.value_type, claim.group_filter_type, claim.value)


def _accepted(server: AuthorizationServer, claim: Claim) -> Claim:
    check(claim)
    taken = (claim.name, claim.claim_type)
    if any((other.name, other.claim_type) == taken and other.id != claim.id for other in server.claims):
        raise invalid("name", f"name: {TAKEN}")
    unknown = [name for name in claim.scopes if server.scope(name) is None]
    if unknown:
        raise invalid("conditions.scopes", f"conditions.scopes: Unknown scope: {', '.join(unknown)}")
    if claim.claim_type == "RESOURCE":  # access tokens have no userinfo to go to instead
        return dataclasses.replace(claim, always_include_in_token=True)
    return claim
