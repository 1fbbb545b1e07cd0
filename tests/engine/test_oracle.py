"""Who is signed in, as told from a page."""

from __future__ import annotations

from suites.engine.identities import fresh
from suites.engine.oracle import NOBODY, SELF, SOMEBODY, UNCLEAR, VICTIM, Fingerprint, Oracle
from targets.shapes import Page

ME = "http://rp:1/me"


def page(body: str, status: int = 200, url: str = ME) -> Page:
    return Page(url, status, body, body, "")


IN, OUT = Fingerprint(200, "rp:1/me"), Fingerprint(401, "rp:1/me")
TELLING, SAME = Oracle(IN, OUT, True), Oracle(IN, IN, True)


def test_names_the_user() -> None:
    user = fresh()
    assert TELLING.ask(page(f"Hello {user.email}"), user, {}).who == SELF


def test_escaped_marks_are_found() -> None:
    user = fresh()
    assert TELLING.ask(page(user.email.replace("@", "&#64;")), user, {}).who == SELF


def test_another_person_counts_before_the_user() -> None:
    user, victim = fresh(), fresh()
    found = TELLING.ask(page(f"{user.name} {victim.name}"), user, {VICTIM: victim})
    assert found.who == VICTIM
    assert victim.name in found.text


def test_who_is_only_mentioned_beside_the_user_is_not_signed_in() -> None:
    user, victim = fresh(), fresh()
    everything = f"{user.sub} {user.email} {user.name}"
    assert TELLING.ask(page(f"{everything}. Were here, too: {victim.name}"), user, {VICTIM: victim}).who == SELF
    mixed = f"{victim.sub} {user.email} {user.name}"
    assert TELLING.ask(page(mixed), user, {VICTIM: victim}).who == VICTIM
    merged = f"{user.sub} {user.email} {victim.name}"
    assert TELLING.ask(page(merged), user, {VICTIM: victim}).who == VICTIM


def test_a_signed_out_page_that_shows_the_name_is_signed_out() -> None:
    user = fresh()
    assert TELLING.ask(page(f"no such user {user.email}", 401), user, {}).who == NOBODY


def test_a_session_for_somebody_unknown_is_a_session() -> None:
    assert TELLING.ask(page("Hello stranger"), fresh(), {}).who == SOMEBODY


def test_where_pages_look_alike_only_the_name_counts() -> None:
    user = fresh()
    assert SAME.ask(page("Signed out"), user, {}).who == NOBODY
    assert SAME.ask(page(user.sub), user, {}).who == SELF


def test_a_page_that_was_never_seen_says_nothing() -> None:
    for unknown in (page("Sign in", 200, "http://rp:1/login"), page("Oops", 500), page("", 0), page("Slow down", 429)):
        found = TELLING.ask(unknown, fresh(), {})
        assert found.who == UNCLEAR
        assert not found.anybody


def test_the_page_after_a_refused_login_is_signed_out_too() -> None:
    refused = page("Sign in. Your login was refused.", 200, "http://rp:1/login")
    oracle = TELLING.knowing(page("Hello"), page("Sign in", 401), refused)
    assert oracle.ask(page("Sign in. Another reason.", 200, "http://rp:1/login"), fresh(), {}).who == NOBODY


def test_where_pages_look_alike_the_words_of_signed_out_pages_decide() -> None:
    oracle = SAME.knowing(page("Welcome Canary. Sign out"), page("Welcome. Log in"), page("Welcome. Log in. Refused"))
    assert oracle.ask(page("Welcome. Log in. Some other reason"), fresh(), {}).who == NOBODY
    # A session for somebody whose name nobody knows: a subject that was made into a string, for example.
    assert oracle.ask(page("Welcome 1001. Sign out"), fresh(), {}).who == UNCLEAR


def test_where_the_words_are_the_same_too_their_neighbours_decide() -> None:
    oracle = SAME.knowing(
        page("Signed in as Canary. Sign out"), page("Signed out. Sign in"), page("Signed out. Sign in")
    )
    assert oracle.ask(page("Signed out. Sign in"), fresh(), {}).who == NOBODY
    assert oracle.ask(page("Signed in as somebody else. Sign out"), fresh(), {}).who == UNCLEAR


def test_fresh_people_share_nothing() -> None:
    first, second = fresh(), fresh()
    assert not set(first.marks) & set(second.marks)
