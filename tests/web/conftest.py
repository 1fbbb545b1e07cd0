from __future__ import annotations

from tests.mock_idp.conftest import keys, make_okta, okta

__all__ = ["keys", "make_okta", "okta"]
