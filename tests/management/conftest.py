from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api, entries
from tests.management.people import PASSWORD, PROFILE
from tests.management.policies import SERVER
from tests.mock_idp.conftest import keys, make_okta, okta
from tests.mock_idp.okta import Okta

__all__ = ["api", "keys", "make_okta", "okta"]


@pytest.fixture
def api(okta: Okta) -> Api:
    return Api(okta)


@pytest.fixture
def isaac(api: Api) -> dict[str, Any]:
    return api.made("/users", {"profile": PROFILE, **PASSWORD})


@pytest.fixture
def policies(api: Api) -> str:
    """The policies of the default server, which has none at first."""
    for policy in entries(api.get(f"{SERVER}/policies")):
        assert api.delete(f"{SERVER}/policies/{policy['id']}").status_code == 204
    return f"{SERVER}/policies"
