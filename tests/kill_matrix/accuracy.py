"""How right the cases are, as a page: what they found in the broken relying parties, and in the correct ones.

Which cases name a weakness is in killers.json; on other bases the same name is the same weakness.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from targets import zoo
from tests.kill_matrix import shared_kills
from tests.kill_matrix.matrix import ALL_CORRECT, passes, rows, snapshot

KILLERS: dict[str, list[str]] = json.loads(Path(__file__).with_name("killers.json").read_text())
FOUND = ("FAIL", "WARN")
WRONG = ("FAIL", "ERROR")
INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True)
class Case:
    """Names of relying parties: what one case did with them. `also`: broken ones that it fails and does not name."""

    id: str
    found: tuple[str, ...]
    missed: tuple[str, ...]
    also: tuple[str, ...]
    passed: tuple[str, ...]
    warned: tuple[str, ...]
    wronged: tuple[str, ...]
    inconclusive: tuple[str, ...]


def cases() -> list[Case]:
    """Every case of the snapshot's rows."""
    by_case = failing()
    broken = zoo.weaknesses()
    named = {
        name: [case for case, names in KILLERS.items() if weakness.name in names] for name, weakness in broken.items()
    }
    found_by = {name: [case for case in named[name] if _any(by_case, case, name, FOUND)] for name in broken}
    passing = _passing()
    return [
        Case(
            case,
            found=tuple(name for name, where in found_by.items() if case in where),
            missed=tuple(name for name, where in found_by.items() if not where and case in named[name]),
            also=tuple(n for n in broken if case not in named[n] and _any(by_case, case, n, FOUND)),
            passed=tuple(n for n in ALL_CORRECT if n in passing[case] and not _any(by_case, case, n, (*FOUND, *WRONG))),
            warned=tuple(n for n in ALL_CORRECT if _any(by_case, case, n, ("WARN",))),
            wronged=tuple(n for n in ALL_CORRECT if _any(by_case, case, n, WRONG)),
            inconclusive=tuple(n for n in (*broken, *ALL_CORRECT) if _any(by_case, case, n, (INCONCLUSIVE,))),
        )
        for case in sorted({info.id for info, _ in rows()})
    ]


def failing() -> dict[str, dict[str, set[str]]]:
    """By relying party and case: the verdicts other than PASS."""
    case_of = {info.result_id(member): info.id for info, member in rows()}
    found: dict[str, dict[str, set[str]]] = {}
    for name, verdicts in snapshot().items():
        found[name] = {}
        for row, verdict in verdicts.items():
            found[name].setdefault(case_of.get(row, row), set()).add(verdict)
    return found


def _any(by_case: Mapping[str, Mapping[str, set[str]]], case: str, name: str, verdicts: tuple[str, ...]) -> bool:
    return bool(by_case.get(name, {}).get(case, set()) & set(verdicts))


def _passing() -> dict[str, set[str]]:
    known = passes()
    found: dict[str, set[str]] = {}
    for info, member in rows():
        found.setdefault(info.id, set()).update(known.get(info.result_id(member), ()))
    return found


def page() -> str:
    """docs/accuracy.md."""
    from tests.kill_matrix import generated  # which needs what is above

    all_cases, broken = cases(), zoo.weaknesses()
    twice = Counter(weakness.name for weakness in broken.values())
    missed = sorted({name for case in all_cases for name in case.missed})
    wronged = sorted({name for case in all_cases for name in case.wronged})
    undecided = sorted({name for case in all_cases for name in case.inconclusive})
    counts = [
        f"- {len(all_cases)} cases with {len(rows())} result rows against {len(broken)} broken relying parties and "
        f"{len(ALL_CORRECT)} correct ones. What generated attacks find is not in it: `make forgery`.",
        f"- {sum(number > 1 for number in twice.values())} weaknesses are there on two or three bases.",
        f"- True positives: {len(broken) - len(missed)} of {len(broken)} broken relying parties are found by a case "
        f"that names what they lack. False negatives: {len(missed)}{_these(missed)}.",
        f"- False positives: {len(wronged)} of {len(ALL_CORRECT)} correct ones fail a case{_these(wronged)}.",
        f"- Inconclusive: {len(undecided)} relying parties{_these(undecided)}.",
    ]
    by_case = [f"| `{case.id}` | {' | '.join(_numbers(case))} |" for case in all_cases]
    return "\n".join(
        [
            *(_INTRODUCTION, *counts, "", "## By case", "", _CASES, *by_case),
            *(
                "",
                "## Broken relying parties",
                "",
                _BROKEN,
                *(_broken(weakness, all_cases) for weakness in broken.values()),
            ),
            *("", "## Correct relying parties", "", _CORRECT, *(_correct(name) for name in ALL_CORRECT)),
            *shared_kills.section(),
            *generated.section(),
            "",
        ]
    )


def _numbers(case: Case) -> list[str]:
    columns = (case.found, case.missed, case.also, case.passed, case.warned, case.wronged, case.inconclusive)
    return [str(len(names)) for names in columns]


def _these(names: list[str]) -> str:
    return f" ({', '.join(f'`{name}`' for name in names)})" if names else ""


def _broken(weakness: zoo.Weakness, all_cases: list[Case]) -> str:
    name = weakness.id
    found = [f"`{case.id}`" for case in all_cases if name in case.found]
    also = sum(name in case.also for case in all_cases)
    undecided = sum(name in case.inconclusive for case in all_cases)
    return f"| `{name}` | {weakness.base} | {'<br>'.join(found) or '**none**'} | {also} | {undecided} |"


def _correct(name: str) -> str:
    verdicts = Counter(snapshot().get(name, {}).values())
    passed = sum(name in names for names in passes().values())
    rest = len(rows()) - passed - verdicts.total()
    numbers = (passed, verdicts["WARN"], verdicts["FAIL"] + verdicts["ERROR"], verdicts[INCONCLUSIVE], rest)
    return f"| `{name}` | {' | '.join(map(str, numbers))} |"


_INTRODUCTION = """# How right the cases are

Written by `make zoo`, which runs every row against every relying party that we have made; a test compares this page
with the recorded verdicts (`tests/kill_matrix/snapshot.json`, `passes.json`).

- *found* (true positives): broken relying parties that lack what the case names, and that it finds: FAIL, or WARN
  where the requirement is no MUST.
- *missed* (false negatives): such that none of the cases that name their weakness finds.
- *also*: broken relying parties that fail the case because of a weakness that has other names: one that checks no
  claims fails the case about each claim.
- *passed* (true negatives): correct relying parties to which the case applies and that it passes.
- *warned*: correct ones that could do better, by the texts' own words: SHOULD, or hardening.
- *wronged* (false positives): correct ones with a FAIL.
"""
_CASES = (
    "| Case | found | missed | also | passed | warned | wronged | inconclusive |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|"
)
_BROKEN = "| Broken | Base | Found by the cases that name it | also fails | inconclusive |\n|---|---|---|---:|---:|"
_CORRECT = "| Correct | PASS | WARN | FAIL | INCONCLUSIVE | does not apply |\n|---|---:|---:|---:|---:|---:|"
