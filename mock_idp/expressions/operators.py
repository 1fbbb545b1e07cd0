"""What the operators of Okta Expression Language do with values (see `mock_idp.expressions.language`).

A node is a function of the context: what a part of an expression stands for. Values that do not go together raise
ExpressionError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mock_idp.expressions.functions import Context, ExpressionError, limited, text_of

Node = Callable[[Context], Any]


def unquoted(literal: str) -> str:
    inside = literal[1:-1]
    if literal[0] == "'":
        return inside.replace("''", "'")
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), inside, flags=re.DOTALL)


def choice(condition: Node, yes: Node, no: Node) -> Node:
    return lambda c: yes(c) if truth(condition(c)) else no(c)


def elvis(value: Node, other: Node) -> Node:
    def pick(context: Context) -> Any:
        found = value(context)
        return other(context) if found in (None, "") else found

    return pick


def signed(marks: Sequence[str], node: Node) -> Node:
    def apply(context: Context) -> Any:
        value = node(context)
        for mark in reversed(marks):
            value = not truth(value) if mark == "!" else -_number(value)
        return value

    return apply


def chain(first: Node, rest: Sequence[tuple[str, Node]]) -> Node:
    def add(context: Context) -> Any:
        value = first(context)
        for operator, node in rest:
            value = _plus(value, node(context)) if operator == "+" else _number(value) - _number(node(context))
        return value

    return add


def _plus(left: Any, right: Any) -> Any:
    if _is_number(left) and _is_number(right):
        return left + right
    return limited(text_of(left) + text_of(right))


def truth(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ExpressionError(f"Expected true or false, got {_kind(value)}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> Any:
    if not _is_number(value):
        raise ExpressionError(f"Expected a number, got {_kind(value)}.")
    return value


def _kind(value: Any) -> str:
    names: dict[type[Any], str] = {
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
    }
    return "null" if value is None else names.get(type(value), "an object")


def compare(operator: str, left: Any, right: Any) -> bool:
    if operator in ("==", "!="):
        same = bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
        return same == (operator == "==")
    if not (_is_number(left) and _is_number(right)) and not (isinstance(left, str) and isinstance(right, str)):
        raise ExpressionError(f"Cannot compare {_kind(left)} with {_kind(right)}.")
    less, more = left < right, left > right
    return bool({"<": less, ">": more, "<=": not more, ">=": not less}[operator])


def member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def item(value: Any, index: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(index, str):
        return value.get(index)
    if isinstance(value, list) and isinstance(index, int) and not isinstance(index, bool):
        return value[index] if 0 <= index < len(value) else None
    raise ExpressionError(f"{_kind(index)} is no index into {_kind(value)}.".capitalize())
