"""The UserInfo answer: JSON, or a JWT for an app that is registered for one (OIDC Core 5.3.2)."""

from __future__ import annotations

from flask import Response

from mock_idp.crypto.jose import dumps
from mock_idp.edits.editor import Editor
from mock_idp.edits.id_token import compact, signing
from mock_idp.org.model import User
from mock_idp.protocol import answers
from mock_idp.protocol.contents.claims import userinfo
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document


def userinfo_answer(scope: LoginScope, editor: Editor, grant: Document, user: User) -> Response:
    """With the edits of `userinfo`, `userinfo.signing` and `userinfo.compact`; one of signing makes a JWT, too."""
    app, channel = scope.idp.app(grant["client_id"]), grant["channel"]
    registered = bool(app and app.userinfo_signed_response_alg)
    about = {"iss": scope.issuer(), "aud": grant["client_id"]} if registered else {}
    claims = editor.json("userinfo", userinfo(scope, grant, user) | about, scope, channel)
    if not registered and not editor.mentions("userinfo.signing"):
        return answers.json_answer(claims)
    made = signing(scope, editor, channel, "userinfo")
    header = {name: value for name, value in made.header().items() if name != "kid" or made.alg != "none"}
    token = compact(scope, editor, channel, made.sign(header, dumps(claims).encode()), "userinfo")
    return answers.okta_headers(Response(token, content_type="application/jwt"))
