"""What an edit may be: which operation at which seam, on which path, with which value.

An edit that could not be served is refused when it is written down, with one sentence that says what is allowed,
so that it never fails in the middle of a login.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_idp.crypto import jwe
from mock_idp.edits.app_settings import SETTINGS
from mock_idp.edits.symbols import KEYS, Symbol, SymbolError, check, symbols_in
from mock_idp.text import has_lone_surrogate

FRONT, TOKEN, REFRESH = "front", "token", "refresh"
CHANNELS = (FRONT, TOKEN, REFRESH)
CHECKS = ("pkce", "redirect_uri", "code_reuse", "client")
"""Checks of the token endpoint that `check_off` can switch off."""
RESPONSE_MODES = ("query", "fragment", "form_post")
"""What the browser can be made to carry the response in; `okta_post_message` is not for every page."""
HTTP_ENDPOINTS = ("token", "userinfo", "authorize", "keys", "discovery", "introspect", "revoke")
MAX_DELAY = 60.0
"""Seconds; a longer delay would hold a worker thread for no gain, relying parties give up earlier."""

MOST_PADDING = 2**24
"""Octets; enough to see whether a relying party has a limit."""

Path = tuple[Any, ...]
_MEMBER_OPS = frozenset({"set", "remove", "append", "prepend", "swap_case", "truncate"})
_JSON_OPS = _MEMBER_OPS | {"duplicate", "duplicate_first"}
HTTP_OPS = frozenset({"status", "body", "truncate_body", "content_type", "delay", "redirect", "max_age", "retry_after"})
_HEX = re.compile(r"([0-9a-f]{2})*")
_ALGORITHM = re.compile(r"none|(HS|RS|PS|ES)(256|384|512)|EdDSA")
SERIALIZATIONS = ("flattened", "general")
"""JWS JSON Serialization (RFC 7515 7.2)."""
ENCRYPTION: Mapping[str, tuple[str, ...]] = {
    "alg": jwe.ALGORITHMS,
    "enc": jwe.ENCODINGS,
    "zip": ("DEF",),
    "content": ("token", "claims"),
}
"""What can be changed of how an ID Token is encrypted, and into what."""
SIGNING = ("alg", "key", "b64", "first_octet")


class MisbehaviourError(ValueError):
    """An edit that cannot be served, with the reason and what is allowed."""


def _is_member(path: Path) -> bool:
    return bool(path) and isinstance(path[0], str)


def _is_parameter(path: Path) -> bool:
    return len(path) == 1 and isinstance(path[0], str)


def _is_jws_part(path: Path) -> bool:
    return path in ((), ("signature",)) or (len(path) > 1 and path[0] == "payload" and isinstance(path[1], str))


_OF_THE_ALGORITHM = ("alg", "enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c")
"""Members of an encrypted token's header without which it could not be made (RFC 7518 4.6 to 4.8)."""


def _is_free_header(path: Path) -> bool:
    return _is_member(path) and path[0] not in _OF_THE_ALGORITHM


def _is_one_of(*names: str) -> Callable[[Path], bool]:
    return lambda path: len(path) == 1 and path[0] in names


@dataclass(frozen=True)
class Seam:
    """What may be done at one seam: `members` on the paths that `place` allows, `whole` on the empty path."""

    members: frozenset[str]
    place: Callable[[Path], bool]
    places: str
    whole: frozenset[str] = frozenset()
    channels: bool = False

    @property
    def ops(self) -> frozenset[str]:
        return self.members | self.whole


_PARAMETERS = _MEMBER_OPS | {"add", "add_first"}
_A_MEMBER, _A_PARAMETER = "the name of a member", "the name of one parameter"
_ISSUER_WIDE = Seam(_JSON_OPS | {"add", "add_first"}, _is_member, _A_MEMBER)
_JSON_RESPONSE = Seam(_JSON_OPS, _is_member, _A_MEMBER, HTTP_OPS)
_JWS_SIGNING = Seam(frozenset({"set"}), _is_one_of(*SIGNING), ", ".join(SIGNING), channels=True)
_JWS_COMPACT = Seam(
    _MEMBER_OPS | {"corrupt", "zero", "drop"},
    _is_jws_part,
    "nothing, signature, or payload and a claim",
    frozenset({"serialize"}),
    channels=True,
)
_TOKEN_PART = Seam(_JSON_OPS, _is_member, _A_MEMBER, channels=True)

SEAMS: Mapping[str, Seam] = {
    "discovery": _ISSUER_WIDE,
    "jwks": _ISSUER_WIDE,
    "authorization_response": Seam(
        _PARAMETERS | {"percent_encode", "set_return_url"}, _is_parameter, _A_PARAMETER, frozenset({"error", "mode"})
    ),
    "logout_response": Seam(_PARAMETERS, _is_parameter, _A_PARAMETER),
    "frontchannel_logout": Seam(_PARAMETERS, _is_parameter, _A_PARAMETER),
    "logout_token": Seam(_JSON_OPS, _is_member, _A_MEMBER),
    "initiate_login": Seam(_PARAMETERS, _is_parameter, _A_PARAMETER, frozenset({"mode"})),
    "token_response": _JSON_RESPONSE,
    "refresh_response": _JSON_RESPONSE,
    "userinfo": Seam(_JSON_OPS, _is_member, _A_MEMBER, HTTP_OPS, channels=True),
    "userinfo.signing": _JWS_SIGNING,
    "userinfo.compact": _JWS_COMPACT,
    "introspection": _JSON_RESPONSE,
    "access_token": _TOKEN_PART,
    "id_token.header": _TOKEN_PART,
    "id_token.claims": _TOKEN_PART,
    "id_token.payload": Seam(frozenset(), _is_member, "nothing", frozenset({"set", "set_hex", "pad"}), channels=True),
    "id_token.signing": _JWS_SIGNING,
    "id_token.compact": _JWS_COMPACT,
    "id_token.encryption": Seam(
        frozenset({"set"}), _is_one_of(*ENCRYPTION), ", ".join(ENCRYPTION), frozenset({"off"}), channels=True
    ),
    "id_token.encryption_header": Seam(
        _MEMBER_OPS, _is_free_header, "a member of the header other than alg, enc and zip", channels=True
    ),
    "http": Seam(HTTP_OPS, _is_one_of(*HTTP_ENDPOINTS), ", ".join(HTTP_ENDPOINTS)),
    "app": Seam(frozenset({"set"}), _is_one_of(*SETTINGS), ", ".join(SETTINGS)),
    "check": Seam(frozenset({"off"}), _is_one_of(*CHECKS), ", ".join(CHECKS)),
}
"""Where something can go wrong. `check` is ours: the IdP leaves out one of its own checks (`check_off("pkce")`)."""

SIGNING_SEAMS = frozenset({"id_token.signing", "userinfo.signing"})
LATER_SEAMS = frozenset({"par_response"})


def _text(value: Any) -> bool:
    return isinstance(value, str | Symbol)


def _header_value(value: Any) -> bool:
    return isinstance(value, Symbol) or (isinstance(value, str) and bool(re.fullmatch(r"[\x21-\x7e ]*", value)))


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _delay(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_DELAY


def _error(value: Any) -> bool:
    return isinstance(value, Mapping) and "error" in value and all(_text(member) for member in value.values())


_WITHOUT_VALUE = ("remove", "swap_case", "corrupt", "zero", "drop", "off", "percent_encode")
_VALUES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "append": ("a string", _text),
    "prepend": ("a string", _text),
    "truncate": ("a number of characters from 1", _count),
    "truncate_body": ("a number of characters from 1", _count),
    "body": ("a string", _text),
    "content_type": ("a header value", _header_value),
    "redirect": ("a URL", _header_value),
    "set_return_url": ("a URL", _text),
    "status": ("a status from 200 to 599", lambda value: _count(value) and 200 <= value <= 599),
    "max_age": ("a number of seconds from 1", _count),
    "retry_after": ("a number of seconds from 1", _count),
    "delay": (f"0 to {MAX_DELAY:g} seconds", _delay),
    "error": ("an object with the member error", _error),
    "mode": (f"one of {', '.join(RESPONSE_MODES)}", lambda value: value in RESPONSE_MODES),
    "pad": (f"a number of octets from 1 to {MOST_PADDING}", lambda value: _count(value) and value <= MOST_PADDING),
    "serialize": (" or ".join(SERIALIZATIONS), lambda value: value in SERIALIZATIONS),
    "set_hex": ("hexadecimal digits", lambda value: isinstance(value, str) and bool(_HEX.fullmatch(value))),
    **{op: ("no value", lambda value: value is None) for op in _WITHOUT_VALUE},
}


def check_edit(seam: str, op: str, path: Path, value: Any, channel: str | None) -> None:
    """Raises MisbehaviourError for an edit that cannot be served."""
    if seam in LATER_SEAMS:
        raise MisbehaviourError(f"the seam {seam!r} has a name but is not served yet")
    if seam not in SEAMS:
        raise MisbehaviourError(f"unknown seam {seam!r}; known: {', '.join(sorted(SEAMS))}")
    rule = SEAMS[seam]
    if op not in rule.ops:
        raise MisbehaviourError(f"the seam {seam!r} cannot {op!r}; it can: {', '.join(sorted(rule.ops))}")
    _check_path(seam, op, path)
    if channel is not None and not rule.channels:
        raise MisbehaviourError(f"the seam {seam!r} has no channels; ID Tokens, access tokens and userinfo have")
    try:
        for symbol in symbols_in(value):
            check(symbol)
            if symbol.name in KEYS and not (seam in SIGNING_SEAMS and path == ("key",)):
                raise MisbehaviourError(f'{symbol.name}() is a key: it goes into signing("key") only')
            if seam == "app" and symbol.name != "app_url":
                raise MisbehaviourError(f"{symbol.name}() is no setting of an app: app_url() is")
            if symbol.name == "bulk" and op != "body":
                raise MisbehaviourError("bulk() is a whole document: it goes into body() only")
    except SymbolError as error:
        raise MisbehaviourError(str(error)) from None
    _check_value(seam, op, path, value)


def _check_path(seam: str, op: str, path: Path) -> None:
    rule = SEAMS[seam]
    if not all(isinstance(step, str) or (isinstance(step, int) and step >= 0) for step in path):
        raise MisbehaviourError(f"a path is made of names and of positions from 0, got {list(path)!r}")
    fits = path == () if op in rule.whole else rule.place(path)
    if not fits:
        expected = "an empty path" if op in rule.whole else rule.places
        raise MisbehaviourError(f"{seam}: {op!r} needs {expected}, got {list(path)!r}")
    # Only top-level members can be written twice, and only a signature has bits to flip.
    if (op in ("duplicate", "duplicate_first") and len(path) != 1) or (
        op in ("corrupt", "zero", "drop") and path != ("signature",)
    ):
        raise MisbehaviourError(f"{seam}: cannot {op!r} at {list(path)!r}")
    if op == "remove" and seam.endswith(".compact") and path[:1] != ("payload",):
        raise MisbehaviourError(f"{seam}: only a claim can be removed; a signature is dropped")


def _check_value(seam: str, op: str, path: Path, value: Any) -> None:
    if op in _VALUES:
        expected, fits = _VALUES[op]
        if not fits(value):
            raise MisbehaviourError(f"{seam}: {op!r} needs {expected}, got {value!r}")
    if seam == "app":
        expected, fits = SETTINGS[path[0]]
        if not fits(value):
            raise MisbehaviourError(f"app: {path[0]} needs {expected}, got {value!r}")
    if seam in SIGNING_SEAMS:
        if path == ("alg",) and not (isinstance(value, str) and _ALGORITHM.fullmatch(value)):
            raise MisbehaviourError(
                f"signing: no signature algorithm {value!r}; there are: none, HS256, RS256, … ES512"
            )
        if path == ("key",) and not _text(value):
            raise MisbehaviourError(f"signing: a key is a symbol, or a string for HMAC, got {value!r}")
        if path == ("b64",) and value is not False:
            raise MisbehaviourError(f"signing: b64 can be set to false only, got {value!r}")
        if path == ("first_octet",) and not (type(value) is int and 0 <= value <= 255):
            raise MisbehaviourError(f"signing: the first octet is a number from 0 to 255, got {value!r}")
    if seam == "id_token.encryption" and op == "set" and value not in ENCRYPTION[path[0]]:
        raise MisbehaviourError(f"encryption: {path[0]} can be {', '.join(ENCRYPTION[path[0]])}, got {value!r}")
    if seam == "id_token.payload" and op == "set" and not _text(value):
        raise MisbehaviourError(f"payload: a text, got {value!r}")
    if has_lone_surrogate(value):
        raise MisbehaviourError(f"half of a surrogate pair cannot be sent: {value!r}")
    _check_json(value)


def _check_json(value: Any) -> None:
    """Refuse values of types that JSON does not have."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            _check_json(name)
            _check_json(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _check_json(member)
    elif not isinstance(value, str | Symbol | int | float | None):
        raise MisbehaviourError(f"not a JSON value: {value!r}")
