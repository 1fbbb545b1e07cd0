"""An org with one app that is set up by the Management API, logins that the mock records, and what the doctor says."""

from __future__ import annotations

import dataclasses
from typing import Any

from mock_idp.doctor.examination import examine
from mock_idp.doctor.facts import Facts, Guide, RelyingParty, settings_from
from mock_idp.doctor.findings import Finding
from mock_idp.doctor.login import Login
from tests.management.api import Api
from tests.management.apps import oidc
from tests.mock_idp.okta import CALLBACK, PKCE, VERIFIER, Okta, basic, parameters

BASE_URL = "https://rp.example"
SCOPE = "openid profile email"


class Clinic:
    """`clinic.app(…)` sets it up, `clinic.login(…)` logs in, `clinic.findings(…)` is what the doctor says.

    The person of a login is the attempt's own, who is at home in every app; `person` makes it somebody of the
    directory, whom assignments and policies are about.
    """

    def __init__(self, okta: Okta) -> None:
        self.okta, self.api = okta, Api(okta)
        self.client_id = self.secret = ""
        self.attempt: str | None = None
        self.renews = False
        self.requested: dict[str, Any] = {}

    def app(self, *, assigned: bool = True, visibility: dict[str, bool] | None = None, **app: Any) -> str:
        """A new app; `assigned`: to everybody."""
        document = oidc(**app) | {"visibility": {"hide": visibility or {"web": True, "iOS": True}}}
        made = self.api.made("/apps", document)
        self.client_id = made["id"]
        self.secret = made["credentials"]["oauthClient"].get("client_secret", "")
        if assigned:
            everyone = self.api.listed("/groups", q="Everyone")[0]["id"]
            assert self.api.put(f"/apps/{self.client_id}/groups/{everyone}", {}).status_code == 200
        return self.client_id

    def change(self, **members: Any) -> None:
        """Other members of settings.oauthClient; `credentials` and `visibility` are those of the app."""
        app = self.api.get(f"/apps/{self.client_id}").json
        assert app is not None
        app["credentials"]["oauthClient"] |= members.pop("credentials", {})
        app["visibility"]["hide"] |= members.pop("visibility", {})
        client = {**app["settings"]["oauthClient"], **members}
        app["settings"]["oauthClient"] = {name: value for name, value in client.items() if value is not None}
        answer = self.api.put(f"/apps/{self.client_id}", app)
        assert answer.status_code == 200, answer.text

    def login(
        self,
        *,
        server: str = "default",
        token: dict[str, Any] | None = None,
        pkce: bool = False,
        method: str = "client_secret_basic",
        origin: str = "",
        person: bool = False,
        renew: bool = False,
        **request: Any,
    ) -> None:
        """One login, as far as the IdP lets it go. `token`: other members of the token request."""
        okta, self.requested = self.okta, request
        self.attempt = okta.attempt(**({"identity": None} if person else {}))
        challenge = PKCE if pkce else {}
        wanted = {"client_id": self.client_id, "scope": SCOPE} | challenge | request
        answer = okta.authorize(self.attempt, server=server, **wanted)
        if person and answer.status_code == 200:
            answer = okta.sign_in(answer)
        if answer.status_code != 302 or "code" not in (given := dict(parameters(answer))):
            return
        headers, credentials = self.credentials(method)
        headers |= {"Origin": origin} if origin else {}
        verifier = {"code_verifier": VERIFIER} if pkce else {}
        sent = {"redirect_uri": wanted.get("redirect_uri", CALLBACK)} | credentials | verifier | (token or {})
        tokens = okta.redeem(given["code"], server=server, headers=headers, **sent).json or {}
        if "access_token" in tokens:
            okta.userinfo(tokens["access_token"], server=server)
        if renew and "refresh_token" in tokens:
            okta.refresh(tokens["refresh_token"], server=server, headers=headers, **credentials)
        self.renews = renew

    def credentials(self, method: str = "client_secret_basic") -> tuple[dict[str, str], dict[str, Any]]:
        match method:
            case "client_secret_basic":
                return basic(self.client_id, self.secret), {}
            case "client_secret_post":
                return {}, {"client_id": self.client_id, "client_secret": self.secret}
        return {}, {"client_id": self.client_id}

    def facts(self, *, issuer: str = "", guide: Guide | None = None, base_url: str = BASE_URL) -> Facts:
        """As the command collects them: all over the control API."""
        document = self.okta.control("GET", f"/doctor/{self.client_id}").json
        unbound = (self.okta.control("GET", "/unbound").json or {})["exchanges"]
        transcript = self.okta.transcript(self.attempt) if self.attempt else None
        party = RelyingParty(base_url, issuer, self.renews)
        assert document is not None
        return Facts(settings_from(document), Login(transcript, unbound), party, guide)

    def findings(self, **facts: Any) -> list[Finding]:
        return examine(self.facts(**facts))

    def wrong(self, **facts: Any) -> dict[str, Finding]:
        """Errors and warnings, by id."""
        return {one.id: one for one in self.findings(**facts) if one.severity != "note"}

    def ids(self, **facts: Any) -> set[str]:
        return {one.id for one in self.findings(**facts)}


def without_notes(findings: list[Finding]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(one) for one in findings if one.severity != "note"]
