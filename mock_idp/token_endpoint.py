"""The token endpoint: authorization_code and refresh_token (RFC 6749 4.1.3 and 6, RFC 7636 4.6, okta.md 3)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from mock_idp import errors
from mock_idp.client_auth import check_browser
from mock_idp.edits import Editor
from mock_idp.errors import OAuthError
from mock_idp.idp import Idp
from mock_idp.jose import b64url
from mock_idp.misbehaviour import REFRESH, TOKEN
from mock_idp.org import App, AuthorizationServer, user_from
from mock_idp.scope import LoginScope
from mock_idp.store import Document
from mock_idp.tokens import access_token, id_token

GRANT_TYPES = ("authorization_code", "refresh_token")
REFRESH_TTL = 90 * 86400


class TokenRequest:
    """One token request after client authentication: its form, its client, its server."""

    def __init__(
        self, idp: Idp, server: AuthorizationServer, app: App, form: Mapping[str, str], origin: str | None
    ) -> None:
        self.idp, self.server, self.app, self.form, self.origin = idp, server, app, form, origin

    def grant(self, editor: Editor, strictness: str) -> Document:
        """The grant that the code or refresh token stands for; raises OAuthError in Okta's order."""
        grant_type = self.form.get("grant_type")
        if not grant_type:
            valid = ", ".join(GRANT_TYPES)
            raise OAuthError(
                "invalid_request", f"The token request must specify a 'grant_type'. Valid values: [{valid}]."
            )
        if grant_type not in GRANT_TYPES:
            raise OAuthError(
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server. "
                f"Configured grant types: [{', '.join(GRANT_TYPES)}].",
            )
        if grant_type not in self.app.grant_types:
            raise OAuthError(
                "unauthorized_client",
                "The client is not authorized to use the provided grant type. "
                f"Configured grant types: [{', '.join(self.app.grant_types)}].",
            )
        return self._code(editor, strictness) if grant_type == "authorization_code" else self._refresh()

    def _code(self, editor: Editor, strictness: str) -> Document:
        code = self.form.get("code")
        if not code:
            raise OAuthError("invalid_request", "The required parameter 'code' is missing.")
        grant = self.idp.store.get("code", code)
        if grant is None or grant["expires"] < self.idp.clock.now():
            raise errors.INVALID_CODE
        if grant["server"] != self.server.id:
            raise errors.OTHER_SERVER
        if not self._off(editor, "client") and grant["client_id"] != self.app.client_id:
            raise errors.OTHER_CLIENT
        if not self._off(editor, "redirect_uri") and self.form.get("redirect_uri") != grant["redirect_uri"]:
            raise errors.REDIRECT_URI_MISMATCH
        if not self._off(editor, "pkce"):
            self._check_pkce(grant)
        check_browser(self.origin, self.app, self.form, bool(grant.get("code_challenge")))
        if not self._off(editor, "code_reuse") and not self._spend(code):
            raise errors.INVALID_CODE
        return grant

    def _spend(self, code: str) -> bool:
        """Mark the code as used, once; used codes stay known so that a replay still joins its attempt."""
        first = []

        def use(grant: Document) -> Document | None:
            if grant.get("used"):
                return None
            first.append(True)
            return {**grant, "used": True}

        self.idp.store.update("code", code, use)
        return bool(first)

    def _off(self, editor: Editor, name: str) -> bool:
        for index, edit in editor.selected("check"):
            if edit.path == (name,):
                editor.deliver(index, edit, "checked", "not checked", TOKEN)
                return True
        return False

    def _check_pkce(self, grant: Document) -> None:
        challenge, verifier = grant.get("code_challenge"), self.form.get("code_verifier")
        if not challenge:
            if verifier:
                raise errors.VERIFIER_UNEXPECTED
            return
        if not verifier:
            raise errors.VERIFIER_MISSING
        digest = b64url(hashlib.sha256(verifier.encode()).digest())
        made = digest if grant["code_challenge_method"] == "S256" else verifier
        if not secrets.compare_digest(made.encode(), challenge.encode()):
            raise errors.PKCE_FAILED

    def _refresh(self) -> Document:
        token = self.form.get("refresh_token")
        if not token:
            raise OAuthError("invalid_request", "The required parameter 'refresh_token' is missing.")
        grant = self.idp.store.get("refresh_token", token)
        now = self.idp.clock.now()
        if grant is None or grant["expires"] < now or grant["client_id"] != self.app.client_id:
            raise errors.INVALID_REFRESH_TOKEN
        if grant["server"] != self.server.id:
            raise errors.OTHER_SERVER
        if grant.get("rotated_at") is not None and now > grant["rotated_at"] + self.app.refresh_token_leeway:
            raise errors.INVALID_REFRESH_TOKEN
        scopes = self.form.get("scope", "").split() or grant["scopes"]
        denied = [scope for scope in scopes if scope not in grant["scopes"]]
        if denied:
            raise OAuthError(
                "access_denied",
                "Some of the scopes requested for the refresh request were not granted in the original "
                f"authorize request. Denied scopes: {', '.join(denied)}.",
            )
        return {**grant, "scopes": scopes, "refresh_token": token}

    def response(
        self, editor: Editor, scope: LoginScope, grant: Document
    ) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The success body in Okta's order (edited), and the artefacts that were made."""
        channel = REFRESH if "refresh_token" in grant else TOKEN
        user = user_from(grant["user"])
        token = access_token(scope, editor, grant, user)
        body: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": self.idp.org.settings.access_token_ttl,
            "access_token": token,
            "scope": " ".join(grant["scopes"]),
        }
        artefacts = [("access_token", token)]
        refresh = self._refresh_token(grant)
        if refresh:
            body["refresh_token"] = refresh
            artefacts.append(("refresh_token", refresh))
        if "openid" in grant["scopes"]:
            body["id_token"] = id_token(scope, editor, grant, user, channel=channel, access_token=token)
            artefacts.append(("id_token", body["id_token"]))
        self.idp.store.put("access_token", token, {**grant, "expires": scope.now() + body["expires_in"]})
        editor.json("refresh_response" if channel == REFRESH else "token_response", body, scope, channel)
        return body, artefacts

    def _refresh_token(self, grant: Document) -> str | None:
        if "offline_access" not in grant["scopes"] and "refresh_token" not in grant:
            return None
        old = grant.get("refresh_token")
        if old and self.app.refresh_token_rotation == "STATIC":
            return str(old)
        fresh = secrets.token_urlsafe(32)
        now = self.idp.clock.now()
        kept = {k: v for k, v in grant.items() if k not in ("refresh_token", "rotated_at", "used")}
        expires = grant["expires"] if old else now + REFRESH_TTL
        self.idp.store.put("refresh_token", fresh, {**kept, "expires": expires})
        if old:
            self.idp.store.update("refresh_token", old, lambda g: {**g, "rotated_at": g.get("rotated_at") or now})
        return fresh
