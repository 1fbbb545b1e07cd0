"""What the control API's client may ask of a new attempt; anything else is refused at once, in one sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mock_idp.edits.symbols import Symbol, symbols_in
from mock_idp.misbehaviour import Edit, Misbehaviour, MisbehaviourError, decode
from mock_idp.org.build import build
from mock_idp.org.model import OrgError, User

_OF_VICTIM = (Symbol("claims_jwt", ("unsigned",)),)
MEMBERS = (
    *("misbehaviour", "app", "identity", "victim", "hold", "clock_offset", "strictness", "lease", "issuer", "beside"),
)


class AttemptError(ValueError):
    """An attempt that is not understood."""


def attempt_of(wanted: Mapping[str, Any]) -> tuple[Misbehaviour, dict[str, Any]]:
    """The misbehaviour, and the attempt's members as they are stored.

    Raises MisbehaviourError for edits that cannot be served, AttemptError for anything else.
    """
    unknown = [str(name) for name in wanted if name not in MEMBERS]
    if unknown:
        raise AttemptError(f"unknown members of an attempt: {', '.join(unknown)}; known: {', '.join(MEMBERS)}")
    misbehaviour = Misbehaviour.from_json(wanted.get("misbehaviour") or []) & _settings(wanted.get("app", {}))
    identity, victim = wanted.get("identity"), wanted.get("victim")
    for name, person in (("identity", identity), ("victim", victim)):
        if person is not None:
            user_of_identity(person, name)
    if victim is None and any(
        s in _OF_VICTIM or s.name == "victim" for edit in misbehaviour for s in symbols_in(edit.value)
    ):
        raise MisbehaviourError("victim(): this attempt has no victim")
    if wanted.get("strictness") not in (None, "okta", "core"):
        raise AttemptError(f"strictness: expected 'okta' or 'core', got {wanted['strictness']!r}")
    lease = wanted.get("lease")
    if lease is not None and not isinstance(lease, str):
        raise AttemptError(f"lease: expected a string, got {lease!r}")
    issuer = wanted.get("issuer")
    if issuer is not None:
        _check_issuer(issuer)
    beside = wanted.get("beside")
    if beside is not None and not isinstance(beside, str):
        raise AttemptError(f"beside: expected the id of an authorization server, got {beside!r}")
    hold = wanted.get("hold", False)
    if not isinstance(hold, bool):
        raise AttemptError(f"hold: expected true or false, got {hold!r}")
    return misbehaviour, {
        "misbehaviour": misbehaviour.to_json(),
        "identity": identity,
        "victim": victim,
        "hold": hold,
        "clock_offset": seconds(wanted.get("clock_offset", 0), "clock_offset"),
        "strictness": wanted.get("strictness"),
        "lease": lease,
        "issuer": issuer,
        "beside": beside,
    }


def _settings(app: Any) -> Misbehaviour:
    """The settings that the attempt puts over the app's own, as the edits that they are."""
    if not isinstance(app, Mapping):
        raise AttemptError(f"app: expected an object of settings, got {app!r}")
    return Misbehaviour(tuple(Edit("app", "set", (name,), decode(value)) for name, value in app.items()))


def _check_issuer(issuer: Any) -> None:
    """Raises AttemptError for what is neither `{"id"}` nor `{"like", "client_id"?, "redirect_uris"?, "jwks_uri"?}`."""
    if not isinstance(issuer, Mapping) or not (set(issuer) == {"id"} or "like" in issuer):
        raise AttemptError("issuer: expected an object with id, or with like, client_id and redirect_uris")
    if unknown := set(issuer) - {"id", "like", "client_id", "redirect_uris", "jwks_uri"}:
        raise AttemptError(f"issuer: unknown members {', '.join(sorted(unknown))}")
    uris = issuer.get("redirect_uris", [])
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise AttemptError("issuer.redirect_uris: expected a list of strings")
    for name in ("id", "like", "client_id", "jwks_uri"):
        if not isinstance(issuer.get(name, ""), str):
            raise AttemptError(f"issuer.{name}: expected a string, got {issuer[name]!r}")


_OF_DIRECTORY = frozenset({"id", "login", "password", "activated", "status_changed", "password_changed"})
"""Members of people that only somebody of the directory has."""


def user_of_identity(identity: Any, where: str = "identity") -> User:
    """The person of `{"sub", "email", "name", …}`; the rest of the members are those of `User`, or are derived."""
    if not isinstance(identity, Mapping):
        raise AttemptError(f"{where}: expected an object, got {type(identity).__name__}")
    known = {f.name for f in dataclasses.fields(User)} - _OF_DIRECTORY | {"sub", "preferred_username"}
    for name in identity:
        if name not in known:
            raise AttemptError(f"{where}: unknown member {name!r}; known: {', '.join(sorted(known))}")
    for name in ("sub", "email", "name"):
        if not isinstance(identity.get(name), str) or not identity[name]:
            raise AttemptError(f"{where}.{name}: expected a string that is not empty")
    values = {
        "id": identity["sub"],
        "login": identity.get("preferred_username", identity["email"]),
        "given_name": identity["name"].split(" ")[0],
        "family_name": identity["name"].split(" ")[-1],
    }
    rest = {name: value for name, value in identity.items() if name not in ("sub", "preferred_username")}
    try:
        user: User = build(User, values | rest, where)
    except OrgError as error:
        raise AttemptError(str(error)) from None
    return user


def seconds(value: Any, where: str) -> float:
    """A finite number of seconds; raises AttemptError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e10:
        raise AttemptError(f"{where}: expected seconds, got {value!r}")
    return float(value)
