"""The four guides: followed to the letter nothing is wrong, and each step that is not followed is named."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest

from mock_idp.doctor.examination import examine
from mock_idp.doctor.facts import Facts, Guide, Step
from mock_idp.doctor.findings import Finding
from mock_idp.doctor.login import Login
from suites.engine.guides import as_guide, shipped_guides
from targets.target_file import load
from tests.doctor.clinic import BASE_URL, Clinic

GUIDES = ("toky", "tooljet", "openmetadata", "upflow")
SHOWN = {"web": False, "iOS": True}


def guide(name: str) -> Guide:
    found = as_guide(load(name).guide)
    assert found is not None
    return found


def set_up(clinic: Clinic, name: str) -> Facts:
    """The app as the guide wants it, and one login of an application that behaves as that product does."""
    login: dict[str, Any] = {}
    match name:
        case "toky":
            client_id = clinic.app(grant_types=["authorization_code", "implicit"], response_types=["code", "id_token"])
            start = f"{BASE_URL}/auth/okta/{client_id}"
            clinic.change(
                redirect_uris=[f"{start}/callback"],
                initiate_login_uri=start,
                idp_initiated_login={"mode": "SPEC", "default_scope": []},
                visibility=SHOWN,
            )
            login = {"redirect_uri": f"{start}/callback"}
        case "tooljet":
            clinic.app(
                visibility=SHOWN,
                grant_types=["authorization_code", "implicit"],
                response_types=["code", "token"],
                redirect_uris=[f"{BASE_URL}/sso/openid"],
                initiate_login_uri=f"{BASE_URL}/login",
                idp_initiated_login={"mode": "SPEC", "default_scope": []},
            )
            login = {"redirect_uri": f"{BASE_URL}/sso/openid", "server": "org", "pkce": True}
        case "openmetadata":
            login = _collate(clinic)
        case "upflow":
            clinic.app(
                redirect_uris=[f"{BASE_URL}/__/auth/handler"], post_logout_redirect_uris=["https://app.upflow.io/"]
            )
            login = {"redirect_uri": f"{BASE_URL}/__/auth/handler", "server": "org"}
    clinic.login(**login)
    return clinic.facts(guide=guide(name))


def _collate(clinic: Clinic) -> dict[str, Any]:
    client_id = clinic.app(
        application_type="browser",
        credentials={"token_endpoint_auth_method": "none"},
        grant_types=["authorization_code", "refresh_token", "implicit"],
        response_types=["code", "id_token", "token"],
        redirect_uris=[f"{BASE_URL}/callback", f"{BASE_URL}/silent-callback"],
        post_logout_redirect_uris=[f"{BASE_URL}/"],
    )
    api = clinic.api
    api.made("/trustedOrigins", {"name": "b", "origin": BASE_URL, "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}]})
    body = {"name": "collate", "description": "d", "audiences": [client_id], "issuerMode": "ORG_URL"}
    server = f"/authorizationServers/{api.made('/authorizationServers', body)['id']}"
    api.made(f"{server}/scopes", {"name": "collate", "default": True})
    policy: dict[str, Any] = {"type": "OAUTH_AUTHORIZATION_POLICY", "name": "p", "description": "d", "priority": 1}
    policy["conditions"] = {"clients": {"include": [client_id]}}
    made = api.made(f"{server}/policies", policy)["id"]
    conditions = {
        "people": {"groups": {"include": ["EVERYONE"]}},
        "grantTypes": {"include": ["authorization_code"]},
        "scopes": {"include": ["*"]},
    }
    rule = {"name": "r", "type": "RESOURCE_ACCESS", "conditions": conditions}
    api.made(f"{server}/policies/{made}/rules", rule)
    own = server.rpartition("/")[2]
    return {
        "server": own,
        "pkce": True,
        "method": "none",
        "scope": "openid profile email offline_access",
        "renew": True,
    }


def test_the_guides_that_are_shipped() -> None:
    assert list(shipped_guides()) == ["Collate", "Toky", "ToolJet", "Upflow"]
    assert shipped_guides()["Toky"] == guide("toky")


@pytest.mark.parametrize("name", GUIDES)
def test_who_follows_it_has_done_nothing_wrong(clinic: Clinic, name: str) -> None:
    found = examine(set_up(clinic, name))
    assert [one for one in found if one.severity != "note"] == []
    asked_in_vain = {step.id for step in guide(name).steps if step.needed == "unneeded"}
    assert {one.step for one in found if one.step} - {"pkce"} == asked_in_vain


STEPS = [(name, step.id) for name in GUIDES for step in guide(name).steps]


@pytest.mark.parametrize(("name", "identifier"), STEPS)
def test_it_names_the_step_that_was_left_out(clinic: Clinic, name: str, identifier: str) -> None:
    facts = set_up(clinic, name)
    step = next(one for one in guide(name).steps if one.id == identifier)
    if step.field == "rp.server":
        other = "default" if facts.server_id == "org" else "org"
        pkce = bool(facts.login.asked.get("code_challenge"))
        method = "none" if name == "openmetadata" else "client_secret_basic"
        clinic.login(server=other, pkce=pkce, method=method, **clinic.requested)
        found = examine(clinic.facts(guide=guide(name)))
    else:
        found = examine(undone(facts, step))
    mine = [one for one in found if one.step == identifier and not one.id.startswith("guide.unneeded")]
    assert mine, [(one.id, one.step) for one in found]
    worst = {"yes": "error", "no": "warning", "unneeded": "note"}[step.needed]
    assert worst in {one.severity for one in mine} or mine[0].severity == "error"
    others = {one.step for one in found if one.severity == "error"} - {identifier, ""}
    assert others <= also_undone(name, identifier), found


def also_undone(name: str, identifier: str) -> set[str]:
    """Steps that are about the same setting."""
    return {
        ("tooljet", "initiated-by"): {"login-flow"},
        ("openmetadata", "access-policy"): {"rule"},
    }.get((name, identifier), set())


def undone(facts: Facts, step: Step) -> Facts:
    """The same set-up without this step: what the field is in an app that nobody has touched, or was copied wrongly."""
    other: dict[str, Any] = {
        "app.settings.oauthClient.application_type": "native",
        "app.settings.oauthClient.redirect_uris": ["https://rp.example/other"],
        "app.settings.oauthClient.idp_initiated_login.mode": "OKTA"
        if step.id in ("app-only", "login-flow")
        else "DISABLED",
        "app.visibility.hide.web": True,
        "app.settings.oauthClient.initiate_login_uri": None,
        "app.settings.oauthClient.refresh_token.rotation_type": "STATIC",
        "app.settings.oauthClient.consent_method": "REQUIRED",
        "app.settings.oauthClient.issuer_mode": "DYNAMIC",
        "app.settings.oauthClient.post_logout_redirect_uris": [],
        "app.credentials.oauthClient.pkce_required": True,
    }
    if step.field.startswith("app."):
        return in_app(facts, step, other)
    settings = facts.settings
    match step.field.split("."):
        case ["assignments"]:
            return replaced(facts, users=[], groups=[])
        case ["trustedOrigins", _]:
            return replaced(facts, trusted_origins=[])
        case ["authorizationServer", *path]:
            servers = copy.deepcopy([dict(one) for one in settings.servers])
            here = next(one for one in servers if one["id"] == facts.server_id)
            undo_at_server(here, path)
            return replaced(facts, servers=servers)
        case ["login", _]:
            return nameless(facts)
        case ["rp", "client_id"]:
            return with_request(facts, "authorize", "client_id", "0oaAnotherAppsOwnId0")
        case ["rp", "client_secret"]:
            return refused(facts)
    raise AssertionError(step.field)


def in_app(facts: Facts, step: Step, other: dict[str, Any]) -> Facts:
    app = copy.deepcopy(dict(facts.settings.app or {}))
    *names, last = step.field.split(".")[1:]
    here: Any = app
    for name in names:
        here = here[name]
    if step.id == "silent-callback":
        here[last] = [f"{BASE_URL}/callback"]
    elif isinstance(here.get(last), list) and step.field not in other:
        keep = [one for one in here[last] if one not in step.expected]
        here[last] = keep + (["client_credentials"] if step.match == "only" else [])
    else:
        here[last] = other[step.field]
    return replaced(facts, app=app)


def undo_at_server(server: dict[str, Any], path: list[str]) -> None:
    match path:
        case ["policies", "conditions", *_]:
            server["policies"] = []
        case ["policies", "rules", *_]:
            server["policies"][0]["rules"] = []
        case ["scopes", _]:
            server["scopes"] = [one | {"default": False} for one in server["scopes"]]
        case ["issuerMode"]:
            server["issuerMode"] = "DYNAMIC"
        case ["audiences"]:
            server["audiences"] = ["api://collate"]


def replaced(facts: Facts, **settings: Any) -> Facts:
    return dataclasses.replace(facts, settings=dataclasses.replace(facts.settings, **settings))


def with_request(facts: Facts, endpoint: str, name: str, value: str) -> Facts:
    """The application sends something else; what the IdP did then is not asked here."""
    for exchange in facts.login.at(endpoint):
        for sent in (exchange["asked"], exchange["request"]["query"]):
            if isinstance(sent, dict):
                sent[name] = value
            elif sent:
                sent[:] = [[key, value if key == name else old] for key, old in sent]
    return facts


def nameless(facts: Facts) -> Facts:
    """The person has no address: no token says one, nor does UserInfo."""
    for made in facts.login.artefacts:
        for name in ("email", "preferred_username"):
            made.get("claims", {}).pop(name, None)
    for exchange in facts.login.at("userinfo"):
        exchange["response"]["body"] = '{"sub": "00u1"}'
    return facts


def refused(facts: Facts) -> Facts:
    """The application has a secret of another app."""
    secrets = [{**one, "client_secret": "that-of-another-app"} for one in facts.settings.secrets]
    text = '{"error": "invalid_client", "error_description": "The client secret supplied is invalid."}'
    kept = [one for one in facts.login.exchanges if one["endpoint"] != "token"]
    failed = {**facts.login.at("token")[0], "status": 401, "response": {"headers": {}, "body": text}}
    facts.login.exchanges = [*kept, failed]
    return replaced(facts, secrets=secrets)


def of_a_workspace(clinic: Clinic, registered: str) -> Facts:
    """ToolJet's guide, and an application whose redirect URI has the id of a workspace's configuration in it."""
    set_up(clinic, "tooljet")
    clinic.change(redirect_uris=[f"{BASE_URL}{registered}"])
    clinic.login(server="org", pkce=True, redirect_uri=f"{BASE_URL}/sso/openid/4711")
    return clinic.facts(guide=guide("tooljet"))


def test_a_step_may_ask_for_the_redirect_uri_that_is_sent(clinic: Clinic) -> None:
    assert [one for one in examine(of_a_workspace(clinic, "/sso/openid/4711")) if one.severity != "note"] == []


def test_another_redirect_uri_than_the_one_that_is_sent_is_that_step(clinic: Clinic) -> None:
    found = examine(of_a_workspace(clinic, "/sso/openid"))
    assert [(one.id, one.step) for one in found if one.severity == "error"] == [
        ("redirect-uris.not-registered", "redirect-uri")
    ]


def test_what_is_sent_is_not_asked_for_before_a_login(clinic: Clinic) -> None:
    facts = dataclasses.replace(of_a_workspace(clinic, "/sso/openid"), login=Login())
    assert "redirect-uri" not in {one.step for one in examine(facts)}


def test_a_step_is_told_in_the_consoles_words(clinic: Clinic) -> None:
    facts = set_up(clinic, "tooljet")
    step = next(one for one in guide("tooljet").steps if one.id == "login-flow")
    found: dict[str, Finding] = {one.step: one for one in examine(undone(facts, step))}
    one = found["login-flow"]
    simplified = "Either Okta or App, Send ID Token directly to app (Okta Simplified)"
    compliant = "Either Okta or App, Redirect to app to initiate login (OIDC Compliant)"
    assert one.message == f"Login flow is {simplified}; the guide asks for {compliant} (only a tile needs it)."
    assert one.fix == f"Set Login flow: {compliant}."
    assert (one.where, one.label) == ("Applications → Shop → General → Login", "Login flow")


def test_a_box_is_ticked_and_not_set(clinic: Clinic) -> None:
    facts = set_up(clinic, "toky")
    for step in guide("toky").steps:
        facts = undone(facts, step) if step.id in ("initiated-by", "icon") else facts
    one = next(one for one in examine(facts) if one.id == "guide.icon")
    assert one.message == "Display application icon to users is not ticked; the guide asks for it ticked."
    assert one.fix == "Tick Display application icon to users."


def test_a_box_of_a_list_is_ticked_too(clinic: Clinic) -> None:
    facts = set_up(clinic, "toky")
    facts = undone(facts, next(step for step in guide("toky").steps if step.id == "implicit"))
    one = next(one for one in examine(facts) if one.id == "guide.implicit")
    assert one.message.startswith("Implicit (hybrid) is not ticked; the guide asks for it ticked. The login works")
