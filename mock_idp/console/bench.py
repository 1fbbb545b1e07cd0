"""Test bench: what logins did, and a misbehaviour for the next one. Okta has no such page."""

from __future__ import annotations

import json
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from mock_idp.attempts.by_hand import BENCH, KEPT
from mock_idp.attempts.registry import COOKIE
from mock_idp.console.bench_misbehaviours import GROUPS, label, named
from mock_idp.console.bench_view import app_of, clock, exchange, outcome, tokens
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, page
from mock_idp.misbehaviour import Misbehaviour, MisbehaviourError
from mock_idp.org.problems import ApiError, invalid, not_found
from mock_idp.protocol.exchange import current_idp
from mock_idp.store import Document

blueprint = area("bench")
NOBODY = 30
"""Requests of no login that are shown."""


@blueprint.get("/bench")
def listed() -> Response:
    return _bench(Form.of(who="browser"))


@blueprint.post("/bench/arm")
def arm() -> Response:
    """For this browser until it is disarmed, or for the next login of anybody."""
    form = Form.sent({"misbehaviour": "edits"})
    try:
        wanted = _wanted(form)
        attempt = current_idp().attempts.by_hand.arm(wanted, next_login=form.text("who") == "next")
    except MisbehaviourError as error:
        return _bench(form.refused(invalid("misbehaviour", f"misbehaviour: {error}")), 400)
    except ApiError as error:
        return _bench(form.refused(error), 400)
    if form.text("who") == "next":
        return done("Armed. The next login is the one, whoever comes.", "console_bench.listed")
    response = done("Armed. Every login in this browser, until you disarm it.", "console_bench.listed")
    secure = current_idp().public_url.startswith("https")
    same_site = "None" if secure else "Lax"  # as for sessions: form posts of other sites carry it
    response.set_cookie(COOKIE, attempt["id"], httponly=True, secure=secure, samesite=same_site)
    return response


@blueprint.post("/bench/disarm")
def disarm() -> Response:
    """In this browser, and for whoever comes."""
    current_idp().attempts.by_hand.disarm()
    response = done("Disarmed. Logins are honest again.", "console_bench.listed")
    response.delete_cookie(COOKIE)
    return response


@blueprint.get("/bench/attempts/<attempt_id>")
def show(attempt_id: str) -> Response:
    idp = current_idp()
    found = idp.attempts.transcript(attempt_id)
    if found is None:
        raise not_found(attempt_id, "Attempt")
    return page(
        "bench_attempt.html",
        "Login",
        attempt=_summary(found),
        exchanges=[exchange(one) for one in found["exchanges"]],
        tokens=tokens(idp, found),
        deliveries=[_delivery(item) for item in found["deliveries"]],
        failures=found["failures"],
    )


def _bench(form: Form, status: int = 200) -> Response:
    idp = current_idp()
    known = idp.attempts.by_hand
    here = idp.attempts.get(request.cookies.get(COOKIE))
    attempts = [found for one in known.recent() if (found := idp.attempts.transcript(one["id"]))]
    shown = {_same(one) for found in attempts for one in found["exchanges"]}
    nobody = [exchange(one) for one in reversed(idp.attempts.unbound()) if _same(one) not in shown][:NOBODY]
    return page(
        "bench.html",
        "Test bench",
        status=status,
        form=form,
        groups=GROUPS,
        armed_here=_wrong(here) if here else None,
        armed_next=_wrong(following) if (following := known.next()) else None,
        attempts=[_summary(found) for found in attempts if found["bound"]],
        nobody=nobody,
        kept=KEPT,
    )


def _same(found: Document) -> tuple[str, ...]:
    """What tells one exchange from the others: the log of nobody's has those of observed logins, too."""
    return (str(found["at"]), found["method"], found["url"])


def _wanted(form: Form) -> Misbehaviour:
    """What was chosen, with the edits that were typed besides. Raises MisbehaviourError or ApiError (E0000001)."""
    ready, typed = named(form.text("ready")), form.text("edits")
    try:
        data: Any = json.loads(typed) if typed else []
    except ValueError as error:
        raise invalid("misbehaviour", f"misbehaviour: This is not JSON: {error}") from None
    wanted = (ready.misbehaviour if ready else Misbehaviour()) & Misbehaviour.from_json(data)
    if not wanted:
        raise invalid("misbehaviour", "misbehaviour: Choose a misbehaviour, or write one.")
    return wanted


def _wrong(attempt: Document) -> dict[str, str]:
    """Its misbehaviour: `label` is what the page calls it, or empty; `edits` is what it does."""
    misbehaviour = Misbehaviour.from_json(attempt["misbehaviour"])
    return {"label": label(misbehaviour), "edits": str(misbehaviour)}


def _summary(transcript: Document) -> dict[str, Any]:
    """What the list says of a login, and the head of its page."""
    client_id = app_of(transcript)
    came_to, text = outcome(transcript)
    app = current_idp().org.apps.get(client_id)
    began = transcript.get("began") or (transcript["exchanges"][0]["at"] if transcript["exchanges"] else 0)
    return {
        "id": transcript["id"],
        "began": clock(began),
        "armed": transcript["origin"] == BENCH,
        "app": (app.label if app else "") or client_id,
        "wrong": _wrong(transcript),
        "delivered": len(transcript["deliveries"]),
        "requests": len(transcript["exchanges"]),
        "came_to": came_to,
        "result": text,
    }


def _delivery(item: Document) -> dict[str, str]:
    shown = {name: json.dumps(item[name], ensure_ascii=False) for name in ("before", "after") if name in item}
    return {"text": item["text"], "before": shown.get("before", "nothing"), "after": shown.get("after", "nothing")}
