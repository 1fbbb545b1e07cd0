"""Results as plain JSON, checked against results.schema.json."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from .clean import one_line
from .errors import ReportError
from .words import counts

SCHEMA_FILE = Path(__file__).with_name("results.schema.json")


def validate(results: Mapping[str, Any]) -> None:
    """Raise ReportError, naming the path of the first fault, when `results` is no results/1 document."""
    checked(results)


def checked(results: Mapping[str, Any]) -> dict[str, Any]:
    """`results` as plain dicts and lists that validate. Raises ReportError."""
    try:
        document = plain(results, "")
    except RecursionError:
        raise ReportError("the results are not valid: a value is nested too deeply") from None
    fault = best_match(_validator().iter_errors(document))
    if fault is not None:
        raise _invalid(_dotted(fault), fault.message)
    assert isinstance(document, dict)
    _same_counts(document)
    return document


def plain(value: Any, path: str) -> Any:
    """`value` as JSON would read it back; tuples become lists. Raises ReportError for anything else."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise _invalid(path, f"the key {key!r} is not a string")
        return {key: plain(member, f"{path}.{key}" if path else key) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain(member, f"{path}[{index}]") for index, member in enumerate(value)]
    raise _invalid(path, f"{type(value).__name__} {value!r} is not a JSON value")


def _same_counts(document: dict[str, Any]) -> None:
    # A summary that contradicts its own cases would make every report made from it a lie.
    for verdict, number in counts(document["cases"]).items():
        said = document["summary"].get(verdict, 0)
        if said != number:
            raise _invalid(f"summary.{verdict}", f"says {said}, but {number} cases have this verdict")


def _invalid(path: str, fault: str) -> ReportError:
    return ReportError(f"the results are not valid at {one_line(path, 200) or '(top)'}: {one_line(fault, 300)}")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _dotted(fault: ValidationError) -> str:
    path = ""
    for step in fault.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".")
