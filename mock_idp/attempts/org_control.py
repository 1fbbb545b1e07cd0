"""The control API's calls about the org as a whole.

GET    /org                  {toml}: the org as a config file, with its secrets and passwords
PUT    /org                  {toml}: the org is what this config file says: all of it, or (400) nothing
GET    /settings             the switches (docs/switches.md)
PUT    /settings             {name: value, …} those that change → the switches
"""

from __future__ import annotations

from flask import Flask, jsonify

from mock_idp.attempts.lease_routes import Answer, sent_object
from mock_idp.idp import Idp
from mock_idp.operations import gate, orphans
from mock_idp.org.build import document
from mock_idp.org.file import dump_org, settings_of
from mock_idp.org.model import OrgError


def add_org_routes(app: Flask, idp: Idp) -> None:
    @app.get("/org")
    def export() -> Answer:
        return jsonify(toml=dump_org(idp.org.export()))

    @app.put("/org")
    def take() -> Answer:
        text = sent_object().get("toml")
        if not isinstance(text, str):
            raise OrgError("toml: expected the text of a config file")
        idp.org.replace(gate.parse(text, "org"))
        orphans.forget(idp)
        return jsonify(toml=dump_org(idp.org.export()))

    @app.get("/settings")
    def switches() -> Answer:
        return jsonify(document(idp.org.settings))

    @app.put("/settings")
    def switch() -> Answer:
        with idp.org.lock:
            changed = settings_of(document(idp.org.settings) | sent_object(), "settings")
            idp.org.use(changed)
        return jsonify(document(changed))
