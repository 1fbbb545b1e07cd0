"""Okta Expression Language: what claims can say, and that nothing else than an ExpressionError comes of bad text."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_idp.expressions.language import MAX_DEPTH, Context, ExpressionError, evaluate, parse

USER = {"login": "ada@example.com", "firstName": "Ada", "department": "Sales", "costs": 7, "tags": ["a", "b"]}
GROUPS = [
    {"id": "00gA", "name": "eng-web", "description": "Web"},
    {"id": "00gB", "name": "eng-api", "description": "API"},
    {"id": "00gC", "name": "Everyone", "description": ""},
]
CONTEXT = Context(
    roots={
        "user": USER,
        "appuser": {"userName": "ada"},
        "app": {"clientId": "0oa1", "profile": {"groupwhitelist": ["00gB", "00gC"]}},
        "org": {"name": "Gauntlet"},
        "access": {"scope": ["openid", "profile"]},
    },
    groups=GROUPS,
    internal={"id": "00u1", "status": "ACTIVE"},
)


def value(text: str, context: Context = CONTEXT) -> Any:
    return evaluate(parse(text), context)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # literals and names
        ('"x"', "x"),
        ("'it''s'", "it's"),
        (r'"a\"b\n"', 'a"b\n'),
        ("12", 12),
        ("-1.5", -1.5),
        ("true", True),
        ("null", None),
        ('{"a", 2}', ["a", 2]),
        ("user.login", "ada@example.com"),
        ("user.nothing", None),
        ("user.nothing.further", None),
        ('user["login"]', "ada@example.com"),
        ("user.tags[1]", "b"),
        ("user.tags[9]", None),
        ('user.getInternalProperty("id")', "00u1"),
        ("app.clientId", "0oa1"),
        ("org.name", "Gauntlet"),
        # operators
        ('"a" + 1 + true + null', "a1true"),
        ("1 + 2 - 4", -1),
        ("user.costs > 6 AND user.costs <= 7", True),
        ("user.costs lt 7 or !(user.costs ge 7)", False),
        ('user.department eq "Sales"', True),
        ("1 == true", False),
        ("user.nothing != null", False),
        ('user.department == "Sales" ? "s" : 1 < 2 ? "t" : "u"', "s"),
        ('user.nothing ?: "none"', "none"),
        ("NOT true", False),
        ("false && user.login", False),
        # String
        ('String.append(user.firstName, "!")', "Ada!"),
        ('String.join("-", "a", null, 1)', "a--1"),
        ("String.len(user.firstName)", 3),
        ('String.removeSpaces(" a b ")', "ab"),
        ('String.replace("a.b.c", ".", "-")', "a-b-c"),
        ('String.replaceFirst("a.b.c", ".", "-")', "a-b.c"),
        ('String.startsWith(user.login, "ada")', True),
        ('String.stringContains(user.login, "@")', True),
        ('String.stringSwitch("one two", "d", "x", 1, "two", 2)', 2),
        ('String.stringSwitch("one", "d", "x", 1)', "d"),
        ("String.substring(user.firstName, 0, 1)", "A"),
        ('String.substringBefore(user.login, "@")', "ada"),
        ('String.substringBefore("ada", "@")', ""),
        ('String.substringAfter(user.login, "@")', "example.com"),
        ("String.toUpperCase(user.firstName)", "ADA"),
        ("String.toLowerCase(user.firstName)", "ada"),
        ("user.firstName.substring(1).toUpperCase()", "DA"),
        # Arrays and Convert
        ('Arrays.contains(access.scope, "openid")', True),
        ("Arrays.size(user.tags)", 2),
        ("Arrays.isEmpty(user.nothing)", True),
        ('Arrays.add(user.tags, "c")', ["a", "b", "c"]),
        ('Arrays.remove(user.tags, "a")', ["b"]),
        ('Arrays.flatten("x", user.tags)', ["x", "a", "b"]),
        ("Arrays.toCsvString(user.tags)", "a,b"),
        ("Arrays.get(user.tags, 0)", "a"),
        ('Convert.toInt("12")', 12),
        ('Convert.toNum("1.5")', 1.5),
        # groups
        ('Groups.startsWith("OKTA", "eng-", 10)', ["eng-web", "eng-api"]),
        ('Groups.startsWith("OKTA", "eng-", 1)', ["eng-web"]),
        ('Groups.contains("OKTA", "-a", 10)', ["eng-api"]),
        ('Groups.endsWith("OKTA", "web", 10)', ["eng-web"]),
        ('Groups.startsWith("active_directory", "eng-", 10)', None),
        ('Groups.startsWith("OKTA", "ops-", 10)', None),
        ('getFilteredGroups(app.profile.groupwhitelist, "group.name", 40)', ["eng-api", "Everyone"]),
        ('getFilteredGroups({"00gA"}, "group.id", 40)', ["00gA"]),
        ('isMemberOfGroup("00gA")', True),
        ('isMemberOfAnyGroup("00gX", "00gC")', True),
        ('isMemberOfGroupName("eng-web") AND !isMemberOfGroupName("ops")', True),
        ('isMemberOfGroupNameStartsWith("eng")', True),
        ('isMemberOfGroupNameContains("g-a")', True),
        ('isMemberOfGroupNameRegex("eng-.*")', True),
        ('isMemberOfGroupNameRegex("eng")', False),
    ],
)
def test_values(text: str, expected: Any) -> None:
    found = value(text)
    assert (found, type(found)) == (expected, type(expected))


def test_subject_of_access_tokens() -> None:
    subject = "(appuser != null) ? appuser.userName : app.clientId"
    assert value(subject) == "ada"
    assert value(subject, Context({"appuser": None, "app": {"clientId": "0oa1"}})) == "0oa1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" ", "The expression is empty."),
        ("user.", "The expression ends where something must follow."),
        ("user.login user", "Unexpected 'user' at position 10."),
        ("1 +", "The expression ends where something must follow."),
        ('"open', "Unexpected character '\"' at position 0."),
        ("a + b", "Invalid property a in the expression."),
        ("user.login ;", "Unexpected character ';' at position 11."),
        ("String.shout(1)", "Invalid property String.shout in the expression."),
        ("user.login.shout()", "Invalid method shout in the expression."),
        ("String.len()", "String.len takes 1 argument(s), got 0."),
        ("true ? 1", "Expected ':' at position 8."),
        ("(1", "Expected ')' at position 2."),
        ("(" * 50 + "1", f"The expression nests deeper than {MAX_DEPTH}."),
        ('"' + "x" * 5000 + '"', "The expression is longer than 4096 characters."),
    ],
)
def test_what_is_no_expression(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user.login > 1", "Cannot compare text with a number."),
        ("user.login ? 1 : 2", "Expected true or false, got text."),
        ("1 - user.login", "Expected a number, got text."),
        ("String.len(1)", "Expected text, got '1'."),
        ("String.substring('abc', 2, 9)", "No characters 2 to 9 in a text of 3."),
        ('Convert.toInt("x")', "Not a number: 'x'."),
        ('Convert.toNum("nan")', "Not a number: 'nan'."),
        ('isMemberOfGroupNameRegex("(")', "Not a regular expression: '('."),
        ('app.getInternalProperty("id")', "Only the user has internal properties."),
        ("String.replace(" * 9 + '"aa"' + ', "a", "aaaaaaaaaa")' * 9, "The value is longer than 100000."),
    ],
)
def test_values_that_do_not_go_together(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        value(text)
    assert str(raised.value) == message


WORDS = """user appuser app access . . ( ( ) ) [ ] { } , , ? : ?: ! - + == != < >= && || AND or null true 0 1
99999999999 "x" 'y' "(" "a+" login tags nothing String.append String.replace String.substring String.len String.join
Arrays.flatten Arrays.get Arrays.add Convert.toInt Convert.toNum Groups.startsWith getFilteredGroups "OKTA"
"group.name" isMemberOfGroupNameRegex getInternalProperty substring contains size"""
SOUP = st.lists(st.sampled_from(WORDS.split()), max_size=40)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), SOUP.map(" ".join), SOUP.map("".join)))
def test_hostile_text_raises_nothing_else(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        json.dumps(evaluate(parse(text), CONTEXT), allow_nan=False)


@pytest.mark.parametrize(
    "text", ["!" * 4000 + "true", "1" + "+1" * 2000, "user" + ".a" * 2000, "true" + "&&true" * 500]
)
def test_long_is_not_deep(text: str) -> None:
    value(text)


@pytest.mark.parametrize("unit", ["(", "{", "user[", "String.len(", "true?", "true ? 1 : ", "null?:", "-(", "!("])
def test_deep_text(unit: str) -> None:
    with pytest.raises(ExpressionError):
        parse(unit * 400)
