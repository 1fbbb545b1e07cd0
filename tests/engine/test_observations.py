"""What cases say about requests: parameters, freshness, unguessable values."""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Callable

import pytest

from suites._core.observations import Request, Requests, Verifier, entropy
from suites.engine.verdicts import Concluded, Verdict
from targets.shapes import Page
from tests.engine.scripted import ScriptedDriver, case_run

PAGE = Page("http://rp/login", 200, "", "", "")
RUN = case_run(ScriptedDriver(), None)  # type: ignore[arg-type]


def request(**sent: str) -> Request:
    exchange = {"method": "GET", "request": {"query": [[k, v] for k, v in sent.items()], "form": []}}
    return Request(RUN, exchange, PAGE, ("http://rp/callback",))


def test_parameters_of_a_request() -> None:
    sent = request(scope="openid email", state="s", response_type="code", redirect_uri="http://rp/callback")
    sent.must_send("state", "scope")
    sent.must_not_send("client_secret")
    sent.must_contain_word("scope", "openid")
    sent.must_have("response_type", "code")
    sent.must_not_ask_for("token")
    sent.must_keep("redirect_uri")


@pytest.mark.parametrize(
    ("check", "arguments"),
    [
        ("must_send", ("nonce",)),
        ("must_send", ("empty",)),
        ("must_not_send", ("client_secret",)),
        ("must_contain_word", ("scope", "open")),
        ("must_have", ("response_type", "code")),
        ("must_not_ask_for", ("token",)),
        ("must_keep", ("redirect_uri",)),
    ],
)
def test_each_check_can_fail(check: str, arguments: tuple[str, ...]) -> None:
    sent = request(
        scope="openid", empty="", client_secret="x", response_type="code token", redirect_uri="http://evil/callback"
    )
    with pytest.raises(Concluded) as caught:
        getattr(sent, check)(*arguments)
    assert caught.value.verdict is Verdict.FAIL


def test_a_request_that_was_never_made_is_inconclusive() -> None:
    with pytest.raises(Concluded) as caught:
        Request(RUN, None, PAGE, ()).must_send("state")
    assert caught.value.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("value", ["a" * 42, "a" * 129, "a" * 42 + "!"])
def test_verifier_of_a_wrong_form_fails(value: str) -> None:
    with pytest.raises(Concluded) as caught:
        Verifier(RUN, value).must_match("pkce")
    assert caught.value.verdict is Verdict.FAIL


def test_verifier_of_the_right_form() -> None:
    Verifier(RUN, secrets.token_urlsafe(32)).must_match("pkce")


def test_repeated_values_fail() -> None:
    with pytest.raises(Concluded):
        Requests(RUN, ({"nonce": "a", "state": "1"}, {"nonce": "a", "state": "2"})).must_differ("state", "nonce")
    Requests(RUN, ({"state": "1"}, {"state": "2"})).must_differ("state", "nonce")


GENERATORS: dict[str, Callable[[int], str]] = {
    "128 random bits in hex": lambda _: secrets.token_hex(16),
    "160 random bits, URL-safe": lambda _: secrets.token_urlsafe(20),
    "with a fixed prefix": lambda _: "state-" + secrets.token_hex(16),
}
WEAK: dict[str, Callable[[int], str]] = {
    "a counter": lambda n: f"{1000 + n}",
    "a long counter": lambda n: f"login-transaction-number-{n:032}",
    "six digits": lambda n: f"{random.Random(n).randrange(10**6):06}",
    "a constant": lambda _: "x" * 43,
    "a time": lambda n: f"{1795220000 + n * 3}",
    "64 random bits": lambda _: secrets.token_hex(8),
}


@pytest.mark.parametrize("name", GENERATORS)
def test_random_values_are_unguessable(name: str) -> None:
    values = [GENERATORS[name](n) for n in range(24)]
    assert entropy(values) >= 128


@pytest.mark.parametrize("name", WEAK)
def test_predictable_values_are_found(name: str) -> None:
    values = [WEAK[name](n) for n in range(24)]
    assert entropy(values) < 100


def test_a_random_uuid_is_a_little_below_128_bits_and_nothing_to_fail_for() -> None:
    values = [str(uuid.uuid4()) for _ in range(24)]
    assert 110 < entropy(values) < 128
    with pytest.raises(Concluded) as caught:
        Requests(RUN, tuple({"state": value} for value in values)).must_be_unguessable("state", bits=128)
    assert caught.value.verdict is Verdict.WARN


def test_what_can_be_guessed_fails() -> None:
    values = [secrets.token_urlsafe(3) for _ in range(24)]
    with pytest.raises(Concluded) as caught:
        Requests(RUN, tuple({"state": value} for value in values)).must_be_unguessable("state", bits=128)
    assert caught.value.verdict is Verdict.FAIL
