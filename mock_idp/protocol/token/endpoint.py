"""The token endpoint: which grant a request stands for, and what is made of it (RFC 6749 4 and 6, okta.md 3).

Here is authorization_code (RFC 6749 4.1.3, RFC 7636 4.6); the other grants have modules of their own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from mock_idp.crypto.jose import b64url
from mock_idp.edits.editor import Editor
from mock_idp.idp import Idp
from mock_idp.misbehaviour import REFRESH, TOKEN
from mock_idp.org.model import App, AuthorizationServer, User
from mock_idp.protocol import errors
from mock_idp.protocol.contents.tokens import access_token, id_token
from mock_idp.protocol.errors import OAuthError
from mock_idp.protocol.exchange import Artefacts
from mock_idp.protocol.scope import LoginScope
from mock_idp.protocol.token import direct_grants, dpop_requests, refresh_tokens
from mock_idp.protocol.token.revocation import is_revoked
from mock_idp.protocol.waiting import polls
from mock_idp.store import Document

GRANT_TYPES = ("authorization_code", "refresh_token", "password", "client_credentials", *polls.FLOWS)
"""Okta has more (`token-exchange`, …); they are refused as by a server where they are not configured."""


def grant_of(scope: LoginScope, app: App, form: Mapping[str, str], editor: Editor) -> Document:
    """What the request's code, token or credentials stand for; raises OAuthError in Okta's order (okta.md 3.4).

    The grant of a refresh token has the member `refresh_token`; `jkt` is the key that the tokens are to be bound to.
    """
    grant_type = form.get("grant_type")
    if not grant_type:
        text = f"The token request must specify a 'grant_type'. Valid values: [{', '.join(GRANT_TYPES)}]"
        raise OAuthError("invalid_request", text)
    if grant_type not in GRANT_TYPES:
        text = "The authorization grant type is not supported by the authorization server. Configured grant types: "
        raise OAuthError("unsupported_grant_type", f"{text}[{', '.join(GRANT_TYPES)}].")
    if grant_type not in app.grant_types:
        raise errors.grant_not_configured(app.grant_types)
    # A refresh token that is bound stays so when the app's setting is off.
    needs_proof = app.dpop_bound_access_tokens or scope.grant.get("jkt")
    jkt = dpop_requests.key_of_token_request(scope.idp, scope.server) if needs_proof else None
    if grant_type == "refresh_token":
        grant = refresh_tokens.redeem(scope.idp, scope.server, app, form, jkt)
    elif grant_type == "client_credentials":
        grant = direct_grants.client_credentials(scope, app, form)
    elif grant_type in polls.FLOWS:
        grant = polls.redeem(scope, app, form)
    elif grant_type == "password":
        grant = direct_grants.password(scope, app, form)
    else:
        grant = _grant_of_code(scope.idp, scope.server, app, form, editor)
    return {**grant, "jkt": jkt}


def _grant_of_code(
    idp: Idp, server: AuthorizationServer, app: App, form: Mapping[str, str], editor: Editor
) -> Document:
    code = form.get("code")
    if not code:
        raise errors.missing("code")
    grant = idp.store.get("code", code)
    if grant is None or grant["expires"] < idp.clock.now() or is_revoked(idp, grant):
        raise errors.INVALID_CODE
    if grant["server"] != server.id:
        raise errors.OTHER_SERVER
    if grant["client_id"] != app.client_id and not _is_off(editor, "client"):
        raise errors.OTHER_CLIENT
    if form.get("redirect_uri") != grant["redirect_uri"] and not _is_off(editor, "redirect_uri"):
        raise errors.REDIRECT_URI_MISMATCH
    failed = _pkce_error(grant, form.get("code_verifier"))
    if failed and not _is_off(editor, "pkce"):
        raise failed
    if not _spend(idp, code) and not _is_off(editor, "code_reuse"):
        raise errors.INVALID_CODE
    return grant


def _is_off(editor: Editor, name: str) -> bool:
    """Whether the attempt switches this check off. Asked only where the check has failed: that is its delivery."""
    for index, edit in editor.selected("check", fits=lambda edit: edit.path == (name,)):
        editor.deliver(index, edit, "refused", "not checked")
        return True
    return False


def _pkce_error(grant: Document, verifier: str | None) -> OAuthError | None:
    challenge = grant.get("code_challenge")
    if not challenge:
        return errors.VERIFIER_UNEXPECTED if verifier else None
    if not verifier:
        return errors.VERIFIER_MISSING
    digest = b64url(hashlib.sha256(verifier.encode()).digest())
    made = digest if grant["code_challenge_method"] == "S256" else verifier
    return None if secrets.compare_digest(made.encode(), challenge.encode()) else errors.PKCE_FAILED


def _spend(idp: Idp, code: str) -> bool:
    """Mark the code as used, once; used codes stay known so that a replay still joins its attempt."""
    first = []

    def use(grant: Document) -> Document | None:
        if grant.get("used"):
            return None
        first.append(True)
        return {**grant, "used": True}

    idp.store.update("code", code, use)
    return bool(first)


def response(
    scope: LoginScope, app: App, editor: Editor, grant: Document, user: User | None
) -> tuple[dict[str, Any], Artefacts]:
    """The success body in Okta's order (okta.md 3.3), edited, and the artefacts that were made."""
    idp = scope.idp
    channel = REFRESH if "refresh_token" in grant else TOKEN
    refresh = refresh_tokens.issue(idp, app, grant)
    token = access_token(scope, editor, grant, user, channel=channel, refresh_id=refresh[1] if refresh else "")
    ttl = grant["access_token_ttl"]
    refresh_id = refresh[1] if refresh else None
    kept = {**grant, "channel": channel, "refresh_id": refresh_id, "expires": scope.now() + ttl}
    idp.store.put("access_token", token, kept)
    body: dict[str, Any] = {
        "token_type": "DPoP" if grant["jkt"] else "Bearer",
        "expires_in": ttl,
        "access_token": token,
        "scope": " ".join(grant["scopes"]),
    }
    artefacts = [("access_token", token)]
    if refresh:
        body["refresh_token"] = refresh[0]
        artefacts.append(("refresh_token", refresh[0]))
    if user and "openid" in grant["scopes"]:
        body["id_token"] = id_token(scope, editor, grant, user, channel=channel, access_token=token)
        artefacts.append(("id_token", body["id_token"]))
    return editor.json("refresh_response" if channel == REFRESH else "token_response", body, scope), artefacts
