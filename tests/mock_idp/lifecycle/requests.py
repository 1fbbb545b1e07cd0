"""What apps, people and administrators send, for the apps and people of the model."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.org.authorization_server import AuthorizationServer, Policy, Rule
from mock_idp.org.model import Org, Settings
from tests.mock_idp.assertions import KEY, OTHER_KEY, assertion, form, public
from tests.mock_idp.lifecycle.model import CLIENTS, PEOPLE
from tests.mock_idp.okta import CALLBACK, ORIGIN, PKCE, Okta, basic, parameters

OTHER_CALLBACK = "https://rp.example/other"
PASSWORD, SECRET = "Tr1cky-horse", "a-secret-of-the-tests"
KEYS = KeyRing()
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
LIMITED = Rule(
    "limited",
    grant_types=(*Rule("").grant_types, DEVICE),
    access_token_lifetime_minutes=5,
    refresh_token_lifetime_minutes=20,
    refresh_token_window_minutes=10,
)


class Requests:
    """One org with the apps and people of the model, and what is sent to it."""

    def __init__(self, clock: ManualClock) -> None:
        servers = (AuthorizationServer("default", "default", policies=(Policy("p", rules=(LIMITED,)),)),)
        idp = Idp(ORIGIN, Org(authorization_servers=servers, settings=Settings(session_ttl=10**9)), clock=clock)
        idp.keys = KEYS
        self.okta = Okta(idp, clock)
        self.people = {name: self.make_person(name) for name in PEOPLE}
        self.browsers = {name: self.okta.new_browser() for name in PEOPLE}
        for name in CLIENTS:
            self.make_app(name)

    # ---- administrators -----------------------------------------------------------------------------------------

    def manage(self, method: str, path: str, document: Any = None) -> Any:
        """A call of the Management API that has to succeed."""
        headers = {"Authorization": f"SSWS {self.okta.idp.api_token}"}
        answer = self.okta.rp.open(f"{ORIGIN}/api/v1{path}", method=method, json=document, headers=headers)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json

    def make_app(self, name: str) -> None:
        client = CLIENTS[name]
        grants = ["authorization_code", "refresh_token", DEVICE, *(["password"] if client.kind == "native" else [])]
        secret = {"client_secret": SECRET} if client.method.startswith("client_secret") else {}
        credentials = {"client_id": name, "token_endpoint_auth_method": client.method, "pkce_required": client.public}
        settings: dict[str, Any] = {
            "application_type": client.kind,
            "redirect_uris": [CALLBACK, OTHER_CALLBACK],
            "response_types": ["code"],
            "grant_types": grants,
            "refresh_token": {"rotation_type": "ROTATE" if client.rotates else "STATIC", "leeway": client.leeway},
            **({"jwks": {"keys": public(KEY)}} if client.method == "private_key_jwt" else {}),
        }
        document = {
            "name": "oidc_client",
            "label": name,
            "signOnMode": "OPENID_CONNECT",
            "credentials": {"oauthClient": credentials | secret},
            "settings": {"oauthClient": settings, "implicitAssignment": True},
        }
        self.manage("POST", "/apps", document)

    def make_person(self, name: str) -> str:
        """Their new id."""
        profile = {"login": name, "email": name, "firstName": "A", "lastName": "Person"}
        document = {"profile": profile, "credentials": {"password": {"value": PASSWORD}}}
        return str(self.manage("POST", "/users", document)["id"])

    # ---- people -------------------------------------------------------------------------------------------------

    def code(self, person: str, app: str, server: str, **params: Any) -> str | None:
        """The code of a person's browser, who gives the password where a page asks for it; None without one."""
        browser = self.browsers[person]
        answer = self.okta.authorize(browser=browser, client_id=app, server=server, **params)
        if answer.status_code == 200:
            self.okta.browser = browser
            answer = self.okta.sign_in(answer, {"identifier": person, "credentials": PASSWORD})
        return code_in(answer)

    def session_token(self, person: str) -> str | None:
        """What the password gives at `/api/v1/authn`."""
        sent = {"username": person, "password": PASSWORD}
        answer = self.okta.rp.post(f"{ORIGIN}/api/v1/authn", json=sent).json or {}
        return answer.get("sessionToken")

    # ---- apps ---------------------------------------------------------------------------------------------------

    def assertion(self, app: str, endpoint: str, server: str, *, jti: str | None = None, forged: bool = False) -> str:
        """A client assertion; with the `jti` of an earlier one it is another one with the same name."""
        key, again = OTHER_KEY if forged else KEY, {"jti": jti} if jti else {}
        return assertion(self.okta, app, key=key, endpoint=endpoint, server=server, **again)

    def post(
        self, endpoint: str, app: str, server: str, *, signed: str = "", forged: bool = False, **params: Any
    ) -> TestResponse:
        """A request of an app; `forged`: with credentials that are not its own. `signed` is its assertion."""
        method, headers = CLIENTS[app].method, {}
        secret = "a-guess-of-the-tests" if forged else SECRET
        if method == "private_key_jwt":
            params |= form(signed)
        elif method == "client_secret_basic":
            headers = basic(app, secret)
        elif method == "client_secret_post" or forged:
            params |= {"client_id": app, "client_secret": secret}
        else:
            params |= {"client_id": app}
        return self.okta.post(endpoint, server=server, headers=headers, **params)


def pkce(wanted: bool) -> dict[str, Any]:
    return PKCE if wanted else {}


def code_in(answer: TestResponse) -> str | None:
    """The code of an authorization response; None for a page or an error."""
    return dict(parameters(answer)).get("code") if answer.status_code == 302 else None
