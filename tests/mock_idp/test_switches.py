"""Switches of time and of the default server; docs/switches.md names the tests of the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.mock_idp.okta import Okta, parameters, parts

MakeOkta = Callable[..., Okta]


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 400)])
def test_code_ttl(make_okta: MakeOkta, seconds: int, status: int) -> None:
    okta = make_okta(code_ttl=60)
    code = okta.code()
    okta.clock.advance(seconds)
    assert okta.redeem(code).status_code == status


def test_id_token_ttl(make_okta: MakeOkta) -> None:
    okta = make_okta(id_token_ttl=600)
    _, claims = parts((okta.redeem(okta.code()).json or {})["id_token"])
    assert claims["exp"] - claims["iat"] == 600


@pytest.mark.parametrize(("has_policy", "answer"), [(True, "code"), (False, "error")])
def test_default_as_has_policy(make_okta: MakeOkta, has_policy: bool, answer: str) -> None:
    okta = make_okta(default_as_has_policy=has_policy)
    page = okta.authorize()
    assert answer in dict(parameters(okta.sign_in(page)))
