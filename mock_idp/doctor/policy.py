"""Access policies and rules of a custom authorization server: does one let this app through (okta.md 2.3, 6.2)?

The org server has none. What is judged here is what settings say; a refusal that was observed is in `errors`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import ALL_CLIENTS, ANY_SCOPE, EVERYBODY, Document, Facts
from mock_idp.doctor.findings import Finding, finding


def rules(facts: Facts) -> Iterator[Finding]:
    server = facts.server
    if server is None or facts.settings.app is None:
        return
    name, client_id = server["name"], facts.settings.client_id
    policies = [one for one in server["policies"] if _for_client(one, client_id)]
    active = [one for one in policies if one["status"] == "ACTIVE"]
    if not policies:
        message = f"No access policy of the authorization server {name} is for this app: every login is refused."
        fix = f"Add a policy and assign it to {facts.settings.label} or to all clients."
        yield finding(facts, "policy.none", "error", controls.POLICIES, message, fix)
        return
    if not active:
        message = f"The access policy {policies[0]['name']} for this app is not active."
        yield finding(facts, "policy.inactive", "error", controls.POLICIES, message, "Activate it.")
        return
    found = [rule for one in active for rule in one["rules"] if rule["status"] == "ACTIVE"]
    if not found:
        message = f"The access policy {active[0]['name']} has no active rule: every login is refused."
        yield finding(facts, "policy.no-rule", "error", controls.RULES, message, "Add a rule, or activate one.")
        return
    yield from _fits(facts, found)


def _for_client(policy: Document, client_id: str) -> bool:
    included = policy["conditions"]["clients"]["include"]
    return ALL_CLIENTS in included or client_id in included


def _fits(facts: Facts, found: list[Document]) -> Iterator[Finding]:
    """Every grant that the application uses, and every scope, has a rule for it."""
    for grant, label in _grants(facts):
        fitting = [rule for rule in found if grant in rule["conditions"]["grantTypes"]["include"]]
        if not fitting:
            message = (
                f"No rule lets the grant {label} through; there is one for {', '.join(_allowed(found)) or 'none'}."
            )
            fix = f"Tick {label} in the rule."
            yield finding(facts, "policy.grant", "error", controls.RULE_GRANTS, message, fix)
            continue
        if not any(_everything(facts, rule) for rule in fitting):
            scopes = [one for one in facts.scopes if one not in _scopes(fitting[0])]
            message = f"No rule lets all the requested scopes through; refused: {', '.join(scopes)}."
            fix = f"Add {', '.join(scopes)} to the rule's scopes, or choose Any scopes."
            yield finding(facts, "policy.scopes", "error", controls.RULE_SCOPES, message, fix, facts.login.authorize)
        yield from _people(facts, fitting)


def _grants(facts: Facts) -> list[tuple[str, str]]:
    types = set(facts.response_types)
    code = [("authorization_code", "Authorization Code")] if "code" in types else []
    return code + ([("implicit", "Implicit (hybrid)")] if types & {"id_token", "token"} else [])


def _allowed(found: list[Document]) -> list[str]:
    return sorted({grant for rule in found for grant in rule["conditions"]["grantTypes"]["include"]})


def _scopes(rule: Document) -> list[str]:
    return list(rule["conditions"]["scopes"]["include"])


def _everything(facts: Facts, rule: Document) -> bool:
    return ANY_SCOPE in _scopes(rule) or set(facts.scopes) <= set(_scopes(rule))


def _people(facts: Facts, fitting: list[Document]) -> Iterator[Finding]:
    """People who are assigned to the app, and whom no rule means."""
    groups = {entry["id"] for entry in facts.settings.groups}
    users = {entry["id"] for entry in facts.settings.users}
    excluded = False
    for rule in fitting:
        people = rule["conditions"]["people"]
        included, welcome = set(people["groups"]["include"]), users - set(people["users"]["exclude"])
        if users and not welcome:
            excluded = True
        elif EVERYBODY in included or included & groups or set(people["users"]["include"]) & welcome:
            return
    if excluded:
        message = "A rule excludes everybody who is assigned to the app."
        fix = "Take them out of conditions.people.users.exclude: only the API has this setting."
        yield finding(facts, "policy.excluded", "warning", controls.RULE_PEOPLE, message, fix)
    elif groups or users:
        message = "The rules are for other people than those who are assigned to the app."
        fix = "Choose Any user assigned the app, or name the app's groups in the rule."
        yield finding(facts, "policy.people", "warning", controls.RULE_PEOPLE, message, fix)
