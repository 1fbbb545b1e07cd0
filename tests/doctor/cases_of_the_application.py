"""What the application knows, sends and asks for: issuer, client, redirect URIs, grants, PKCE, scopes."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.doctor.facts import Facts
from tests.doctor.clinic import Clinic
from tests.doctor.setups import GOOD, IMPLICIT, OFFLINE, REFRESH, SPA, Make, app, case, edited
from tests.mock_idp.okta import CALLBACK, ORIGIN


def issuer(typed: str, **login: Any) -> Make:
    return app(login=login, facts={"issuer": typed})


# ---- issuer -------------------------------------------------------------------------------------------------

DEFAULT = f"{ORIGIN}/oauth2/default"
CUSTOM = "https://login.rp.example"
case("issuer.white-space", issuer(f"{DEFAULT} "), issuer(DEFAULT))
case("issuer.no-scheme", issuer("dev-1.okta.test", server="org"), issuer(ORIGIN, server="org"))
case("issuer.trailing-slash", issuer(f"{DEFAULT}/"), issuer(DEFAULT))
case("issuer.admin-host", issuer("https://dev-1-admin.okta.test", server="org"), issuer(ORIGIN, server="org"))
case("issuer.other-host", issuer("https://dev-2.okta.test/oauth2/default"), issuer(DEFAULT))
case("issuer.no-tls", issuer("http://dev-1.okta.test/oauth2/default"), issuer(DEFAULT))
case(
    "issuer.oauth-metadata",
    issuer(f"{DEFAULT}/.well-known/oauth-authorization-server"),
    issuer(f"{DEFAULT}/.well-known/openid-configuration"),
)
case("issuer.endpoint", issuer(f"{DEFAULT}/v1/authorize"), issuer(DEFAULT))
case(
    "issuer.unknown-server",
    app(facts={"issuer": f"{ORIGIN}/oauth2/ausNobody"}),
    app(facts={"issuer": f"{ORIGIN}/oauth2/orders"}),
)


def _inactive_server(clinic: Clinic) -> Facts:
    clinic.app()
    assert clinic.api.post("/authorizationServers/orders/lifecycle/deactivate").status_code == 204
    return clinic.facts(issuer=f"{ORIGIN}/oauth2/orders")


case("issuer.inactive-server", _inactive_server, app(facts={"issuer": f"{ORIGIN}/oauth2/orders"}))


def asks(path: str) -> Make:
    """The application asks for this path of the org, after a good login."""

    def make(clinic: Clinic) -> Facts:
        clinic.app()
        clinic.login()
        clinic.okta.rp.get(f"{ORIGIN}{path}")
        return clinic.facts()

    return make


case("issuer.appended-path", asks("/oauth2/default/oauth2/v1/keys"), asks("/oauth2/default/v1/keys"))
case(
    "issuer.no-metadata",
    asks("/oauth2/nobody/.well-known/openid-configuration"),
    asks("/oauth2/default/.well-known/openid-configuration"),
)
case("issuer.keys-elsewhere", asks("/oauth2/v1/keys"), asks("/oauth2/default/v1/keys"))


def custom_domain(mode: str, typed: str) -> Make:
    """The org has a custom URL, the server's issuer mode is this, and the application was told that issuer."""

    def make(clinic: Clinic) -> Facts:
        clinic.app()
        clinic.okta.control("PUT", "/settings", {"custom_url": CUSTOM})
        body = {"name": "default", "description": "d", "audiences": ["api://default"], "issuerMode": mode}
        assert clinic.api.put("/authorizationServers/default", body).status_code == 200
        return clinic.facts(issuer=typed)

    return make


case("issuer.mismatch", custom_domain("ORG_URL", f"{CUSTOM}/oauth2/default"), custom_domain("ORG_URL", DEFAULT))
case("issuer.dynamic", custom_domain("DYNAMIC", DEFAULT), custom_domain("ORG_URL", DEFAULT))

# ---- who the client is --------------------------------------------------------------------------------------

case("client.other-id", app(login={"client_id": "web"}), GOOD)
case("client.unknown", edited(GOOD, app=None), GOOD)
case("client.inactive", edited(GOOD, status="INACTIVE"), GOOD)
case("client.no-secret", edited(GOOD, secrets=[]), GOOD)
case("client.method", app(login={"method": "client_secret_post"}), GOOD)
case(
    "client.wrong-secret",
    edited(GOOD, secrets=[{"id": "ocs1", "created": "1", "status": "ACTIVE", "client_secret": "another"}]),
    GOOD,
)


def other_secret(used: str, status: str) -> Make:
    """The app has a second secret; the application uses the older one, or the newer one."""

    def make(clinic: Clinic) -> Facts:
        clinic.app()
        made = clinic.api.made(f"/apps/{clinic.client_id}/credentials/secrets", {})
        clinic.okta.clock.advance(10)
        older, clinic.secret = clinic.secret, clinic.secret if used == "older" else made["client_secret"]
        clinic.login()
        facts = clinic.facts()
        secrets = [
            {**one, "status": status, "created": 1}
            if one["client_secret"] == older
            else {**one, "created": 2, "status": "ACTIVE"}
            for one in facts.settings.secrets
        ]
        return dataclasses.replace(facts, settings=dataclasses.replace(facts.settings, secrets=secrets))

    return make


case("client.inactive-secret", other_secret("older", "INACTIVE"), other_secret("newer", "INACTIVE"))
case("client.older-secret", other_secret("older", "ACTIVE"), other_secret("newer", "ACTIVE"))


def public_with_secret(clinic: Clinic) -> Facts:
    clinic.app(**SPA)
    clinic.secret = "a-secret-that-nobody-gave"
    clinic.login(pkce=True)
    return clinic.facts()


case("client.public-type", public_with_secret, app(login={"pkce": True, "method": "none"}, **SPA))

# ---- redirect URIs ------------------------------------------------------------------------------------------

case(
    "redirect-uris.none",
    edited(GOOD, settings__oauthClient__redirect_uris=[]),
    edited(GOOD, settings__oauthClient__redirect_uris=[], settings__oauthClient__application_type="service"),
)
case(
    "redirect-uris.placeholder",
    app(redirect_uris=["https://app.rp.example/auth/okta/clientID/callback"]),
    app(redirect_uris=["https://app.rp.example/auth/okta/clients/callback"]),
)


def path_names(other: str) -> Make:
    def make(clinic: Clinic) -> Facts:
        own = clinic.app()
        clinic.change(redirect_uris=[f"https://rp.example/auth/okta/{other or own}/callback"])
        return clinic.facts()

    return make


case("redirect-uris.other-client-id", path_names("0oaAnotherAppsOwnId0"), path_names(""))
case(
    "redirect-uris.no-tls",
    app(redirect_uris=["http://rp.example/callback"]),
    app(redirect_uris=["http://127.0.0.1:3000/cb"]),
)
PREFILLED = "http://localhost:8080/authorization-code/callback"
case(
    "redirect-uris.prefilled",
    app(redirect_uris=[PREFILLED, CALLBACK]),
    app(redirect_uris=[PREFILLED], facts={"base_url": "http://localhost:8080"}),
)
case("redirect-uris.not-registered", app(login={"redirect_uri": f"{CALLBACK}/"}), GOOD)
case("redirect-uris.changed", app(login={"token": {"redirect_uri": f"{CALLBACK}/"}}), GOOD)
case(
    "redirect-uris.wildcard", app(redirect_uris=["https://*.rp.example/callback"], wildcard_redirect="SUBDOMAIN"), GOOD
)
case("redirect-uris.wildcard-off", edited(GOOD, settings__oauthClient__redirect_uris=["https://*.rp.example/cb"]), GOOD)
SILENT = "https://rp.example/silent-callback"
case(
    "redirect-uris.silent-unused",
    app(login={}, redirect_uris=[CALLBACK, SILENT]),
    app(login={"redirect_uri": SILENT}, redirect_uris=[CALLBACK, SILENT]),
)

# ---- grants -------------------------------------------------------------------------------------------------

TYPE = "settings__oauthClient__application_type"
case("grants.service", edited(GOOD, **{TYPE: "service"}), GOOD)
GRANTS, TYPES = "settings__oauthClient__grant_types", "settings__oauthClient__response_types"
case("grants.no-code", edited(GOOD, **{GRANTS: ["implicit"]}), GOOD)
case("grants.no-code-type", edited(GOOD, **{TYPES: ["id_token"]}), GOOD)
FRONT: dict[str, Any] = {"response_type": "code id_token", "nonce": "n1"}
case("grants.no-implicit", app(login=FRONT), app(login=FRONT, **IMPLICIT))
HYBRID_TOKEN = {"response_type": "code id_token token", "nonce": "n1"}
case("grants.response-type", app(login=HYBRID_TOKEN, **IMPLICIT), app(login=FRONT, **IMPLICIT))
case("grants.implicit-unused", app(login={}, **IMPLICIT), app(login=FRONT, **IMPLICIT))
BOTH: dict[str, Any] = IMPLICIT | {"response_types": ["code", "id_token", "token"]}
case("grants.implicit-token-unused", app(login=FRONT, **BOTH), app(login=HYBRID_TOKEN, **BOTH))
case("grants.unused", app(grant_types=["authorization_code", "client_credentials"]), GOOD)
case("grants.refresh-unused", app(login={}, **REFRESH), app(login={"scope": OFFLINE}, **REFRESH))

# ---- PKCE ---------------------------------------------------------------------------------------------------

REQUIRED: dict[str, Any] = {"credentials": {"pkce_required": True}}
case("pkce.not-sent", app(login={}, **REQUIRED), app(login={"pkce": True}, **REQUIRED))
case("pkce.method", app(login={"pkce": True, "code_challenge_method": "plain"}), app(login={"pkce": True}))
case("pkce.not-required", app(login={"pkce": True}), app(login={"pkce": True}, **REQUIRED))
case("pkce.no-verifier", app(login={"pkce": True, "token": {"code_verifier": None}}), app(login={"pkce": True}))

# ---- scopes -------------------------------------------------------------------------------------------------

case(
    "scopes.unknown",
    app(login={"scope": "openid email groups"}),
    app(login={"scope": "openid email orders:read", "server": "orders"}),
)
case(
    "scopes.custom-at-org",
    app(login={"scope": "openid email orders:read", "server": "org"}),
    app(login={"scope": "openid email groups", "server": "org"}),
)
case("scopes.none", app(login={"scope": None}), GOOD)
case("scopes.no-openid", app(login={"scope": "profile email"}), GOOD)
case(
    "scopes.no-groups-claim",
    app(login={"scope": "openid email groups", "server": "org"}),
    edited(app(login={"scope": "openid email groups", "server": "org"}), groupsClaim=True),
)
case("scopes.email-not-asked", app(login={"scope": "openid profile"}), GOOD)


def thin(*, userinfo: bool) -> Make:
    """A login at the org server, whose ID Tokens are thin; with or without a look at UserInfo."""

    def make(clinic: Clinic) -> Facts:
        clinic.app()
        clinic.login(server="org")
        facts = clinic.facts()
        if not userinfo:
            facts.login.exchanges = [one for one in facts.login.exchanges if one["endpoint"] != "userinfo"]
        for made in facts.login.artefacts:
            made.get("claims", {}).pop("email", None)
        return facts

    return make


case("scopes.no-email", thin(userinfo=False), thin(userinfo=True))


def silent(consent: str) -> Make:
    def make(clinic: Clinic) -> Facts:
        clinic.app(consent_method=consent)
        clinic.login(prompt="none")
        return clinic.facts()

    return make


case("scopes.consent-silent", silent("REQUIRED"), silent("TRUSTED"))

case("client.unusual-id", edited(GOOD, client_id="my-client"), GOOD)
SHORT = [{"id": "ocs1", "created": "1", "status": "ACTIVE", "client_secret": "short"}]
case("client.short-secret", edited(GOOD, secrets=SHORT), GOOD)


def dynamic_app(custom: str, server: str = "default") -> Make:
    """The app's own issuer is Dynamic, in an org with this custom URL."""

    def make(clinic: Clinic) -> Facts:
        clinic.app(issuer_mode="DYNAMIC")
        clinic.login(server=server)
        clinic.okta.control("PUT", "/settings", {"custom_url": custom})
        return clinic.facts()

    return make


case("issuer.unused-mode", dynamic_app(CUSTOM), dynamic_app(CUSTOM, server="org"))
