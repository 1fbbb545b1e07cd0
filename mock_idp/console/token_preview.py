"""Security > API > a server's Token Preview: what the tokens would hold, without issuing any (okta.md 4)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from mock_idp.console.forms import Form
from mock_idp.console.frame import area
from mock_idp.console.policies import GRANT_TYPES
from mock_idp.console.servers import server_of, server_page
from mock_idp.crypto.jose import decode_unverified
from mock_idp.edits.editor import HONEST_EDITOR
from mock_idp.idp import Idp
from mock_idp.misbehaviour import FRONT, TOKEN
from mock_idp.org.authorization_server import AuthorizationServer
from mock_idp.org.model import App, User
from mock_idp.protocol import policy
from mock_idp.protocol.authorization.response import lifetimes
from mock_idp.protocol.contents.tokens import access_token, id_token
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import current_idp
from mock_idp.protocol.scope import LoginScope
from mock_idp.store import Document

blueprint = area("token_preview")
_PREVIEWED = ("authorization_code", "implicit", "client_credentials", "password")
_WITHOUT_PERSON = "client_credentials"


@dataclass(frozen=True)
class Preview:
    """Decoded tokens, `{name: (header, payload)}` as JSON, and the rule that allows them; or Okta's refusal."""

    tokens: dict[str, tuple[str, ...]]
    rule: str = ""
    refused: str = ""


@blueprint.get("/oauth2/as/<server_id>/token-preview")
def preview(server_id: str) -> Response:
    """`client`, `grant_type`, `user` and `scopes` say for whom."""
    idp, server = current_idp(), server_of(server_id)
    form = Form(dict(request.args.lists()) or {"scopes": ["openid"]})
    app, user = idp.app(form.text("client")), idp.user(form.text("user"))
    needs_user = form.text("grant_type") != _WITHOUT_PERSON
    for name, missing in (("client", app is None), ("user", needs_user and user is None)):
        if request.args and missing:
            form.causes.append((name, "Choose one."))
    made = _preview(idp, server, app, user if needs_user else None, form) if app and not form.causes else None
    active = [app for app in idp.org.apps.all() if app.status == "ACTIVE"]
    return server_page(
        "token_preview.html",
        server,
        form=form,
        preview=made,
        apps=[("", "")] + [(app.client_id, app.label or app.client_id) for app in active],
        grant_types=[(value, GRANT_TYPES[value]) for value in _PREVIEWED],
        users=[("", "")] + [(user.id, user.login) for user in idp.org.users.all()],
    )


def _preview(idp: Idp, server: AuthorizationServer, app: App, user: User | None, form: Form) -> Preview:
    grant_type, scopes = form.text("grant_type"), [name for name in form.all("scopes") if server.scope(name)]
    asking = policy.Request(app, grant_type, scopes, idp.strictness(None, server), user)
    try:
        policy.check_assignment(idp, asking)
        rule = policy.rule_for(idp, server, asking)
    except OAuthError as error:
        return Preview({}, refused=f"{error.error}: {error.description}")
    now = int(idp.clock.now())
    grant: Document = {
        "client_id": app.client_id,
        "scopes": scopes,
        "auth_time": now if user else None,
        "nonce": "preview",
        "sid": secrets.token_urlsafe(16),
        "request": {"response_type": "id_token token"},
        "base_url": idp.base_url_of(request.host),
        **lifetimes(rule),
    }
    scope = LoginScope(idp, server, None, grant)
    channel = FRONT if grant_type == "implicit" else TOKEN
    token = access_token(scope, HONEST_EDITOR, grant, user, channel=channel)
    found = {"token": token}
    if user and "openid" in scopes:
        found = {"id_token": id_token(scope, HONEST_EDITOR, grant, user, channel=channel, access_token=token)} | found
    tokens = {
        name: tuple(json.dumps(p, indent=2) for p in decode_unverified(value) or ()) for name, value in found.items()
    }
    return Preview(tokens, rule=rule.name)
