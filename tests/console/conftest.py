from __future__ import annotations

import pytest

from tests.console.console import Console
from tests.management.api import Api
from tests.management.apps import forget_web
from tests.management.conftest import isaac
from tests.mock_idp.conftest import keys, make_okta, okta
from tests.mock_idp.okta import Okta

__all__ = ["console", "isaac", "keys", "make_okta", "okta"]


@pytest.fixture
def console(okta: Okta) -> Console:
    """A browser that has opened the link which the mock prints."""
    return Console(okta).enter()


@pytest.fixture
def api(okta: Okta) -> Api:
    """Of an org that has no apps."""
    found = Api(okta)
    forget_web(found)
    return found


@pytest.fixture
def server(api: Api) -> str:
    """A custom authorization server without access policies."""
    sent = {"name": "Shop", "description": "", "audiences": ["api://shop"]}
    return str(api.made("/authorizationServers", sent)["id"])
