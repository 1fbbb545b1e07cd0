"""An authorization response counts once, and only in the browser that asked for it."""

from __future__ import annotations

from mock_idp.vocabulary import authorization_response, check_off
from suites._core import HARDENING, HIGH, MEDIUM, MUST, SHOULD, Login, Ref, case


@case(
    spec=Ref("RFC 9700", "2.1"),
    level=MUST,
    severity=HIGH,
    cwe=352,
    asvs="10.1.2",
    covers="state-from-other-session",
)
def test_rejects_state_of_another_browser(login: Login) -> None:
    """The authorization response of one browser starts no session in another that waits for its own."""
    attacker, victim = login.held(), login.held()
    attacker.deliver_to(victim).must_be_rejected()


@case(
    spec=Ref("RFC 6749", "10.12"),
    level=MUST,
    severity=HIGH,
    cwe=352,
    asvs="7.6.2",
    covers="callback-without-pending-login",
    idp=check_off("pkce"),
)
def test_rejects_callback_without_pending_login(login: Login) -> None:
    """An authorization response that nobody asked for in this browser starts no session."""
    login.held().deliver_to(login.browser_without_login()).must_be_rejected()


@case(
    spec=Ref("RFC 6749", "10.12"),
    level=MUST,
    severity=HIGH,
    cwe=352,
    asvs="7.6.2",
    covers="state-empty",
    idp=authorization_response("state").set("") & check_off("pkce"),
)
def test_rejects_empty_state_without_pending_login(login: Login) -> None:
    """An empty state is not the state of a login that was never started in this browser."""
    login.held().deliver_to(login.browser_without_login()).must_be_rejected()


@case(
    spec=Ref("RFC 9700", "4.2.4"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=352,
    asvs="10.1.2",
    covers="state-replayed-new-code",
    needs=("state",),
)
def test_rejects_replayed_state_with_new_code(login: Login) -> None:
    """A state that has done its work does not bring a second, fresh code in."""
    held = login.held()
    held.deliver()
    held.deliver(held.answer_again()).must_not_redeem_code()


@case(
    spec=Ref("RFC 9700", "4.2.4"),
    level=SHOULD,
    severity=MEDIUM,
    cwe=294,
    covers="state-replayed-after-success",
    needs=("code", "state"),
)
def test_redeems_no_replayed_callback(login: Login) -> None:
    """An authorization response that is opened again after the login, as from history, is not used again.

    The steps of `token-response.redeems-code-once`; here an RP without state owes nothing, and it is advice
    (docs/decisions/0006-cases-that-resemble-each-other.md).
    """
    held = login.held()
    held.deliver()
    held.deliver().must_redeem_code_at_most(1)


@case(
    spec=Ref("RFC 9700", "4.7.1"),
    level=HARDENING,
    severity=MEDIUM,
    cwe=362,
    covers="state-two-tabs",
)
def test_keeps_two_tabs_apart(login: Login) -> None:
    """Of two logins in one browser the newer one works, also before the older; the older one works or fails cleanly."""
    older = login.held()
    newer = login.held(beside=older)
    newer.deliver().must_sign_in()
    older.deliver().must_keep_its_people(newer)
