"""Access policies of a custom authorization server and their rules (okta.md 6.2).

Priorities are dense and start at 1: what comes or goes moves what stands behind it.
"""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from mock_idp.operations import servers
from mock_idp.org.authorization_server import (
    ALL_CLIENTS,
    ANY_SCOPE,
    EVERYBODY,
    MOST_ACCESS_MINUTES,
    MOST_REFRESH_MINUTES,
    AuthorizationServer,
    Policy,
    Rule,
)
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.problems import blank, invalid, not_found, read_only

GRANT_TYPES = (
    "authorization_code",
    "implicit",
    "password",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:openid:params:grant-type:ciba",
    "interaction_code",
)
_WITH_PEOPLE = ("authorization_code", "implicit", "password")
_FIRST = 1
Entry = TypeVar("Entry", Policy, Rule)


# ---- policies -----------------------------------------------------------------------------------------------


def ordered(server: AuthorizationServer) -> list[Policy]:
    return _ordered(server.policies or ())


def find(server: AuthorizationServer, policy_id: str) -> Policy:
    """The policy with this id; E0000007."""
    found = next((policy for policy in server.policies or () if policy.id == policy_id), None)
    if found is None:
        raise not_found(policy_id, "Policy")
    return found


def create(org: LiveOrg, server_id: str, policy: Policy, now: int) -> Policy:
    """`policy.priority` 0: the last one."""
    with org.lock:
        server = servers.find(org, server_id)
        made = dataclasses.replace(policy, id=new_id("00p"), created=now, last_updated=now)
        _check_policy(org, server, made)
        return _keep(org, server, _placed(server.policies or (), made), made.id, now)


def update(org: LiveOrg, server_id: str, policy: Policy, now: int) -> Policy:
    with org.lock:
        server = servers.find(org, server_id)
        find(server, policy.id)
        _check_policy(org, server, policy)
        made = dataclasses.replace(policy, last_updated=now)
        return _keep(org, server, _placed(server.policies or (), made), made.id, now)


def set_status(org: LiveOrg, server_id: str, policy_id: str, status: str, now: int) -> None:
    with org.lock:
        server = servers.find(org, server_id)
        made = dataclasses.replace(find(server, policy_id), status=status, last_updated=now)
        _keep(org, server, _placed(server.policies or (), made), made.id, now)


def delete(org: LiveOrg, server_id: str, policy_id: str, now: int) -> None:
    with org.lock:
        server = servers.find(org, server_id)
        known = find(server, policy_id)
        if known.system:
            raise read_only("Policy")
        rest = [policy for policy in ordered(server) if policy.id != known.id]
        servers.save(org, dataclasses.replace(server, policies=_numbered(rest)), now)


def _keep(org: LiveOrg, server: AuthorizationServer, policies: tuple[Policy, ...], policy_id: str, now: int) -> Policy:
    return find(servers.save(org, dataclasses.replace(server, policies=policies), now), policy_id)


def check(policy: Policy) -> None:
    """E0000001 for a policy that no server may have; its rules are looked at by `check_rule`."""
    if not policy.name.strip():
        raise blank("name")


def _check_policy(org: LiveOrg, server: AuthorizationServer, policy: Policy) -> None:
    check(policy)
    if any(other.name == policy.name and other.id != policy.id for other in server.policies or ()):
        raise invalid("name", "name: Policy name already in use")
    if not policy.clients:
        raise blank("conditions.clients.include")
    unknown = [entry for entry in policy.clients if entry != ALL_CLIENTS and org.apps.get(entry) is None]
    if unknown:
        text = f"conditions.clients.include: Unknown client: {', '.join(unknown)}"
        raise invalid("conditions.clients.include", text)


# ---- rules --------------------------------------------------------------------------------------------------


def ordered_rules(policy: Policy) -> list[Rule]:
    return _ordered(policy.rules)


def find_rule(policy: Policy, rule_id: str) -> Rule:
    """The rule with this id; E0000007."""
    found = next((rule for rule in policy.rules if rule.id == rule_id), None)
    if found is None:
        raise not_found(rule_id, "PolicyRule")
    return found


def create_rule(org: LiveOrg, server_id: str, policy_id: str, rule: Rule, now: int) -> Rule:
    """`rule.priority` 0: the last one."""
    with org.lock:
        server = servers.find(org, server_id)
        policy = find(server, policy_id)
        made = dataclasses.replace(rule, id=new_id("0pr"), created=now, last_updated=now)
        _check_rule(org, server, policy, made)
        return find_rule(_keep_rules(org, server, policy, _placed(policy.rules, made), now), made.id)


def update_rule(org: LiveOrg, server_id: str, policy_id: str, rule: Rule, now: int) -> Rule:
    with org.lock:
        server = servers.find(org, server_id)
        policy = find(server, policy_id)
        find_rule(policy, rule.id)
        _check_rule(org, server, policy, rule)
        made = dataclasses.replace(rule, last_updated=now)
        return find_rule(_keep_rules(org, server, policy, _placed(policy.rules, made), now), made.id)


def set_rule_status(org: LiveOrg, server_id: str, policy_id: str, rule_id: str, status: str, now: int) -> None:
    with org.lock:
        server = servers.find(org, server_id)
        policy = find(server, policy_id)
        made = dataclasses.replace(find_rule(policy, rule_id), status=status, last_updated=now)
        _keep_rules(org, server, policy, _placed(policy.rules, made), now)


def delete_rule(org: LiveOrg, server_id: str, policy_id: str, rule_id: str, now: int) -> None:
    with org.lock:
        server = servers.find(org, server_id)
        policy = find(server, policy_id)
        known = find_rule(policy, rule_id)
        if known.system:
            raise read_only("PolicyRule")
        rest = [rule for rule in ordered_rules(policy) if rule.id != known.id]
        _keep_rules(org, server, policy, _numbered(rest), now)


def _keep_rules(org: LiveOrg, server: AuthorizationServer, policy: Policy, rules: tuple[Rule, ...], now: int) -> Policy:
    made = dataclasses.replace(policy, rules=rules, last_updated=now)
    return _keep(org, server, _placed(server.policies or (), made), made.id, now)


def check_rule(org: LiveOrg, rule: Rule) -> None:
    """E0000001 for a rule that no policy may have."""
    if not rule.name.strip():
        raise blank("name")
    if not rule.grant_types:
        raise blank("conditions.grantTypes.include")
    unknown = [grant for grant in rule.grant_types if grant not in GRANT_TYPES]
    if unknown:
        _refuse("conditions.grantTypes.include", f"Invalid grant type: {', '.join(unknown)}")
    unknown = [entry for entry in rule.groups if entry != EVERYBODY and org.groups.get(entry) is None]
    if unknown:
        _refuse("conditions.people.groups.include", f"Unknown id: {', '.join(unknown)}")
    unknown = [entry for entry in rule.users if org.users.get(entry) is None]
    if unknown:
        _refuse("conditions.people.users.include", f"Unknown id: {', '.join(unknown)}")
    _check_lifetimes(rule)


def _check_rule(org: LiveOrg, server: AuthorizationServer, policy: Policy, rule: Rule) -> None:
    if any(other.name == rule.name and other.id != rule.id for other in policy.rules):
        raise invalid("name", "name: Policy rule name already in use.")
    _check_somebody(org, rule)
    check_rule(org, rule)
    if not rule.scopes:
        raise blank("conditions.scopes.include")
    unknown = [name for name in rule.scopes if name != ANY_SCOPE and server.scope(name) is None]
    if unknown:
        _refuse("conditions.scopes.include", f"Unknown scope: {', '.join(unknown)}")


def _check_somebody(org: LiveOrg, rule: Rule) -> None:
    """Somebody must be meant where a person takes part, or the grant type is none that Okta knows."""
    known = any(entry == EVERYBODY or org.groups.get(entry) for entry in rule.groups)
    known = known or any(org.users.get(entry) for entry in rule.users)
    strangers = any(grant not in GRANT_TYPES for grant in rule.grant_types)
    if (strangers or set(rule.grant_types) & set(_WITH_PEOPLE)) and not known:
        _refuse(
            "conditions.people",
            "At least one of ''conditions.people.users.include'' or ''conditions.people.groups.include'' must contain "
            "a valid user or group when ''conditions.grantTypes'' contains one or more of "
            f"[{', '.join(_WITH_PEOPLE)}].",
        )


def _check_lifetimes(rule: Rule) -> None:
    """The ranges are those of management.yaml; Okta's words for what is outside are not published."""
    access, refresh = rule.access_token_lifetime_minutes, rule.refresh_token_lifetime_minutes
    if not 5 <= access <= MOST_ACCESS_MINUTES:
        _refuse("actions.token.accessTokenLifetimeMinutes", f"The value must be between 5 and {MOST_ACCESS_MINUTES}")
    if refresh and not access <= refresh <= MOST_REFRESH_MINUTES:
        text = f"The value must be 0, or between accessTokenLifetimeMinutes and {MOST_REFRESH_MINUTES}"
        _refuse("actions.token.refreshTokenLifetimeMinutes", text)
    if not 10 <= rule.refresh_token_window_minutes <= MOST_REFRESH_MINUTES:
        _refuse("actions.token.refreshTokenWindowMinutes", f"The value must be between 10 and {MOST_REFRESH_MINUTES}")


def _refuse(member: str, text: str) -> None:
    raise invalid(member, f"{member}: {text}")


# ---- priorities ---------------------------------------------------------------------------------------------


def _ordered(entries: tuple[Entry, ...]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.priority)


def _placed(entries: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """`entry`, new or known, at its priority among the others."""
    rest: list[Entry] = [other for other in _ordered(entries) if other.id != entry.id]
    place: int = len(rest) if entry.priority < _FIRST else min(entry.priority - _FIRST, len(rest))
    rest.insert(place, entry)
    return _numbered(rest)


def _numbered(entries: list[Entry]) -> tuple[Entry, ...]:
    return tuple(dataclasses.replace(entry, priority=number) for number, entry in enumerate(entries, _FIRST))
