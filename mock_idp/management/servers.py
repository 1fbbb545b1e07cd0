"""`/api/v1/authorizationServers` (okta.md 6.2): servers, their scopes, claims and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from mock_idp.management import servers_json
from mock_idp.management.frame import answer, body, nothing, page, resource
from mock_idp.management.search import selection
from mock_idp.management.users import now
from mock_idp.operations import claims, scopes, servers
from mock_idp.org.authorization_server import AuthorizationServer
from mock_idp.org.problems import invalid, not_found
from mock_idp.protocol.exchange import current_idp

blueprint = resource("authorization_servers")
ROOT = "/authorizationServers"
ONE = f"{ROOT}/<server_id>"
_PAGE = 200


def server_of(server_id: str) -> AuthorizationServer:
    return servers.find(current_idp().org, server_id)


# ---- servers ------------------------------------------------------------------------------------------------


@blueprint.get(ROOT)
def list_servers() -> Response:
    """`q` is a part of the name or of an audience."""
    part = request.args.get("q", "").casefold()
    found = [
        server
        for server in current_idp().org.servers.all()
        if any(part in text.casefold() for text in (server.name, *server.audiences))
    ]
    return page(found, servers_json.shown, lambda server: server.id, default=_PAGE)


@blueprint.post(ROOT)
def create_server() -> Response:
    made = servers.create(current_idp().org, servers_json.read(body()), now())
    return answer(servers_json.shown(made), 201)


@blueprint.get(ONE)
def get_server(server_id: str) -> Response:
    return answer(servers_json.shown(server_of(server_id)))


@blueprint.put(ONE)
def replace_server(server_id: str) -> Response:
    wanted = servers_json.read(body(), server_of(server_id))
    return answer(servers_json.shown(servers.update(current_idp().org, wanted, now())))


@blueprint.delete(ONE)
def delete_server(server_id: str) -> Response:
    servers.delete(current_idp().org, server_id)
    return nothing()


@blueprint.post(f"{ONE}/lifecycle/activate")
def activate_server(server_id: str) -> Response:
    servers.activate(current_idp().org, server_id, now())
    return nothing()


@blueprint.post(f"{ONE}/lifecycle/deactivate")
def deactivate_server(server_id: str) -> Response:
    servers.deactivate(current_idp().org, server_id, now())
    return nothing()


# ---- scopes -------------------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/scopes")
def list_scopes(server_id: str) -> Response:
    """`q` begins the name; `filter` knows name."""
    server, start = server_of(server_id), request.args.get("q", "").casefold()
    found = [scope for scope in server.scopes if scope.name.casefold().startswith(start)]
    if expression := request.args.get("filter"):
        chosen = selection(expression, ("name",))
        found = [scope for scope in found if chosen({"name": scope.name})]
    return page(found, lambda scope: servers_json.scope(server, scope), lambda scope: scope.id, default=_PAGE)


@blueprint.post(f"{ONE}/scopes")
def create_scope(server_id: str) -> Response:
    server = server_of(server_id)
    made = scopes.create(current_idp().org, server_id, servers_json.read_scope(body()), now())
    return answer(servers_json.scope(server, made), 201)


@blueprint.get(f"{ONE}/scopes/<scope_id>")
def get_scope(server_id: str, scope_id: str) -> Response:
    server = server_of(server_id)
    return answer(servers_json.scope(server, scopes.find(server, scope_id)))


@blueprint.put(f"{ONE}/scopes/<scope_id>")
def replace_scope(server_id: str, scope_id: str) -> Response:
    server = server_of(server_id)
    wanted = servers_json.read_scope(body(), scopes.find(server, scope_id))
    return answer(servers_json.scope(server, scopes.update(current_idp().org, server_id, wanted, now())))


@blueprint.delete(f"{ONE}/scopes/<scope_id>")
def delete_scope(server_id: str, scope_id: str) -> Response:
    scopes.delete(current_idp().org, server_id, scope_id, now())
    return nothing()


# ---- claims -------------------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/claims")
def list_claims(server_id: str) -> Response:
    server = server_of(server_id)
    return answer([servers_json.claim(server, claim) for claim in server.claims])


@blueprint.post(f"{ONE}/claims")
def create_claim(server_id: str) -> Response:
    server = server_of(server_id)
    made = claims.create(current_idp().org, server_id, servers_json.read_claim(body()), now())
    return answer(servers_json.claim(server, made), 201)


@blueprint.get(f"{ONE}/claims/<claim_id>")
def get_claim(server_id: str, claim_id: str) -> Response:
    server = server_of(server_id)
    return answer(servers_json.claim(server, claims.find(server, claim_id)))


@blueprint.put(f"{ONE}/claims/<claim_id>")
def replace_claim(server_id: str, claim_id: str) -> Response:
    server = server_of(server_id)
    wanted = servers_json.read_claim(body(), claims.find(server, claim_id))
    return answer(servers_json.claim(server, claims.update(current_idp().org, server_id, wanted, now())))


@blueprint.delete(f"{ONE}/claims/<claim_id>")
def delete_claim(server_id: str, claim_id: str) -> Response:
    claims.delete(current_idp().org, server_id, claim_id, now())
    return nothing()


# ---- keys ---------------------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/credentials/keys")
def list_keys(server_id: str) -> Response:
    return answer(_keys(server_of(server_id)))


@blueprint.get(f"{ONE}/credentials/keys/<kid>")
def get_key(server_id: str, kid: str) -> Response:
    found = next((key for key in _keys(server_of(server_id)) if key["kid"] == kid), None)
    if found is None:
        raise not_found(kid, "JsonWebKey")
    return answer(found)


@blueprint.post(f"{ONE}/credentials/lifecycle/keyRotate")
def rotate_keys(server_id: str) -> Response:
    server = server_of(server_id)
    if body().get("use") != "sig":
        raise invalid("rotateKeys", "Invalid value specified for key 'use' parameter")
    current_idp().keys.rotate(server.id)
    return answer(_keys(server))


def _keys(server: AuthorizationServer) -> Sequence[dict[str, Any]]:
    return [servers_json.key(server, status, key) for status, key in current_idp().keys.listed(server.id)]
