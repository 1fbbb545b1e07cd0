"""Security > API > a server's Access Policies and their rules (okta.md 6.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Response

from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, now
from mock_idp.console.servers import server_of, server_page
from mock_idp.management import policies_json
from mock_idp.operations import policies
from mock_idp.org.authorization_server import ALL_CLIENTS, ANY_SCOPE, EVERYBODY, AuthorizationServer, Policy, Rule
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = area("policies")
CONTROLS = {
    "conditions.clients.include": "clients",
    "conditions.grantTypes.include": "grant_types",
    "conditions.people": "people",
    "conditions.people.groups.include": "groups",
    "conditions.people.users.include": "users",
    "conditions.scopes.include": "scopes",
    "actions.token.accessTokenLifetimeMinutes": "access_token_lifetime_minutes",
    "actions.token.refreshTokenLifetimeMinutes": "refresh_token_lifetime_minutes",
    "actions.token.refreshTokenWindowMinutes": "refresh_token_window_minutes",
}
GRANT_TYPES = {
    "client_credentials": "Client Credentials",
    "authorization_code": "Authorization Code",
    "implicit": "Implicit (hybrid)",
    "password": "Resource Owner Password",
    "interaction_code": "Interaction Code",
    "urn:ietf:params:oauth:grant-type:device_code": "Device Authorization",
    "urn:ietf:params:oauth:grant-type:token-exchange": "Token Exchange",
    "urn:ietf:params:oauth:grant-type:jwt-bearer": "JWT Bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer": "SAML 2.0 Assertion",
    "urn:openid:params:grant-type:ciba": "Client-initiated backchannel authentication flow (CIBA)",
}
_ALL = "/oauth2/as/<server_id>/policies"
_ONE = f"{_ALL}/<policy_id>"
_RULE = f"{_ONE}/rules/<rule_id>"
_TURNS = "<any(activate, deactivate):change>"
_NEW = "new"
"""No policy's and no rule's id."""


@blueprint.get(_ALL)
def listed(server_id: str) -> Response:
    server, org = server_of(server_id), current_idp().org
    names = {app.client_id: app.label or app.client_id for app in org.apps.all()}
    names |= {group.id: group.name for group in org.groups.all()} | {user.id: user.login for user in org.users.all()}
    names |= {ALL_CLIENTS: "All clients", EVERYBODY: "Any user assigned the app", ANY_SCOPE: "Any scopes"}
    known = [(policy, policies.ordered_rules(policy)) for policy in policies.ordered(server)]
    return server_page("policies.html", server, policies=known, names=names, grant_types=GRANT_TYPES)


# ---- policies -----------------------------------------------------------------------------------------------


@blueprint.get(_ONE)
def show(server_id: str, policy_id: str) -> Response:
    server = server_of(server_id)
    known = policies.find(server, policy_id) if policy_id != _NEW else None
    shown = known or Policy("", priority=len(server.policies or ()) + 1)
    form = Form.of(
        CONTROLS,
        name=shown.name,
        description=shown.description,
        assign_to="ALL" if ALL_CLIENTS in shown.clients else "SOME",
        clients=[entry for entry in shown.clients if entry != ALL_CLIENTS],
        priority=shown.priority,
    )
    return _policy_page(server, known, form)


@blueprint.post(_ONE)
def save(server_id: str, policy_id: str) -> Response:
    form, server, org = Form.sent(CONTROLS), server_of(server_id), current_idp().org
    known = policies.find(server, policy_id) if policy_id != _NEW else None
    clients = [ALL_CLIENTS] if form.text("assign_to") == "ALL" else form.all("clients")
    try:
        sent: Document = {name: form.text(name) for name in ("name", "description")}
        sent |= {"priority": form.number("priority"), "conditions": {"clients": {"include": clients}}}
        (policies.update if known else policies.create)(org, server_id, policies_json.read(sent, known), now())
    except ApiError as error:
        return _policy_page(server, known, form.refused(error))
    return done("The policy was saved.", "console_policies.listed", server_id=server_id)


@blueprint.post(f"{_ONE}/{_TURNS}")
def turn(server_id: str, policy_id: str, change: str) -> Response:
    status = "ACTIVE" if change == "activate" else "INACTIVE"
    policies.set_status(current_idp().org, server_id, policy_id, status, now())
    return done(f"The policy was {change}d.", "console_policies.listed", server_id=server_id)


@blueprint.post(f"{_ONE}/delete")
def delete(server_id: str, policy_id: str) -> Response:
    policies.delete(current_idp().org, server_id, policy_id, now())
    return done("The policy was deleted.", "console_policies.listed", server_id=server_id)


def _policy_page(server: AuthorizationServer, known: Policy | None, form: Form) -> Response:
    apps = [(app.client_id, app.label or app.client_id) for app in current_idp().org.apps.all()]
    verb = "Edit Policy" if known else "Add New Access Policy"
    return server_page("policy.html", server, form=form, known=known, verb=verb, apps=apps)


# ---- rules --------------------------------------------------------------------------------------------------


@blueprint.get(_RULE)
def show_rule(server_id: str, policy_id: str, rule_id: str) -> Response:
    server = server_of(server_id)
    policy = policies.find(server, policy_id)
    known = policies.find_rule(policy, rule_id) if rule_id != _NEW else None
    shown = known or Rule("", priority=len(policy.rules) + 1)
    form = Form.of(
        CONTROLS,
        name=shown.name,
        priority=shown.priority,
        grant_types=shown.grant_types,
        people="ANY" if EVERYBODY in shown.groups else "SOME",
        groups=[entry for entry in shown.groups if entry != EVERYBODY],
        users=shown.users,
        in_scopes="ANY" if ANY_SCOPE in shown.scopes else "SOME",
        scopes=[entry for entry in shown.scopes if entry != ANY_SCOPE],
        access_token_lifetime_minutes=shown.access_token_lifetime_minutes,
        refresh_token_lifetime_minutes=shown.refresh_token_lifetime_minutes,
        refresh_token_window_minutes=shown.refresh_token_window_minutes,
    )
    return _rule_page(server, policy, known, form)


@blueprint.post(_RULE)
def save_rule(server_id: str, policy_id: str, rule_id: str) -> Response:
    form, server, org = Form.sent(CONTROLS), server_of(server_id), current_idp().org
    policy = policies.find(server, policy_id)
    known = policies.find_rule(policy, rule_id) if rule_id != _NEW else None
    try:
        wanted = policies_json.read_rule(_rule(form, known), known)
        (policies.update_rule if known else policies.create_rule)(org, server_id, policy_id, wanted, now())
    except ApiError as error:
        return _rule_page(server, policy, known, form.refused(error))
    return done("The rule was saved.", "console_policies.listed", policy_id, server_id=server_id)


@blueprint.post(f"{_RULE}/{_TURNS}")
def turn_rule(server_id: str, policy_id: str, rule_id: str, change: str) -> Response:
    status = "ACTIVE" if change == "activate" else "INACTIVE"
    policies.set_rule_status(current_idp().org, server_id, policy_id, rule_id, status, now())
    return done(f"The rule was {change}d.", "console_policies.listed", policy_id, server_id=server_id)


@blueprint.post(f"{_RULE}/delete")
def delete_rule(server_id: str, policy_id: str, rule_id: str) -> Response:
    policies.delete_rule(current_idp().org, server_id, policy_id, rule_id, now())
    return done("The rule was deleted.", "console_policies.listed", policy_id, server_id=server_id)


def _rule(form: Form, known: Rule | None) -> Document:
    """The rule's JSON; who is excluded has no control, as in Okta's form, and stays."""
    some = form.text("people") == "SOME"
    minutes = {
        f"{member}Minutes": form.number(f"{control}_minutes")
        for member, control in (
            ("accessTokenLifetime", "access_token_lifetime"),
            ("refreshTokenLifetime", "refresh_token_lifetime"),
            ("refreshTokenWindow", "refresh_token_window"),
        )
    }
    return {
        "type": policies_json.RULE,
        "name": form.text("name"),
        "priority": form.number("priority"),
        "conditions": {
            "people": {
                "users": _people(form.all("users") if some else [], known.users_excluded if known else ()),
                "groups": _people(form.all("groups") if some else [EVERYBODY], known.groups_excluded if known else ()),
            },
            "grantTypes": {"include": form.all("grant_types")},
            "scopes": {"include": form.all("scopes") if form.text("in_scopes") == "SOME" else [ANY_SCOPE]},
        },
        "actions": {"token": minutes},
    }


def _people(included: list[str], excluded: Iterable[str]) -> dict[str, Any]:
    return {"include": included, "exclude": list(excluded)}


def _rule_page(server: AuthorizationServer, policy: Policy, known: Rule | None, form: Form) -> Response:
    org = current_idp().org
    excluded = {*known.users_excluded, *known.groups_excluded} if known else ()
    return server_page(
        "rule.html",
        server,
        form=form,
        owner=policy,
        known=known,
        verb="Edit Rule" if known else "Add Rule",
        grant_types=list(GRANT_TYPES.items()),
        groups=[(group.id, group.name) for group in org.groups.all()],
        users=[(user.id, user.login) for user in org.users.all()],
        excluded=[user.login for user in org.users.all() if user.id in excluded]
        + [group.name for group in org.groups.all() if group.id in excluded],
    )
