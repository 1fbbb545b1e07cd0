"""An app's Doctor tab, which Okta does not have: what is wrong with its settings, and with a login that was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import request, url_for
from werkzeug.wrappers import Response

from mock_idp.attempts.by_hand import BENCH
from mock_idp.console.app_tabs import DOCTOR, app_page
from mock_idp.console.bench_view import OPEN, app_of, clock, outcome
from mock_idp.console.forms import Form
from mock_idp.console.frame import area
from mock_idp.doctor.examination import examine
from mock_idp.doctor.findings import SEVERITIES, Finding
from mock_idp.doctor.login import Login, header
from mock_idp.doctor_facts import facts
from mock_idp.operations import apps
from mock_idp.org.app import App
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = area("doctor")
NO_LOGIN = "none"
_PLACES = (
    ("→ Assignments", "console_assignments.listed"),
    ("→ Sign On", "console_sign_on.show"),
    ("→ General", "console_app.general"),
    ("→ Trusted Origins", "console_origins.listed"),
    ("Security → API", "console_servers.listed"),
)
"""Which page a finding's console path leads to: the first that it holds."""


@blueprint.get("/app/<app_id>/doctor")
def examined(app_id: str) -> Response:
    """`login` is the one to look at (the newest one otherwise), `issuer` what was typed into the application.

    `guide` is the name of the vendor's guide that was followed, if any.
    """
    idp = current_idp()
    app = apps.find(idp, app_id)
    logins = _logins(app_id)
    chosen = request.args.get("login", "")
    if chosen not in (*logins, NO_LOGIN):
        honest = (name for name, login in logins.items() if not _is_probe(login) and login["origin"] != BENCH)
        chosen = next(honest, next(iter(logins), NO_LOGIN))
    asked = request.args.get("guide", "").strip()
    name = next((name for name in idp.guides if name.lower() == asked.lower()), asked)
    form = Form.of(login=chosen, issuer=request.args.get("issuer", ""), guide=name)
    guide = idp.guides.get(name)
    if name and guide is None:
        known = ", ".join(idp.guides) or "none, this mock was started without guides"
        form.causes.append(("guide", f"There is no guide {name}. Known: {known}."))
    found = examine(facts(idp, app_id, logins.get(chosen), issuer=form.text("issuer"), guide=guide))
    return app_page(
        "app_doctor.html",
        app,
        DOCTOR,
        form=form,
        guides=[("", "None"), *((name, known.name) for name, known in idp.guides.items())],
        logins=[*((name, _told(login)) for name, login in logins.items()), (NO_LOGIN, "None: the settings only")],
        armed=chosen in logins and logins[chosen]["origin"] == BENCH,
        waits=chosen in logins and outcome(logins[chosen])[0] == OPEN,
        outdated=_outdated(app, logins.get(chosen)),
        counted=_counted(found),
        findings=[(one, _href(one.where, app_id)) for one in found],
    )


def _logins(app_id: str) -> dict[str, Document]:
    """The transcripts of recent logins, the newest first, with this client_id or one that no app has."""
    idp, found = current_idp(), {}
    for attempt in idp.attempts.by_hand.recent():
        transcript = idp.attempts.transcript(attempt["id"]) or attempt
        client_id = app_of(transcript) if "exchanges" in transcript else ""
        if client_id and (client_id == app_id or idp.org.apps.get(client_id) is None):
            found[attempt["id"]] = transcript
    return found


def _told(login: Document) -> str:
    armed = ", armed on the Test bench" if login["origin"] == BENCH else ""
    return f"{clock(login['began'])} UTC, {': '.join(outcome(login))}{armed}"


def _is_probe(login: Document) -> bool:
    """Whether no person had a part in it.

    A program has only asked whether the address answers, as some applications do to check their settings; or the
    application has looked for a session (prompt=none).
    """
    seen, (first, *others) = Login(login), login["exchanges"]
    is_browser = "text/html" in header(first, "Accept")
    is_silent = len(seen.silent) == len(seen.at("authorize")) > 0
    return is_silent or not (is_browser or others or login["authorization_responses"])


def _outdated(app: App, login: Document | None) -> bool:
    """Whether something was saved after the login: its errors may be mended by now."""
    if login is None:
        return False
    saved = [app.last_updated, *(server.last_updated for server in current_idp().org.servers.all())]
    return bool(max(saved) > max(one["at"] for one in login["exchanges"]))


def _counted(findings: Sequence[Finding]) -> str:
    """How many of each severity, the worst first; empty where all are notes, which are no fault."""
    counts = Counter(one.severity for one in findings)
    if not counts["error"] and not counts["warning"]:
        return ""
    return ", ".join(f"{counts[one]} {one}{'s' * (counts[one] > 1)}" for one in SEVERITIES if counts[one])


def _href(where: str, app_id: str) -> str:
    endpoint = next((endpoint for part, endpoint in _PLACES if part in where), "")
    if endpoint in ("", "console_origins.listed", "console_servers.listed"):
        return url_for(endpoint) if endpoint else ""
    return url_for(endpoint, app_id=app_id)
