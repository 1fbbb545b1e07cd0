"""A driver whose logins end as the test says; everything that judges them is real."""

from __future__ import annotations

from typing import Any, cast

from mock_idp.misbehaviour import Misbehaviour
from suites._core.grades import Grade, Level, Severity
from suites.engine.case_run import CaseRun
from suites.engine.driver import HONEST, Attempt, Driver
from suites.engine.identities import fresh
from suites.engine.oracle import NOBODY, SignedIn
from targets.shapes import Page


class ScriptedDriver:
    """`endings`: for each login in turn, who is signed in; `late`: who a second look at the first login finds."""

    def __init__(
        self,
        *endings: str,
        status: int = 200,
        delivered: bool = True,
        bound: bool = True,
        late: str | None = None,
    ) -> None:
        self.endings, self.late = list(endings), late
        self.status, self.delivered, self.bound = status, delivered, bound
        self.roles: list[str] = []
        self.names_people = True

    def login(
        self,
        misbehaviour: Misbehaviour = HONEST,
        *,
        role: str,
        at: None = None,  # noqa: ARG002
        second: bool = False,  # noqa: ARG002
        opening: None = None,  # noqa: ARG002
    ) -> Attempt:
        self.roles.append(role)
        ending = self.endings.pop(0)
        deliveries = [
            {"edit": index, "seam": edit.seam, "path": list(edit.path), "text": str(edit)}
            for index, edit in enumerate(misbehaviour)
            if self.delivered and edit.seam != "check"
        ]
        transcript: dict[str, Any] = {"bound": self.bound, "deliveries": deliveries, "exchanges": []}

        class Control:
            def transcript(self, _: str) -> dict[str, Any]:
                return transcript

        page = Page("http://rp/after", self.status if role != "control" else 200, "the RP's words", "", "")
        attempt = Attempt(
            f"a{len(self.roles)}", role, misbehaviour, fresh(), fresh(), cast(Any, None), cast(Any, Control()), page
        )
        attempt.delivered_to_rp = True
        attempt.signed_in = SignedIn(ending, f"{ending} (200 /me)")
        return attempt

    def finish(self, attempt: Attempt) -> SignedIn:
        if self.late and attempt.role == "attack":
            attempt.signed_in = SignedIn(self.late, f"{self.late}, late")
        assert attempt.signed_in is not None
        return attempt.signed_in


def case_run(driver: ScriptedDriver, misbehaviour: Misbehaviour, level: str = "MUST") -> CaseRun:
    return CaseRun(cast(Driver, driver), misbehaviour, Grade(Level(level), Severity.HIGH))


__all__ = ["NOBODY", "ScriptedDriver", "case_run"]
