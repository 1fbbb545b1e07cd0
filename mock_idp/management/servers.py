"""`/api/v1/authorizationServers` (okta.md 6.2): servers, their scopes, claims and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from mock_idp.store import Document

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


# ---- claims -------------------------------------------------------------------------------------------------


@blueprint.get(f"{ONE}/claims")
def list_claims(server_id: str) -> Response:
    server = server_of(server_id)
    return answer([servers_json.claim(server, claim) for claim in server.claims])


# ---- one scope or claim -------------------------------------------------------------------------------------


def _routes_of(part: str, operations: Any, read: Callable[..., Any], shown: Callable[..., Document]) -> None:
    """POST to a server's list of scopes or claims (`part`), and GET, PUT and DELETE of one of them.

    `operations` is the module that finds, creates, updates and deletes them.
    """
    several, one = f"{ONE}/{part}", f"{ONE}/{part}/<part_id>"

    def create(server_id: str) -> Response:
        server = server_of(server_id)
        made = operations.create(current_idp().org, server_id, read(body()), now())
        return answer(shown(server, made), 201)

    def get(server_id: str, part_id: str) -> Response:
        server = server_of(server_id)
        return answer(shown(server, operations.find(server, part_id)))

    def replace(server_id: str, part_id: str) -> Response:
        server = server_of(server_id)
        wanted = read(body(), operations.find(server, part_id))
        return answer(shown(server, operations.update(current_idp().org, server_id, wanted, now())))

    def delete(server_id: str, part_id: str) -> Response:
        operations.delete(current_idp().org, server_id, part_id, now())
        return nothing()

    for path, method, view in (
        (several, "POST", create),
        (one, "GET", get),
        (one, "PUT", replace),
        (one, "DELETE", delete),
    ):
        blueprint.add_url_rule(path, f"{view.__name__}_{part}", view, methods=[method])


_routes_of("scopes", scopes, servers_json.read_scope, servers_json.scope)
_routes_of("claims", claims, servers_json.read_claim, servers_json.claim)


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


def _keys(server: AuthorizationServer) -> Sequence[Document]:
    return [servers_json.key(server, status, key) for status, key in current_idp().keys.listed(server.id)]
