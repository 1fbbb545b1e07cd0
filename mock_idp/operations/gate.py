"""The gate of what comes whole: config files, imports and registered clients pass the rules of the Management API.

Where somebody who tests a relying party needs what Okta refuses, it is said here, by name:

- `client_id` and client secrets of any form: relying parties that run already were given theirs by another IdP.
- An `adopted` app without PKCE: nobody knows what it is before its first token request.
- `label`: without one, the app is called by its client_id.
- Passwords of any form: the policy is asked when somebody sets a password, not about one that is there.
- What access policies, rules and claims name may come later (`clients`) or be gone (a deleted scope, and nobody left
  in a rule): that is how an exported org looks.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from mock_idp.operations import app_rules, claims, groups, origins, policies, scopes, servers, users
from mock_idp.org.app import SECRET_METHODS, App
from mock_idp.org.authorization_server import AuthorizationServer
from mock_idp.org.file import load_org, parse_org
from mock_idp.org.live import LiveOrg, origin_with_id
from mock_idp.org.model import EVERYONE, Org, OrgError
from mock_idp.org.problems import ApiError, duplicate_group, invalid
from mock_idp.store import MemoryStore

_FIELDS = {
    "firstName": "given_name",
    "lastName": "family_name",
    "valueType": "value_type",
    "refresh_token": "refresh_token_leeway",
    "default_scope": "idp_initiated_login_scopes",
    "JsonWebKey": "jwks",
    "conditions.grantTypes.include": "grant_types",
    "conditions.people.users.include": "users",
    "conditions.people.groups.include": "groups",
    "actions.token.accessTokenLifetimeMinutes": "access_token_lifetime_minutes",
    "actions.token.refreshTokenLifetimeMinutes": "refresh_token_lifetime_minutes",
    "actions.token.refreshTokenWindowMinutes": "refresh_token_window_minutes",
}
"""What files call the members that Okta names, where that differs."""
_PREFIX = re.compile(r"^[\w.]+: ")
"""Before a cause stands the member, which is in the place already."""


def load(path: Path | None) -> Org:
    """The org of a config file, `default_org()` without one. Raises OrgError: file, table, field, and what is wrong."""
    org = load_org(path)
    if path is not None:
        _check(org, str(path))
    return org


def parse(text: str, where: str) -> Org:
    """The org of a config file's text. Raises OrgError."""
    org = parse_org(text, where)
    _check(org, where)
    return org


def check_app(org: LiveOrg, app: App, where: str) -> None:
    """Raises OrgError for an app that could not be in this org."""
    with _at(where):
        if app.token_endpoint_auth_method in SECRET_METHODS and not app.secrets and not app.adopted:
            text = "missing; only the token_endpoint_auth_methods 'none' and 'private_key_jwt' go without"
            raise invalid("client_secret", f"client_secret: {text}")
        if len(app.secrets) > app_rules.MOST_SECRETS:
            raise invalid("secrets", "secrets: You've reached the maximum number of client secrets per client.")
        named = dataclasses.replace(app, label=app.label or app.client_id[: app_rules.MOST_LABEL])
        app_rules.check(named, ("client_id", "pkce_required") if app.adopted else ("client_id",))
    if app.groups_claim:
        with _at(f"{where}.groups_claim"):
            claims.check_value(app.groups_claim.value_type, app.groups_claim.filter_type, app.groups_claim.value)
    for number, user in enumerate(app.users):
        if org.users.get(user.user) is None:
            raise OrgError(f"{where}.users[{number}].user: no user has the id {user.user!r}")
    for number, group in enumerate(app.groups):
        if org.groups.get(group.group) is None:
            raise OrgError(f"{where}.groups[{number}].group: no group has the id {group.group!r}")


def _check(org: Org, where: str) -> None:
    live = LiveOrg(org, MemoryStore())
    for number, user in enumerate(org.users):
        with _at(f"{where}: users[{number}]"):
            users.check(live, user)
    for number, group in enumerate(org.groups):
        with _at(f"{where}: groups[{number}]"):
            if group.name == EVERYONE:
                raise duplicate_group()
            groups.check_name(group.name)
    for number, app in enumerate(org.apps):
        check_app(live, app, f"{where}: apps[{number}]")
    for number, server in enumerate(org.authorization_servers):
        _check_server(live, server, f"{where}: authorization_servers[{number}]")
    for number, origin in enumerate(org.trusted_origins):
        with _at(f"{where}: trusted_origins[{number}]"):
            origins.check(live, origin_with_id(origin))


def _check_server(live: LiveOrg, server: AuthorizationServer, where: str) -> None:
    with _at(where):
        servers.check(live, dataclasses.replace(server, name=server.name or server.id))
    for number, scope in enumerate(server.scopes):
        with _at(f"{where}.scopes[{number}]"):
            scopes.check(scope)
    for number, claim in enumerate(server.claims):
        with _at(f"{where}.claims[{number}]"):
            claims.check(claim)
    for number, policy in enumerate(server.policies or ()):
        with _at(f"{where}.policies[{number}]"):
            policies.check(policy)
        for index, rule in enumerate(policy.rules):
            with _at(f"{where}.policies[{number}].rules[{index}]"):
                policies.check_rule(live, rule)


@contextlib.contextmanager
def _at(where: str) -> Iterator[None]:
    """A refusal of the Management API becomes the OrgError of this table."""
    try:
        yield
    except ApiError as error:
        member = error.summary.partition("Api validation failed: ")[2]
        text = _PREFIX.sub("", (error.causes or (error.summary,))[0], count=1)
        field = f".{_FIELDS.get(member, member)}" if member else ""
        raise OrgError(f"{where}{field}: {text}") from None
