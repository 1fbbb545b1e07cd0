"""One mock org in this process, spoken to as browsers, relying parties and the harness do: over HTTP."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from lxml import html
from werkzeug.test import TestResponse

from mock_idp.app import create_app
from mock_idp.attempts.control import create_control_app
from mock_idp.clock import ManualClock
from mock_idp.idp import Idp
from mock_idp.misbehaviour import Misbehaviour

ORIGIN = "https://dev-1.okta.test"
CALLBACK = "https://rp.example/callback"
CONTROL_TOKEN = "token-of-the-tests"
NO_OBJECT = "expected a JSON object, without half of a surrogate pair in it"
"""What the control API says to other bodies."""
ADA = {"identifier": "ada@example.com", "credentials": "correct horse"}
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE: dict[str, Any] = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
WEB: dict[str, Any] = {
    "client_secret": "web-secret",
    "redirect_uris": [CALLBACK, f"{CALLBACK}?tenant=a%2Fb", "com.example.app:/callback"],
    "post_logout_redirect_uris": ["https://rp.example/bye", "https://rp.example/bye?from=idp"],
    "response_types": ["code", "id_token", "token"],
    "grant_types": ["authorization_code", "refresh_token", "implicit"],
}


def parameters(response: TestResponse) -> list[tuple[str, str]]:
    """The authorization response's parameters in the order in which they travel, in whatever response mode."""
    if response.status_code == 302:
        parts = urlsplit(response.headers["Location"])
        return parse_qsl(parts.fragment or parts.query, keep_blank_values=True)
    assert response.status_code == 200, response.text
    inputs = page_of(response).iter("input")
    return [(str(field.get("name")), str(field.get("value"))) for field in inputs]


def page_of(answer: TestResponse) -> Any:
    """The HTML page as an lxml document."""
    return html.fromstring(answer.text)


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified, with the order of their members."""
    head, payload, _ = token.split(".")
    decoded = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, payload)]
    return decoded[0], decoded[1]


def half_hash(value: str) -> str:
    """at_hash and c_hash of RS256 and ES256 tokens (OIDC Core 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()[:16]).rstrip(b"=").decode()


def verified(token: str, jwks: dict[str, Any], alg: str, secret: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that a published key has signed, or the client secret, with this algorithm."""
    key = OctKey.import_key(secret) if secret else KeySet.import_key_set(jwks)  # type: ignore[arg-type]
    made = jwt.decode(token, key, algorithms=[alg])
    return made.header, made.claims


def rsa_signed(token: str, jwk: dict[str, Any]) -> None:
    """The RSA key has signed the token with SHA-256, whatever its header says; InvalidSignature otherwise."""
    head, payload, mark = token.split(".")
    public: Any = RSAKey.import_key(jwk).get_op_key("verify")
    signature = base64.urlsafe_b64decode(mark + "==")
    public.verify(signature, f"{head}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())


@functools.cache
def _application() -> Flask:
    """One application for all orgs of these tests: an org is made in no time, two hundred routes are not."""
    return create_app(Idp(ORIGIN))


class Browser(FlaskClient):
    """A client of the application that speaks to one org."""

    idp: Idp

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.application.extensions["idp"] = self.idp
        return super().open(*args, **kwargs)


def _base_of(url: str) -> str:
    """Scheme and host of a URL of the org."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


class Okta:
    """The org at ORIGIN with the app `web`; `browser` keeps cookies, `rp` does not."""

    def __init__(self, idp: Idp, clock: ManualClock) -> None:
        self.idp, self.clock = idp, clock
        self.received: list[httpx.Request] = []
        self.answers: Callable[[httpx.Request], httpx.Response] = lambda _request: httpx.Response(200)
        idp.outgoing = httpx.MockTransport(self._receive)
        self.browser = self.new_browser()
        self.rp = self.new_browser(cookies=False)
        self._control = create_control_app(idp, CONTROL_TOKEN).test_client()
        self.register("web", **WEB)

    def new_browser(self, *, cookies: bool = True) -> FlaskClient:
        application = _application()
        browser = Browser(application, application.response_class, use_cookies=cookies)
        if cookies:
            browser.environ_base["HTTP_ACCEPT"] = "text/html,application/xhtml+xml,*/*;q=0.8"
        browser.idp = self.idp
        return browser

    def _receive(self, sent: httpx.Request) -> httpx.Response:
        """A relying party at every address: what the mock sends to it stands in `received`."""
        self.received.append(sent)
        return self.answers(sent)

    # ---- control API --------------------------------------------------------------------------------------

    def control(self, method: str, path: str, document: Any = None, token: str = CONTROL_TOKEN) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._control.open(path, method=method, json=document, headers=headers)

    def register(self, client_id: str, **settings: Any) -> None:
        answer = self.control("PUT", f"/clients/{client_id}", settings)
        assert answer.status_code == 200, answer.text

    def attempt(self, misbehaviour: Misbehaviour | None = None, **members: Any) -> str:
        """A new attempt of a fresh person."""
        mark = secrets.token_hex(4)
        identity = {"sub": f"00u{mark}", "email": f"{mark}@users.test", "name": f"Canary {mark}"}
        document = {"identity": identity, "misbehaviour": (misbehaviour or Misbehaviour()).to_json(), **members}
        answer = self.control("POST", "/attempts", document)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])  # type: ignore[index]

    def transcript(self, attempt: str) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", f"/attempts/{attempt}").json  # type: ignore[assignment]
        return found

    # ---- the browser --------------------------------------------------------------------------------------

    def authorize(
        self,
        attempt: str | None = None,
        *,
        server: str = "default",
        method: str = "GET",
        browser: FlaskClient | None = None,
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> TestResponse:
        """An authorization request; a parameter that is None is left out."""
        defaults = {
            "client_id": "web",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid profile email",
            "state": "s1",
        }
        sent = {name: value for name, value in (defaults | params).items() if value is not None}
        carrier = {"X-Gauntlet-Attempt": attempt} if attempt else {}
        where: dict[str, Any] = {"query_string" if method == "GET" else "data": sent}
        return (browser or self.browser).open(
            self.url("authorize", server), method=method, headers={**carrier, **(headers or {})}, **where
        )

    def submit(self, page: TestResponse, **fields: str) -> TestResponse:
        """Fill in the form of a page of the IdP, press the button that `fields` name, and follow its own redirect."""
        form = page_of(page).forms[0]
        data = {**dict(form.form_values()), **fields}
        answer = self.browser.post(str(form.action), data=data)
        if answer.status_code == 302 and answer.headers["Location"].startswith(f"{_base_of(form.action)}/oauth2"):
            return self.browser.get(answer.headers["Location"])
        return answer

    def sign_in(self, page: TestResponse, credentials: Mapping[str, str] = ADA) -> TestResponse:
        """Fill in the sign-in page and follow the IdP's own redirect; the answer is what goes to the RP."""
        form = page_of(page).forms[0]
        data = {**dict(form.form_values()), **credentials}
        answer = self.browser.post(str(form.action), data=data)
        if answer.status_code == 302 and answer.headers["Location"].startswith(_base_of(form.action)):
            return self.browser.get(answer.headers["Location"])
        return answer

    # ---- the relying party --------------------------------------------------------------------------------

    def url(self, endpoint: str, server: str = "default") -> str:
        return f"{ORIGIN}/oauth2/v1/{endpoint}" if server == "org" else f"{ORIGIN}/oauth2/{server}/v1/{endpoint}"

    def redeem(
        self, code: str, *, server: str = "default", headers: Mapping[str, str] | None = None, **params: Any
    ) -> TestResponse:
        """A token request with a code, as the app `web`; a parameter that is None is left out."""
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK} | params
        return self.token(server=server, headers=headers, **sent)

    def launch(self, client_id: str = "web", attempt: str | None = None) -> TestResponse:
        """A click on the app's tile."""
        carrier = {"X-Gauntlet-Attempt": attempt} if attempt else {}
        return self.browser.get(f"{ORIGIN}/home/oidc_client/{client_id}/aln177a159h7Zf52X0g8", headers=carrier)

    def refresh(self, token: str, *, server: str = "default", **params: Any) -> TestResponse:
        return self.token(server=server, grant_type="refresh_token", refresh_token=token, **params)

    def token(
        self, *, server: str = "default", headers: Mapping[str, str] | None = None, **params: Any
    ) -> TestResponse:
        return self.post("token", server=server, headers=headers, **params)

    def post(
        self, endpoint: str, *, server: str = "default", headers: Mapping[str, str] | None = None, **params: Any
    ) -> TestResponse:
        """A form that the app `web` sends to an endpoint; a parameter that is None is left out."""
        sent = {name: value for name, value in params.items() if value is not None}
        headers = basic("web", "web-secret") if headers is None else headers
        return self.rp.post(self.url(endpoint, server), data=sent, headers=dict(headers))

    def userinfo(self, token: str, *, server: str = "default") -> TestResponse:
        return self.rp.get(self.url("userinfo", server), headers={"Authorization": f"Bearer {token}"})

    def introspect(self, token: str, *, server: str = "default", **params: Any) -> TestResponse:
        """What the token is worth, asked by the app `web`."""
        return self.post("introspect", server=server, token=token, **params)

    def revoke(self, token: str, *, server: str = "default", **params: Any) -> TestResponse:
        return self.post("revoke", server=server, token=token, **params)

    def code(self, attempt: str | None = None, **params: Any) -> str:
        return dict(parameters(self.authorize(attempt or self.attempt(), **params)))["code"]

    def tokens(self, attempt: str | None = None, *, server: str = "default", **params: Any) -> dict[str, Any]:
        """The token response of a whole login."""
        answer = self.redeem(self.code(attempt, server=server, **params), server=server)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found

    def verified(self, token: str, server: str = "default") -> dict[str, Any]:
        """The claims of a token that a key of the JWKS has signed; joserfc raises otherwise."""
        keys = KeySet.import_key_set(self.rp.get(self.url("keys", server)).json)  # type: ignore[arg-type]
        return dict(jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims)
