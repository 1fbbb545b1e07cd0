"""Edits of how a token is signed, and of the serialised token (seams `….signing` and `….compact`).

`of`: id_token, or userinfo for a UserInfo response that is a JWT.
"""

from __future__ import annotations

from mock_idp.crypto.jose import SigningKey, b64url, b64url_decode, decode_unverified, dumps, signature
from mock_idp.edits.editor import Editor
from mock_idp.edits.symbols import SymbolError, resolve
from mock_idp.misbehaviour import Edit
from mock_idp.protocol.scope import LoginScope

Signing = tuple[str, SigningKey, str | None]
UNPUBLISHED = "a key that is not published"


def signing(scope: LoginScope, editor: Editor, channel: str, of: str = "id_token") -> Signing:
    """`(alg, key, kid)` after the edits; the header that follows from it has no kid where nobody could look it up."""
    idp = scope.idp
    active = idp.signing_key(scope.server, idp.app(scope.grant.get("client_id")))
    honest: Signing = (active.alg, active.private, active.kid)
    now = honest
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
        signature(now[0], now[1], b"")  # ValueError where the key cannot be used with the algorithm
        for index, edit, before, after in steps:
            at = 0 if edit.path == ("alg",) else 2
            editor.deliver(index, edit, before[at] or UNPUBLISHED, after[at] or UNPUBLISHED, channel)
        return now
    return honest


def _one(scope: LoginScope, edit: Edit, now: Signing, algs: list[str]) -> Signing:
    alg, key, kid = now
    if edit.path == ("alg",):
        alg = str(edit.value)
    else:
        key_alg, key, kid = scope.key(resolve(edit.value, scope))
        alg = algs[-1] if algs else key_alg
    return alg, key, kid


def compact(scope: LoginScope, editor: Editor, channel: str, token: str, of: str = "id_token") -> str:
    """The serialised token after the edits."""
    for index, edit in editor.selected(f"{of}.compact", channel):
        with editor.trying(index, edit, channel):
            token = _compact(scope, editor, channel, index, edit, token)
    return token


def _compact(scope: LoginScope, editor: Editor, channel: str, index: int, edit: Edit, token: str) -> str:
    if not edit.path:
        return editor.text(index, edit, token, scope, channel)
    parts = token.split(".")
    if len(parts) != 3:
        raise SymbolError("the token has no three parts any more")
    head, payload, mark = parts
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
        return f"{head}.{payload}"
    if edit.op == "corrupt":
        raw = bytearray(b64url_decode(mark))
        if not raw:
            raise SymbolError("there is no signature to corrupt")
        raw[len(raw) // 2] ^= 0xFF
        editor.deliver(index, edit, "the honest signature", "the same with eight bits flipped", channel)
        return f"{head}.{payload}.{b64url(bytes(raw))}"
    return f"{head}.{payload}.{editor.text(index, edit, mark, scope, channel)}"
