"""Regular expressions of groups claims, of those that `re` is sure to be done with soon.

`re` backtracks: `(a+)+$` takes longer than anybody waits, and the whole mock waits along. What could do that is
refused before it is stored, by the number of ways in which it might be tried.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterable
from typing import Any

MOST_PATTERN, MOST_NAME = 1_024, 255
"""Characters of an expression, and of a group's name at Okta."""
_MANY = 256
_MOST_WAYS, _MOST_CHOICES, _MOST_TIMES = _MANY**3, 4_096, 1_000
_parser: Any = importlib.import_module("re._parser")
_TOO_COMPLEX = "The regular expression is too complex for this mock: repetitions within repetitions, or too many."


class PatternError(ValueError):
    """An expression that is none, or that might take too long."""


@functools.lru_cache(maxsize=256)
def compiled(text: str) -> re.Pattern[str]:
    """Raises PatternError."""
    if len(text) > MOST_PATTERN:
        raise PatternError(f"The regular expression is longer than {MOST_PATTERN} characters.")
    try:
        parsed = _parser.parse(text)
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError, ValueError) as error:
        raise PatternError(f"Not a regular expression: {error}.") from None
    stars, choices = _weigh(parsed, repeated=False)
    if _MANY**stars * choices > _MOST_WAYS or choices > _MOST_CHOICES:
        raise PatternError(_TOO_COMPLEX)
    return pattern


def _weigh(node: Any, *, repeated: bool) -> tuple[int, int]:
    """How many long repetitions it has, and in how many ways the rest of it may match."""
    stars, choices = 0, 1
    for op, argument in node:
        name, parts = str(op), list(_parts(argument))
        many = False
        if name.endswith("_REPEAT"):
            least, most, _ = argument
            many, endless = most > 1, most == _parser.MAXREPEAT
            if (many and repeated) or (not endless and most > _MOST_TIMES):
                raise PatternError(_TOO_COMPLEX)
            ways = _MANY if endless else most - least + 1
        else:
            ways = len(parts) if name in ("BRANCH", "GROUPREF_EXISTS") else 1
        if ways > 1 and repeated:
            raise PatternError(_TOO_COMPLEX)
        stars, choices = (stars + 1, choices) if ways > 16 else (stars, choices * ways)
        for part in parts:
            more, others = _weigh(part, repeated=repeated or many)
            stars, choices = stars + more, choices * others
    return stars, choices


def _parts(argument: Any) -> Iterable[Any]:
    """The expressions within an element of a parsed one, however deep its tuples are."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for member in argument:
            yield from _parts(member)
