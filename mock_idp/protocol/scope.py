"""What symbols see when an artefact of a login is made."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from mock_idp.crypto.jose import SigningKey, dumps, left_half_hash, sign
from mock_idp.crypto.keys import Key
from mock_idp.edits.symbols import SymbolError
from mock_idp.idp import Idp
from mock_idp.org.model import ORG_SERVER, AuthorizationServer, okta_id
from mock_idp.store import Document


class LoginScope:
    """The `Scope` of one login: its server, attempt, grant and the tokens made so far."""

    def __init__(
        self,
        idp: Idp,
        server: AuthorizationServer,
        attempt: Document | None,
        grant: Document | None = None,
    ) -> None:
        self.idp, self.server, self.attempt = idp, server, attempt
        self.grant = grant or {}
        self.access_token: str | None = None
        self.replay: Callable[[], str] | None = None
        self.front_channel_token: Callable[[], str] | None = None

    def now(self) -> int:
        return int(self.idp.clock.now() + (self.attempt or {}).get("clock_offset", 0))

    def issuer(self) -> str:
        """The issuer of this login's tokens; an app's issuer mode may choose another than usual (okta.md 5.2)."""
        app = self.idp.app(self.grant.get("client_id"))
        return self.idp.issuer(self.server, app, self.grant.get("base_url", ""))

    def lookup(self, name: str, args: tuple[Any, ...]) -> Any:
        """The value of the symbol `name`: the method of that name with an underscore."""
        return getattr(self, f"_{name}")(*args)

    def key(self, value: Any) -> tuple[str, SigningKey, str | None]:
        """`(alg, key, kid)` of a resolved `signing("key")` value; no kid where nobody could look it up."""
        if isinstance(value, Key):
            return value.alg, value.private, None if value.kid == self.idp.keys.rogue().kid else value.kid
        if isinstance(value, str):
            return "HS256", value.encode(), None
        raise SymbolError(f"not a key: {value!r}")

    # ---- symbols (`symbols.check` has seen to their names and arguments) --------------------------------------

    def _now(self, shift: int) -> int:
        return self.now() + shift

    def _issuer(self) -> str:
        return self.issuer()

    def _org_issuer(self) -> str:
        """A sibling issuer of the same org: the org server, or `default` when this is the org server."""
        return f"{self.idp.public_url}/oauth2/default" if self.server.is_org else self.idp.public_url

    def _client_id(self) -> str:
        return str(self.grant.get("client_id", ""))

    def _other_client(self) -> str:
        return okta_id("0oa", f"other client than {self._client_id()}")

    def _random(self) -> str:
        return secrets.token_urlsafe(24)

    def _victim(self, member: str) -> Any:
        person = (self.attempt or {})["victim"]
        return person.get(member, person["email"])  # the default of preferred_username; the rest is required

    def _request(self, parameter: str) -> Any:
        sent = self.grant.get("request", {})
        if parameter not in sent:
            raise SymbolError(f"the authorization request of this login has no {parameter!r}")
        return sent[parameter]

    def _request_hash(self, parameter: str) -> str:
        return left_half_hash("RS256", str(self._request(parameter)))

    def _canary_url(self, name: str) -> str:
        attempt_id = (self.attempt or {}).get("id", "none")
        return f"{self.idp.public_url}/canary/{attempt_id}/{name}"

    def _claims_jwt(self, kind: str) -> str:
        if kind == "signed":
            key = self.idp.signing_key(self.server, self.idp.app(self._client_id()))
            claims = {"iss": self.issuer(), "address": {"country": "NL"}}
            return sign({"kid": key.kid, "alg": key.alg}, dumps(claims), key.alg, key.private)
        person = {name: self._victim(name) for name in ("sub", "email", "name")}
        return sign({"alg": "none"}, dumps({"iss": self.issuer(), **person}), "none", b"")

    def _rogue_key(self) -> Key:
        return self.idp.keys.rogue()

    def _rogue_jwk(self) -> dict[str, Any]:
        return dict(self.idp.keys.rogue().jwk)

    def _rogue_x5c(self) -> list[str]:
        return self.idp.keys.rogue().x5c()

    def _active_kid(self) -> str:
        """The `kid` of the key that this server signs with, whichever key signs here."""
        return self.idp.signing_key(self.server, self.idp.app(self._client_id())).kid

    def _published_key(self, which: str) -> Key:
        return self.idp.keys.key(self.server.id, which)

    def _other_server_key(self) -> Key:
        return self.idp.keys.key("default" if self.server.id == ORG_SERVER else ORG_SERVER)

    def _published_key_as_hmac(self, encoding: str) -> str:
        """The public key as a string: PEM, `-stripped` (base64 without armour and line feeds), or its JWK."""
        key = self.idp.keys.key(self.server.id)
        form, _, variant = encoding.partition("-")
        if form == "jwk":
            return json.dumps(key.jwk, separators=(",", ":"))
        pem = key.public_pem(pkcs1=form == "pkcs1").decode()
        if variant == "stripped":
            return "".join(pem.strip().splitlines()[1:-1])
        return pem

    def _client_secret(self) -> str:
        app = self.idp.app(self._client_id())
        if not app or not app.client_secret:
            raise SymbolError("this client has no secret")
        return app.client_secret

    def _the_access_token(self) -> str:
        if self.access_token is None:
            raise SymbolError("no access token is issued here")
        return self.access_token

    def _replayed_id_token(self) -> str:
        if self.replay is None:
            raise SymbolError("no ID Token is issued here")
        return self.replay()

    def _front_channel_id_token(self) -> str:
        """A valid ID Token of this login, as `response_type=id_token` would have it."""
        if self.front_channel_token is None:
            raise SymbolError("nobody has signed in here")
        return self.front_channel_token()
