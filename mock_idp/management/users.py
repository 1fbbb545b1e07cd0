"""`/api/v1/users` (okta.md 6.2): people and their life cycle. What they have been given is in `user_access`."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from mock_idp.management import users_json
from mock_idp.management.frame import PREFIX, answer, authenticate, body, caller, flag, nothing, page, resource
from mock_idp.management.members import Members
from mock_idp.management.search import selection
from mock_idp.operations import users
from mock_idp.org.ids import new_id
from mock_idp.org.model import User
from mock_idp.org.problems import invalid_session, not_found
from mock_idp.protocol import granted, locked_out
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.sign_in import sessions

blueprint = resource("users")
me = Blueprint("management_me", __name__, url_prefix=PREFIX)
_FILTERED = frozenset(
    {"status", "lastUpdated", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName"}
)
"""What `filter` knows (management.yaml, listUsers)."""
_PAGE, _PAGE_OF_Q = 200, 10


def person(key: str) -> User:
    """The person of a URL: an id, a login, or `me`: whoever the caller's access token or API token belongs to."""
    org = current_idp().org
    if key != "me":
        return users.find(org, key)
    owner = caller().get("user")
    found = org.users.get(owner) if owner else next((u for u in org.users.all() if u.status == "ACTIVE"), None)
    if found is None:
        raise not_found("me", "User")
    return found


def now() -> int:
    return int(current_idp().clock.now())


# ---- people -------------------------------------------------------------------------------------------------


@blueprint.get("/users")
def list_users() -> Response:
    """Without `filter` and `search`, who is deactivated is left out."""
    found = current_idp().org.users.all()
    start = request.args.get("q", "").casefold()
    expression = request.args.get("search") or request.args.get("filter")
    if expression:
        chosen = selection(expression, () if request.args.get("search") else _FILTERED)
        found = [user for user in found if chosen(users_json.shown(user))]
    else:
        found = [user for user in found if user.status != "DEPROVISIONED"]
    if start:
        found = [user for user in found if _begins(user, start)]
    default = _PAGE_OF_Q if start else _PAGE
    return page(found, users_json.shown, lambda user: user.id, default=default, most=_PAGE)


def _begins(user: User, start: str) -> bool:
    texts = (user.given_name, user.family_name, user.email)
    return any(text.casefold().startswith(start) for text in texts)


@blueprint.post("/users")
def create_user() -> Response:
    sent = body()
    groups = Members(sent).texts("groupIds")
    expired = request.args.get("nextLogin") == "changePassword"
    org, user = current_idp().org, users_json.read(sent)
    made = users.create(org, user, now(), activate=flag("activate", True), expired=expired, groups=groups)
    return answer(users_json.shown(made))


@me.get("/users/me")
def get_me() -> Response:
    """For browsers, too: without an Authorization header the session's cookie says who asks."""
    if request.headers.get("Authorization"):
        authenticate()
        return answer(users_json.shown(person("me")))
    g.endpoint = "management"
    session = sessions.current(current_idp())
    user = current_idp().user(session["user"]) if session else None
    if user is None:
        raise invalid_session()
    return answer(users_json.shown(user))


@blueprint.get("/users/<key>")
def get_user(key: str) -> Response:
    return answer(users_json.shown(person(key)))


@blueprint.post("/users/<key>")
def update_user(key: str) -> Response:
    """What the request does not name stays as it is."""
    user = users_json.read(body(), person(key))
    return answer(users_json.shown(users.update(current_idp().org, user, now())))


@blueprint.put("/users/<key>")
def replace_user(key: str) -> Response:
    user = users_json.read(body(), person(key), whole=True)
    return answer(users_json.shown(users.update(current_idp().org, user, now())))


@blueprint.delete("/users/<key>")
def delete_user(key: str) -> Response:
    """The first time it deactivates."""
    locked_out.delete(current_idp(), person(key))
    return nothing()


# ---- life cycle ---------------------------------------------------------------------------------------------


@blueprint.post("/users/<key>/lifecycle/activate")
def activate(key: str) -> Response:
    users.activate(current_idp().org, person(key), now())
    return _activation()


@blueprint.post("/users/<key>/lifecycle/reactivate")
def reactivate(key: str) -> Response:
    users.reactivate(current_idp().org, person(key), now())
    return _activation()


def _activation() -> Response:
    """With `sendEmail=false` the link that would have been in the mail."""
    if flag("sendEmail", True):
        return answer({})
    token = new_id("XE6")
    url = f"{current_idp().public_url}/welcome/{token}"
    return answer({"activationUrl": url, "activationToken": token})


@blueprint.post("/users/<key>/lifecycle/deactivate")
def deactivate(key: str) -> Response:
    locked_out.deactivate(current_idp(), person(key))
    return answer({})


@blueprint.post("/users/<key>/lifecycle/suspend")
def suspend(key: str) -> Response:
    locked_out.suspend(current_idp(), person(key))
    return answer({})


@blueprint.post("/users/<key>/lifecycle/unsuspend")
def unsuspend(key: str) -> Response:
    users.unsuspend(current_idp().org, person(key), now())
    return answer({})


@blueprint.post("/users/<key>/lifecycle/unlock")
def unlock(key: str) -> Response:
    users.unlock(current_idp().org, person(key), now())
    return answer({})


@blueprint.post("/users/<key>/lifecycle/expire_password")
def expire_password(key: str) -> Response:
    return answer(users_json.shown(users.expire_password(current_idp().org, person(key), now())))


@blueprint.post("/users/<key>/lifecycle/reset_password")
def reset_password(key: str) -> Response:
    user = users.reset_password(current_idp().org, person(key), now())
    if flag("revokeSessions", False):
        granted.end_sessions(current_idp(), user)
    if flag("sendEmail", True):
        return answer({})
    return answer({"resetPasswordUrl": f"{current_idp().public_url}/reset_password/{new_id('XE6')}"})


@blueprint.post("/users/<key>/lifecycle/reset_factors")
def reset_factors(key: str) -> Response:
    users.reset_factors(current_idp().org, person(key))
    return answer({})


@blueprint.post("/users/<key>/credentials/change_password")
def change_password(key: str) -> Response:
    sent, user = body(), person(key)
    old, new = (Members(sent).object(name).text("value") for name in ("oldPassword", "newPassword"))
    made = users.change_password(current_idp().org, user, old, new, now())
    if sent.get("revokeSessions") is True:
        granted.end_sessions(current_idp(), user)
    return answer(users_json.credentials(made))
