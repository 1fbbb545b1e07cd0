from __future__ import annotations

import pytest

from mock_idp.crypto.keys import KeyRing
from tests.doctor.clinic import Clinic
from tests.mock_idp.conftest import build_okta


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """Keys take long to make; every org of these tests has the same ones."""
    return KeyRing()


@pytest.fixture
def clinic(keys: KeyRing) -> Clinic:
    return Clinic(build_okta(keys))
