"""Okta Expression Language, as far as claims use it: `parse(text)` once, `evaluate(expression, context)` per token.

    user.department == "Sales" ? String.toUpperCase(user.login) : null
    Groups.startsWith("OKTA", "eng-", 100)

Known names: `user.*`, `appuser.*` (null where nobody has signed in), `app.*`, `org.*`, `access.scope`, `session.amr`.
Pure: nothing here knows the IdP, the `Context` says everything. Whatever is wrong with an expression is one
ExpressionError; nothing else is raised, however hostile the text.
Source: okta.md 4.3 and 4.5; the functions are in `mock_idp.expressions.functions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_idp.expressions.functions import FUNCTIONS, METHODS, Context, ExpressionError, limited
from mock_idp.expressions.operators import (
    Node,
    chain,
    choice,
    compare,
    elvis,
    item,
    member,
    signed,
    truth,
    unquoted,
)

__all__ = ["Context", "Expression", "ExpressionError", "evaluate", "parse"]

MAX_LENGTH, MAX_DEPTH = 4096, 40
"""Characters of an expression, and how deep it may nest."""
ROOTS = ("user", "appuser", "app", "org", "access", "session")
_WORDS: Mapping[str, Any] = {"null": None, "true": True, "false": False}
_SAME = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&&", "or": "||", "not": "!"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,18}(?:\.\d{1,18})?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)
        |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?P<mark>==|!=|<=|>=|&&|\|\||\?:|[-+()\[\]{}.,?:!<>]))""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Expression:
    """An expression that has been understood."""

    text: str
    node: Node = field(repr=False, compare=False)


def parse(text: str) -> Expression:
    """Raises ExpressionError with one sentence for what cannot be an expression, names unknown functions included."""
    if not text.strip():
        raise ExpressionError("The expression is empty.")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"The expression is longer than {MAX_LENGTH} characters.")
    parser = _Parser(text)
    node = parser.ternary()
    if parser.kind != "end":
        raise parser.unexpected()
    return Expression(text, node)


def evaluate(expression: Expression, context: Context) -> Any:
    """A JSON value; None where there is none. Raises ExpressionError for values that do not go together."""
    return expression.node(context)


class _Parser:
    """Recursive descent over tokens; every rule returns a function of the context."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0
        self._next_at = 0
        self.kind, self.value = "", ""
        self._advance()

    def _advance(self) -> None:
        self._at = self._next_at
        rest = self._text[self._at :]
        if not rest.strip():
            self.kind, self.value = "end", ""
            return
        found = _TOKEN.match(self._text, self._at)
        if not found or not found.lastgroup:
            mark = rest.lstrip()[0]
            raise ExpressionError(f"Unexpected character {mark!r} at position {len(self._text) - len(rest.lstrip())}.")
        self._next_at, self.kind = found.end(), found.lastgroup
        self.value = found[found.lastgroup]
        lowered = self.value.lower()
        if self.kind == "name" and lowered in _SAME and self.value in (lowered, lowered.upper()):
            self.kind, self.value = "mark", _SAME[lowered]

    def unexpected(self) -> ExpressionError:
        if self.kind == "end":
            return ExpressionError("The expression ends where something must follow.")
        return ExpressionError(f"Unexpected {self.value!r} at position {self._at}.")

    def _accept(self, *marks: str) -> str:
        if self.kind == "mark" and self.value in marks:
            found = self.value
            self._advance()
            return found
        return ""

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise ExpressionError(f"Expected {mark!r} at position {self._at}.")

    # ---- rules, weakest binding first -------------------------------------------------------------------------

    def ternary(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"The expression nests deeper than {MAX_DEPTH}.")
        condition = self._either()
        node = condition
        if self._accept("?:"):
            other = self.ternary()
            node = elvis(condition, other)
        elif self._accept("?"):
            yes = self.ternary()
            self._expect(":")
            node = choice(condition, yes, self.ternary())
        self._depth -= 1
        return node

    def _either(self) -> Node:
        operands = [self._both()]
        while self._accept("||"):
            operands.append(self._both())
        return operands[0] if len(operands) == 1 else lambda c: any(truth(node(c)) for node in operands)

    def _both(self) -> Node:
        operands = [self._comparison()]
        while self._accept("&&"):
            operands.append(self._comparison())
        return operands[0] if len(operands) == 1 else lambda c: all(truth(node(c)) for node in operands)

    def _comparison(self) -> Node:
        left = self._sum()
        operator = self._accept("==", "!=", "<=", ">=", "<", ">")
        if not operator:
            return left
        right = self._sum()
        return lambda c: compare(operator, left(c), right(c))

    def _sum(self) -> Node:
        first, rest = self._unary(), []
        while operator := self._accept("+", "-"):
            rest.append((operator, self._unary()))
        return chain(first, rest) if rest else first

    def _unary(self) -> Node:
        marks = []
        while mark := self._accept("!", "-"):
            marks.append(mark)
        node = self._members(self._primary())
        return signed(marks, node) if marks else node

    def _members(self, node: Node) -> Node:
        """`.name`, `.name(…)` and `[…]` after a value."""
        steps: list[Callable[[Any, Context], Any]] = []
        while mark := self._accept(".", "["):
            if mark == "[":
                index = self.ternary()
                self._expect("]")
                steps.append(lambda value, c, index=index: item(value, index(c)))  # type: ignore[misc]
                continue
            name = self._name()
            if self._accept("("):
                method = METHODS.get(name)
                arguments = self._arguments(")")
                if method is None:
                    raise ExpressionError(f"Invalid method {name} in the expression.")
                method.check(name, len(arguments))
                steps.append(
                    lambda value, c, call=method.call, given=arguments: call(c, value, *(a(c) for a in given))  # type: ignore[misc]
                )
            else:
                steps.append(lambda value, _, name=name: member(value, name))  # type: ignore[misc]
        if not steps:
            return node

        def follow(context: Context) -> Any:
            value = node(context)
            for step in steps:
                value = step(value, context)
            return value

        return follow

    def _primary(self) -> Node:
        kind, value = self.kind, self.value
        if kind == "number":
            self._advance()
            number = float(value) if "." in value else int(value)
            return lambda _: number
        if kind == "string":
            self._advance()
            text = unquoted(value)
            return lambda _: text
        if kind == "name":
            return self._named(self._name())
        if self._accept("("):
            node = self.ternary()
            self._expect(")")
            return node
        if self._accept("{"):
            entries = self._arguments("}")
            return lambda c: limited([entry(c) for entry in entries])
        raise self.unexpected()

    def _named(self, name: str) -> Node:
        if name in _WORDS:
            return lambda _: _WORDS[name]
        if name in ROOTS and not (self.kind == "mark" and self.value == "("):
            return self._root(name)
        full = name
        while self._accept("."):
            full += f".{self._name()}"
        function = FUNCTIONS.get(full)
        if function is None:
            raise ExpressionError(f"Invalid property {full} in the expression.")
        self._expect("(")
        arguments = self._arguments(")")
        function.check(full, len(arguments))
        return lambda c: function.call(c, *(argument(c) for argument in arguments))

    def _root(self, name: str) -> Node:
        return lambda c: c.roots.get(name)

    def _name(self) -> str:
        if self.kind != "name":
            raise self.unexpected()
        name = self.value
        self._advance()
        return name

    def _arguments(self, end: str) -> list[Node]:
        """What stands between the brackets, the closing one included."""
        found: list[Node] = []
        if self._accept(end):
            return found
        found.append(self.ternary())
        while self._accept(","):
            found.append(self.ternary())
        self._expect(end)
        return found
