"""A mock IdP in its own process, and logins through relying parties that live in this one."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from mock_idp.client import Control
from mock_idp.misbehaviour import Misbehaviour
from targets.reference.app import create_app
from targets.reference.relying_party import RelyingParty
from targets.reference.settings import Settings

BASE_URL = "http://127.0.0.1:5999"
CLIENT_ID = "0oaRelyingParty"
CLIENT_SECRET = "a-secret-of-the-tests-long-enough-to-sign"


@dataclass(frozen=True)
class Identity:
    sub: str
    email: str
    name: str

    @classmethod
    def fresh(cls) -> Identity:
        mark = secrets.token_hex(6)
        return cls(f"00u{mark}", f"{mark}@users.test", f"Canary {mark}")


@dataclass(frozen=True)
class Ended:
    """How a login ended: the callback's answer, the page /me, and who should have been signed in."""

    answer: TestResponse
    me: TestResponse
    identity: Identity
    victim: Identity

    def shows(self, identity: Identity) -> bool:
        return self.me.status_code == 200 and any(
            value in self.me.text for value in (identity.sub, identity.email, identity.name)
        )


class MockIdp:
    """The running mock and the ways to log in with it."""

    def __init__(self, ready: dict[str, object], issuer: str) -> None:
        self.issuer = issuer
        self.origin = str(ready["public_url"])
        self.control = Control(str(ready["control_url"]), str(ready["control_token"]))
        self.carrier = self.control.about()["carrier"]
        self._http = httpx.Client(trust_env=False)

    def settings(self, response_type: str = "code") -> Settings:
        return Settings(self.issuer, CLIENT_ID, CLIENT_SECRET, BASE_URL, port=5999, response_type=response_type)

    def client(self, kind: type[RelyingParty] = RelyingParty, response_type: str = "code") -> FlaskClient:
        """A browser of a new relying party of this kind."""
        return create_app(self.settings(response_type), kind).test_client()

    def login(
        self, client: FlaskClient, misbehaviour: Misbehaviour | None = None, *, strictness: str | None = None
    ) -> Ended:
        """One login in this browser."""
        own, victim = Identity.fresh(), Identity.fresh()
        attempt = self.control.create_attempt(
            misbehaviour, identity=vars(own), victim=vars(victim), strictness=strictness
        )
        started = client.get("/login", base_url=BASE_URL)
        assert started.status_code in (302, 307), started.text
        reply = self._http.get(started.headers["Location"], headers={self.carrier["header"]: attempt})
        if reply.status_code == 302:
            query = urlsplit(reply.headers["Location"]).query
            answer = client.get(f"/callback?{query}", base_url=BASE_URL)
        else:
            inputs = html.fromstring(reply.text).iter("input")
            fields = {field.get("name"): field.get("value") for field in inputs if field.get("name")}
            answer = client.post("/callback", base_url=BASE_URL, data=fields)
        return Ended(answer, client.get("/me", base_url=BASE_URL), own, victim)


@pytest.fixture(scope="session")
def idp() -> Iterator[MockIdp]:
    command = [sys.executable, "-m", "mock_idp", "--until-stdin-closes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        mock = MockIdp(ready, ready["issuers"]["default"])
        mock.control.register_client(
            CLIENT_ID,
            {
                "client_secret": CLIENT_SECRET,
                "redirect_uris": [f"{host}/callback" for host in (BASE_URL, BASE_URL.replace("127.0.0.1", "0.0.0.0"))],
                "response_types": ["code", "token", "id_token"],
                "grant_types": ["authorization_code", "implicit"],
            },
        )
        yield mock
        mock.control.close()
        process.stdin.close()
        process.wait(10)
