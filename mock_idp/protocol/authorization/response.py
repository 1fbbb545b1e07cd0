"""What the authorization endpoint hands out (RFC 6749 4.1.2 and 4.2.2, OIDC Core 3.1.2.5, 3.2.2.5, 3.3.2.5)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus, urlsplit

from flask import Response, request

from mock_idp.edits.editor import ABSENT, Editor
from mock_idp.edits.symbols import resolve
from mock_idp.misbehaviour import FRONT, Edit
from mock_idp.org.authorization_server import Rule
from mock_idp.org.ids import new_id
from mock_idp.org.model import App, User
from mock_idp.protocol import pages
from mock_idp.protocol.contents.tokens import access_token, id_token, unedited_id_token
from mock_idp.protocol.exchange import Artefacts
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.sign_in.authentication import Authentication
from mock_idp.store import Document

Parameters = list[tuple[str, str]]


def new_grant(
    scope: LoginScope, app: App, params: Mapping[str, str], scopes: list[str], signed_in: Authentication, rule: Rule
) -> Document:
    """What a code or token of this login stands for. `family` ties all tokens of one authentication together.

    `user` is the id of whom it is about; `identity` is there when that is the attempt's person and nobody of the
    directory. `session` is the id of the browser's session, if it has one.
    """
    idp = scope.idp
    identity = (scope.attempt or {}).get("identity") if signed_in.canary else None
    return {
        "client_id": app.client_id,
        "server": scope.server.id,
        "redirect_uri": params.get("redirect_uri"),
        "scopes": scopes,
        "nonce": params.get("nonce"),
        "code_challenge": params.get("code_challenge"),
        "code_challenge_method": params.get("code_challenge_method", "plain"),
        "user": signed_in.user.id,
        "identity": identity,
        "auth_time": signed_in.auth_time,
        "amr": list(signed_in.amr),
        "acr": signed_in.acr or None,
        "session": (signed_in.session or {}).get("id"),
        **lifetimes(rule),
        "attempt": (scope.attempt or {}).get("id"),
        "request": dict(params),
        "base_url": idp.base_url_of(request.host),
        "sid": new_id("idx"),  # of the session, where the login has one
        "family": secrets.token_urlsafe(12),
        "issued_at": idp.clock.now(),
        "expires": idp.clock.now() + idp.org.settings.code_ttl,
    }


def lifetimes(rule: Rule) -> dict[str, int]:
    """What the access rule says of the tokens, in seconds; 0 has no end."""
    return {
        "access_token_ttl": rule.access_token_lifetime_minutes * 60,
        "refresh_token_ttl": rule.refresh_token_lifetime_minutes * 60,
        "refresh_token_window": rule.refresh_token_window_minutes * 60,
    }


def success(scope: LoginScope, editor: Editor, user: User) -> tuple[Parameters, Artefacts]:
    """The honest parameters in Okta's order (okta.md 2.2), and the artefacts that were made."""
    idp, grant = scope.idp, scope.grant
    asked = grant["request"]
    types = asked["response_type"].split()
    ttl = grant["access_token_ttl"]
    artefacts: Artefacts = []
    parameters: Parameters = []
    token = code = None
    if "code" in types:
        code = secrets.token_urlsafe(32)
        idp.store.put("code", code, grant)
        artefacts.append(("code", code))
    if "token" in types:
        token = access_token(scope, editor, grant, user, channel=FRONT)
        idp.store.put("access_token", token, {**grant, "channel": FRONT, "expires": scope.now() + ttl})
        artefacts.append(("access_token", token))
    if "id_token" in types:
        made = id_token(scope, editor, grant, user, channel=FRONT, access_token=token, code=code)
        artefacts.append(("id_token", made))
        parameters.append(("id_token", made))
    if token:
        parameters += [("access_token", token), ("token_type", "Bearer"), ("expires_in", str(ttl))]
        parameters.append(("scope", " ".join(grant["scopes"])))
    if code:
        parameters.append(("code", code))
    if "state" in asked:
        parameters.append(("state", asked["state"]))
    scope.front_channel_token = lambda: unedited_id_token(scope, grant, user)
    return parameters, artefacts


def edited(editor: Editor, scope: LoginScope, parameters: Parameters, seam: str) -> Parameters:
    """The parameters of a redirect after the edits of `seam`; their order stays."""
    for index, edit in editor.selected(seam, fits=lambda edit: edit.op != "mode"):
        with editor.trying(index, edit):
            parameters = _one_edit(editor, scope, parameters, index, edit)
    return parameters


def edited_mode(editor: Editor, mode: str, seam: str = "authorization_response") -> str:
    """The response mode after the edits of `seam`."""
    for index, edit in editor.selected(seam, fits=lambda edit: edit.op == "mode"):
        editor.deliver(index, edit, mode, edit.value)
        mode = str(edit.value)
    return mode


def _one_edit(editor: Editor, scope: LoginScope, parameters: Parameters, index: int, edit: Edit) -> Parameters:
    if edit.op == "error":
        error = {name: str(resolve(value, scope)) for name, value in edit.value.items()}
        editor.deliver(index, edit, _what(parameters), error)
        return [(k, v) for k, v in parameters if k == "state"] + list(error.items())
    name = str(edit.path[0])
    present = [v for k, v in parameters if k == name]
    at = next((i for i, (k, _) in enumerate(parameters) if k == name), len(parameters))
    document: dict[str, Any] = {name: present[0]} if present else {}
    if edit.op in ("add", "add_first"):
        value = str(resolve(edit.value, scope, present[0] if present else None))
        at = at if edit.op == "add_first" or not present else at + 1
        changed = [*parameters[:at], (name, value), *parameters[at:]]
        editor.deliver(index, edit, present or ABSENT, [v for k, v in changed if k == name])
        return changed
    if edit.op == "percent_encode":
        encoded = [Encoded(value) for value in present]
        editor.deliver(index, edit, [_written(v) for v in present], [_written(v) for v in encoded])
        return [(k, Encoded(v) if k == name else v) for k, v in parameters]
    editor.member(index, edit, edit.path, document, scope)
    made = [(name, _text(value)) for value in document.values()]
    rest = [(k, v) for k, v in parameters if k != name]
    return [*rest[:at], *made, *rest[at:]]


class Encoded(str):
    """A value of which every character is percent-encoded in a URL."""

    __slots__ = ()


def _written(value: str) -> str:
    """A value as it stands in a URL; `+` for spaces, as Okta writes it."""
    if isinstance(value, Encoded):
        return "".join(f"%{octet:02X}" for octet in value.encode())
    return quote_plus(value)


def _what(parameters: Parameters) -> str:
    return ", ".join(name for name, _ in parameters if name != "state") or "nothing"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def respond(mode: str, redirect_uri: str, parameters: Sequence[tuple[str, str]]) -> Response:
    """The browser carries the parameters to the redirect URI, or hands them to a page of its origin."""
    if mode == "form_post":
        return pages.form_post(redirect_uri, parameters)
    if mode == "okta_post_message":
        target = urlsplit(redirect_uri)
        return pages.post_message(f"{target.scheme}://{target.netloc}", dict(parameters))
    # The URI itself stays as it is registered, to the letter.
    encoded = "&".join(f"{quote_plus(name)}={_written(value)}" for name, value in parameters)
    separator = "#" if mode == "fragment" else "&" if "?" in redirect_uri else "?"
    response = redirect_to(f"{redirect_uri}{separator}{encoded}" if encoded else redirect_uri)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def redirect_to(url: str) -> Response:
    """302 without a body."""
    return Response("", 302, {"Location": url, "Cache-Control": "no-cache, no-store"})
