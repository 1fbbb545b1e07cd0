"""May this person have these tokens through this app? Assignment first, then the server's access policies.

Okta evaluates policies in their order of priority, and in each its rules; the first rule that fits decides and
nothing further is looked at (okta.md 6.2). The org server has no access policies: there the assignment decides.
Both are Okta's own: `strictness = core` asks for neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mock_idp.idp import Idp
from mock_idp.org.authorization_server import ALL_CLIENTS, ANY_SCOPE, EVERYBODY, Policy, Rule
from mock_idp.org.model import App, AuthorizationServer, User
from mock_idp.protocol.errors import OAuthError

ORG_RULE = Rule(
    "org server",
    access_token_lifetime_minutes=60,
    refresh_token_lifetime_minutes=90 * 24 * 60,
    refresh_token_window_minutes=0,
)
"""What holds at the org server, which cannot be configured (okta.md 3.6 and 4.2)."""
NOT_ASSIGNED = OAuthError("access_denied", "User is not assigned to the client application.")
NO_RULE = OAuthError(
    "access_denied", "Policy evaluation failed for this request, please check the policy configurations.", 401
)
ALL_REJECTED = OAuthError("access_denied", "Policy evaluation succeeded, but all the requested scopes were rejected.")


@dataclass(frozen=True)
class Request:
    """What is asked for, and how strictly (`okta` or `core`).

    `user` is None for client_credentials; `canary` is nobody of the directory. `excluded`: the attempt says that its
    person is not assigned.
    """

    app: App
    grant_type: str
    scopes: Sequence[str]
    strictness: str
    user: User | None = None
    canary: bool = False
    excluded: bool = False


def check_assignment(idp: Idp, request: Request) -> None:
    """Raises `NOT_ASSIGNED`. An attempt's person is at home in every app that the attempt says nothing else of."""
    app, user = request.app, request.user
    if request.strictness == "core" or user is None:
        return
    if request.excluded:
        raise NOT_ASSIGNED
    if request.canary or app.implicit_assignment:
        return
    groups = {group.id for group in idp.org.groups_of(user.groups)}
    if any(entry.user == user.id for entry in app.users) or any(entry.group in groups for entry in app.groups):
        return
    raise NOT_ASSIGNED


def rule_for(idp: Idp, server: AuthorizationServer, request: Request) -> Rule:
    """The rule that lets this request through; raises OAuthError with Okta's text when none does."""
    if server.is_org or request.strictness == "core":
        return ORG_RULE
    groups = {group.id for group in idp.org.groups_of(request.user.groups)} if request.user else set()
    denied: list[str] | None = None
    for policy in sorted(server.policies or (), key=lambda policy: policy.priority):
        if not _for_client(policy, request.app):
            continue
        for rule in sorted(policy.rules, key=lambda rule: rule.priority):
            if not _fits(rule, request, groups):
                continue
            refused = [] if ANY_SCOPE in rule.scopes else [s for s in request.scopes if s not in rule.scopes]
            if not refused:
                return rule
            denied = refused if denied is None else denied
    if denied is None:
        raise NO_RULE
    if set(denied) == set(request.scopes):
        raise ALL_REJECTED
    raise OAuthError(
        "access_denied",
        f"Some of the requested scopes were denied by the policy. Denied scopes: [{', '.join(denied)}].",
    )


def _for_client(policy: Policy, app: App) -> bool:
    return policy.status == "ACTIVE" and (ALL_CLIENTS in policy.clients or app.client_id in policy.clients)


def _fits(rule: Rule, request: Request, groups: set[str]) -> bool:
    if rule.status != "ACTIVE" or request.grant_type not in rule.grant_types:
        return False
    user = request.user
    if user is None:
        return True  # nobody is there whom a condition on people could mean
    if user.id in rule.users_excluded or groups & set(rule.groups_excluded):
        return False
    return user.id in rule.users or EVERYBODY in rule.groups or bool(groups & set(rule.groups))
