"""What symbols see when an artefact of a login is made."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from mock_idp.attempts.issuers import ELSEWHERE, MOVED
from mock_idp.crypto import jwe
from mock_idp.crypto.jose import SigningKey, dumps, left_half_hash, sign
from mock_idp.crypto.keys import Key, purpose_of
from mock_idp.edits import app_settings
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
        self.logout_token: Callable[[], str] | None = None

    def now(self) -> int:
        return int(self.idp.clock.now() + (self.attempt or {}).get("clock_offset", 0))

    def strictness(self) -> str:
        """`okta` or `core`, as it counts for this login."""
        return self.idp.strictness(self.attempt, self.server)

    def issuer(self) -> str:
        """The issuer of this login's tokens; an app's issuer mode may choose another than usual (okta.md 5.2)."""
        app = self.idp.app(self.grant.get("client_id"))
        return self.idp.issuer(self.server, app, self.grant.get("base_url", ""))

    def signing_key(self) -> Key:
        """What signs the ID Tokens of this login honestly."""
        return self.idp.signing_key(self.server, self.idp.app(self._client_id()))

    def lookup(self, name: str, args: tuple[Any, ...]) -> Any:
        """The value of the symbol `name`: the method of that name with an underscore."""
        return getattr(self, f"_{name}")(*args)

    def key(self, value: Any) -> tuple[str, SigningKey, str | None]:
        """`(alg, key, kid)` of a resolved `signing("key")` value; kid None: no JWKS ever has it."""
        if isinstance(value, Key):
            known = value.kid and value != self.idp.keys.rogue(value.alg)
            return value.alg, value.private, value.kid if known else None
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

    def _issuer_with_user(self) -> str:
        """The issuer with a user name before its host (RFC 3986 3.2.1), which is no part of where it leads."""
        return self.issuer().replace("://", "://attacker.example@", 1)

    def _client_id(self) -> str:
        return str(self.grant.get("client_id", ""))

    def _other_client(self) -> str:
        return okta_id("0oa", f"other client than {self._client_id()}")

    def _random(self) -> str:
        return secrets.token_urlsafe(24)

    def _app_url(self, kind: str) -> str:
        app = self.idp.app(self._client_id())
        if app is None:
            raise SymbolError("no app is known here")
        return app_settings.url_of(app, kind)

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

    def _canary_elsewhere(self, name: str) -> str:
        return self._at_other_name(self._canary_url(name))

    def _claims_jwt(self, kind: str) -> str:
        if kind == "signed":
            return self.idp.keys.key(self.server.id).signed({"iss": self.issuer(), "address": {"country": "NL"}})
        person = {name: self._victim(name) for name in ("sub", "email", "name")}
        return sign({"alg": "none"}, dumps({"iss": self.issuer(), **person}), "none", b"")

    def _other_host_url(self, name: str) -> str:
        url = urlsplit(self._canary_url(name))
        host = "localhost" if url.hostname != "localhost" else "127.0.0.1"
        return url._replace(netloc=f"{host}:{url.port}" if url.port else host).geturl()

    def _rogue_key(self) -> Key:
        return self.idp.keys.rogue(self.signing_key().alg)

    def _rogue_jwk(self) -> dict[str, Any]:
        return dict(self._rogue_key().jwk)

    def _rogue_x5c(self) -> list[str]:
        return self._rogue_key().x5c()

    def _active_kid(self) -> str:
        """The `kid` of the key that this server signs with, whichever key signs here."""
        kid = self.signing_key().kid
        if not kid:
            raise SymbolError("this client's ID Tokens are signed with its secret, which has no kid")
        return kid

    def _published_key(self, which: str) -> Key:
        try:
            return self.idp.keys.key(self.server.id, which)
        except ValueError as error:
            raise SymbolError(str(error)) from None

    def _published_jwk(self, which: str) -> dict[str, Any]:
        return dict(self._published_key(which).jwk)

    def _extra_key(self, kind: str) -> Key:
        return self.idp.keys.extra(kind)

    def _extra_jwk(self, kind: str) -> dict[str, Any]:
        return dict(self._extra_key(kind).jwk)

    def _moved(self, endpoint: str) -> str:
        return f"{self._path_of_own(MOVED)}/v1/{endpoint}"

    def _plain(self, endpoint: str) -> str:
        if not self.idp.plain_url:
            raise SymbolError("there is no TLS here that could be left out")
        if endpoint == "issuer":
            return self.issuer().replace("https://", "http://", 1)
        return self.idp.endpoint(self.server, endpoint, self.idp.plain_url)

    def _untrusted(self, certificate: str) -> str:
        if certificate not in self.idp.untrusted_urls:
            raise SymbolError("there is no TLS here that could be wrong")
        return self.idp.endpoint(self.server, "token", self.idp.untrusted_urls[certificate])

    def _elsewhere(self) -> str:
        """The discovery document at another name of this host, whose back-channel endpoints are there too."""
        return f"{self._at_other_name(self._path_of_own(ELSEWHERE))}/.well-known/openid-configuration"

    def _at_other_name(self, url: str) -> str:
        name = urlsplit(self.idp.public_url).hostname or ""
        return url.replace(name, "127.0.0.1" if name == "localhost" else "localhost", 1)

    def _path_of_own(self, ending: str) -> str:
        if self.idp.attempts.issuers.find(self.server.id) is None:
            raise SymbolError("only an issuer of its own has other paths")
        return f"{self.idp.public_url}/oauth2/{self.server.id}{ending}"

    def _bulk(self, kind: str) -> str:
        keys = [key.jwk for key in self.idp.keys.published(self.server.id)]
        if kind == "keys":
            return dumps({"keys": [{**keys[0], "kid": f"{number:08}"} for number in range(10_000)] + keys})
        padding = "[" * 100_000 + "]" * 100_000 if kind == "nested" else f'"{"x" * 10_000_000}"'
        return f'{{"keys":{dumps(keys)},"padding":{padding}}}'

    def _other_server_key(self) -> Key:
        alg = self.signing_key().alg
        if not self.signing_key().is_public:
            raise SymbolError("another server has no key for HMAC")
        return self.idp.keys.key("default" if self.server.id == ORG_SERVER else ORG_SERVER, purpose_of(alg))

    def _other_idp(self, what: str) -> str:
        server = self._beside()
        return self.idp.issuer(server) if what == "issuer" else self.idp.endpoint(server, what)

    def _other_idp_key(self) -> Key:
        return self.idp.keys.key(self._beside().id)

    def _beside(self) -> AuthorizationServer:
        """The other of the two IdPs that the relying party has."""
        server = self.idp.server((self.attempt or {}).get("beside") or "")
        if server is None:
            raise SymbolError("this attempt names no other IdP")
        return server

    def _published_key_as_hmac(self, encoding: str) -> str:
        """The public key as a string: PEM, `-stripped` (base64 without armour and line feeds), its JWK or a member."""
        key = self.signing_key()
        form, _, variant = encoding.partition("-")
        if form == "jwk" and variant and variant not in key.jwk:
            raise SymbolError(f"the JWK of this key has no member {variant}")
        if form == "jwk":
            return str(key.jwk[variant]) if variant else json.dumps(key.jwk, separators=(",", ":"))
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

    def _the_logout_token(self) -> str:
        if self.logout_token is None:
            raise SymbolError("no ID Token is issued here")
        return self.logout_token()

    def _pbes2_token(self, count: int) -> str:
        return jwe.unopenable(count)

    def _x5c_chain(self, order: str) -> list[str]:
        chain = [*self.signing_key().x5c(), *self._rogue_key().x5c()]
        return chain if order == "published-first" else chain[::-1]
