from __future__ import annotations

from typing import Any

import pytest

from tests.management.api import Api
from tests.management.people import PASSWORD, PROFILE
from tests.mock_idp.conftest import keys, make_okta, okta
from tests.mock_idp.okta import Okta

__all__ = ["api", "keys", "make_okta", "okta"]


@pytest.fixture
def api(okta: Okta) -> Api:
    return Api(okta)


@pytest.fixture
def isaac(api: Api) -> dict[str, Any]:
    return api.made("/users", {"profile": PROFILE, **PASSWORD})
