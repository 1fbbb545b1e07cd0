"""Authorization servers, their scopes, claims and keys as Okta's JSON (okta.md 6.2)."""

from __future__ import annotations

import dataclasses

from mock_idp.crypto.keys import Key
from mock_idp.crypto.rotation import PERIOD
from mock_idp.management.frame import PREFIX, iso, link
from mock_idp.management.members import Members
from mock_idp.org.authorization_server import AuthorizationServer, Claim, Scope
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

CONSENT = ("IMPLICIT", "REQUIRED", "FLEXIBLE")
PUBLISH = ("ALL_CLIENTS", "NO_CLIENTS")
ISSUER_MODES = ("ORG_URL", "CUSTOM_URL", "DYNAMIC")
FILTER_TYPES = ("STARTS_WITH", "EQUALS", "CONTAINS", "REGEX")


def base(server: AuthorizationServer) -> str:
    return f"{PREFIX}/authorizationServers/{server.id}"


# ---- servers ------------------------------------------------------------------------------------------------


def shown(server: AuthorizationServer) -> Document:
    idp, here = current_idp(), base(server)
    rotated = idp.keys.last_rotated(server.id)
    signing: Document = {"rotationMode": server.rotation_mode, "lastRotated": iso(rotated)}
    if server.rotation_mode == "AUTO":
        signing["nextRotation"] = iso(rotated + PERIOD)
    signing["kid"] = idp.keys.key(server.id).kid
    other = "deactivate" if server.status == "ACTIVE" else "activate"
    metadata = [
        link(f"/oauth2/{server.id}/.well-known/{name}", "GET", name=name)
        for name in ("oauth-authorization-server", "openid-configuration")
    ]
    return {
        "id": server.id,
        "name": server.name,
        "description": server.description or None,
        "audiences": list(server.audiences),
        "issuer": idp.issuer(server),
        "issuerMode": server.issuer_mode,
        "status": server.status,
        "created": iso(server.created),
        "lastUpdated": iso(server.last_updated),
        "credentials": {"signing": signing},
        "_links": {
            "rotateKey": link(f"{here}/credentials/lifecycle/keyRotate", "POST"),
            "metadata": metadata,
            "keys": link(f"{here}/credentials/keys", "GET"),
            "claims": link(f"{here}/claims", "GET", "POST"),
            "policies": link(f"{here}/policies", "GET", "POST"),
            "self": link(here, "GET", "PUT", "DELETE"),
            "scopes": link(f"{here}/scopes", "GET", "POST"),
            other: link(f"{here}/lifecycle/{other}", "POST"),
        },
    }


def read(data: Document, known: AuthorizationServer | None = None) -> AuthorizationServer:
    """The server of a request; what only the server knows comes from `known`. E0000003 for other types."""
    server, sent = known or AuthorizationServer(""), Members(data)
    signing = sent.object("credentials").object("signing")
    return dataclasses.replace(
        server,
        name=sent.text("name"),
        description=sent.text("description"),
        audiences=sent.texts("audiences"),
        issuer_mode=sent.choice("issuerMode", ISSUER_MODES, server.issuer_mode),
        rotation_mode=signing.choice("rotationMode", ("AUTO", "MANUAL"), server.rotation_mode),
    )


# ---- scopes -------------------------------------------------------------------------------------------------


def scope(server: AuthorizationServer, entry: Scope) -> Document:
    return {
        "id": entry.id,
        "name": entry.name,
        "displayName": entry.display_name or None,
        "description": entry.description or None,
        "system": entry.system,
        "metadataPublish": entry.metadata_publish,
        "consent": entry.consent,
        "default": entry.default,
        "optional": entry.optional,
        "_links": {"self": link(f"{base(server)}/scopes/{entry.id}", "GET", "PUT", "DELETE")},
    }


def read_scope(data: Document, known: Scope | None = None) -> Scope:
    before, sent = known or Scope(""), Members(data)
    return dataclasses.replace(
        before,
        name=sent.text("name"),
        display_name=sent.text("displayName"),
        description=sent.text("description"),
        consent=sent.choice("consent", CONSENT, "IMPLICIT"),
        metadata_publish=sent.choice("metadataPublish", PUBLISH, before.metadata_publish),
        default=sent.flag("default", False),
        optional=sent.flag("optional", False),
    )


# ---- claims -------------------------------------------------------------------------------------------------


def claim(server: AuthorizationServer, entry: Claim) -> Document:
    made: Document = {
        "id": entry.id,
        "name": entry.name,
        "status": entry.status,
        "claimType": entry.claim_type,
        "valueType": entry.value_type,
        "value": entry.value,
        "conditions": {"scopes": list(entry.scopes)},
        "system": entry.system,
        "alwaysIncludeInToken": entry.always_include_in_token,
        "apiResourceId": None,
    }
    if entry.value_type == "GROUPS":
        made["group_filter_type"] = entry.group_filter_type
    return made | {"_links": {"self": link(f"{base(server)}/claims/{entry.id}", "GET", "PUT", "DELETE")}}


def read_claim(data: Document, known: Claim | None = None) -> Claim:
    before, sent = known or Claim(""), Members(data)
    return dataclasses.replace(
        before,
        name=sent.text("name"),
        claim_type=sent.choice("claimType", ("IDENTITY", "RESOURCE"), before.claim_type),
        value_type=sent.choice("valueType", ("EXPRESSION", "GROUPS", "SYSTEM"), before.value_type),
        value=sent.text("value"),
        group_filter_type=sent.choice("group_filter_type", FILTER_TYPES, ""),
        scopes=sent.object("conditions").texts("scopes"),
        always_include_in_token=sent.flag("alwaysIncludeInToken", before.always_include_in_token),
        status=sent.choice("status", ("ACTIVE", "INACTIVE"), before.status),
    )


# ---- keys ---------------------------------------------------------------------------------------------------


def key(server: AuthorizationServer, status: str, entry: Key) -> Document:
    jwk = entry.jwk
    return {
        "kty": jwk["kty"],
        "alg": jwk["alg"],
        "kid": jwk["kid"],
        "use": jwk["use"],
        "status": status,
        "e": jwk["e"],
        "n": jwk["n"],
        "_links": {"self": link(f"{base(server)}/credentials/keys/{entry.kid}", "GET")},
    }
