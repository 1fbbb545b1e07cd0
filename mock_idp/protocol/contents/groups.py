"""Which groups of a person the groups claims of a login name (okta.md 4.5).

At the org server the app's groups claim (Sign On tab) decides, and only for the scope `groups`; at a custom server
its claims of value type GROUPS. A filter means groups of Okta itself, not those of a directory or an app.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mock_idp.idp import Idp
from mock_idp.org import patterns
from mock_idp.org.authorization_server import AuthorizationServer, Claim
from mock_idp.org.model import App, Group, User

GROUPS_SCOPE = "groups"
_OF_OKTA = ("OKTA_GROUP", "BUILT_IN")


def matched_groups(idp: Idp, server: AuthorizationServer, app: App, user: User, scopes: Sequence[str]) -> list[str]:
    """The names of the groups that the login's groups claim would carry; of several claims, the one with the most.

    Okta counts them before it hands out tokens at the front channel (okta.md 4.5, `Settings.groups_limit`).
    """
    groups = idp.org.groups_of(user.groups)
    if server.is_org:
        claim = app.groups_claim
        if claim is None or GROUPS_SCOPE not in scopes or claim.value_type != "GROUPS":
            return []
        return filtered(claim.filter_type, claim.value, groups)
    found = [filtered(c.group_filter_type, c.value, groups) for c in server.claims if _counts(c, scopes)]
    return max(found, key=len, default=[])


def filtered(filter_type: str, value: str, groups: Iterable[Group]) -> list[str]:
    """The names that STARTS_WITH, EQUALS, CONTAINS or REGEX (of the whole name) lets through; none for a filter that
    is no regular expression or might take too long."""
    names = [group.name for group in groups if group.type in _OF_OKTA]
    if filter_type == "REGEX":
        try:
            pattern = patterns.compiled(value)
        except patterns.PatternError:
            return []
        return [name for name in names if len(name) <= patterns.MOST_NAME and pattern.fullmatch(name)]
    if filter_type == "STARTS_WITH":
        return [name for name in names if name.startswith(value)]
    if filter_type == "CONTAINS":
        return [name for name in names if value in name]
    return [name for name in names if name == value]


def applies(claim: Claim, scopes: Iterable[str]) -> bool:
    """Whether a custom server's claim is asked for: it is ACTIVE, and has one of the scopes or no condition."""
    return claim.status == "ACTIVE" and (not claim.scopes or any(scope in claim.scopes for scope in scopes))


def _counts(claim: Claim, scopes: Sequence[str]) -> bool:
    return claim.value_type == "GROUPS" and claim.claim_type == "IDENTITY" and applies(claim, scopes)
