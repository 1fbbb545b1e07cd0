"""The `state` parameter: sent, unguessable, and compared exactly."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response, random
from suites._core import HARDENING, HIGH, LOW, MEDIUM, MUST, SHOULD, WITH_NONCE, WITH_PKCE, Login, Ref, case


@case(
    spec=Ref("OIDC Core", "3.1.2.1"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=352,
    asvs="10.2.1",
    covers="state-present",
    okta=True,
)
def test_sends_state(login: Login) -> None:
    """The authorization request carries a state."""
    login.honest().request.must_send("state")


@case(
    spec=Ref("RFC 6749", "10.12"),
    level=MUST,
    severity=MEDIUM,
    cwe=330,
    asvs="10.1.2",
    cve=("CVE-2022-31034",),
    covers="state-entropy",
    needs=("state",),
)
def test_sends_unguessable_state(login: Login) -> None:
    """The state cannot be guessed: many of them show 128 bits of randomness."""
    login.starts(24).must_be_unguessable("state", bits=128)


@case(
    spec=Ref("OIDC Core", "3.1.2.7"),
    level=MUST,
    severity=HIGH,
    cwe=352,
    asvs="10.2.1",
    cve=("CVE-2023-27490",),
    covers="state-mismatch",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state",),
    idp=authorization_response("state").set(random()),
)
def test_rejects_changed_state(login: Login) -> None:
    """A valid code that comes with another state than the RP sent starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.2.7"),
    level=MUST,
    severity=HIGH,
    cwe=352,
    asvs="10.2.1",
    cve=("CVE-2018-7307", "CVE-2026-81888"),
    covers="state-missing",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state",),
    idp=authorization_response("state").remove(),
)
def test_rejects_missing_state(login: Login) -> None:
    """A valid code that comes without the state that the RP sent starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("OIDC Core", "3.1.2.7"),
    level=MUST,
    severity=HIGH,
    cwe=352,
    asvs="10.2.1",
    covers="state-empty",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state",),
    idp=authorization_response("state").set(""),
)
def test_rejects_empty_state(login: Login) -> None:
    """A valid code that comes with an empty state starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2"),
    level=MUST,
    severity=MEDIUM,
    cwe=697,
    asvs="10.2.1",
    covers="state-case-and-truncation",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state",),
    idp={
        "other-case": authorization_response("state").swap_case(),
        "truncated": authorization_response("state").truncate(1),
        "extended": authorization_response("state").append("x"),
    },
)
def test_rejects_near_miss_state(login: Login) -> None:
    """A state that is almost the one that the RP sent starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "3.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=436,
    asvs="10.2.1",
    covers="state-duplicate-parameter",
    needs=("state",),
    idp={
        "good-first": authorization_response("state").add(random()),
        "good-last": authorization_response("state").add_first(random()),
    },
)
def test_rejects_duplicate_state(login: Login) -> None:
    """An authorization response with two different states, one of them right, starts no session."""
    login().must_be_rejected()


@case(
    spec=Ref("RFC 6749", "4.1.2"),
    level=MUST,
    severity=LOW,
    covers="callback-extra-parameters",
    okta=True,
    idp=authorization_response("unknown_parameter").set("to be ignored"),
)
def test_accepts_unknown_parameters(login: Login) -> None:
    """A parameter of the authorization response that the RP does not know is ignored."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 6749", "4.1.2"),
    level=MUST,
    severity=LOW,
    cwe=436,
    covers="state-special-characters-roundtrip",
    needs=("state",),
    idp=authorization_response("state").percent_encode(),
)
def test_accepts_state_in_another_encoding(login: Login) -> None:
    """The state may come back with more of its characters percent-encoded; it is the same state."""
    login().must_sign_in()


@case(
    spec=Ref("RFC 9700", "4.7.1"),
    level=MUST,
    severity=HIGH,
    cwe=601,
    covers="state-app-data-tampering",
    grade={"pkce": WITH_PKCE, "nonce": WITH_NONCE},
    needs=("state",),
    idp=authorization_response("state").set_return_url("https://attacker.example/after-login"),
)
def test_rejects_changed_data_in_state(login: Login) -> None:
    """A state whose return URL was changed on the way starts no session, also where its random part is the same."""
    login().must_be_rejected()
