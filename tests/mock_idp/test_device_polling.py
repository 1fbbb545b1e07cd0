"""A device asks for its tokens again and again (RFC 8628 3.4, okta.md 1.7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock_idp import error_catalogue
from tests.mock_idp.device_flow import (
    DENIED,
    EXPIRED,
    INVALID,
    PENDING,
    SLOW_DOWN,
    TV,
    activate,
    approve,
    asked,
    outcome,
    poll,
    tokens,
)
from tests.mock_idp.okta import Okta

pytestmark = pytest.mark.usefixtures("tv")


def test_polls_that_come_too_early_have_to_slow_down(okta: Okta) -> None:
    device = asked(okta)
    seen = []
    for wait in (0, 4, 10, 9, 15, 15):  # after each that is too early 5 seconds more are due
        okta.clock.advance(wait)
        seen.append(outcome(poll(okta, device)))

    assert seen == [PENDING, SLOW_DOWN, PENDING, SLOW_DOWN, PENDING, PENDING]


def test_tokens_do_not_wait_for_the_interval(okta: Okta) -> None:
    device = asked(okta)
    poll(okta, device)
    approve(okta, device)

    assert tokens(okta, device)


def test_device_code_works_once(okta: Okta) -> None:
    device = asked(okta)
    approve(okta, device)

    assert tokens(okta, device)
    assert outcome(poll(okta, device)) == INVALID


@pytest.mark.parametrize("approved", [True, False])
def test_device_code_expires(okta: Okta, approved: bool) -> None:
    device = asked(okta)
    if approved:
        approve(okta, device)
    okta.clock.advance(600)

    assert outcome(poll(okta, device)) == EXPIRED
    assert "The user code is invalid or has expired." in activate(okta, device).text


def test_device_code_in_other_hands(okta: Okta) -> None:
    okta.register("other", **TV)
    device = asked(okta)
    approve(okta, device)

    assert outcome(poll(okta, device, client_id="other")) == (
        400,
        "invalid_grant",
        "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the "
        "authorize request.",
    )
    other_server = (400, "invalid_request", "The grant was issued for another authorization server.")
    assert outcome(poll(okta, device, server="org")) == other_server
    assert tokens(okta, device)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nonsense", INVALID),
        (None, (400, "invalid_request", "The required parameter 'device_code' is missing.")),
    ],
)
def test_no_device_code(okta: Okta, code: str | None, expected: Any) -> None:
    assert outcome(poll(okta, {"device_code": code})) == expected


@pytest.mark.skipif(not error_catalogue.available(), reason=error_catalogue.MISSING)
@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("invalid_device_code", INVALID),
        ("authorization_pending", PENDING),
        ("slow_down", SLOW_DOWN),
        ("expired_token", EXPIRED),
        ("access_denied", DENIED),
    ],
)
def test_texts_are_the_catalogues(key: str, refusal: tuple[int, str, str]) -> None:
    assert error_catalogue.fault(key, *refusal[1:]) == ""
