"""Trusted Origins (okta.md 6.2 and 8)."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from mock_idp.operations.users import TAKEN
from mock_idp.org.ids import new_id
from mock_idp.org.live import LiveOrg
from mock_idp.org.model import TrustedOrigin
from mock_idp.org.problems import blank, invalid, not_found

SCOPES = ("CORS", "REDIRECT", "IFRAME_EMBED")


def find(org: LiveOrg, origin_id: str) -> TrustedOrigin:
    """The Trusted Origin with this id; E0000007."""
    found = org.origins.get(origin_id)
    if found is None:
        raise not_found(origin_id, "TrustedOrigin")
    return found


def create(org: LiveOrg, origin: TrustedOrigin, now: int) -> TrustedOrigin:
    with org.lock:
        made = dataclasses.replace(origin, id=new_id("tos"), created=now, last_updated=now)
        check(org, made)
        return org.origins.save(made)


def trust(org: LiveOrg, origin: str, now: int) -> TrustedOrigin:
    """This origin as a Trusted Origin; the one that is there already stays as it is."""
    with org.lock:
        known = next((o for o in org.origins.all() if o.origin.rstrip("/") == origin.rstrip("/")), None)
        return known or create(org, TrustedOrigin(origin, name=origin), now)


def update(org: LiveOrg, origin: TrustedOrigin, now: int) -> TrustedOrigin:
    with org.lock:
        find(org, origin.id)
        check(org, origin)
        return org.origins.save(dataclasses.replace(origin, last_updated=now))


def set_status(org: LiveOrg, origin_id: str, status: str, now: int) -> TrustedOrigin:
    with org.lock:
        return org.origins.save(dataclasses.replace(find(org, origin_id), status=status, last_updated=now))


def delete(org: LiveOrg, origin_id: str) -> None:
    with org.lock:
        org.origins.delete(find(org, origin_id).id)


def check(org: LiveOrg, origin: TrustedOrigin) -> None:
    if not origin.name.strip():
        raise blank("name")
    if not origin.origin:
        raise blank("origin")
    try:
        parts = urlsplit(origin.origin)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise invalid("origin", "origin: Must be a scheme, a host and, where it is not the usual one, a port")
    if not origin.scopes:
        raise blank("scopes")
    for other in org.origins.all():
        if other.id != origin.id and other.name == origin.name:
            raise invalid("name", f"name: {TAKEN}")
        if other.id != origin.id and other.origin.rstrip("/") == origin.origin.rstrip("/"):
            raise invalid("origin", f"origin: {TAKEN}")
