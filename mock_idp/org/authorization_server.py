"""Authorization servers with their scopes, claims, access policies and rules (okta.md 2.5, 4 and 6.2)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TypeVar

from mock_idp.org.ids import okta_id

ORG_SERVER = "org"
SYSTEM_SCOPES = ("openid", "profile", "email", "address", "phone", "offline_access", "device_sso")
UNBUILT_SCOPES = frozenset({"device_sso"})
"""Okta has them, so that they are listed; they are refused, because what they ask for is not made."""
ALL_CLIENTS, EVERYBODY, ANY_SCOPE = "ALL_CLIENTS", "EVERYONE", "*"
_FROM_PROFILE = (
    "nickname preferred_username given_name middle_name family_name profile zoneinfo locale picture website gender "
    "birthdate updated_at"
)
MOST_ACCESS_MINUTES, MOST_REFRESH_MINUTES = 1_440, 2_628_000
SUBJECT = "(appuser != null) ? appuser.userName : app.clientId"
_ALWAYS = frozenset({"name", "preferred_username", "email"})


@dataclass(frozen=True)
class Scope:
    name: str
    id: str = ""
    display_name: str = ""
    description: str = ""
    consent: str = "IMPLICIT"
    default: bool = False
    optional: bool = False
    metadata_publish: str = "NO_CLIENTS"
    system: bool = False


@dataclass(frozen=True)
class Claim:
    """A claim of ID Tokens (`claim_type` IDENTITY) or access tokens (RESOURCE).

    `value_type`: EXPRESSION, GROUPS (with `group_filter_type`) or SYSTEM (what Okta itself provides). It is there
    for any of `scopes`, or always when there are none; `always_include_in_token` puts it into ID Tokens that come
    with an access token too.
    """

    name: str
    id: str = ""
    claim_type: str = "IDENTITY"
    value_type: str = "EXPRESSION"
    value: str = ""
    group_filter_type: str = ""
    scopes: tuple[str, ...] = ()
    always_include_in_token: bool = True
    status: str = "ACTIVE"
    system: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule of an access policy. `users` and `groups` are ids (`EVERYONE` is everybody), scopes names or `*`.

    Lifetimes in minutes; a `refresh_token_lifetime_minutes` of 0 has no end.
    """

    name: str
    id: str = ""
    priority: int = 1
    status: str = "ACTIVE"
    system: bool = False
    users: tuple[str, ...] = ()
    users_excluded: tuple[str, ...] = ()
    groups: tuple[str, ...] = (EVERYBODY,)
    groups_excluded: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ("authorization_code", "implicit", "password", "client_credentials")
    scopes: tuple[str, ...] = (ANY_SCOPE,)
    access_token_lifetime_minutes: int = 60
    refresh_token_lifetime_minutes: int = 0
    refresh_token_window_minutes: int = 10_080
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000


@dataclass(frozen=True)
class Policy:
    """An access policy. `clients` are client ids or ALL_CLIENTS."""

    name: str
    id: str = ""
    description: str = ""
    priority: int = 1
    status: str = "ACTIVE"
    system: bool = False
    clients: tuple[str, ...] = (ALL_CLIENTS,)
    rules: tuple[Rule, ...] = ()
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000


@dataclass(frozen=True)
class AuthorizationServer:
    """The org server (`org`) or a custom one; `strictness` is `okta`, `core` or empty (the org's).

    `policies` None: the policy that lets everybody in, where the org's switch `default_as_has_policy` says so.
    """

    id: str
    name: str = ""
    description: str = ""
    audiences: tuple[str, ...] = ("api://default",)
    status: str = "ACTIVE"
    issuer_mode: str = "ORG_URL"
    rotation_mode: str = "AUTO"
    scopes: tuple[Scope, ...] = ()
    claims: tuple[Claim, ...] = ()
    policies: tuple[Policy, ...] | None = None
    strictness: str = ""
    created: int = 1_700_000_000
    last_updated: int = 1_700_000_000
    last_rotated: int = 1_700_000_000

    @property
    def is_org(self) -> bool:
        return self.id == ORG_SERVER

    def scope(self, name: str) -> Scope | None:
        return next((scope for scope in self.scopes if scope.name == name), None)


Entry = TypeVar("Entry", Scope, Claim, Rule, Policy)
Ranked = TypeVar("Ranked", Rule, Policy)


def complete(server: AuthorizationServer, *, with_policy: bool) -> AuthorizationServer:
    """The server with what Okta creates along with it: system scopes and claims, ids, and (or not) a policy."""
    named = {scope.name for scope in server.scopes}
    scopes = (*(_system_scope(name) for name in SYSTEM_SCOPES if name not in named), *server.scopes)
    claims = (*(c for c in _system_claims() if not _has(server, c)), *server.claims)
    policies = server.policies
    if policies is None:
        everybody = Policy("Default Policy", rules=(Rule("Default Policy Rule"),))
        policies = (everybody,) if with_policy else ()
    seed = server.id
    return dataclasses.replace(
        server,
        name=server.name or server.id,
        scopes=tuple(_with_id(scope, "scp", f"{seed}/scope/{scope.name}") for scope in scopes),
        claims=tuple(_with_id(claim, "ocl", f"{seed}/{claim.claim_type}/{claim.name}") for claim in claims),
        policies=tuple(_complete_policy(policy, f"{seed}/policy/{policy.name}") for policy in _dense(policies)),
    )


def brief(server: AuthorizationServer, *, with_policy: bool) -> AuthorizationServer:
    """The server without what `complete` adds by itself: what people want to read of it in a file."""
    short = dataclasses.replace(
        server,
        name="" if server.name == server.id else server.name,
        scopes=tuple(scope for scope in server.scopes if not scope.system),
        claims=tuple(claim for claim in server.claims if not claim.system),
    )
    for policies in (None, server.policies):
        candidate = dataclasses.replace(short, policies=policies)
        if complete(candidate, with_policy=with_policy) == server:
            return candidate
    return server  # something about its own scopes or claims was changed


def _complete_policy(policy: Policy, seed: str) -> Policy:
    rules = tuple(_with_id(rule, "0pr", f"{seed}/{rule.name}") for rule in _dense(policy.rules))
    return dataclasses.replace(_with_id(policy, "00p", seed), rules=rules)


def _dense(entries: tuple[Ranked, ...]) -> list[Ranked]:
    """In the order of their priority, which counts from 1 without gaps; equals stay in the order of the file."""
    ordered: list[Ranked] = sorted(entries, key=lambda entry: entry.priority)
    return [dataclasses.replace(entry, priority=number) for number, entry in enumerate(ordered, 1)]


def _with_id(entry: Entry, prefix: str, seed: str) -> Entry:
    return entry if entry.id else dataclasses.replace(entry, id=okta_id(prefix, seed))


def _system_scope(name: str) -> Scope:
    return Scope(name, metadata_publish="ALL_CLIENTS", system=True, display_name=name)


def _system_claims() -> list[Claim]:
    """What Okta maps from the profile, and the subject of access tokens (okta.md 4.3 and 4.4)."""
    by_scope = {"name": "profile", **dict.fromkeys(_FROM_PROFILE.split(), "profile")}
    by_scope |= {"email": "email", "email_verified": "email", "address": "address", "phone_number": "phone"}
    claims = [
        Claim(
            name,
            value_type="SYSTEM",
            value=name,
            scopes=(scope,),
            always_include_in_token=name in _ALWAYS,
            system=True,
        )
        for name, scope in by_scope.items()
    ]
    return [Claim("sub", claim_type="RESOURCE", value_type="SYSTEM", value=SUBJECT, system=True), *claims]


def _has(server: AuthorizationServer, claim: Claim) -> bool:
    return any((known.name, known.claim_type) == (claim.name, claim.claim_type) for known in server.claims)
