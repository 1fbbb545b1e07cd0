"""Trusted Origins as Okta's JSON (okta.md 6.2)."""

from __future__ import annotations

import dataclasses

from mock_idp.management.frame import PREFIX, iso, link, token_owner_id
from mock_idp.management.members import Members
from mock_idp.operations.origins import SCOPES
from mock_idp.org.model import TrustedOrigin
from mock_idp.org.problems import malformed
from mock_idp.store import Document


def shown(origin: TrustedOrigin) -> Document:
    here, owner = f"{PREFIX}/trustedOrigins/{origin.id}", token_owner_id()
    other = "deactivate" if origin.status == "ACTIVE" else "activate"
    return {
        "id": origin.id,
        "name": origin.name,
        "origin": origin.origin,
        "scopes": [_scope(entry) for entry in origin.scopes],
        "status": origin.status,
        "created": iso(origin.created),
        "createdBy": owner,
        "lastUpdated": iso(origin.last_updated),
        "lastUpdatedBy": owner,
        "_links": {
            "self": link(here, "GET", "PUT", "DELETE"),
            other: link(f"{here}/lifecycle/{other}", "POST"),
        },
    }


def _scope(name: str) -> Document:
    return {"type": name, "allowedOktaApps": []} if name == "IFRAME_EMBED" else {"type": name}


def read(data: Document, known: TrustedOrigin | None = None) -> TrustedOrigin:
    sent = Members(data)
    scopes = [entry.choice("type", SCOPES, "") for entry in sent.objects("scopes")]
    if "" in scopes:
        raise malformed()
    return dataclasses.replace(
        known or TrustedOrigin(""),
        name=sent.text("name"),
        origin=sent.text("origin"),
        scopes=tuple(dict.fromkeys(scopes)),
        status=sent.choice("status", ("ACTIVE", "INACTIVE"), known.status if known else "ACTIVE"),
    )
