"""Directory > Groups: groups and who is in them (okta.md 6.2)."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, now, page
from mock_idp.operations import groups, users
from mock_idp.org.model import Group
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp

blueprint = area("groups")
_ONE = "/group/<group_id>"


@blueprint.get("/groups")
def listed() -> Response:
    part, org = request.args.get("q", ""), current_idp().org
    found = [
        (group, len(groups.members(org, group)), len(groups.apps(org, group)))
        for group in org.groups.all()
        if part.strip().casefold() in group.name.casefold()
    ]
    return page("groups.html", "Groups", groups=found, part=part)


@blueprint.get("/groups/new")
def add() -> Response:
    return page("group_new.html", "Add Group", form=Form.of())


@blueprint.post("/groups/new")
def create() -> Response:
    form = Form.sent()
    try:
        made = groups.create(current_idp().org, form.text("name"), form.text("description"), now())
    except ApiError as error:
        return page("group_new.html", "Add Group", form=form.refused(error))
    return done(f"{made.name} was added.", "console_groups.show", group_id=made.id)


@blueprint.get(_ONE)
def show(group_id: str) -> Response:
    group = groups.find(current_idp().org, group_id)
    return _group(group, Form.of(name=group.name, description=group.description))


@blueprint.post(_ONE)
def save(group_id: str) -> Response:
    form, org = Form.sent(), current_idp().org
    group = groups.find(org, group_id)
    try:
        groups.update(org, group_id, form.text("name"), form.text("description"), now())
    except ApiError as error:
        return _group(group, form.refused(error))
    return done("The group was saved.", "console_groups.show", group_id=group_id)


@blueprint.post(f"{_ONE}/delete")
def delete(group_id: str) -> Response:
    org = current_idp().org
    name = groups.find(org, group_id).name
    groups.delete(org, group_id)
    return done(f"{name} was deleted.", "console_groups.listed")


@blueprint.post(f"{_ONE}/members")
def add_member(group_id: str) -> Response:
    org = current_idp().org
    group, user = groups.find(org, group_id), users.find(org, Form.sent().text("user"))
    groups.add(org, group, user)
    return done(f"{user.login} is in {group.name}.", "console_groups.show", group_id=group_id)


@blueprint.post(f"{_ONE}/members/<user_id>/remove")
def remove_member(group_id: str, user_id: str) -> Response:
    org = current_idp().org
    group, user = groups.find(org, group_id), users.find(org, user_id)
    groups.remove(org, group, user)
    return done(f"{user.login} is not in {group.name} any more.", "console_groups.show", group_id=group_id)


def _group(group: Group, form: Form) -> Response:
    org = current_idp().org
    members = groups.members(org, group)
    others = [(user.id, user.login) for user in org.users.all() if user not in members]
    apps = groups.apps(org, group)
    return page("group.html", group.name, group=group, form=form, members=members, others=others, apps=apps)
