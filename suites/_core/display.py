"""What the RP's probe page shows of what the IdP said, compared with what it shows in the control."""

from __future__ import annotations

import html
import re

from suites.engine.case_run import CaseRun
from suites.engine.driver import Attempt
from suites.engine.verdicts import Concluded, Verdict

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Display:
    """The probe page of a login under the case's misbehaviour."""

    def __init__(self, run: CaseRun, attempt: Attempt) -> None:
        self._run, self._attempt = run, attempt

    def must_show(self, text: str) -> None:
        """The page shows this text, which only the changed artefact holds."""
        self._run.expected = f"{text!r} shown"
        self._run.judge_sign_in(self._attempt)
        self._run.expected = f"{text!r} shown"
        self._run.observed = _what_of(self._attempt, text)
        if text not in _body(self._attempt):
            raise self._run.broken(self._run.observed)

    def must_show_own(self, member: str) -> None:
        """The page shows this member (email, name) of whoever signed in, as it does in the control."""
        self._run.expected = f"the user's {member} shown, as in an honest login"
        usual = self._run.control()
        if getattr(usual.own, member) not in _body(usual):
            raise _unseen(f"the user's {member} after any login")
        self._run.require_consumed(self._attempt)
        self._run.observed = f"{self._attempt.signed_in.text if self._attempt.signed_in else ''}, with the {member}"
        if getattr(self._attempt.own, member) not in _body(self._attempt):
            raise self._run.broken(f"no {member} on the page")

    def must_not_show(self, text: str) -> None:
        """The page does not show this text, but does in the control, where the RP has every reason to."""
        self._run.require_consumed(self._attempt)
        self._run.expected = f"{text!r} not shown"
        self._run.observed = _what_of(self._attempt, text)
        if text in _body(self._attempt):
            raise self._run.broken(self._run.observed)
        if text not in _body(self._run.control()):
            raise _unseen(f"{text!r} in an honest login either")
        self._run.judge_identity(self._attempt)
        self._run.observed = _what_of(self._attempt, text)

    def must_still_show(self, text: str) -> None:
        """The page shows this text, as it does in the control."""
        self._run.require_consumed(self._attempt)
        self._run.expected = f"{text!r} shown, as in an honest login"
        if text not in _body(self._run.control()):
            raise _unseen(repr(text))
        self._run.judge_identity(self._attempt)
        self._run.observed = _what_of(self._attempt, text)
        if self._attempt.signed_in and self._attempt.signed_in.anybody and text not in _body(self._attempt):
            raise self._run.broken(self._run.observed)

    def must_look_like_control(self, other: Attempt) -> None:
        """The page looks as in the control, and not as in `other`; NOT_APPLICABLE where those two look alike."""
        self._run.judge_identity(self._attempt)
        seen, control, wrong = _text(self._attempt), _text(self._run.control()), _text(other)
        if control == wrong:
            raise _unseen("the difference between the two honest logins")
        self._run.expected = f"the page says: {control[:160]}"
        self._run.observed = f"the page says: {seen[:160]}"
        if seen == wrong:
            raise self._run.broken(self._run.observed)
        if seen != control and self._attempt.signed_in and self._attempt.signed_in.anybody:
            raise self._run.undecided(f"the page looks like neither of the two honest ones: {seen[:160]}")


def _unseen(what: str) -> Concluded:
    return Concluded(Verdict.NOT_APPLICABLE, reason=f"the RP's page does not show {what}")


def _body(attempt: Attempt) -> str:
    return html.unescape(attempt.probe.body) if attempt.probe else ""


def _what_of(attempt: Attempt, text: str) -> str:
    return f"{text!r} {'shown' if text in _body(attempt) else 'not shown'}; the page says: {attempt.probe_text}"


def _text(attempt: Attempt) -> str:
    """What the page says without naming anybody, by a number of the RP's own or by half of the name either."""
    text = UUID.sub("…", attempt.probe.text) if attempt.probe else ""
    for mark in (*attempt.own.marks, *attempt.own.name.split()):
        text = text.replace(mark, "…")
    return " ".join(text.split())
