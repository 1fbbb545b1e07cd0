"""The words of a report: verdicts and severities in their order, and how a case is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Case = Mapping[str, Any]
"""One member of `cases` in results.json."""

VERDICTS = ("FAIL", "ERROR", "INCONCLUSIVE", "WARN", "PASS", "NOT_APPLICABLE")
"""Every verdict, what needs a person first."""

_DAY = 86_400  # seconds

SEVERITIES = ("critical", "high", "medium", "low", "info")

SYMBOLS = {"FAIL": "✗", "ERROR": "!!", "INCONCLUSIVE": "?", "WARN": "!", "PASS": "✓", "NOT_APPLICABLE": "–"}
"""A sign beside the word, so that a verdict is never told by colour alone."""


def counts(cases: Iterable[Case]) -> dict[str, int]:
    """Number of cases of each verdict, in the order of `VERDICTS`, zeros included."""
    tally = dict.fromkeys(VERDICTS, 0)
    for case in cases:
        tally[case["verdict"]] += 1
    return tally


def is_finding(case: Case) -> bool:
    """A FAIL that counts: not a consequence of another finding, and not waived."""
    return case["verdict"] == "FAIL" and case["caused_by"] is None and case["waived"] is None


def is_warning(case: Case) -> bool:
    """A WARN of its own: not a consequence of another finding, and not waived."""
    return case["verdict"] == "WARN" and case["caused_by"] is None and case["waived"] is None


def warned_of(case: Case) -> str:
    """What a WARN is about; its title may well hold (a rejection that came with a crash), so it is the last resort."""
    return str(case["reason"] or case["observed"] or case["title"])


def severity_rank(case: Case) -> int:
    """0 for the worst."""
    return SEVERITIES.index(case["severity"])


def followers(cases: Iterable[Case]) -> Counter[str]:
    """How many cases follow from each root finding, by its id."""
    return Counter(case["caused_by"] for case in cases if case["caused_by"] is not None)


def suite_of(case: Case) -> str:
    """The suite's folder: the first part of the id."""
    return str(case["id"]).partition(".")[0]


def spec_label(spec: Mapping[str, Any]) -> str:
    """As in `OIDC Core 3.1.3.7 (3)`."""
    parts = [str(spec["name"]), str(spec.get("section") or "")]
    if spec.get("item") is not None:
        parts.append(f"({spec['item']})")
    return " ".join(part for part in parts if part)


def changed_place(edit: Mapping[str, Any]) -> str:
    """Seam and path, as in `id_token.claims.aud`; a name with a dot or slash in it is quoted."""
    place = str(edit["seam"])
    for step in edit.get("path") or ():
        plain = isinstance(step, str) and step.replace("_", "").replace("-", "").isalnum()
        place += f".{step}" if plain else f"[{step!r}]"
    return place


def clock(at: Any) -> str:
    """Seconds since the epoch as UTC time of day, HH:MM:SS.mmm; a text stays what it is."""
    if isinstance(at, str):
        return at
    seconds, milliseconds = divmod(round(at % _DAY * 1000) % (_DAY * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{milliseconds:03}"


def who(identity: Mapping[str, Any]) -> str:
    """Who was signed in, as in `victim (sub 00u1, a@b.example)`."""
    result = "the user of this login" if identity["result"] == "self" else str(identity["result"])
    sub = identity.get("sub")
    names = [f"sub {sub}" if sub else None, identity.get("email"), identity.get("name")]
    told = ", ".join(name for name in names if name)
    # Where nobody is signed in, the names are those of the login that was tried: nobody has them.
    return f"{result} ({told})" if told and result != "nobody" else result


def not_counted(case: Case) -> str:
    """Why a FAIL does not count against the target; empty when it does."""
    if case["caused_by"] is not None:
        return f"follows from {case['caused_by']}"
    if case["waived"] is not None:
        waived = case["waived"]
        return f"waived: {waived['reason']} (owner {waived['owner']}, expires {waived['expires']})"
    return ""
