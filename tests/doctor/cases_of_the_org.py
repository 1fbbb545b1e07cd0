"""What the org lets through: policies, assignments, the tile, origins, refresh tokens, signing out."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.doctor.facts import Facts, RelyingParty
from tests.doctor.clinic import Clinic
from tests.doctor.setups import GOOD, IMPLICIT, OFFLINE, REFRESH, SHOWN, SPA, SPEC, Make, app, case, edited, seen
from tests.mock_idp.okta import CALLBACK

# ---- access policies ----------------------------------------------------------------------------------------

RULE: dict[str, Any] = {
    "name": "rule",
    "type": "RESOURCE_ACCESS",
    "conditions": {
        "people": {"groups": {"include": ["EVERYONE"]}},
        "grantTypes": {"include": ["authorization_code"]},
        "scopes": {"include": ["*"]},
    },
}


def policy(*, clients: str = "", rules: list[dict[str, Any]] | None = None, active: bool = True, **login: Any) -> Make:
    """A server of its own with one policy (for this app, or for `clients`) with these rules, and a login there."""

    def make(clinic: Clinic) -> Facts:
        client_id = clinic.app()
        body = {"name": "own", "description": "d", "audiences": ["api://own"]}
        server = clinic.api.made("/authorizationServers", body)["id"]
        made = {
            "type": "OAUTH_AUTHORIZATION_POLICY",
            "name": "policy",
            "description": "d",
            "priority": 1,
            "status": "ACTIVE" if active else "INACTIVE",
            "conditions": {"clients": {"include": [clients or client_id]}},
        }
        policy_id = clinic.api.made(f"/authorizationServers/{server}/policies", made)["id"]
        for rule in rules or []:
            clinic.api.made(f"/authorizationServers/{server}/policies/{policy_id}/rules", rule)
        clinic.login(server=server, person=True, **login)
        return clinic.facts()

    return make


def rule(**conditions: Any) -> dict[str, Any]:
    return RULE | {"conditions": RULE["conditions"] | conditions}


WITH_RULE = policy(rules=[RULE])
case("policy.none", policy(clients="web", rules=[RULE]), WITH_RULE)
case("policy.inactive", policy(rules=[RULE], active=False), WITH_RULE)
case("policy.no-rule", policy(), policy(clients="ALL_CLIENTS", rules=[RULE]))
case("policy.grant", policy(rules=[rule(grantTypes={"include": ["client_credentials"]})]), WITH_RULE)
case(
    "policy.scopes",
    policy(rules=[rule(scopes={"include": ["openid", "email"]})]),
    policy(rules=[rule(scopes={"include": ["openid", "email", "profile"]})]),
)


def people(included: str) -> Make:
    """A rule for a group: that of the app, or another one."""

    def make(clinic: Clinic) -> Facts:
        groups = {name: clinic.api.made("/groups", {"profile": {"name": name}})["id"] for name in ("Shop", "Other")}
        named = rule(people={"groups": {"include": [groups[included]]}})
        facts = policy(rules=[named])(clinic)
        ours = dataclasses.replace(facts.settings, groups=[{"id": groups["Shop"], "name": "Shop"}], users=[])
        return dataclasses.replace(facts, settings=ours)

    return make


case("policy.people", people("Other"), people("Shop"))


def excluding(*names: str) -> Make:
    """A rule for everybody but these, in an app for Ada and Grace."""

    def make(clinic: Clinic) -> Facts:
        grace = {"firstName": "Grace", "lastName": "H", "email": "grace@example.com", "login": "grace@example.com"}
        clinic.api.made("/users", {"profile": grace})
        ids = {user["profile"]["firstName"]: user["id"] for user in clinic.api.listed("/users")}
        out = rule(people={"groups": {"include": ["EVERYONE"]}, "users": {"exclude": [ids[name] for name in names]}})
        return policy(rules=[out])(clinic)

    return make


case("policy.excluded", excluding("Ada", "Grace"), excluding("Grace"))

# ---- assignments --------------------------------------------------------------------------------------------

case("assignment.nobody", app(assigned=False), edited(app(assigned=False), settings__implicitAssignment=True))


def assigned(status: str) -> Make:
    def make(clinic: Clinic) -> Facts:
        facts = GOOD(clinic)
        users = [{**one, "status": status} for one in facts.settings.users]
        return dataclasses.replace(facts, settings=dataclasses.replace(facts.settings, users=users))

    return make


case("assignment.nobody-active", assigned("SUSPENDED"), assigned("ACTIVE"))

# ---- the tile -----------------------------------------------------------------------------------------------

MODE = "settings__oauthClient__idp_initiated_login__mode"
INITIATE = "settings__oauthClient__initiate_login_uri"
case("tile.app-only", app(visibility=SHOWN), app(visibility=SHOWN, **SPEC))
case("tile.hidden", app(**SPEC), app(visibility=SHOWN, **SPEC))
case("tile.no-uri", edited(GOOD, **{MODE: "SPEC"}), app(**SPEC))
case("tile.callback", app(**SPEC | {"initiate_login_uri": CALLBACK}), app(**SPEC))
case("tile.other-host", app(**SPEC | {"initiate_login_uri": "https://other.example/launch"}), app(**SPEC))
case("tile.other-iss", app(login={}, **SPEC), app(login={"server": "org"}, **SPEC))
SIMPLE: dict[str, Any] = {**SPEC, "idp_initiated_login": {"mode": "OKTA", "default_scope": ["openid"]}}
case("tile.no-implicit", app(**SIMPLE), app(**SIMPLE, **IMPLICIT))
case(
    "tile.no-id-token",
    app(**SIMPLE, **IMPLICIT | {"response_types": ["code", "token"]}),
    app(**SIMPLE, **IMPLICIT),
)
SCOPES = "settings__oauthClient__idp_initiated_login__default_scope"
case("tile.no-scopes", edited(app(**SIMPLE, **IMPLICIT), **{SCOPES: []}), app(**SIMPLE, **IMPLICIT))

case("tile.strict-cookies", seen(app(**SPEC), strict_cookies=("tj_auth_token",)), app(**SPEC))

# ---- CORS ---------------------------------------------------------------------------------------------------

PAGE: dict[str, Any] = {"pkce": True, "method": "none"}


def origin(*scopes: str, status: str = "ACTIVE") -> Make:
    """A page at https://rp.example, which is a Trusted Origin."""

    def make(clinic: Clinic) -> Facts:
        facts = app(login=PAGE, **SPA)(clinic)
        known = [{"origin": "https://rp.example", "status": status, "scopes": [{"type": one} for one in scopes]}]
        return dataclasses.replace(facts, settings=dataclasses.replace(facts.settings, trusted_origins=known))

    return make


case("cors.not-trusted", origin("REDIRECT"), origin("CORS", "REDIRECT"))
case(
    "cors.unknown-origin",
    app(login={**PAGE, "origin": "https://other.example"}, **SPA),
    app(login={**PAGE, "origin": "https://rp.example"}, **SPA),
)
case("cors.forwarded", app(login={"origin": "https://rp.example"}), GOOD)

# ---- refresh tokens -----------------------------------------------------------------------------------------

case("refresh.no-grant", app(login={"scope": OFFLINE}), app(login={"scope": OFFLINE}, **REFRESH))
case(
    "refresh.not-asked",
    seen(app(login={}, **REFRESH), renews=True),
    seen(app(login={"scope": OFFLINE}, **REFRESH), renews=True),
)
ROTATES: dict[str, Any] = {"refresh_token": {"rotation_type": "ROTATE", "leeway": 0}}
case("refresh.static", app(**SPA, **REFRESH, refresh_token={"rotation_type": "STATIC"}), app(**SPA, **REFRESH))
case(
    "refresh.no-grace",
    app(**REFRESH, **ROTATES),
    app(**REFRESH, refresh_token={"rotation_type": "ROTATE", "leeway": 30}),
)


def renewed(times: int) -> Make:
    """The application sends the refresh token of its login again and again."""

    def make(clinic: Clinic) -> Facts:
        clinic.app(**REFRESH, **ROTATES)
        clinic.login(scope=OFFLINE)
        made = {one["kind"]: one["value"] for one in clinic.okta.transcript(clinic.attempt or "")["artefacts"]}
        headers, _ = clinic.credentials()
        for _ in range(times):
            clinic.okta.refresh(made["refresh_token"], headers=headers)
        return clinic.facts()

    return make


case("refresh.used-again", renewed(2), renewed(1))
case(
    "refresh.none-sent",
    seen(app(login={"scope": OFFLINE}, **REFRESH), renews=True, signed_in=True),
    seen(app(login={"scope": OFFLINE, "renew": True}, **REFRESH), signed_in=True),
)

# ---- signing out --------------------------------------------------------------------------------------------

BYE = "https://rp.example/bye"


def signs_out(back: str, *, hint: bool = True) -> Make:
    def make(clinic: Clinic) -> Facts:
        clinic.app(post_logout_redirect_uris=[BYE])
        clinic.login()
        token = next(
            one["value"] for one in clinic.okta.transcript(clinic.attempt or "")["artefacts"] if "claims" in one
        )
        sent = {"post_logout_redirect_uri": back} | ({"id_token_hint": token} if hint else {})
        carrier = {"X-Gauntlet-Attempt": clinic.attempt or ""}
        clinic.okta.browser.get(clinic.okta.url("logout"), query_string=sent, headers=carrier)
        return clinic.facts()

    return make


case("sign-out.not-registered", signs_out(f"{BYE}/"), signs_out(BYE))
case("sign-out.no-hint", signs_out(BYE, hint=False), signs_out(BYE))
case(
    "sign-out.prefilled",
    app(post_logout_redirect_uris=["http://localhost:8080"]),
    app(post_logout_redirect_uris=["http://localhost:8080"], facts={"base_url": "http://localhost:8080"}),
)

# ---- how far it came ----------------------------------------------------------------------------------------

case("login.never-arrived", seen(app(), signed_in=False), seen(GOOD, signed_in=True))


def half(clinic: Clinic) -> Facts:
    """The application throws the code away."""
    facts = GOOD(clinic)
    facts.login.exchanges = facts.login.at("authorize")
    return dataclasses.replace(facts, party=RelyingParty("https://rp.example", signed_in=False))


case("login.code-not-redeemed", half, seen(GOOD, signed_in=True))
case("login.not-signed-in", seen(GOOD, signed_in=False), seen(GOOD, signed_in=True))
