"""A results document in which every string that may be anything is hostile."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import reports

from .sample import sample

HOSTILE = (
    "</pre></style></script><script>window.pwned=1;document.title='pwned'</script>"
    "<img src=x onerror=alert(1)>\"'><svg onload=alert(2)><iframe src=https://attacker.example></iframe>"
    "{{ 7*191 }}{% raw %}]]><!--\x00\x07\x1b[2J\x1b]0;owned\x07\x9b31m\r\n[red]x[/red]"
    "\u202eevil\u2066\u200b\ufeff\u2028\u2029\ufffe\ud800\U000e0041javascript:alert(3)"
)

Path = tuple[str | int, ...]


def is_hidden(character: str) -> bool:
    """A character that acts on its surroundings instead of being read; plain line feeds and tabs are not."""
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def hostile_results() -> dict[str, Any]:
    """A valid document: wherever the schema lets a string be anything, it is HOSTILE; header names too."""
    document = sample()
    shapes: dict[tuple[str, ...], bool] = {}
    for path in list(_strings(document)):
        shape = tuple("*" if isinstance(step, int) else step for step in path)
        if shape not in shapes:
            shapes[shape] = _accepted(sample(), path)
        if shapes[shape]:
            _put(document, path, HOSTILE)
    document["target"]["kind"][HOSTILE] = HOSTILE
    for case in document["cases"]:
        for attempt in case["evidence"]["attempts"]:
            attempt["deliveries"].append({HOSTILE: {HOSTILE: [HOSTILE]}})
            for exchange in attempt["exchanges"]:
                exchange["request"]["form"][HOSTILE] = [HOSTILE, HOSTILE]
    reports.validate(document)
    free = {shape[-1] for shape, accepted in shapes.items() if accepted}
    assert {"observed", "text", "title", "url", "body", "target_output", "reason", "replay", "name"} <= free
    return document


def replaced_everywhere(value: Any, keep: Callable[[Path], bool], path: Path = ()) -> Any:
    """`value` with every string replaced, valid or not, but for those at the paths to `keep`."""
    if isinstance(value, str):
        return value if keep(path) else HOSTILE
    if isinstance(value, dict):
        return {key: replaced_everywhere(member, keep, (*path, key)) for key, member in value.items()}
    if isinstance(value, list):
        return [replaced_everywhere(member, keep, (*path, index)) for index, member in enumerate(value)]
    return value


def _strings(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _strings(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _strings(member, (*path, index))


def _accepted(document: dict[str, Any], path: Path) -> bool:
    trial = copy.deepcopy(document)
    _put(trial, path, HOSTILE)
    try:
        reports.validate(trial)
    except reports.ReportError:
        return False
    return True


def _put(document: Any, path: Path, value: str) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value
