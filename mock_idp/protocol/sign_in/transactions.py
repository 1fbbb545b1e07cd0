"""What waits while a person looks at pages of the org: an authorization request, or a page of the org to go to.

A document of kind `sign_in`, by a key that the page's form carries (so that no cookie is needed): `{"server",
"params", "attempt", "base_url", "expires"}`, for an authorization request; `{"to", "client_id", "attempt", "base_url",
"expires"}`, for a URL. `base_url` is where its first request came in: the browser stays at that host. As it goes on it
gets `session` (the value of its cookie), `fresh` (the person has signed in for it), `consented` (with the
scopes `left_out`) or `denied`.
"""

from __future__ import annotations

import secrets
from typing import Any

from mock_idp.idp import Idp
from mock_idp.store import Document

_TTL = 3600


def begin(idp: Idp, document: Document) -> str:
    """A new transaction; returns its key."""
    key = secrets.token_urlsafe(18)
    idp.store.put("sign_in", key, {**document, "expires": idp.clock.now() + _TTL})
    return key


def find(idp: Idp, key: str) -> Document | None:
    """The transaction, unless it is over."""
    found = idp.store.get("sign_in", key)
    return found if found and found["expires"] > idp.clock.now() else None


def advance(idp: Idp, key: str, **members: Any) -> None:
    """Something has been done on a page."""
    idp.store.update("sign_in", key, lambda known: {**known, **members})


def finish(idp: Idp, key: str) -> Document | None:
    """The transaction, once."""
    found = find(idp, key)
    idp.store.take("sign_in", key)
    return found
