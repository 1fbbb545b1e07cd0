from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.org.authorization_server import Policy, Rule, Scope
from mock_idp.org.model import AuthorizationServer, Org, Settings, default_org
from tests.mock_idp import backchannel_flow, bound_tokens, device_flow
from tests.mock_idp.okta import CALLBACK, ORIGIN, Okta
from tests.mock_idp.org_parts import change_server

SERVERS = (
    AuthorizationServer("default", "default"),
    AuthorizationServer(
        "orders", "Orders", audiences=("api://orders",), scopes=(Scope("orders:read", metadata_publish="ALL_CLIENTS"),)
    ),
)
MakeOkta = Callable[..., Okta]


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """Keys take long to make; every org of these tests has the same ones."""
    return KeyRing()


def build_okta(keys: KeyRing, **settings: Any) -> Okta:
    """An org with these settings and keys."""
    org = Org(users=default_org().users, authorization_servers=SERVERS, settings=Settings(**settings))
    clock = ManualClock()
    idp = Idp(ORIGIN, org, clock=clock)
    idp.keys = keys
    return Okta(idp, clock)


@pytest.fixture
def make_okta(keys: KeyRing) -> MakeOkta:
    """`make_okta(adopt_clients=True)`: an org with these settings."""
    return lambda **settings: build_okta(keys, **settings)


@pytest.fixture
def okta(make_okta: MakeOkta) -> Okta:
    return make_okta()


@pytest.fixture
def tv(okta: Okta) -> None:
    """A device that the server's policy lets in."""
    okta.register("tv", **device_flow.TV)
    change_server(okta, policies=device_flow.LETS_DEVICES_IN)


@pytest.fixture
def bank(okta: Okta) -> None:
    """An app that may have people asked on their phones."""
    okta.register("bank", **backchannel_flow.BANK)
    grants = ("authorization_code", backchannel_flow.CIBA)
    change_server(okta, policies=(Policy("P", rules=(Rule("R", grant_types=grants),)),))


@pytest.fixture
def bound_apps(okta: Okta) -> None:
    """The apps `spa` and `bff`, public and confidential, whose tokens are bound."""
    grants = bound_tokens.GRANTS
    members: dict[str, Any] = {"redirect_uris": [CALLBACK], "grant_types": grants, "dpop_bound_access_tokens": True}
    okta.register("spa", token_endpoint_auth_method="none", application_type="browser", **members)
    okta.register("bff", client_secret="s", **members)
