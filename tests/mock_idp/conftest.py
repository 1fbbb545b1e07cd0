from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.idp import Idp
from mock_idp.org.authorization_server import Scope
from mock_idp.org.model import AuthorizationServer, Org, Settings, default_org
from tests.mock_idp.okta import ORIGIN, Okta

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
