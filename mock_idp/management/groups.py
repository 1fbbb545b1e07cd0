"""`/api/v1/groups` (okta.md 6.2): groups, their members and apps."""

from __future__ import annotations

from flask import Response, request

from mock_idp.management import app_json, groups_json, users_json
from mock_idp.management.frame import answer, body, nothing, page, resource
from mock_idp.management.search import selection
from mock_idp.management.users import now
from mock_idp.org.operations import groups, users
from mock_idp.protocol.exchange import current_idp

blueprint = resource("groups")
_PAGE, _MEMBERS = 10_000, 1_000
_FILTERED = frozenset({"id", "type", "lastUpdated", "lastMembershipUpdated"})


@blueprint.get("/groups")
def list_groups() -> Response:
    found = current_idp().org.groups.all()
    start = request.args.get("q", "").casefold()
    found = [group for group in found if group.name.casefold().startswith(start)]
    expression = request.args.get("search") or request.args.get("filter")
    if expression:
        chosen = selection(expression, () if request.args.get("search") else _FILTERED)
        found = [group for group in found if chosen(groups_json.shown(group))]
    return page(found, groups_json.shown, lambda group: group.id, default=_PAGE)


@blueprint.post("/groups")
def create_group() -> Response:
    return answer(groups_json.shown(groups.create(current_idp().org, *groups_json.read(body()), now())))


@blueprint.get("/groups/<group_id>")
def get_group(group_id: str) -> Response:
    return answer(groups_json.shown(groups.find(current_idp().org, group_id)))


@blueprint.put("/groups/<group_id>")
def replace_group(group_id: str) -> Response:
    return answer(groups_json.shown(groups.update(current_idp().org, group_id, *groups_json.read(body()), now())))


@blueprint.delete("/groups/<group_id>")
def delete_group(group_id: str) -> Response:
    groups.delete(current_idp().org, group_id)
    return nothing()


# ---- members ------------------------------------------------------------------------------------------------


@blueprint.get("/groups/<group_id>/users")
def list_members(group_id: str) -> Response:
    org = current_idp().org
    found = groups.members(org, groups.find(org, group_id))
    return page(found, users_json.shown, lambda user: user.id, default=_MEMBERS)


@blueprint.put("/groups/<group_id>/users/<user_id>")
def add_member(group_id: str, user_id: str) -> Response:
    org = current_idp().org
    groups.add(org, groups.find(org, group_id), users.find(org, user_id))
    return nothing()


@blueprint.delete("/groups/<group_id>/users/<user_id>")
def remove_member(group_id: str, user_id: str) -> Response:
    org = current_idp().org
    groups.remove(org, groups.find(org, group_id), users.find(org, user_id))
    return nothing()


@blueprint.get("/groups/<group_id>/apps")
def list_apps(group_id: str) -> Response:
    idp = current_idp()
    found = groups.apps(idp.org, groups.find(idp.org, group_id))
    return page(found, lambda app: app_json.write(idp, app), lambda app: app.client_id, default=20, most=200)
