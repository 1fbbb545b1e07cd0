"""Security > API > Trusted Origins (okta.md 8)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from mock_idp.console.forms import Form
from mock_idp.console.frame import area, done, now, page
from mock_idp.console.servers import api_tabs
from mock_idp.management import origins_json
from mock_idp.operations import origins
from mock_idp.org.model import TrustedOrigin
from mock_idp.org.problems import ApiError
from mock_idp.protocol.exchange import current_idp

blueprint = area("origins")
_ONE = "/access/api/trusted_origins/<origin_id>"
TYPES = (
    ("CORS", "Cross-Origin Resource Sharing (CORS)", "Its pages may call Okta's API from the browser."),
    ("REDIRECT", "Redirect", "The browser may be sent there after signing out."),
    ("IFRAME_EMBED", "iFrame embed", "Its pages may show Okta's in a frame."),
)


@blueprint.get("/access/api/trusted_origins")
def listed() -> Response:
    found = current_idp().org.origins.all()
    return page("origins.html", "API", tabs=api_tabs("Trusted Origins"), origins=found, types=TYPES)


@blueprint.get(_ONE)
def show(origin_id: str) -> Response:
    known = _known(origin_id)
    shown = known or TrustedOrigin("", scopes=())
    return _form(known, Form.of(name=shown.name, origin=shown.origin, scopes=shown.scopes))


@blueprint.post(_ONE)
def save(origin_id: str) -> Response:
    """`new` is no origin's id."""
    known, form, org = _known(origin_id), Form.sent(), current_idp().org
    scopes = [{"type": scope} for scope in form.all("scopes")]
    try:
        wanted = origins_json.read({"name": form.text("name"), "origin": form.text("origin"), "scopes": scopes}, known)
        (origins.update if known else origins.create)(org, wanted, now())
    except ApiError as error:
        return _form(known, form.refused(error))
    return done("The origin was saved.", "console_origins.listed")


@blueprint.post(f"{_ONE}/<any(activate, deactivate):change>")
def turn(origin_id: str, change: str) -> Response:
    origins.set_status(current_idp().org, origin_id, "ACTIVE" if change == "activate" else "INACTIVE", now())
    return done(f"The origin was {change}d.", "console_origins.listed")


@blueprint.post(f"{_ONE}/delete")
def delete(origin_id: str) -> Response:
    origins.delete(current_idp().org, origin_id)
    return done("The origin was deleted.", "console_origins.listed")


def _known(origin_id: str) -> TrustedOrigin | None:
    return origins.find(current_idp().org, origin_id) if origin_id != "new" else None


def _form(known: TrustedOrigin | None, form: Form) -> Response:
    title = "Edit Origin" if known else "Add Origin"
    return page("origin.html", title, form=form, known=known, types=TYPES)
