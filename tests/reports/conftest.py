"""Documents that take a moment to make, made once."""

from __future__ import annotations

from typing import Any

import pytest

from .hostile import hostile_results


@pytest.fixture(scope="session")
def hostile() -> dict[str, Any]:
    """A valid document full of hostile strings; not to be changed."""
    return hostile_results()
