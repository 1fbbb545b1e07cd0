"""Requests that wait for a person: device authorization (RFC 8628) and CIBA (OpenID CIBA Core 1.0), okta.md 1.7.

A document of kind `waiting`, by its `code` (the device_code or auth_req_id): `{"code", "grant_type", "client_id",
"server", "scopes", "attempt", "base_url", "request", "expires", "interval", "polled", "state"}`. `state` is pending,
approved (then there is `grant`) or refused (then `refusal`: error, description, status); times are seconds since the
epoch. A device's has its `user_code`; CIBA's has `user`, the id of who is asked, and `binding_message`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mock_idp.idp import Idp
from mock_idp.org.authorization_server import Rule, Scope
from mock_idp.org.model import App, AuthorizationServer
from mock_idp.protocol import policy
from mock_idp.protocol.authorization.response import new_grant
from mock_idp.protocol.authorization.scopes import requested_scopes
from mock_idp.protocol.errors import OAuthError, RedirectError
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in import consents
from mock_idp.protocol.sign_in.authentication import Authentication
from mock_idp.store import Document

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
CIBA = "urn:openid:params:grant-type:ciba"
INTERVAL = 5
"""Seconds from poll to poll at first."""
DENIED = OAuthError("access_denied", "The resource owner or authorization server denied the request.")
KIND, _USER_CODE = "waiting", "user_code"


# ---- what is asked ------------------------------------------------------------------------------------------


def scopes_of(scope: LoginScope, app: App, form: Mapping[str, str]) -> list[str]:
    """The scopes of a request, by the rules of the authorization endpoint; raises OAuthError."""
    okta = scope.strictness() == "okta"
    try:
        return requested_scopes(scope.server, app, form, ("code",), okta=okta)
    except RedirectError as error:
        raise OAuthError(error.error, error.description) from None


def begin(
    scope: LoginScope,
    app: App,
    grant_type: str,
    code: str,
    scopes: list[str],
    lifetime: int,
    *,
    base_url: str,
    **members: Any,
) -> Document:
    """A new request, pending for `lifetime` seconds; `base_url` is where it came in."""
    idp = scope.idp
    made: Document = {
        "code": code,
        "grant_type": grant_type,
        "client_id": app.client_id,
        "server": scope.server.id,
        "scopes": scopes,
        "attempt": (scope.attempt or {}).get("id"),
        "base_url": base_url,
        "request": {},
        "expires": idp.clock.now() + lifetime,
        "interval": INTERVAL,
        "polled": None,
        "state": "pending",
        **members,
    }
    idp.store.put(KIND, code, made)
    if "user_code" in made:
        idp.store.put(_USER_CODE, made["user_code"], {"code": code})
    return made


def find(idp: Idp, code: str) -> Document | None:
    """The request with this device_code or auth_req_id, whatever has become of it."""
    return idp.store.get(KIND, code)


def of_user_code(idp: Idp, typed: str) -> Document | None:
    """The pending request of a user code, which people type in small letters, with hyphen or without."""
    known = idp.store.get(_USER_CODE, re.sub(r"[^A-Z]", "", typed.upper()))
    found = find(idp, known["code"]) if known else None
    return found if found and is_pending(idp, found) else None


def pending(idp: Idp) -> list[Document]:
    """Everything that waits now."""
    found = (idp.store.get(KIND, key) for key in idp.store.keys(KIND))
    return [waiting for waiting in found if waiting and is_pending(idp, waiting)]


def is_pending(idp: Idp, waiting: Document) -> bool:
    """Whether somebody can still answer it."""
    return waiting["state"] == "pending" and waiting["expires"] > idp.clock.now() and parties(idp, waiting) is not None


def parties(idp: Idp, waiting: Document) -> tuple[AuthorizationServer, App] | None:
    """Its server and its app, while both are active."""
    server, app = idp.server(waiting["server"]), idp.app(waiting["client_id"])
    return (server, app) if app and server and server.status == "ACTIVE" else None


# ---- what the person says -----------------------------------------------------------------------------------


def check(scope: LoginScope, app: App, waiting: Document, signed_in: Authentication) -> Rule:
    """The access rule that lets this person have it; raises OAuthError as after any authentication."""
    strictness, user, canary = scope.strictness(), signed_in.user, signed_in.canary
    asking = policy.Request(app, waiting["grant_type"], waiting["scopes"], strictness, user, canary)
    policy.check_assignment(scope.idp, asking)
    return policy.rule_for(scope.idp, scope.server, asking)


def consent_missing(scope: LoginScope, app: App, waiting: Document, signed_in: Authentication) -> list[Scope]:
    """The scopes that the person gives consent to by approving."""
    if signed_in.canary:
        return []
    return consents.missing(scope.idp, scope.server, app, signed_in.user, waiting["scopes"], prompt=False)


def approve(scope: LoginScope, app: App, waiting: Document, signed_in: Authentication) -> bool:
    """What the person approves gets tokens; False when it waits no more. OAuthError from `check`: it gets none."""
    try:
        rule = check(scope, app, waiting, signed_in)
    except OAuthError as error:
        refuse(scope.idp, waiting, error)
        raise
    asked = consent_missing(scope, app, waiting, signed_in)
    # Its end is that of the request; its tokens are issued under the name at which the client asked.
    members = {"base_url": waiting["base_url"], "expires": waiting["expires"]}
    grant = new_grant(scope, app, {}, waiting["scopes"], signed_in, rule) | members
    if not _settle(scope.idp, waiting, state="approved", grant=grant, attempt=grant["attempt"]):
        return False
    if asked:
        consents.give(scope.idp, scope.server, app, signed_in.user, [entry.name for entry in asked])
    return True


def refuse(idp: Idp, waiting: Document, error: OAuthError = DENIED) -> bool:
    """The client is told this at its next poll; False when the request waits no more."""
    return _settle(idp, waiting, state="refused", refusal=[error.error, error.description, error.status])


def _settle(idp: Idp, waiting: Document, **members: Any) -> bool:
    """The first answer counts."""
    return change(idp, waiting["code"], lambda known: {**known, **members} if is_pending(idp, known) else None)


# ---- how it is kept -------------------------------------------------------------------------------------------


def change(idp: Idp, code: str, how: Callable[[Document], Document | None]) -> bool:
    """Whether `how` found something to change; it gives None to leave the document as it is."""
    made: list[Document] = []

    def noted(known: Document) -> Document | None:
        changed = how(known)
        made.extend([changed] if changed else [])
        return changed

    idp.store.update(KIND, code, noted)
    return bool(made)
