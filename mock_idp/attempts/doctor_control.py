"""The control API's calls that tell the doctor what is set.

GET    /doctor               {apps: [{client_id, label, redirect_uris, learned}, …]}
GET    /doctor/{client_id}   `mock_idp.doctor.facts.Settings` of it, also where there is no such app
"""

from __future__ import annotations

from flask import Flask, jsonify

from mock_idp.attempts.lease_routes import Answer
from mock_idp.doctor.facts import to_json
from mock_idp.doctor_facts import settings_of
from mock_idp.idp import Idp


def add_doctor_routes(app: Flask, idp: Idp) -> None:
    app.extensions["idp"] = idp  # the Management API's links need to know the org

    @app.get("/doctor")
    def apps() -> Answer:
        found = [
            {"client_id": one.client_id, "label": one.label, "redirect_uris": one.redirect_uris, "learned": one.learned}
            for one in idp.org.apps.all()
        ]
        return jsonify(apps=found)

    @app.get("/doctor/<path:client_id>")
    def settings(client_id: str) -> Answer:
        return jsonify(to_json(settings_of(idp, client_id)))
