"""A guide's steps against the settings: what was left out or done wrong, and what the guide asks for in vain."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from mock_idp.doctor.controls import BOXES, CLEAR, TICKED, Control, spoken
from mock_idp.doctor.facts import Facts, Guide, Step
from mock_idp.doctor.findings import SEVERITIES, Finding, Severity, finding

_SEVERITY: dict[str, Severity] = {"yes": "error", "no": "warning", "unneeded": "note"}
_BOX = {TICKED: "Tick", CLEAR: "Clear"}
_TYPED = {
    "app.credentials.oauthClient.client_id": "rp.client_id",
    "app.credentials.oauthClient.client_secret": "rp.client_secret",
    "rp.issuer": "rp.server",
}
"""What is copied from Okta into the application: steps are about the copy."""


def apply(facts: Facts, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with their steps' names, and one for each step that was not followed and that none is about.

    What a guide itself asks for, though nothing needs it, is no fault of who followed it: such a warning is a note.
    """
    if facts.guide is None:
        return list(findings)
    unmet = [step for step in facts.guide.steps if _can_be_judged(facts, step) and not met(facts, step)]
    made = [_named(facts.guide, unmet, one) for one in findings]
    named = {one.step for one in made}
    return [*made, *(_left_out(facts, step) for step in unmet if step.id not in named)]


def met(facts: Facts, step: Step) -> bool:
    """Whether the setting is what the step asks for."""
    found = values(facts, step.field)
    wanted = expected(facts, step)
    match step.match:
        case "any":
            return any(one in found for one in wanted)
        case "only":
            return sorted(found) == sorted(wanted)
        case "some":
            return any(found)
        case "none":
            return not any(one in found for one in wanted)
    return all(one in found for one in wanted)


def values(facts: Facts, field: str) -> list[str]:
    """What is set there, as text; a list for everything, because many fields are lists of lists."""
    here: list[Any] = [facts.documents]
    for name in field.split("."):
        here = [inner for one in here if isinstance(one, dict) for inner in _flat(one.get(name))]
    return [_text(one) for one in here]


def expected(facts: Facts, step: Step) -> list[str]:
    """What the step asks for, with the placeholders filled."""
    made = list(step.expected)
    for name, value in facts.placeholders().items():
        made = [text.replace(f"{{{name}}}", value) for text in made]
    return made


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one)
    elif value is not None:
        yield value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _can_be_judged(facts: Facts, step: Step) -> bool:
    """What the application uses is only known after a login was seen, or where somebody said it."""
    if any("{redirect_uri}" in one for one in expected(facts, step)):
        return False
    first = step.field.partition(".")[0]
    if first == "rp":
        return any(values(facts, step.field))
    if first == "login":
        return facts.login.succeeded
    return first != "authorizationServer" or facts.server is not None


def _named(guide: Guide, unmet: Sequence[Step], one: Finding) -> Finding:
    """The finding with the step that is about its setting: one that was not followed, if there is just one."""
    failed = [step for step in unmet if _about(step, one)]
    if len(failed) == 1:
        severity = min(one.severity, _SEVERITY[failed[0].needed], key=SEVERITIES.index)
        return dataclasses.replace(one, severity=severity, step=failed[0].id)
    followed = [step for step in guide.steps if _about(step, one) and step not in failed]
    asked = next((step for step in followed if step.needed == "unneeded"), None)
    if asked and one.severity != "error":
        text = f"{one.message} The guide asks for it: {asked.why}"
        return dataclasses.replace(one, severity="note", step=asked.id, message=text)
    # What was copied into the application can be the right thing, wrongly spelt.
    copied = next((step for step in followed if step.field.startswith("rp.")), None)
    return dataclasses.replace(one, step=copied.id) if copied else one


def _about(step: Step, one: Finding) -> bool:
    field = _TYPED.get(one.field, one.field)
    return step.field == field or step.field.startswith(f"{field}.") or field.startswith(f"{step.field}.")


def _left_out(facts: Facts, step: Step) -> Finding:
    is_now = ", ".join(dict.fromkeys(spoken(step.field, one) for one in values(facts, step.field))) or "nothing"
    wanted, why = _wanted(facts, step), step.why.rstrip(".")
    if step.match == "none":
        message, fix = f"{step.label} is {is_now}, which the guide does not mean", f"Choose another than {wanted}."
    elif step.field in BOXES and step.match == "all":
        message, fix = f"{step.label} is {CLEAR}; the guide asks for it {TICKED}", f"Tick {step.label}."
    elif wanted in _BOX:
        message, fix = f"{step.label} is {is_now}; the guide asks for it {wanted}", f"{_BOX[wanted]} {step.label}."
    else:
        message, fix = f"{step.label} is {is_now}; the guide asks for {wanted}", f"Set {step.label}: {wanted}."
    if step.needed == "unneeded":
        message, fix = f"{message}. The login works without it: {why}", "Leave it, or follow the guide to the letter."
    elif why:
        message += f" ({why})"
    control = Control(step.where, step.label, step.field)
    made = finding(facts, f"guide.{step.id}", _SEVERITY[step.needed], control, f"{message}.", fix)
    return dataclasses.replace(made, step=step.id)


def _wanted(facts: Facts, step: Step) -> str:
    """What the step asks for, in words."""
    wanted = [spoken(step.field, one) for one in expected(facts, step)]
    return (" or " if step.match == "any" else ", ").join(wanted) or "something"


def unneeded(facts: Facts) -> Iterator[Finding]:
    """What the guide asks for, was done, and nothing uses."""
    for step in facts.guide.steps if facts.guide else ():
        if step.needed == "unneeded" and _can_be_judged(facts, step) and met(facts, step):
            control = Control(step.where, step.label, step.field)
            message = f"{step.label}: the guide asks for {_wanted(facts, step)}, and no login needs it: {step.why}"
            made = finding(facts, f"guide.unneeded.{step.id}", "note", control, message, "You may leave it out.")
            yield dataclasses.replace(made, step=step.id)
