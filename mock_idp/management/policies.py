"""`/api/v1/authorizationServers/{id}/policies` and their rules (okta.md 6.2)."""

from __future__ import annotations

from flask import Response

from mock_idp.management import policies_json
from mock_idp.management.frame import answer, body, nothing, resource
from mock_idp.management.servers import ONE, server_of
from mock_idp.management.users import now
from mock_idp.operations import policies
from mock_idp.protocol.exchange import current_idp

blueprint = resource("policies")
ALL = f"{ONE}/policies"
POLICY = f"{ALL}/<policy_id>"
RULE = f"{POLICY}/rules/<rule_id>"
_STATUS = {"activate": "ACTIVE", "deactivate": "INACTIVE"}


@blueprint.get(ALL)
def list_policies(server_id: str) -> Response:
    server = server_of(server_id)
    return answer([policies_json.shown(server, policy) for policy in policies.ordered(server)])


@blueprint.post(ALL)
def create_policy(server_id: str) -> Response:
    server = server_of(server_id)
    made = policies.create(current_idp().org, server_id, policies_json.read(body()), now())
    return answer(policies_json.shown(server, made), 201)


@blueprint.get(POLICY)
def get_policy(server_id: str, policy_id: str) -> Response:
    server = server_of(server_id)
    return answer(policies_json.shown(server, policies.find(server, policy_id)))


@blueprint.put(POLICY)
def replace_policy(server_id: str, policy_id: str) -> Response:
    server = server_of(server_id)
    wanted = policies_json.read(body(), policies.find(server, policy_id))
    return answer(policies_json.shown(server, policies.update(current_idp().org, server_id, wanted, now())))


@blueprint.delete(POLICY)
def delete_policy(server_id: str, policy_id: str) -> Response:
    policies.delete(current_idp().org, server_id, policy_id, now())
    return nothing()


@blueprint.post(f"{POLICY}/lifecycle/<any(activate, deactivate):change>")
def policy_lifecycle(server_id: str, policy_id: str, change: str) -> Response:
    policies.set_status(current_idp().org, server_id, policy_id, _STATUS[change], now())
    return nothing()


# ---- rules --------------------------------------------------------------------------------------------------


@blueprint.get(f"{POLICY}/rules")
def list_rules(server_id: str, policy_id: str) -> Response:
    server = server_of(server_id)
    policy = policies.find(server, policy_id)
    return answer([policies_json.rule(server, policy, rule) for rule in policies.ordered_rules(policy)])


@blueprint.post(f"{POLICY}/rules")
def create_rule(server_id: str, policy_id: str) -> Response:
    server = server_of(server_id)
    policy = policies.find(server, policy_id)
    made = policies.create_rule(current_idp().org, server_id, policy_id, policies_json.read_rule(body()), now())
    return answer(policies_json.rule(server, policy, made), 201)


@blueprint.get(RULE)
def get_rule(server_id: str, policy_id: str, rule_id: str) -> Response:
    server = server_of(server_id)
    policy = policies.find(server, policy_id)
    return answer(policies_json.rule(server, policy, policies.find_rule(policy, rule_id)))


@blueprint.put(RULE)
def replace_rule(server_id: str, policy_id: str, rule_id: str) -> Response:
    server = server_of(server_id)
    policy = policies.find(server, policy_id)
    wanted = policies_json.read_rule(body(), policies.find_rule(policy, rule_id))
    made = policies.update_rule(current_idp().org, server_id, policy_id, wanted, now())
    return answer(policies_json.rule(server, policy, made))


@blueprint.delete(RULE)
def delete_rule(server_id: str, policy_id: str, rule_id: str) -> Response:
    policies.delete_rule(current_idp().org, server_id, policy_id, rule_id, now())
    return nothing()


@blueprint.post(f"{RULE}/lifecycle/<any(activate, deactivate):change>")
def rule_lifecycle(server_id: str, policy_id: str, rule_id: str, change: str) -> Response:
    policies.set_rule_status(current_idp().org, server_id, policy_id, rule_id, _STATUS[change], now())
    return nothing()
