"""The control API: a listener of its own on loopback, with a bearer token.

    POST   /attempts?wait=60     {misbehaviour, app, identity, victim, hold, clock_offset, strictness, lease, issuer,
                                 beside} → attempt (app: settings for this login, `mock_idp.edits.app_settings`;
                                 issuer: `mock_idp.attempts.issuers`; the answer has its id and URL; beside: the
                                 authorization server of the relying party's other IdP)
    POST   /issuers/{id}/rotate  {announced} its next key signs, or (announced false) one that was never published
    GET    /attempts/{id}        its transcript
    POST   /attempts/{id}/close  give its shared lease back → its transcript so far
    POST   /attempts/forget      {attempts: [id, …]} forget them
    GET    /unbound              exchanges that belong to no attempt
    PUT    /clients/{id}         register an app; GET reads it
    POST   /clients              {persist} whether clients are kept in the state directory, from now on
    POST   /trusted-origins      {origin} make it a Trusted Origin of the org, if it is none yet
    POST   /leases               {wait} → {lease}; DELETE /leases/{lease}
    POST   /people               {pool: [name, …], count, lasting, wait} → {lease, people}
    PUT    /people/{lease}       {lasting} keep them, seconds from now; DELETE gives them back
    POST   /slots                {distance} → {in}: seconds until the caller's login may begin
    POST   /logout               {attempt or user, kind} → {kind, messages}: see `mock_idp.attempts.logout_control`
    GET    /approvals            {pending: […]}: device authorization and CIBA requests that wait for a person
    POST   /approvals            {code or attempt, approve, user} → {answered}: see `mock_idp.attempts.approval_control`
    GET    /doctor               {apps}, and /doctor/{client_id}: see `mock_idp.attempts.doctor_control`
    GET    /org                  {toml}: the org as a config file; PUT replaces it (`mock_idp.attempts.org_control`)
    GET    /settings             the switches; PUT changes some
    GET    /about                {public_url, issuers, carrier, api_token}

Errors are `{"error": "…"}` with 400 (not understood), 401, 404, 405 or 409 (lease).
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

from mock_idp.attempts.approval_control import add_approval_routes
from mock_idp.attempts.doctor_control import add_doctor_routes
from mock_idp.attempts.issuers import OwnIssuerError
from mock_idp.attempts.lease_routes import Answer, add_lease_routes, missing, sent_object, waiting
from mock_idp.attempts.leases import LeaseError
from mock_idp.attempts.logout_control import add_logout_routes
from mock_idp.attempts.org_control import add_org_routes
from mock_idp.attempts.registry import COOKIE, HEADER
from mock_idp.attempts.request import AttemptError
from mock_idp.idp import Idp
from mock_idp.misbehaviour import MisbehaviourError
from mock_idp.operations import clients, origins
from mock_idp.org.build import document
from mock_idp.org.model import ORG_SERVER, App, OrgError
from mock_idp.org.problems import ApiError


def create_control_app(idp: Idp, token: str) -> Flask:
    """The control application; every request needs `Authorization: Bearer {token}`."""
    app = Flask("mock_idp_control", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    expected = f"Bearer {token}".encode()

    @app.before_request
    def authorised() -> Answer | None:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
            return jsonify(error="the control API needs its bearer token"), 401
        return None

    @app.errorhandler(MisbehaviourError)
    @app.errorhandler(AttemptError)
    @app.errorhandler(OrgError)
    @app.errorhandler(OwnIssuerError)
    def not_understood(error: Exception) -> Answer:
        return jsonify(error=str(error)), 400

    @app.errorhandler(LeaseError)
    def no_lease(error: Exception) -> Answer:
        return jsonify(error=str(error)), 409

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Answer:
        return jsonify(error=f"{request.method} {request.path}: {error.name}"), error.code or 400

    @app.get("/about")
    def about() -> Answer:
        servers = [ORG_SERVER, *(s.id for s in idp.org.servers.all())]
        issuers = {s: idp.issuer(found) for s in servers if (found := idp.server(s))}
        carrier = {"cookie": COOKIE, "header": HEADER}
        return jsonify(public_url=idp.public_url, issuers=issuers, carrier=carrier, api_token=idp.api_token)

    @app.post("/attempts")
    def create() -> Answer:
        made = idp.attempts.create(sent_object(), wait=waiting(request.args.get("wait", 60)))
        server = idp.server(made["issuer"]) if made["issuer"] else None
        return jsonify({**made, "issuer": {"id": server.id, "url": idp.issuer(server)} if server else None}), 201

    @app.post("/issuers/<issuer_id>/rotate")
    def rotate(issuer_id: str) -> Answer:
        announced = sent_object().get("announced", True)
        if not isinstance(announced, bool):
            raise AttemptError(f"announced: expected true or false, got {announced!r}")
        if idp.attempts.issuers.find(issuer_id) is None:
            return missing("issuer of an attempt's own", issuer_id)
        idp.keys.rotate(issuer_id, 1 if announced else 2)
        return jsonify(rotated=True)

    @app.get("/attempts/<attempt_id>")
    def transcript(attempt_id: str) -> Answer:
        found = idp.attempts.transcript(attempt_id)
        return jsonify(found) if found else missing("attempt", attempt_id)

    @app.post("/attempts/<attempt_id>/close")
    def close(attempt_id: str) -> Answer:
        # The transcript comes along: who closes an attempt wants to read it, and calls cost time.
        found = idp.attempts.transcript(attempt_id) if idp.attempts.close(attempt_id) else None
        return jsonify(found) if found else missing("attempt", attempt_id)

    @app.post("/attempts/forget")
    def forget() -> Answer:
        wanted = sent_object().get("attempts")
        if not isinstance(wanted, list) or not all(isinstance(entry, str) for entry in wanted):
            raise MisbehaviourError("attempts: expected a list of attempt ids")
        return jsonify(forgotten=sum(idp.attempts.forget(entry) for entry in wanted))

    @app.get("/unbound")
    def unbound() -> Answer:
        return jsonify(exchanges=idp.attempts.unbound())

    @app.post("/clients")
    def persist() -> Answer:
        wanted = sent_object().get("persist")
        if not isinstance(wanted, bool):
            raise AttemptError("persist: expected true or false")
        idp.persist_clients(wanted)
        return jsonify(persist=wanted)

    # `path`, because a client_id may hold slashes (URL-shaped ids).
    @app.put("/clients/<path:client_id>")
    def register(client_id: str) -> Answer:
        return jsonify(_settings(clients.register(idp, {**sent_object(), "client_id": client_id})))

    @app.get("/clients/<path:client_id>")
    def client(client_id: str) -> Answer:
        found = idp.app(client_id)
        return jsonify(_settings(found)) if found else missing("client", client_id)

    @app.post("/trusted-origins")
    def trust() -> Answer:
        origin = sent_object().get("origin")
        if not isinstance(origin, str):
            raise AttemptError(f"origin: expected text, got {origin!r}")
        try:
            return jsonify(origin=origins.trust(idp.org, origin, int(idp.clock.now())).origin)
        except ApiError as error:
            raise AttemptError("; ".join(error.causes) or error.summary) from error

    add_lease_routes(app, idp.attempts)
    add_logout_routes(app, idp)
    add_org_routes(app, idp)
    add_approval_routes(app, idp)
    add_doctor_routes(app, idp)
    return app


def _settings(app: App) -> dict[str, Any]:
    return document(app) | {"client_secret": app.client_secret}
