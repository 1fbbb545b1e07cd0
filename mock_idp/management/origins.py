"""`/api/v1/trustedOrigins` (okta.md 6.2 and 8)."""

from __future__ import annotations

from flask import Response, request

from mock_idp.management import origins_json
from mock_idp.management.frame import answer, body, nothing, page, resource
from mock_idp.management.search import selection
from mock_idp.management.users import now
from mock_idp.operations import origins
from mock_idp.org.model import TrustedOrigin
from mock_idp.protocol.exchange import current_idp

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
        found = [o for o in found if chosen(origins_json.shown(o) | {"scopes": {"type": list(o.scopes)}})]
    return page(found, origins_json.shown, lambda o: o.id, default=_PAGE, most=200)


@blueprint.post("/trustedOrigins")
def create_origin() -> Response:
    return answer(origins_json.shown(origins.create(current_idp().org, origins_json.read(body()), now())))


@blueprint.get("/trustedOrigins/<origin_id>")
def get_origin(origin_id: str) -> Response:
    return answer(origins_json.shown(origins.find(current_idp().org, origin_id)))


@blueprint.put("/trustedOrigins/<origin_id>")
def replace_origin(origin_id: str) -> Response:
    org = current_idp().org
    wanted = origins_json.read(body(), origins.find(org, origin_id))
    return answer(origins_json.shown(origins.update(org, wanted, now())))


@blueprint.delete("/trustedOrigins/<origin_id>")
def delete_origin(origin_id: str) -> Response:
    origins.delete(current_idp().org, origin_id)
    return nothing()


@blueprint.post("/trustedOrigins/<origin_id>/lifecycle/<any(activate, deactivate):change>")
def origin_lifecycle(origin_id: str, change: str) -> Response:
    return answer(origins_json.shown(origins.set_status(current_idp().org, origin_id, _STATUS[change], now())))


def _begins(origin: TrustedOrigin, start: str) -> bool:
    return origin.name.casefold().startswith(start) or origin.origin.casefold().startswith(start)
