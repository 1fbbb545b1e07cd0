"""What the doctor says: one thing that is wrong, where it is set, and what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mock_idp.doctor.controls import Control
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.login import Exchange, told

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """`id` is `topic.what`. `where`, `label` and `field` name the setting: console path, control, Management API field.

    `fix` is one sentence; `step` names the guide's step, if it has one; `evidence` the exchange that shows it.
    `error`: no login works, or not as it is meant. `warning`: it works, but is not as it should be. `note`: good to
    know.
    """

    id: str
    severity: Severity
    message: str
    where: str
    label: str
    field: str
    fix: str
    step: str = ""
    evidence: str = ""

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def finding(
    facts: Facts,
    identifier: str,
    severity: Severity,
    control: Control,
    message: str,
    fix: str,
    evidence: Exchange | str | None = None,
) -> Finding:
    """A finding about a control, with the app's and the server's names in its path."""
    shown = told(evidence) if isinstance(evidence, Mapping) else evidence or ""
    where = control.where
    for name, value in facts.placeholders().items():
        where = where.replace(f"{{{name}}}", value)
    return Finding(identifier, severity, message, where, control.label, control.field, fix, evidence=shown)
