"""The control API: a listener of its own on loopback, with a bearer token.

    POST   /attempts             {misbehaviour, identity, victim, hold, clock_offset, strictness, lease} → attempt
    GET    /attempts/{id}        its transcript
    POST   /attempts/{id}/close  give its shared lease back
    DELETE /attempts/{id}        forget it
    GET    /unbound              exchanges that belong to no attempt
    PUT    /clients/{id}         register an app; GET reads it
    POST   /leases               {wait} → {lease}; DELETE /leases/{lease}
    GET    /about                {public_url, issuers, version}

Errors are `{"error": "…"}` with 400 (not understood), 401, 404 or 409 (lease).
"""

from __future__ import annotations

import dataclasses
import hmac
from typing import Any

from flask import Flask, Response, jsonify, request

from mock_idp.attempts import COOKIE, HEADER, LeaseError
from mock_idp.idp import Idp
from mock_idp.misbehaviour import MisbehaviourError
from mock_idp.org import ORG_SERVER, OrgError

Answer = Response | tuple[Response, int]


def create_control_app(idp: Idp, token: str) -> Flask:
    """The control application; every request needs `Authorization: Bearer {token}`."""
    app = Flask("mock_idp_control", static_folder=None)

    @app.before_request
    def authorised() -> Answer | None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return jsonify(error="the control API needs its bearer token"), 401
        return None

    @app.errorhandler(MisbehaviourError)
    @app.errorhandler(OrgError)
    def not_understood(error: Exception) -> Answer:
        return jsonify(error=str(error)), 400

    @app.errorhandler(LeaseError)
    def no_lease(error: Exception) -> Answer:
        return jsonify(error=str(error)), 409

    @app.get("/about")
    def about() -> Answer:
        servers = [ORG_SERVER, *(s.id for s in idp.org.authorization_servers)]
        issuers = {s: idp.issuer(found) for s in servers if (found := idp.server(s))}
        return jsonify(public_url=idp.public_url, issuers=issuers, carrier={"cookie": COOKIE, "header": HEADER})

    @app.post("/attempts")
    def create() -> Answer:
        return jsonify(idp.attempts.create(_object(), wait=float(request.args.get("wait", 60)))), 201

    @app.get("/attempts/<attempt_id>")
    def transcript(attempt_id: str) -> Answer:
        found = idp.attempts.transcript(attempt_id)
        return jsonify(found) if found else (jsonify(error=f"no attempt {attempt_id!r}"), 404)

    @app.post("/attempts/<attempt_id>/close")
    def close(attempt_id: str) -> Answer:
        idp.attempts.close(attempt_id)
        return jsonify(closed=True)

    @app.delete("/attempts/<attempt_id>")
    def forget(attempt_id: str) -> Answer:
        idp.attempts.forget(attempt_id)
        return jsonify(forgotten=True)

    @app.get("/unbound")
    def unbound() -> Answer:
        return jsonify(exchanges=idp.attempts.unbound())

    @app.put("/clients/<client_id>")
    def register(client_id: str) -> Answer:
        app = idp.register({**_object(), "client_id": client_id})
        return jsonify(dataclasses.asdict(app))

    @app.get("/clients/<client_id>")
    def client(client_id: str) -> Answer:
        found = idp.app(client_id)
        if found is None:
            return jsonify(error=f"no client {client_id!r}"), 404
        return jsonify(dataclasses.asdict(found))

    @app.post("/leases")
    def lease() -> Answer:
        wanted = _object()
        return jsonify(lease=idp.attempts.acquire_exclusive(float(wanted.get("wait", 60)))), 201

    @app.delete("/leases/<lease_id>")
    def release(lease_id: str) -> Answer:
        idp.attempts.release(lease_id)
        return jsonify(released=True)

    return app


def _object() -> dict[str, Any]:
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise MisbehaviourError("expected a JSON object")
    return data
