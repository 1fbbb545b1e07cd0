"""What people have been given: sessions and tokens, and how an administrator takes them back (okta.md 6.2).

These are no part of the org; they stand in the store. Kinds that are written here and obeyed by the protocol:
`revoked_user`, by user id, and `revoked_user_client`, by "{user id}/{client id}", both `{"at": seconds}`: what was
granted until then is good for nothing any more.
"""

from __future__ import annotations

from mock_idp.idp import Idp
from mock_idp.org.model import App, User
from mock_idp.org.problems import not_found
from mock_idp.store import Document


def end_sessions(idp: Idp, user: User) -> None:
    for key in idp.store.keys("session"):
        session = idp.store.get("session", key)
        if session and session["user"] == user.id:
            idp.store.take("session", key)


def revoke_all(idp: Idp, user: User) -> None:
    """Every token of the person, in whatever app."""
    idp.store.put("revoked_user", user.id, {"at": idp.clock.now()})
    for client_id in {grant["client_id"] for _, grant in _refresh_tokens(idp, user)}:
        _forget(idp, user, client_id)


def revoke_client(idp: Idp, user: User, app: App) -> None:
    """Every token of the person in this app."""
    idp.store.put("revoked_user_client", f"{user.id}/{app.client_id}", {"at": idp.clock.now()})
    _forget(idp, user, app.client_id)


def refresh_tokens(idp: Idp, user: User, app: App) -> list[Document]:
    """The person's refresh tokens in this app that are good: the stored grants, without the tokens themselves."""
    now = idp.clock.now()
    return [
        grant
        for _, grant in _refresh_tokens(idp, user)
        if grant["client_id"] == app.client_id and grant["expires"] > now and "rotated_at" not in grant
    ]


def refresh_token(idp: Idp, user: User, app: App, token_id: str) -> Document:
    """The one with this id ("oar…"); E0000007."""
    found = next((grant for grant in refresh_tokens(idp, user, app) if grant["id"] == token_id), None)
    if found is None:
        raise not_found(token_id, "OAuth2RefreshToken")
    return found


def revoke_refresh_token(idp: Idp, user: User, app: App, token_id: str) -> None:
    family = refresh_token(idp, user, app, token_id)["family"]
    idp.store.put("revoked_family", family, {"at": idp.clock.now()})
    for key, grant in _refresh_tokens(idp, user):
        if grant["family"] == family:
            idp.store.take("refresh_token", key)


def clients_of(idp: Idp, user: User) -> list[App]:
    """The apps in which the person has refresh tokens."""
    ids = dict.fromkeys(grant["client_id"] for _, grant in _refresh_tokens(idp, user))
    found = [idp.org.apps.get(client_id) for client_id in ids]
    return [app for app in found if app and refresh_tokens(idp, user, app)]


def _forget(idp: Idp, user: User, client_id: str) -> None:
    """So that lists do not show what is good for nothing."""
    for key, grant in _refresh_tokens(idp, user):
        if grant["client_id"] == client_id:
            idp.store.take("refresh_token", key)


def _refresh_tokens(idp: Idp, user: User) -> list[tuple[str, Document]]:
    found = [(key, idp.store.get("refresh_token", key)) for key in idp.store.keys("refresh_token")]
    return [(key, grant) for key, grant in found if grant and grant.get("user") == user.id]
