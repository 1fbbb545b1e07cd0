"""What the IdP refused, and which control it is about.

A refusal that another rule has explained with the values at hand is not told twice: it is that finding's evidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mock_idp.doctor import controls
from mock_idp.doctor.facts import Facts
from mock_idp.doctor.findings import Finding, Severity, finding
from mock_idp.doctor.login import Refusal, asked, told
from mock_idp.doctor.meanings import MEANINGS, Meaning

ENDPOINTS = frozenset({"authorize", "par", "token", "refresh", "userinfo", "launch", "logout", "introspect", "revoke"})


def explained(facts: Facts, others: Sequence[Finding]) -> list[Finding]:
    """`others` with the refusals that they explain as evidence, and a finding for each other refusal."""
    found, said = list(others), {one.id for one in others}
    for refusal in facts.login.refusals:
        if refusal.at not in ENDPOINTS:
            continue
        meaning = meaning_of(refusal)
        ids = {meaning.id, *meaning.explained} if meaning else {"login.refused"}
        found = [replace(one, evidence=_words(refusal)) if one.id in ids and not one.evidence else one for one in found]
        if not ids & said:
            found.append(_told(facts, refusal, meaning))
            said.add(found[-1].id)
    return found


def meaning_of(refusal: Refusal) -> Meaning | None:
    """The first entry of the table whose words are in the refusal."""
    for meaning in MEANINGS:
        text = f"{refusal.text} {refusal.error}"
        if (not meaning.at or meaning.at == refusal.at) and re.search(meaning.words, text, re.IGNORECASE):
            return meaning
    return None


def _told(facts: Facts, refusal: Refusal, meaning: Meaning | None) -> Finding:
    said = _words(refusal)
    if meaning is None:
        message = f"The IdP refused the {refusal.at} request with an error that is not in the doctor's book."
        fix = "Change the application's request; the error says what is wrong with it."
        return finding(facts, "login.refused", "error", controls.OTHER, message, fix, said)
    silent = refusal.at == "authorize" and "none" in asked(refusal.exchange).get("prompt", "").split()
    severity: Severity = "warning" if silent and meaning.severity == "error" else meaning.severity
    return finding(facts, meaning.id, severity, meaning.control, meaning.meaning, meaning.fix, said)


def _words(refusal: Refusal) -> str:
    """The exchange and Okta's own words."""
    said = f"{refusal.error}: {refusal.text}".strip(": ") or "an error without words"
    return f"{told(refusal.exchange)} {said}"
