"""Words that several edits make together, for more than one case."""

from __future__ import annotations

from typing import Any

from mock_idp.crypto.jose import b64url
from mock_idp.misbehaviour import Misbehaviour
from mock_idp.vocabulary import app, claim, header, jwks, published_jwk, signing, userinfo


def subject(value: Any) -> Misbehaviour:
    """The same subject in the ID Token and in UserInfo (see docs/decisions/0004-one-fault-in-every-place.md).

    In the ID Token alone it would also differ from UserInfo's, and an RP that only compares the two would seem
    to check it.
    """
    return claim("sub").set(value) & userinfo("sub").set(value)


def subject_with(text: str) -> Misbehaviour:
    """The same subject in both places with this text behind it."""
    return claim("sub").append(text) & userinfo("sub").append(text)


def hmac_with(key: Any) -> Misbehaviour:
    """HS256 with this key, and a header that says so."""
    return signing("alg").set("HS256") & signing("key").set(key)


ONE_KEY_WITHOUT_KID = (
    jwks("keys").set([published_jwk("active")]) & jwks("keys", 0, "kid").remove() & header("kid").remove()
)
"""An issuer with a single key, which neither its key set nor its tokens name: nobody need (OIDC Core 10.1)."""

_OCTETS = "0123456789abcdef0123456789abcdef"
EMBEDDED_HMAC_KEY = hmac_with(_OCTETS) & header("jwk").set(
    {"kty": "oct", "alg": "HS256", "k": b64url(_OCTETS.encode())}
)
"""HS256 with a key that stands in the header."""

EVERY_FLOW = app("grant_types").set(["authorization_code", "refresh_token", "implicit"]) & app("response_types").set(
    ["code", "id_token", "token"]
)
"""An app that is allowed every flow in which people sign in with a browser."""

SPA_IMPLICIT = (
    app("application_type").set("browser")
    & app("token_endpoint_auth_method").set("none")
    & app("pkce_required").set(True)
    & app("grant_types").set(["implicit"])
    & app("response_types").set(["id_token", "token"])
)
"""A Single-Page Application with nothing but the implicit grant: Okta lets only this type be without the code."""


def authenticated_by(method: str) -> Misbehaviour:
    """An app whose client authentication is set to this method."""
    return app("token_endpoint_auth_method").set(method)
