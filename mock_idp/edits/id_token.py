"""Edits of how a token is signed, and of the serialised token (seams `….payload`, `….signing` and `….compact`).

`of`: id_token, or userinfo for a UserInfo response that is a JWT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mock_idp.crypto.jose import SigningKey, b64url, b64url_decode, decode_unverified, dumps, sign, signature
from mock_idp.edits.editor import Editor
from mock_idp.edits.symbols import SymbolError, resolve
from mock_idp.misbehaviour import Edit
from mock_idp.protocol.scope import LoginScope

UNPUBLISHED, SECRET = "a key that is not published", "the client secret"
MOST_TRIES = 20_000
"""Signatures that are made until one begins as wanted; one of 256 does."""
_FLIPPED = {"corrupt": "the same with eight bits flipped", "zero": "as many octets that are all 0"}


@dataclass(frozen=True)
class Signing:
    """How a token is signed. `kid`: of the key, or of the honest one where this key is in no JWKS; None: a secret.

    `name`: what to call the key; `b64`: whether its payload is base64url (RFC 7797);
    `first_octet`: what the signature has to begin with, if that matters.
    """

    alg: str
    key: SigningKey
    kid: str | None
    name: str
    b64: bool = True
    first_octet: int | None = None

    def header(self) -> dict[str, Any]:
        """What follows from it."""
        named: dict[str, Any] = {"kid": self.kid} if self.kid else {}
        return named | {"alg": self.alg} | ({} if self.b64 else {"b64": False, "crit": ["b64"]})

    def check(self) -> None:
        """Raises ValueError where the key cannot be used with the algorithm, or all signatures are the same."""
        signature(self.alg, self.key, b"")
        if self.first_octet is not None and self.alg[:2] not in ("ES", "PS"):
            raise ValueError(f"{self.alg} makes the same signature each time")

    def sign(self, header: Mapping[str, Any], payload: bytes) -> str:
        """The compact token."""
        for _ in range(MOST_TRIES):
            token = sign(header, payload, self.alg, self.key, encoded=self.b64)
            if self.first_octet is None or b64url_decode(token.rpartition(".")[2])[0] == self.first_octet:
                return token
        raise AssertionError("a signature of all but impossible luck")

    def shown(self, what: str) -> Any:
        """For the record of a delivery."""
        values = {"alg": self.alg, "key": self.name, "b64": self.b64}
        return values.get(what, "any" if self.first_octet is None else self.first_octet)


def signing(scope: LoginScope, editor: Editor, channel: str, of: str = "id_token") -> Signing:
    """How the token is signed after the edits."""
    active = scope.signing_key() if of == "id_token" else scope.idp.keys.key(scope.server.id)
    honest = now = Signing(active.alg, active.private, active.kid or None, active.kid or SECRET)
    edits = list(editor.selected(f"{of}.signing", channel))
    algs = [str(edit.value) for _, edit in edits if edit.path == ("alg",)]
    steps: list[tuple[int, Edit, Signing, Signing]] = []
    for index, edit in edits:
        with editor.trying(index, edit, channel):
            before, now = now, _one(scope, edit, now, algs)
            steps.append((index, edit, before, now))
    if not steps:
        return honest
    with editor.trying(*steps[-1][:2], channel):
        now.check()
        for index, edit, before, after in steps:
            what = str(edit.path[0])
            editor.deliver(index, edit, before.shown(what), after.shown(what), channel)
        return now
    return honest


def _one(scope: LoginScope, edit: Edit, now: Signing, algs: list[str]) -> Signing:
    if edit.path != ("key",):
        return replace(now, **{str(edit.path[0]): edit.value})
    key_alg, key, kid = scope.key(resolve(edit.value, scope))
    # Without a kid of its own the token keeps the one that it has: a forger has no reason to take it out.
    return replace(now, alg=algs[-1] if algs else key_alg, key=key, kid=kid or now.kid, name=kid or UNPUBLISHED)


def payload(scope: LoginScope, editor: Editor, channel: str, claims: str) -> bytes:
    """The octets that are signed: the JSON text of the claims, unless an edit says otherwise."""
    data = claims.encode()
    for index, edit in editor.selected("id_token.payload", channel):
        with editor.trying(index, edit, channel):
            if edit.op == "pad":
                editor.deliver(index, edit, "the claims", f"the claims and {edit.value} spaces", channel)
                data += b" " * int(edit.value)
                continue
            hexadecimal = edit.op == "set_hex"
            after = str(resolve(edit.value, scope))
            editor.deliver(index, edit, data.hex() if hexadecimal else data.decode(errors="replace"), after, channel)
            data = bytes.fromhex(after) if hexadecimal else after.encode()
    return data


def compact(scope: LoginScope, editor: Editor, channel: str, token: str, of: str = "id_token") -> str:
    """The serialised token after the edits."""
    for index, edit in editor.selected(f"{of}.compact", channel):
        with editor.trying(index, edit, channel):
            token = _compact(scope, editor, channel, index, edit, token)
    return token


def _compact(scope: LoginScope, editor: Editor, channel: str, index: int, edit: Edit, token: str) -> str:
    if not edit.path and edit.op != "serialize":
        return editor.text(index, edit, token, scope, channel)
    parts = token.split(".")
    if len(parts) != 3:
        raise SymbolError("the token has no three parts any more")
    head, middle, mark = parts
    if edit.op == "serialize":
        made = _json_serialization(edit.value, head, middle, mark)
        editor.deliver(index, edit, token, made, channel)
        return made
    if edit.path[0] == "payload":
        # Changed after signing; the signature stays that of the honest payload.
        decoded = decode_unverified(token)
        if decoded is None:
            raise SymbolError("the token is no JWT any more")
        claims = decoded[1]
        editor.member(index, edit, edit.path[1:], claims, scope, channel)
        return f"{head}.{b64url(dumps(claims).encode())}.{mark}"
    if edit.op == "drop":
        editor.deliver(index, edit, "header.payload.signature", "header.payload", channel)
        return f"{head}.{middle}"
    if edit.op in _FLIPPED:
        raw = bytearray(b64url_decode(mark))
        if not raw:
            raise SymbolError("there is no signature to change")
        raw[len(raw) // 2] ^= 0xFF
        raw = raw if edit.op == "corrupt" else bytearray(len(raw))
        editor.deliver(index, edit, "the honest signature", _FLIPPED[edit.op], channel)
        return f"{head}.{middle}.{b64url(bytes(raw))}"
    return f"{head}.{middle}.{editor.text(index, edit, mark, scope, channel)}"


def _json_serialization(form: str, head: str, middle: str, mark: str) -> str:
    """RFC 7515 7.2.1 and 7.2.2."""
    signed = {"protected": head, "signature": mark}
    return dumps({"payload": middle, "signatures": [signed]} if form == "general" else {"payload": middle, **signed})
