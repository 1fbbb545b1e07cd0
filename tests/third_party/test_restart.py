"""The mock goes and comes back while the relying party, set up by hand, keeps running."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_idp.launcher import RunningIdp
from targets.process import free_port
from tests.third_party.relying_party import RelyingParty, started

pytestmark = pytest.mark.third_party


def signs_in(rp: RelyingParty) -> bool:
    try:
        login = rp.login()
        login.profile.start_login()
        return login.signed_in_as() == login.canary.sub
    finally:
        rp.close()


def test_keeps_working_when_the_mock_was_restarted(tmp_path: Path) -> None:
    options = ["--state-dir", str(tmp_path / "state"), "--port", str(free_port())]
    first = RunningIdp(options)
    try:
        with started("mod_auth_openidc", first, tmp_path, port=str(free_port())) as apache:
            assert signs_in(RelyingParty(apache.target, first))
            began = apache.mark()
            first.stop()
            with RunningIdp(options) as second:
                assert second.ready.issuers == first.ready.issuers
                assert signs_in(RelyingParty(apache.target, second))
            assert "resuming normal operations" not in apache.output_since(began)
    finally:
        first.stop()
