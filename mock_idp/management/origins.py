"""`/api/v1/trustedOrigins` (okta.md 6.2 and 8), with their JSON."""

from __future__ import annotations

import dataclasses

from flask import Response, request

from mock_idp.management.frame import PREFIX, answer, body, iso, link, nothing, page, resource, token_owner_id
from mock_idp.management.members import Members
from mock_idp.management.search import selection
from mock_idp.management.users import now
from mock_idp.operations import origins
from mock_idp.org.model import TrustedOrigin
from mock_idp.org.problems import malformed
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = resource("trusted_origins")
_PAGE = 20
_FILTERED = ("id", "name", "origin", "status", "scopes.type")
_STATUS = {"activate": "ACTIVE", "deactivate": "INACTIVE"}


@blueprint.get("/trustedOrigins")
def list_origins() -> Response:
    start = request.args.get("q", "").casefold()
    found = [o for o in current_idp().org.origins.all() if _begins(o, start)]
    if expression := request.args.get("filter"):
        chosen = selection(expression, _FILTERED)
        found = [o for o in found if chosen(_shown(o) | {"scopes": {"type": list(o.scopes)}})]
    return page(found, _shown, lambda o: o.id, default=_PAGE, most=200)


@blueprint.post("/trustedOrigins")
def create_origin() -> Response:
    return answer(_shown(origins.create(current_idp().org, read_origin(body()), now())))


@blueprint.get("/trustedOrigins/<origin_id>")
def get_origin(origin_id: str) -> Response:
    return answer(_shown(origins.find(current_idp().org, origin_id)))


@blueprint.put("/trustedOrigins/<origin_id>")
def replace_origin(origin_id: str) -> Response:
    org = current_idp().org
    return answer(_shown(origins.update(org, read_origin(body(), origins.find(org, origin_id)), now())))


@blueprint.delete("/trustedOrigins/<origin_id>")
def delete_origin(origin_id: str) -> Response:
    origins.delete(current_idp().org, origin_id)
    return nothing()


@blueprint.post("/trustedOrigins/<origin_id>/lifecycle/<any(activate, deactivate):change>")
def origin_lifecycle(origin_id: str, change: str) -> Response:
    return answer(_shown(origins.set_status(current_idp().org, origin_id, _STATUS[change], now())))


def _begins(origin: TrustedOrigin, start: str) -> bool:
    return origin.name.casefold().startswith(start) or origin.origin.casefold().startswith(start)


def _shown(origin: TrustedOrigin) -> Document:
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


def read_origin(data: Document, known: TrustedOrigin | None = None) -> TrustedOrigin:
    sent = Members(data)
    scopes = [entry.choice("type", origins.SCOPES, "") for entry in sent.objects("scopes")]
    if "" in scopes:
        raise malformed()
    return dataclasses.replace(
        known or TrustedOrigin(""),
        name=sent.text("name"),
        origin=sent.text("origin"),
        scopes=tuple(dict.fromkeys(scopes)),
        status=sent.choice("status", ("ACTIVE", "INACTIVE"), known.status if known else "ACTIVE"),
    )
