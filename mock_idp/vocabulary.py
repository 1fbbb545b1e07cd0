"""The words in which misbehaviours are written.

    claim("iss").set("https://attacker.example")
    signing("alg").set("HS256") & signing("key").set(published_key_as_hmac("spki"))
    authorization_response.error("access_denied", "User is not assigned to the client application.")

Everything here builds data (`Misbehaviour`); nothing is computed before the IdP serves it.
"""

from __future__ import annotations

from mock_idp.edits.places import AuthorizationResponseWord, InitiateLoginWord, Place, Response
from mock_idp.edits.symbols import (
    active_kid,
    app_url,
    bulk,
    canary_elsewhere,
    canary_url,
    claims_jwt,
    client_id,
    client_secret,
    elsewhere,
    extra_jwk,
    extra_key,
    front_channel_id_token,
    issuer,
    issuer_with_user,
    moved,
    now,
    org_issuer,
    original,
    other_client,
    other_host_url,
    other_idp,
    other_idp_key,
    other_server_key,
    pbes2_token,
    plain,
    published_jwk,
    published_key,
    published_key_as_hmac,
    random,
    replayed_id_token,
    request,
    request_hash,
    rogue_jwk,
    rogue_key,
    rogue_x5c,
    the_access_token,
    the_logout_token,
    untrusted,
    victim,
    x5c_chain,
)
from mock_idp.misbehaviour import Edit, Misbehaviour, Where


def claim(*path: str | int) -> Place:
    """A claim of the ID Token; the token is signed afterwards, so only the claim is wrong.

    at_hash and c_hash fit the tokens that the IdP made: what `token_response` or `authorization_response` puts in
    their place is somebody else's, and does not match. `access_token` changes the token before it is hashed.
    """
    return Place("id_token.claims", *path)


def header(*path: str | int) -> Place:
    """A member of the ID Token's JOSE header; covered by the signature."""
    return Place("id_token.header", *path)


def signing(what: str) -> Place:
    """`alg` or `key` of the ID Token's signature; the header follows unless it is edited itself.

    `b64`: False for an unencoded payload (RFC 7797). `first_octet`: what the signature has to begin with; it is made
    again until it does, which only algorithms with randomness in them can.
    """
    return Place("id_token.signing", what)


def compact(*path: str | int) -> Place:
    """The serialised ID Token after signing: the whole, or `signature`, or `payload`, claim."""
    return Place("id_token.compact", *path)


def userinfo_signing(what: str) -> Place:
    """`alg` or `key` of the UserInfo response's signature; it is a JWT then, whether the app asks for that or not."""
    return Place("userinfo.signing", what)


def userinfo_compact(*path: str | int) -> Place:
    """The UserInfo response as a JWT, after signing; as `compact`. Nothing where it is JSON."""
    return Place("userinfo.compact", *path)


def encryption(*what: str) -> Place:
    """How the ID Token of an app that asks for it is encrypted: `alg`, `enc`, `zip` or `content`; `.off()`: not at all.

    `content` is `token`, or `claims` for the bare claims inside, which nobody has signed.
    """
    return Place("id_token.encryption", *what)


def encryption_header(*path: str | int) -> Place:
    """A member of the encrypted ID Token's protected header, apart from `alg`, `enc` and `zip`."""
    return Place("id_token.encryption_header", *path)


def check_off(name: str) -> Misbehaviour:
    """The IdP leaves out one of its own checks: pkce, redirect_uri, code_reuse, client."""
    return Misbehaviour((Edit("check", "off", (name,)),))


def http(endpoint: str) -> Response:
    """The HTTP answer of one endpoint: token, userinfo, authorize, keys, discovery, introspect, revoke."""
    return Response("http", endpoint)


def logout_response(parameter: str) -> Place:
    """A parameter with which the browser comes back from the logout endpoint."""
    return Place("logout_response", parameter)


def frontchannel_logout(parameter: str) -> Place:
    """A parameter (`iss`, `sid`) of the front-channel logout requests to the other apps of the session."""
    return Place("frontchannel_logout", parameter)


def logout_token(*path: str | int) -> Place:
    """A claim of the back-channel Logout Token; the token is signed afterwards."""
    return Place("logout_token", *path)


def app(setting: str) -> Place:
    """A setting of the app, by the Management API's name, for the requests of this login alone."""
    return Place("app", setting)


def access_token(*path: str | int) -> Place:
    """A claim of the access token; signed afterwards, and at_hash fits the changed token."""
    return Place("access_token", *path)


def discovery(*path: str | int) -> Place:
    """A member of the discovery documents. Everybody sees it: needs the exclusive lease or an issuer of its own."""
    return Place("discovery", *path)


def jwks(*path: str | int) -> Place:
    """A member of the JWKS. Everybody sees it: needs the exclusive lease or an issuer of its own."""
    return Place("jwks", *path)


payload = Place("id_token.payload")
"""The ID Token's payload as a whole, whether that is JSON or not; the token is signed afterwards."""
token_response = Response("token_response")
refresh_response = Response("refresh_response")
userinfo = Response("userinfo")
introspection = Response("introspection")
authorization_response = AuthorizationResponseWord()
initiate_login = InitiateLoginWord()
HONEST = Misbehaviour()

__all__ = [
    "HONEST",
    "Edit",
    "Misbehaviour",
    "Place",
    "Response",
    "Where",
    "access_token",
    "active_kid",
    "app",
    "app_url",
    "authorization_response",
    "bulk",
    "canary_elsewhere",
    "canary_url",
    "check_off",
    "claim",
    "claims_jwt",
    "client_id",
    "client_secret",
    "compact",
    "discovery",
    "elsewhere",
    "encryption",
    "encryption_header",
    "extra_jwk",
    "extra_key",
    "front_channel_id_token",
    "frontchannel_logout",
    "header",
    "http",
    "initiate_login",
    "introspection",
    "issuer",
    "issuer_with_user",
    "jwks",
    "logout_response",
    "logout_token",
    "moved",
    "now",
    "org_issuer",
    "original",
    "other_client",
    "other_host_url",
    "other_idp",
    "other_idp_key",
    "other_server_key",
    "payload",
    "pbes2_token",
    "plain",
    "published_jwk",
    "published_key",
    "published_key_as_hmac",
    "random",
    "refresh_response",
    "replayed_id_token",
    "request",
    "request_hash",
    "rogue_jwk",
    "rogue_key",
    "rogue_x5c",
    "signing",
    "the_access_token",
    "the_logout_token",
    "token_response",
    "untrusted",
    "userinfo",
    "userinfo_compact",
    "userinfo_signing",
    "victim",
    "x5c_chain",
]
