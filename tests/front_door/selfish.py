"""A pytest plugin: somebody else holds all people of the target's pool, and the cases have little patience."""

from __future__ import annotations

import pytest

from mock_idp.client import Control
from suites._core.session import CONTEXT
from suites.engine import identities

identities.PATIENCE = 0.1


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    context = session.config.stash[CONTEXT]
    control = Control(context.control_url, context.control_token)
    pool = list(identities.Identities(context.target, control).people)
    control.take_people(pool, len(pool), lasting=600, wait=0)
    control.close()
