from __future__ import annotations

import pytest

from tests.management.api import Api
from tests.mock_idp.conftest import keys, make_okta, okta
from tests.mock_idp.okta import Okta

__all__ = ["api", "keys", "make_okta", "okta"]


@pytest.fixture
def api(okta: Okta) -> Api:
    return Api(okta)
