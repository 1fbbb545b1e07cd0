"""Which cases a run is about: --case, --suite and --profile."""

from __future__ import annotations

import difflib
import fnmatch
from collections.abc import Iterable, Sequence

from suites._core.case import DOS, CaseInfo, load_cases
from suites.engine.verdicts import BAD_INPUT, SetupError

Row = tuple[CaseInfo, str | None]


def matches(info: CaseInfo, member: str | None, cases: Sequence[str], suites: Sequence[str], profile: str) -> bool:
    """Whether this row is selected. A pattern for the case selects all members of its family.

    Of the profile `dos` only what is named: nobody brings a target down by a wildcard.
    """
    names = {info.id, info.result_id(member)}
    by_case = not cases or any(fnmatch.fnmatchcase(name, glob) for glob in cases for name in names)
    by_suite = not suites or suite_of(info) in {_suite_name(name) for name in suites}
    asked_for = info.profiles == (DOS,) and not names.isdisjoint(cases)
    return by_case and by_suite and (profile in info.profiles or asked_for)


def all_rows() -> list[Row]:
    """Every row that a report can have: a case and, for families, its member."""
    return [(info, member) for info in load_cases() for member in info.members]


def selected_rows(cases: Sequence[str], suites: Sequence[str], profile: str) -> list[Row]:
    """The rows of this selection. SetupError(20) names the word that selects nothing, and what comes near."""
    rows = all_rows()
    known = sorted({suite_of(info) for info, _ in rows})
    for name in suites:
        if _suite_name(name) not in known:
            raise SetupError(f"there is no suite {name!r}{_near(_suite_name(name), known)}", BAD_INPUT)
    ids = [info.result_id(member) for info, member in rows] + [info.id for info, _ in rows]
    for glob in cases:
        if not any(fnmatch.fnmatchcase(one, glob) for one in ids):
            raise SetupError(
                f"no case matches --case {glob!r}{_near(glob, ids)} (gauntlet check --list shows all)", BAD_INPUT
            )
    found = [(info, member) for info, member in rows if matches(info, member, cases, suites, profile)]
    if not found:
        raise SetupError(
            f"no case is in all of --case, --suite and --profile {profile}; leave one out "
            "(gauntlet check --list shows all)",
            BAD_INPUT,
        )
    return found


def suite_of(info: CaseInfo) -> str:
    """The first part of the id."""
    return info.id.partition(".")[0]


def _suite_name(word: str) -> str:
    return word.replace("_", "-")


def _near(word: str, known: Iterable[str]) -> str:
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(word, names, 1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are: {', '.join(names)}" if len(names) < 20 else ""
