"""The misbehaviour of every case: a login differs from an honest one in what the misbehaviour names, and only there.

tests/mock_idp/test_edit_properties.py says more about members, for any misbehaviour that can be said at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

from mock_idp.crypto.keys import KeyRing
from mock_idp.edits.symbols import KEYS, Symbol
from mock_idp.misbehaviour import Edit, Misbehaviour
from suites._core import load_cases
from tests.mock_idp.artefacts import parts_of
from tests.mock_idp.conftest import build_okta
from tests.mock_idp.logins import everything

OURS = KeyRing()


def distinct() -> dict[str, Misbehaviour]:
    """Every misbehaviour of a case once, under the first row that has it."""
    found: dict[str, tuple[str, Misbehaviour]] = {}
    for info in load_cases():
        for member in info.members:
            misbehaviour = info.misbehaviour(member)
            if misbehaviour:
                found.setdefault(json.dumps(misbehaviour.to_json()), (info.result_id(member), misbehaviour))
    return dict(found.values())


MISBEHAVIOURS = distinct()


@cache
def honest() -> dict[str, Any]:
    okta = build_okta(OURS)
    return parts_of(everything(okta), published())


@cache
def published() -> list[dict[str, Any]]:
    okta = build_okta(OURS)
    keys: list[dict[str, Any]] = (okta.rp.get(okta.url("keys")).json or {})["keys"]
    return keys


@pytest.mark.parametrize("row", MISBEHAVIOURS)
def test_a_login_differs_only_where_declared(row: str) -> None:
    misbehaviour = MISBEHAVIOURS[row]
    seen = parts_of(everything(build_okta(OURS), misbehaviour), published())

    declared = {pattern for edit in misbehaviour for pattern in may_change(edit)}
    changed = set(differences(honest(), seen))
    assert {name for name in changed if not any(fnmatchcase(name, pattern) for pattern in declared)} == set()


def differences(mine: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    """`part` or, where both have members, `part:member`."""
    for part in {*mine, *theirs}:
        one, other = mine.get(part), theirs.get(part)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from (f"{part}:{name}" for name in {*one, *other} if one.get(name, part) != other.get(name, part))
        elif one != other:
            yield part


def may_change(edit: Edit) -> Iterator[str]:
    """Patterns of what this edit may change, and what must follow from it."""
    channel = edit.where.channel or "*"
    member = edit.path[0] if edit.path else "*"
    seam, _, part = edit.seam.partition(".")
    if edit.seam == "http":
        yield from _ENDPOINTS.get(str(member), (f"{member}*",))
    elif edit.seam == "app" or (not edit.path and edit.op in ("error", "mode")):
        yield "*"  # there may be no code, and nothing that a code is good for
    elif part == "header":
        yield f"id_token.header@{channel}:{member}"
        if member in ("alg", "crit", "b64"):
            yield f"id_token.signing@{channel}"
    elif part == "claims":
        yield f"id_token.claims@{channel}:{member}"
    elif seam == "access_token":
        yield f"access_token.claims@{channel}:{member}"
    elif part == "signing" and seam == "id_token":
        yield from (f"id_token.signing@{channel}", f"id_token.header@{channel}:alg")
        if member == "key" and isinstance(edit.value, Symbol) and edit.value.name in KEYS - {"rogue_key"}:
            yield f"id_token.header@{channel}:kid"  # who looks for such a key finds it under its own kid
        if member == "b64":  # then what is between the dots is no base64url any more (RFC 7797)
            yield f"id_token.*@{channel}"
    elif seam in _OF_TOKENS and member in ("id_token", "access_token"):
        yield f"{member}.*@{_OF_TOKENS[seam]}"
    elif part:
        yield f"{seam}*"
    elif edit.seam != "check":
        yield f"{seam}:{member}"
        if not edit.path:
            yield from _NO_TOKENS if seam == "token_response" else (f"{seam}*", f"*@{_OF_TOKENS.get(seam)}")


_OF_TOKENS = {"authorization_response": "front", "token_response": "token", "refresh_response": "refresh"}
_NO_TOKENS = ("token_response*", "refresh_response*", "userinfo*", "introspection*", "*@token", "*@refresh")
_ENDPOINTS = {"token": _NO_TOKENS, "authorize": ("*",), "keys": ("jwks*",), "introspect": ("introspection*",)}
