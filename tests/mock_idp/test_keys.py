"""Key rotation, pinned keys and what the JWKS says of them (okta.md 1.4 and 8)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mock_idp.clock import ManualClock
from mock_idp.crypto.keys import KeyRing
from mock_idp.crypto.rotation import OVERLAP, PERIOD
from mock_idp.idp import Idp
from mock_idp.org.model import AuthorizationServer, Org
from mock_idp.state import StateError
from tests.mock_idp.conftest import MakeOkta
from tests.mock_idp.okta import ORIGIN, Okta, basic, parts


def kids(okta: Okta, server: str = "default") -> list[str]:
    answer = okta.rp.get(okta.url("keys", server))
    return [key["kid"] for key in (answer.json or {})["keys"]]


def signed_with(okta: Okta, server: str = "default") -> str:
    return str(parts(okta.tokens(server=server)["id_token"])[0]["kid"])


def cached_for(okta: Okta, server: str = "default") -> int:
    value = okta.rp.get(okta.url("keys", server)).headers["Cache-Control"]
    assert value.endswith(", must-revalidate")
    return int(value.removeprefix("max-age=").split(",")[0])


def test_rotation(okta: Okta) -> None:
    active, following, extra = kids(okta)
    before = okta.tokens()["id_token"]

    okta.idp.keys.rotate("default")

    now_active, now_following, retired, still_extra = kids(okta)
    assert (now_active, retired, still_extra) == (following, active, extra)
    assert now_following not in (active, following)
    assert signed_with(okta) == following
    assert parts(before)[0]["kid"] == active
    assert okta.verified(before)["aud"] == "web"  # in its overlap the old key still verifies
    assert [status for status, _ in okta.idp.keys.listed("default")] == ["ACTIVE", "NEXT", "EXPIRED"]


def test_the_retired_key_goes_after_its_overlap(okta: Okta) -> None:
    active = kids(okta)[0]
    okta.idp.keys.rotate("default")

    okta.clock.advance(OVERLAP - 1)
    assert active in kids(okta)
    assert len(okta.idp.keys.public_keys("default")) == 2
    okta.clock.advance(1)
    assert active not in kids(okta)
    assert len(okta.idp.keys.public_keys("default")) == 1


@pytest.mark.parametrize("server", ["org", "default"])
def test_automatic_rotation(okta: Okta, server: str) -> None:
    active, following, _ = kids(okta, server)

    okta.clock.advance(PERIOD - 1)
    assert kids(okta, server)[0] == signed_with(okta, server) == active
    okta.clock.advance(1)
    assert kids(okta, server)[0] == signed_with(okta, server) == following
    assert kids(okta, server)[2] == active


def test_manual_rotation_only_on_request(keys: KeyRing) -> None:
    clock = ManualClock()
    org = Org(authorization_servers=(AuthorizationServer("default", rotation_mode="MANUAL"),))
    idp = Idp(ORIGIN, org, clock=clock)
    idp.keys = keys
    okta = Okta(idp, clock)
    active, following, _ = kids(okta)

    clock.advance(10 * PERIOD)
    assert kids(okta)[0] == active
    assert cached_for(okta) == 86_400
    idp.keys.rotate("default")
    assert kids(okta)[0] == following


def test_cache_ends_with_the_next_change(okta: Okta) -> None:
    assert cached_for(okta) == PERIOD
    okta.clock.advance(PERIOD - 300)
    assert cached_for(okta) == 300
    okta.clock.advance(295)
    assert cached_for(okta) == 60
    okta.clock.advance(5)
    assert cached_for(okta) == OVERLAP  # then the retired key goes
    expires = okta.rp.get(okta.url("keys")).expires
    assert expires is not None
    assert int(expires.timestamp()) == int(okta.clock.now()) + OVERLAP


def test_switches(make_okta: MakeOkta) -> None:
    assert len(kids(make_okta(jwks_next_key=False))) == 2
    only = make_okta(jwks_next_key=False, jwks_extra_key=False)
    assert kids(only) == [signed_with(only)]


def test_rotations_survive_a_restart(tmp_path: Path) -> None:
    def mock() -> Idp:
        return Idp(ORIGIN, clock=ManualClock(), state_directory=tmp_path)

    first = mock()
    first.keys.rotate("default")
    statuses = [(status, key.kid) for status, key in first.keys.listed("default")]

    assert [(status, key.kid) for status, key in mock().keys.listed("default")] == statuses
    assert [status for status, _ in statuses] == ["ACTIVE", "NEXT", "EXPIRED"]


def test_rotations_of_mocks_with_one_state_directory_add_up(tmp_path: Path) -> None:
    first, second = (Idp(ORIGIN, clock=ManualClock(), state_directory=tmp_path) for _ in range(2))
    following = second.keys.key("default", "next").kid  # both have looked before either rotates
    first.keys.rotate("default")
    second.keys.rotate("default")

    assert following == first.keys.key("default").kid
    assert [s for s, _ in second.keys.listed("default")] == ["ACTIVE", "NEXT", "EXPIRED", "EXPIRED"]


@pytest.mark.parametrize("text", ["{", '{"default": 1}', '{"default": {"generation": "x"}}'])
def test_damaged_rotations(tmp_path: Path, text: str) -> None:
    (tmp_path / "rotations.json").write_text(text)
    with pytest.raises(StateError, match=r"rotations\.json: damaged"):
        Idp(ORIGIN, state_directory=tmp_path)


def test_pinned_key(okta: Okta) -> None:
    pinned = kids(okta, "org")[0]
    settings = {"client_secret": "s", "redirect_uris": ["https://rp.example/cb"]}
    okta.register("pinned", auto_key_rotation=False, signing_kid=pinned, **settings)
    okta.register("rotating", auto_key_rotation=True, signing_kid=pinned, **settings)
    okta.idp.keys.rotate("org")
    okta.clock.advance(OVERLAP)

    def listed(client_id: str) -> list[str]:
        answer = okta.rp.get(f"{okta.url('keys', 'org')}?client_id={client_id}")
        return [key["kid"] for key in json.loads(answer.text)["keys"]]

    assert pinned not in listed("web")
    assert listed("rotating") == listed("web")
    assert listed("pinned") == [*listed("web"), pinned]
    code = okta.code(server="org", client_id="pinned", redirect_uri="https://rp.example/cb")
    answer = okta.redeem(code, server="org", redirect_uri="https://rp.example/cb", headers=basic("pinned", "s"))
    assert parts((answer.json or {})["id_token"])[0]["kid"] == pinned
