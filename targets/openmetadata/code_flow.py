"""The confidential client: /api/v1/auth/login, /callback, /api/v1/auth/refresh, /api/v1/auth/logout.

It binds the callback to the browser by a session, compares state and nonce, and verifies nothing else of the ID Token:
that is left to the filter before the API, to which the page sends it. State and nonce stay in the session after their
use, the session keeps its id when somebody signs in, and an ID Token in the callback's URL does where there is no code.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

import requests

from targets.openmetadata.claims import NoPrincipal, user_of
from targets.openmetadata.decoding import MalformedToken, decoded, parsed_object
from targets.openmetadata.http import Http
from targets.openmetadata.settings import Settings

Json = dict[str, Any]
LETTERS = string.ascii_letters + string.digits
CALLBACK = "[Auth Callback Servlet] Failed in Auth Login : {}"


class Failed(Exception):
    """The request ends in an error page with this message."""


@dataclass
class Session:
    """What the server remembers of one JSESSIONID."""

    redirect_uri: str = ""
    state: str = ""
    nonce: str = ""
    verifier: str = ""
    id_token: str = ""
    refresh_token: str = ""
    credentials: bool = False


class CodeFlow:
    """Reads the issuer's metadata once, when it is made: requests.RequestException or Failed when it cannot."""

    def __init__(self, settings: Settings, http: Http) -> None:
        self.settings, self._http = settings, http
        try:
            answer = http.get(f"{settings.authority}/.well-known/openid-configuration")
            self._metadata = parsed_object(answer.content)
            self._authorize, self._token = (
                str(self._metadata[f"{name}_endpoint"]) for name in ("authorization", "token")
            )
        except (MalformedToken, KeyError) as error:
            raise Failed(f"the provider's metadata cannot be used: {error}") from error
        methods = self._metadata.get("token_endpoint_auth_methods_supported")
        preferred = settings.client_authentication_method
        if methods and preferred not in methods:
            raise Failed(
                f"Preferred authentication method ({preferred}) not supported by provider according to metadata"
            )

    def login(self, session: Session, redirect_uri: str | None) -> str:
        """Where to send the browser: to the IdP, or onwards when the session has a refresh token."""
        if not redirect_uri:
            raise Failed("Redirect URI is required")
        session.redirect_uri = redirect_uri
        if session.credentials and session.refresh_token:
            self._renew(session)
            return self._onward(session)
        session.state = "".join(secrets.choice(LETTERS) for _ in range(10))
        session.nonce = secrets.token_urlsafe(32)
        asked = {
            "scope": self.settings.scope,
            "response_type": "code",
            "response_mode": "query",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.callback_url,
            "state": session.state,
            "nonce": session.nonce,
        }
        if not self.settings.disable_pkce:
            session.verifier = "".join(secrets.choice(LETTERS) for _ in range(43))
            digest = hashlib.sha256(session.verifier.encode()).digest()
            asked["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            asked["code_challenge_method"] = "S256"
        return f"{self._authorize}?{urlencode(asked)}"

    def callback(self, session: Session | None, given: Mapping[str, str]) -> str:
        """Where to send the browser with the ID Token. `given`: of each parameter the first value."""
        if session is None:
            raise Failed("No session found for callback, redirecting to login")
        if given.get("error"):
            raise Failed("Bad authentication response")
        promised = self._metadata.get("authorization_response_iss_parameter_supported") is True
        if promised and given.get("iss") != self._metadata.get("issuer"):
            raise Failed("Issuer mismatch, possible mix-up attack.")
        if not given.get("state") or not session.state:
            raise Failed("Missing state parameter")
        if given["state"] != session.state:
            raise Failed("State parameter is different from the one sent in authentication request.")
        tokens = self._redeemed(session, given["code"]) if given.get("code") else given
        id_token = self._keep(session, tokens)
        if (expires := self._claims(id_token).get("exp")) is not None and expires < time.time():
            self._renew(session)
        self._same_nonce(session)
        session.credentials = True
        return self._onward(session)

    def _redeemed(self, session: Session, code: str) -> Json:
        form = {"grant_type": "authorization_code", "redirect_uri": self.settings.callback_url, "code": code}
        verifier = {"code_verifier": session.verifier} if session.verifier else {}
        return self._tokens({**form, **verifier})

    def refresh(self, session: Session | None) -> Json:
        """What the page gets: `{"accessToken": the ID Token, "expiryDuration": its exp}`."""
        if session is None:
            raise Failed("No session found for refresh, redirecting to login")
        self._renew(session)
        return {"accessToken": session.id_token, "expiryDuration": self._claims(session.id_token).get("exp")}

    def _renew(self, session: Session) -> None:
        if not session.refresh_token:
            raise Failed("No refresh token available")
        form = {"grant_type": "refresh_token", "refresh_token": session.refresh_token}
        try:
            self._keep(session, self._tokens(form))
        except Failed as error:
            raise Failed(f"Failed to refresh id_token, {error}") from error

    def _tokens(self, form: Mapping[str, str]) -> Json:
        """The token response. The credentials are form-encoded before they are put together (RFC 6749 2.3.1)."""
        client_id, secret = self.settings.client_id, self.settings.secret
        auth = None
        if self.settings.client_authentication_method == "client_secret_basic":
            auth = quote_plus(client_id), quote_plus(secret)
        else:
            form = {**form, "client_id": client_id, "client_secret": secret}
        try:
            response = self._http.post(self._token, form, auth)
            answer = parsed_object(response.content)
        except (requests.RequestException, MalformedToken) as error:
            raise Failed("the token response cannot be read") from error
        if response.status_code != 200:
            told = f"error={answer.get('error')}, description={answer.get('error_description')}"
            raise Failed(f"Bad token response, {told}")
        kind = answer.get("token_type")
        if not isinstance(answer.get("access_token"), str) or not isinstance(kind, str) or kind.lower() != "bearer":
            raise Failed("the token response has no bearer token")
        return answer

    def _keep(self, session: Session, tokens: Mapping[str, Any]) -> str:
        """The tokens that came, from wherever, take the place of those that were there."""
        id_token = tokens.get("id_token", session.id_token)
        self._claims(id_token)
        session.id_token = id_token
        session.refresh_token = str(tokens.get("refresh_token") or session.refresh_token)
        return str(id_token)

    def _same_nonce(self, session: Session) -> None:
        nonce = self._claims(session.id_token).get("nonce")
        if nonce is None:
            raise Failed("Missing JWT nonce (nonce) claim")
        if nonce != session.nonce:
            raise Failed(f"Unexpected JWT nonce (nonce) claim: {nonce}")

    def _claims(self, id_token: Any) -> Json:
        if not isinstance(id_token, str) or not id_token:
            raise Failed("there is no ID Token")
        try:
            claims = decoded(id_token)[1]
        except MalformedToken as error:
            raise Failed(str(error)) from error
        # Assumed of the library behind the product: a claim of a type that it cannot have makes the token unreadable.
        for name, types in (("iss", str), ("sub", (str, int, float)), ("aud", (str, list))):
            if claims.get(name) is not None and (isinstance(claims[name], bool) or not isinstance(claims[name], types)):
                raise Failed(f"Illegal {name} claim")
        return claims

    def _onward(self, session: Session) -> str:
        try:
            user = user_of(self._claims(session.id_token), self.settings)
        except NoPrincipal as error:
            raise Failed(str(error)) from error
        told = {"id_token": session.id_token, "email": user["email"], "name": user["name"]}
        return f"{session.redirect_uri}?{urlencode(told)}"
