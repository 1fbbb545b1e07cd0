"""What people have been given: sessions and refresh tokens, and how an administrator takes them back (okta.md 6.2).

Tokens end by the documents that `mock_idp.protocol.token.revocation` obeys.
"""

from __future__ import annotations

from mock_idp.idp import Idp
from mock_idp.org.model import App, User
from mock_idp.org.problems import not_found
from mock_idp.protocol.sign_in import sessions
from mock_idp.protocol.token.refresh_tokens import is_expired
from mock_idp.protocol.token.revocation import is_revoked
from mock_idp.store import Document


def end_sessions(idp: Idp, user: User) -> None:
    sessions.forget_tokens(idp, user.id)
    for key in idp.store.keys("session"):
        session = idp.store.get("session", key)
        if session and session["user"] == user.id:
            idp.store.take("session", key)


def revoke_all(idp: Idp, user: User) -> None:
    """Every token of the person, in whatever app."""
    idp.store.put("revoked_user", user.id, {"at": idp.clock.now()})


def revoke_client(idp: Idp, user: User, app: App) -> None:
    """Every token of the person in this app."""
    idp.store.put("revoked_user_client", f"{user.id}/{app.client_id}", {"at": idp.clock.now()})


def refresh_tokens(idp: Idp, user: User, app: App | None = None) -> list[Document]:
    """The person's refresh tokens that are good, in this app or in all: the stored grants, without the tokens."""
    found = (idp.store.get("refresh_token", key) for key in idp.store.keys("refresh_token"))
    return [
        grant
        for grant in found
        if grant
        and grant.get("user") == user.id
        and (app is None or grant["client_id"] == app.client_id)
        and _is_good(idp, grant)
    ]


def refresh_token(idp: Idp, user: User, app: App, token_id: str) -> Document:
    """The one with this id ("oar…"); E0000007."""
    found = next((grant for grant in refresh_tokens(idp, user, app) if grant["refresh_id"] == token_id), None)
    if found is None:
        raise not_found(token_id, "OAuth2RefreshToken")
    return found


def revoke_refresh_token(idp: Idp, user: User, app: App, token_id: str) -> None:
    """With the access tokens that came of it."""
    family = refresh_token(idp, user, app, token_id)["family"]
    idp.store.put("revoked_refresh", family, {"at": idp.clock.now()})


def clients_of(idp: Idp, user: User) -> list[App]:
    """The apps in which the person has refresh tokens."""
    ids = dict.fromkeys(grant["client_id"] for grant in refresh_tokens(idp, user))
    return [app for client_id in ids if (app := idp.app(client_id))]


def _is_good(idp: Idp, grant: Document) -> bool:
    app = idp.app(grant["client_id"])
    if app is None or is_expired(idp, grant) or is_revoked(idp, grant):
        return False
    return "rotated_at" not in grant
