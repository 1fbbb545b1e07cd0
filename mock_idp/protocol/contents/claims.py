"""What tokens and userinfo say of a person: profile claims by scope, groups, and the claims of a custom server.

Sources: OIDC Core 5.1 and 5.4; okta.md 1.5 (order of userinfo), 4.2 to 4.5 (thin and fat tokens, groups).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from mock_idp.expressions.language import Context, Expression, ExpressionError, evaluate, parse
from mock_idp.org.app import AppUser
from mock_idp.org.authorization_server import Claim
from mock_idp.org.model import App, User
from mock_idp.protocol.contents.groups import GROUPS_SCOPE, applies, filtered
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

BY_SCOPE: Mapping[str, str] = {
    "name": "profile",
    "locale": "profile",
    "email": "email",
    "preferred_username": "profile",
    "given_name": "profile",
    "family_name": "profile",
    "zoneinfo": "profile",
    "updated_at": "profile",
    "email_verified": "email",
    "nickname": "profile",
    "middle_name": "profile",
    "profile": "profile",
    "picture": "profile",
    "website": "profile",
    "gender": "profile",
    "birthdate": "profile",
    "phone_number": "phone",
    "address": "address",
}
"""The claims of a person in Okta's order, and the scope that gives each."""
_THIN = frozenset({"name", "preferred_username", "email"})
_OF_ID_TOKENS = frozenset(
    "iss sub aud exp iat ver jti auth_time amr idp nonce acr at_hash c_hash ds_hash sid azp".split()  # noqa: SIM905
)
_OF_ACCESS_TOKENS = frozenset("ver jti iss aud iat exp cid uid scp auth_time".split())  # noqa: SIM905
"""What no claim that somebody configured can be."""


def profile(user: User) -> dict[str, Any]:
    """All profile claims that this person has (null ones are left out), in Okta's order."""
    derived = " ".join(filter(None, (user.given_name, user.family_name)))
    address = {name: value for name, value in user.address.items() if value not in ("", None)}
    values = {**vars(user), "preferred_username": user.login, "name": user.name or derived, "address": address}
    return {name: values[name] for name in BY_SCOPE if values[name] not in ("", None, {})}


def userinfo(scope: LoginScope, grant: Document, user: User) -> dict[str, Any]:
    """The UserInfo answer (okta.md 1.5)."""
    return {"sub": user.id, **identity(scope, grant, user, thin=False)}


def identity(scope: LoginScope, grant: Document, user: User, *, thin: bool) -> dict[str, Any]:
    """The claims of a person in ID Tokens and userinfo: profile first, then groups and configured ones.

    `thin` leaves out what Okta leaves out where the relying party can ask userinfo (okta.md 4.4).
    """
    known, scopes = profile(user), grant["scopes"]
    if scope.server.is_org:
        claims = {n: v for n, v in known.items() if BY_SCOPE[n] in scopes and not (thin and n not in _THIN)}
        more = {} if thin else _groups_of_the_app(scope, grant, user)
    else:
        wanted = [
            claim
            for claim in scope.server.claims
            if claim.claim_type == "IDENTITY" and applies(claim, scopes) and (claim.always_include_in_token or not thin)
        ]
        system = {claim.name for claim in wanted if claim.value_type == "SYSTEM"}
        claims = {name: value for name, value in known.items() if name in system}
        more = _configured(scope, grant, user, [claim for claim in wanted if claim.value_type != "SYSTEM"])
    claims |= more | dict(user.claims)
    return {name: value for name, value in claims.items() if name not in _OF_ID_TOKENS}


def resource(scope: LoginScope, grant: Document, user: User | None) -> dict[str, Any]:
    """What a custom server's access tokens carry beside the protocol's own: `sub` first, then the configured claims."""
    wanted = [c for c in scope.server.claims if c.claim_type == "RESOURCE" and applies(c, grant["scopes"])]
    subject = {"sub": user.login if user else grant["client_id"]}
    found = subject | _configured(scope, grant, user, wanted)
    return {name: value for name, value in found.items() if name not in _OF_ACCESS_TOKENS}


def has_session_id(scope: LoginScope, app: App | None) -> bool:
    """Whether ID Tokens carry `sid`: only for an app that is told when the session ends (okta.md 4.2 and 7)."""
    if app is None:
        return False
    front = scope.idp.org.settings.frontchannel_slo and app.participate_slo and app.frontchannel_logout_session_required
    return front or bool(app.backchannel_logout_uri)


# ---- configured claims --------------------------------------------------------------------------------------


def _groups_of_the_app(scope: LoginScope, grant: Document, user: User) -> dict[str, Any]:
    """The groups claim of the app's Sign On tab; an array even for one group, absent for none (okta.md 4.5)."""
    app = scope.idp.app(grant["client_id"])
    if app is None or app.groups_claim is None or GROUPS_SCOPE not in grant["scopes"]:
        return {}
    made = app.groups_claim
    claim = Claim(made.name, value_type=made.value_type, value=made.value, group_filter_type=made.filter_type)
    return _configured(scope, grant, user, [claim])


def _configured(scope: LoginScope, grant: Document, user: User | None, wanted: list[Claim]) -> dict[str, Any]:
    if not wanted:
        return {}
    seen = context(scope, grant, user)
    values = {claim.name: _value(scope, user, claim, seen) for claim in wanted}
    return {name: value for name, value in values.items() if value is not None}


def _value(scope: LoginScope, user: User | None, claim: Claim, seen: Context) -> Any:
    """None where there is no value, or the expression has none for this person."""
    if claim.value_type == "GROUPS":
        groups = scope.idp.org.groups_of(user.groups) if user else []
        return filtered(claim.group_filter_type, claim.value, groups) or None
    try:
        return evaluate(_parsed(claim.value), seen)
    except ExpressionError:
        return None


@functools.lru_cache(maxsize=512)
def _parsed(text: str) -> Expression:
    return parse(text)


# ---- what expressions see -------------------------------------------------------------------------------------


def context(scope: LoginScope, grant: Document, user: User | None) -> Context:
    """The names and groups that an expression of this login can use."""
    idp = scope.idp
    app = idp.app(grant["client_id"]) or App(grant["client_id"])
    roots: dict[str, Any] = {
        "user": _user(user) if user else None,
        "appuser": _app_user(scope, app, user) if user else None,
        "app": {"id": app.client_id, "clientId": app.client_id, "name": app.label, "profile": _plain(app.profile)},
        "org": {"name": idp.org.name, "subDomain": idp.public_url.split("://")[-1].split(".")[0]},
        "access": {"scope": list(grant["scopes"])},
        "session": {"amr": list(grant.get("amr") or ["pwd"])},
    }
    if user is None:
        return Context(roots)
    groups = idp.org.groups_of(user.groups)
    return Context(
        roots,
        [{"id": g.id, "name": g.name, "description": g.description, "type": g.type} for g in groups],
        {"id": user.id, "status": user.status, "created": user.created, "lastUpdated": user.updated_at},
    )


def _user(user: User) -> dict[str, Any]:
    """A person's profile under Okta's names (okta.md 6.2); what is not set is null."""
    address = user.address
    values = {
        "login": user.login,
        "email": user.email,
        "firstName": user.given_name,
        "lastName": user.family_name,
        "middleName": user.middle_name,
        "nickName": user.nickname,
        "displayName": user.name,
        "profileUrl": user.profile,
        "locale": user.locale.replace("-", "_"),
        "timezone": user.zoneinfo,
        "primaryPhone": user.phone_number,
        "streetAddress": address.get("street_address"),
        "city": address.get("locality"),
        "state": address.get("region"),
        "zipCode": address.get("postal_code"),
        "countryCode": address.get("country"),
        **_plain(user.attributes),
    }
    found = {name: None if value == "" else value for name, value in values.items()}
    return {"id": user.id, **found, "profile": found}


def _app_user(scope: LoginScope, app: App, user: User) -> dict[str, Any]:
    """The person as the app knows them: assigned in person, by a group, or as everybody is."""
    own = next((entry for entry in app.users if entry.user == user.id), AppUser(user.id))
    groups = {group.id for group in scope.idp.org.groups_of(user.groups)}
    of_group = next((e for e in sorted(app.groups, key=lambda e: e.priority) if e.group in groups), None)
    return {
        "id": user.id,
        "userName": own.user_name or user.login,
        "email": user.email,
        "firstName": user.given_name,
        "lastName": user.family_name,
        **_plain(of_group.profile if of_group else {}),
        **_plain(own.profile),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
