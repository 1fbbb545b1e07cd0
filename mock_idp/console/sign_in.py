"""The way into the console and out of it, and its first page."""

from __future__ import annotations

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from mock_idp.console import access, kept
from mock_idp.console.forms import Form
from mock_idp.console.frame import area, ask_to_sign_in, card, page
from mock_idp.org.problems import no_such_path
from mock_idp.protocol.exchange import current_idp
from mock_idp.web import form_token

blueprint = area("home")
door = Blueprint("console_door", __name__, url_prefix=access.PREFIX)
form_token.guard(door)


@door.get("/sign-in")
def ask() -> Response:
    g.endpoint = "console"
    return ask_to_sign_in(Form.of(**{"from": request.args.get("from", "")}))


@door.post("/sign-in")
def sign_in() -> Response:
    """With the API token; on to the page that was asked for, or to the form that nobody was signed in for."""
    g.endpoint = "console"
    idp, form = current_idp(), Form.sent()
    if not access.is_right(form.raw("token"), idp.api_token):
        form.causes.append(("token", "This is not the mock's API token. It is printed when the mock starts."))
        return ask_to_sign_in(form)
    typed = kept.read(form.text(kept.FIELD))
    if typed:
        return access.begin(idp, card("again.html", "You are signed in again", kept=typed))
    wanted = form.text("from")
    return access.begin(idp, access.leave_to(wanted if access.is_own(wanted) else f"{access.PREFIX}/"))


@door.get("/")
def enter() -> Response:
    """The link with the `key` that the mock prints; without one, the overview."""
    g.endpoint = "console"
    given = request.args.get("key")
    if given is None:
        return access.required() or _overview()
    if not access.is_right(given, access.key(current_idp())):
        return access.leave_to(access.SIGN_IN)
    return access.begin(current_idp(), access.leave_to(f"{access.PREFIX}/"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    return access.end(current_idp(), access.leave_to(access.SIGN_IN))


@blueprint.route("/<path:rest>", methods=["GET", "POST"])
def nothing(rest: str) -> Response:
    """For whoever is signed in; the others are sent to sign in first."""
    del rest
    raise no_such_path()


def _overview() -> Response:
    idp = current_idp()
    issuers = [(idp.public_url, "Org authorization server")]
    issuers += [(idp.issuer(server), server.name) for server in idp.org.servers.all()]
    people = [user for user in idp.org.users.all() if user.status != "DEPROVISIONED"]
    return page("overview.html", "Overview", issuers=issuers, apps=idp.org.apps.all(), people=people)
