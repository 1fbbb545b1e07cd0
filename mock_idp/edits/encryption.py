"""How an ID Token is encrypted for an app that asks for it, and edits of that (seams id_token.encryption…)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from joserfc.jwk import Key

from mock_idp.crypto import jwe
from mock_idp.edits.editor import Editor
from mock_idp.org.app import App
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token.client_keys import BAD_JWKS, published

TOKEN, CLAIMS = "token", "claims"


@dataclass(frozen=True)
class Encryption:
    """`content`: what is inside, the signed token or the bare claims."""

    alg: str
    enc: str
    zip: str = ""
    content: str = TOKEN

    def header(self, kid: str | None) -> dict[str, Any]:
        """The protected header; `cty` says that there is another JWT inside (RFC 7519 5.2)."""
        members = {"kid": kid, "alg": self.alg, "enc": self.enc, "zip": self.zip}
        nested = {"cty": "JWT"} if self.content == TOKEN else {}
        return {name: value for name, value in members.items() if value} | nested


def encrypted(scope: LoginScope, editor: Editor, channel: str, token: str, claims: bytes) -> str:
    """The ID Token as the app gets it: encrypted if it is registered for that."""
    app = scope.idp.app(scope.grant.get("client_id"))
    if app is None or not app.id_token_encrypted_response_alg:
        return token
    now = Encryption(app.id_token_encrypted_response_alg, app.id_token_encrypted_response_enc or jwe.DEFAULT_ENCODING)
    for index, edit in editor.selected("id_token.encryption", channel):
        if edit.op == "off":
            editor.deliver(index, edit, "an encrypted token", "a token that is only signed", channel)
            return token
        name = str(edit.path[0])
        with editor.trying(index, edit, channel):
            changed = replace(now, **{name: str(edit.value)})
            key, kid = _key(app, changed)
            jwe.encrypt(changed.header(kid), b"", key)  # ValueError where they do not fit together
            editor.deliver(index, edit, getattr(now, name), edit.value, channel)
            now = changed
    try:
        key, kid = _key(app, now)
    except ValueError:
        raise BAD_JWKS from None
    header = editor.json("id_token.encryption_header", now.header(kid), scope, channel)
    return jwe.encrypt(header, claims if now.content == CLAIMS else token.encode(), key)


def _key(app: App, how: Encryption) -> tuple[Key, str | None]:
    if jwe.is_symmetric(how.alg):
        return jwe.secret_key(app.client_secret, how.alg, how.enc), None
    try:
        return jwe.public_key(published(app), how.alg)
    except OAuthError as error:
        raise ValueError(error.description) from None
