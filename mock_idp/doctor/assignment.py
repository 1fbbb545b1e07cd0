"""Who may use the app (okta.md 2.3, 5.1; seeds.md 5, Q11)."""

from __future__ import annotations

from collections.abc import Iterator

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, finding


def rules(facts: Facts) -> Iterator[Finding]:
    app, settings = facts.settings.app, facts.settings
    if app is None or app["settings"]["implicitAssignment"] or settings.learned:
        return
    if not settings.users and not settings.groups:
        message = f"Nobody is assigned to {settings.label}: whoever signs in is refused, and nobody has a tile."
        fix = "Assign people or groups."
        yield finding(facts, "assignment.nobody", "error", controls.ASSIGNMENTS, message, fix)
    elif not any(entry["status"] == "ACTIVE" for entry in settings.users):
        names = ", ".join(entry["name"] for entry in settings.groups) or "those assigned"
        message = f"Nobody who may sign in is assigned: there is no active person in {names}."
        fix = "Assign people who are active, or add them to the group."
        yield finding(facts, "assignment.nobody-active", "warning", controls.ASSIGNMENTS, message, fix)
